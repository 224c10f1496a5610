"""Exact where people look: paper, panels, brand colours, greys, given colours."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.images import picture, scene
from hypothesis import given, settings
from hypothesis import strategies as st

from huepress import Options, quantize
from huepress.engine import IndexedImage, prepare
from huepress.engine.flat_colors import FlatColor, reserved
from huepress.reading import read_pixels

DITHERS = ["none", "diffusion", "ordered", "blue-noise"]


def page(ground=(254, 254, 254), seed: int = 1, share: float = 0.6) -> np.ndarray:
    """Return a picture of many colours on a flat ground that has so much of it."""
    rng = np.random.default_rng(seed)
    image = np.full((60, 100, 3), ground, np.uint8)
    rows = round(60 * (1 - share))
    image[:rows] = rng.integers(0, 256, (rows, 100, 3), np.uint8)
    return image


def panels(count: int = 6) -> np.ndarray:
    """Return flat areas a level apart, above a noisy picture."""
    image = page(share=0.5)
    for i in range(count):
        image[30:, 100 * i // count : 100 * (i + 1) // count] = 255 - i
    return image


@given(
    st.integers(2, 300), st.sampled_from(DITHERS), st.sampled_from(["oklab", "rgb"]),
    st.tuples(*[st.integers(0, 255)] * 3), st.floats(0.25, 0.9),
)  # fmt: skip
@settings(max_examples=30)
def test_a_dominant_colour_is_exact_at_every_k(k, dither, space, ground, share):
    """White paper became #fffefe: a level costs the mean next to nothing."""
    image = page(ground, share=share)
    if k > 256:
        dither = "none"
    shown = quantize(image, k, dither=dither, space=space, effort=2).pixels()
    is_ground = (image == ground).all(axis=2)
    assert (shown[is_ground] == ground).all()


@pytest.mark.parametrize("dither", DITHERS)
def test_flat_areas_a_level_apart_stay_apart(dither):
    """#fefefe became white, #0969da became #0a69da."""
    image = panels()
    shown = quantize(image, 128, dither=dither).pixels()
    assert np.array_equal(shown[30:], image[30:])


def test_photographs_have_no_flat_colours():
    pixels = read_pixels(scene(), 10**7)
    assert prepare(pixels, Options()).constraints.flat == ()


def test_a_common_colour_that_fills_no_area_is_left_alone():
    """Of noise in few colours, each has more than a hundredth."""
    noise = np.random.default_rng(1).integers(0, 4, (50, 50, 3), np.uint8) * 60
    assert prepare(read_pixels(noise, 10**6), Options()).constraints.flat == ()


def test_reserved_colours_leave_room_for_the_rest():
    found = [FlatColor(1, 0.4), FlatColor(2, 0.25), FlatColor(3, 0.1), FlatColor(4, 0.02)]
    assert reserved(found, 12, 0) == (1, 2, 3, 4)
    assert reserved(found, 11, 0) == (1, 2)
    assert reserved(found, 12, 1) == (1, 2)
    assert reserved(found, 2, 1) == (1,)
    assert reserved(found, 2, 2) == ()
    assert reserved(found, 1, 0) == ()


@pytest.mark.parametrize("mode", ["L", "LA"])
@pytest.mark.parametrize("space", ["auto", "oklab", "rgb"])
@pytest.mark.parametrize("dither", DITHERS)
def test_greys_stay_grey(mode, space, dither):
    """Up to 90 % of the pixels of a grey scan were tinted by a level."""
    image = picture(90, 60, mode)
    for k in (2, 16, 64, 200):
        book = quantize(image, k, space=space, dither=dither).codebook
        assert all(color[0] == color[1] == color[2] for color in book)


@given(st.integers(2, 100), st.integers(0, 2**32))
@settings(max_examples=20)
def test_without_dithering_a_label_depends_on_its_colour_only(k, seed):
    """24 equal tiles became hundreds of different ones."""
    rng = np.random.default_rng(seed)
    tile = rng.integers(0, 256, (12, 12, 3), np.uint8)
    q = quantize(np.tile(tile, (3, 4, 1)), k, dither="none", effort=2)
    labels = q.labels.reshape(3, 12, 4, 12).swapaxes(1, 2).reshape(12, 144)
    assert (labels == labels[0]).all()


@pytest.mark.parametrize("dither", DITHERS)
def test_pixels_that_a_palette_has_keep_their_colour(dither):
    """Thousands of pixels of colours in the palette were changed, by up to 27 levels."""
    palette = [(0, 0, 0), (255, 255, 255), (9, 105, 218), (200, 30, 30), (90, 90, 90)]
    rng = np.random.default_rng(3)
    image = rng.integers(0, 256, (40, 60, 3), np.uint8)
    is_given = rng.random((40, 60)) < 0.5
    image[is_given] = np.array(palette, np.uint8)[rng.integers(0, 5, is_given.sum())]
    shown = quantize(image, palette=palette, dither=dither).pixels()
    assert np.array_equal(shown[is_given], image[is_given])
    only = np.array(palette, np.uint8)[rng.integers(0, 5, (40, 60))]
    assert quantize(only, palette=palette, dither=dither).mse == 0


def test_one_tinted_colour_makes_an_image_no_grey_one():
    """They are looked at in pieces: the one may be in any of them."""
    rng = np.random.default_rng(1)
    greys = np.repeat(rng.integers(0, 256, (40, 50, 1), np.uint8), 3, axis=2)
    assert IndexedImage.of(read_pixels(greys, 10**6)).histogram.counts.is_neutral()
    for level in (0, 90, 255):
        tinted = greys.copy()
        tinted[7, 9] = level, level, level ^ 1
        assert not IndexedImage.of(read_pixels(tinted, 10**6)).histogram.counts.is_neutral()
