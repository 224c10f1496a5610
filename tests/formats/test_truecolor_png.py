"""The restored image as a file."""

from __future__ import annotations

import io

import pytest
from helpers.images import shown
from helpers.quantized_images import meant, quantized, quantizeds
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from huepress.formats.truecolor_png import encode


@given(quantizeds(65_536), st.integers(1, 10))
def test_it_shows_what_was_meant(q, effort):
    assert shown(encode(q, effort)) == meant(q)


@pytest.mark.parametrize(("channels", "mode"), [(3, "RGB"), (4, "RGBA")])
def test_it_stays_in_full_colours(channels, mode):
    png = encode(quantized(2, 9, 9, channels), 10)
    assert Image.open(io.BytesIO(png)).mode == mode
