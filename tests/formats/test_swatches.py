"""The picture of a codebook."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from huepress import Codebook
from huepress.formats.swatches import encode


@pytest.mark.parametrize("count", [1, 2, 3, 5, 16, 255, 256, 257, 1000, 65_281, 65_536])
@pytest.mark.parametrize("channels", [3, 4])
def test_every_colour_has_its_square_and_the_rest_is_transparent(count, channels):
    rng = np.random.default_rng(count)
    colors = rng.integers(0, 256, (count, channels), np.uint8)
    image = np.asarray(Image.open(io.BytesIO(encode(Codebook(colors)))).convert("RGBA"))
    columns = int(np.ceil(np.sqrt(count)))
    side = image.shape[1] // columns
    corners = image[::side, ::side].reshape(-1, 4)
    assert np.array_equal(corners[:count, :channels], colors)
    assert not corners[count:, 3].any()
    squares = np.repeat(np.repeat(image[::side, ::side], side, 0), side, 1)
    assert np.array_equal(squares, image)


def test_the_most_used_come_first():
    picture = encode(Codebook([(1, 1, 1), (2, 2, 2)], populations=[1, 5]))
    assert Image.open(io.BytesIO(picture)).convert("RGB").getpixel((0, 0)) == (2, 2, 2)
