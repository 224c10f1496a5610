"""Other colour models in sRGB, against values that are known."""

from __future__ import annotations

import colorsys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huepress.palettes.color_models import from_cmyk, from_grey, from_hsb, from_lab, from_unit

unit = st.floats(0, 1)
# Lab relative to D50 of sRGB's corners and a middle grey, as colour pickers show them.
LAB = [
    ((0, 0, 0), (0, 0, 0)),
    ((100, 0, 0), (255, 255, 255)),
    ((53.585, 0, 0), (128, 128, 128)),
    ((54.29, 80.81, 69.89), (255, 0, 0)),
    ((87.82, -79.29, 80.99), (0, 255, 0)),
    ((29.57, 68.30, -112.03), (0, 0, 255)),
    ((97.61, -15.75, 93.39), (255, 255, 0)),
    ((90.67, -50.67, -14.96), (0, 255, 255)),
    ((60.17, 93.54, -60.50), (255, 0, 255)),
]


@pytest.mark.parametrize(("lab", "rgb"), LAB)
def test_lab(lab, rgb):
    assert all(abs(a - b) <= 1 for a, b in zip(from_lab(*lab), rgb, strict=True))


@given(unit, unit, unit)
def test_hsb_is_as_in_the_standard_library(hue, saturation, brightness):
    expected = from_unit(*colorsys.hsv_to_rgb(hue, saturation, brightness))
    given_ = from_hsb(hue, saturation, brightness)
    assert all(abs(a - b) <= 1 for a, b in zip(given_, expected, strict=True))


@pytest.mark.parametrize(
    ("inks", "rgb"),
    [
        ((0, 0, 0, 0), (255, 255, 255)),
        ((1, 0, 0, 0), (0, 255, 255)),
        ((0, 1, 0, 0), (255, 0, 255)),
        ((0, 0, 1, 0), (255, 255, 0)),
        ((1, 1, 1, 0), (0, 0, 0)),
        ((0.2, 0.4, 0.6, 0.5), (102, 77, 51)),
    ],
)
def test_cmyk(inks, rgb):
    assert from_cmyk(*inks) == rgb


@given(st.integers(0, 255))
def test_eight_bits_come_back(level):
    assert from_grey(level / 255) == (level,) * 3


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False, width=32), min_size=4, max_size=4))
def test_any_numbers_give_a_colour(values):
    colors = [from_unit(*values[:3]), from_hsb(*values[:3]), from_lab(*values[:3])]
    for color in (*colors, from_cmyk(*values)):
        assert all(type(level) is int and 0 <= level <= 255 for level in color)
