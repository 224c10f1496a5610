"""Fit once, map many: a fit is a value that depends on the histogram only."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.images import picture, scene
from hypothesis import given, settings
from hypothesis import strategies as st

from huepress import OptionError, Options, quantize
from huepress.engine import Constraints, Histogram, IndexedImage, fit, map_pixels
from huepress.reading import Pixels, read_pixels

LIMIT = 10**7


def pixels_of(array) -> Pixels:
    height, width, channels = array.shape
    return Pixels(width, height, channels, np.ascontiguousarray(array).tobytes())


def tiles_of(array, side: int) -> list[np.ndarray]:
    height, width = array.shape[:2]
    return [
        array[y : y + side, x : x + side]
        for y in range(0, height, side)
        for x in range(0, width, side)
    ]


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
@pytest.mark.parametrize("k", [2, 30, 256, 300])
def test_the_fit_of_merged_tiles_is_that_of_the_image(mode, k):
    array = np.asarray(picture(150, 100, mode))
    options = Options(k=k)
    tiles = [Histogram.of(pixels_of(tile)) for tile in tiles_of(array, 37)]
    merged = tiles[-1].merge(*tiles[:-1])
    whole = fit(Histogram.of(pixels_of(array)), options)
    assert fit(merged, options).colors == whole.colors


@pytest.mark.parametrize("options", [
    {}, {"k": 20, "dither": "none", "rd": 0}, {"k": 9, "dither": "ordered"}, {"effort": 2},
    {"k": 300, "dither": "none"}, {"space": "rgb", "k": 64},
], ids=str)  # fmt: skip
def test_mapping_to_the_fit_of_merged_tiles_gives_the_same_bytes(options):
    array = np.asarray(scene())
    tiles = [Histogram.of(pixels_of(tile)) for tile in tiles_of(array, 100)]
    merged = tiles[0].merge(*tiles[1:])
    image = IndexedImage.of(pixels_of(array))
    q = map_pixels(fit(merged, Options(**options)), image, Options(**options))
    expected = quantize(array, **options)
    assert (q.codebook, q.label_bytes, q.mse) == (
        expected.codebook, expected.label_bytes, expected.mse
    )  # fmt: skip


@given(st.integers(0, 2**32), st.integers(2, 40))
@settings(max_examples=20)
def test_each_tile_gets_the_nearest_colours_of_the_common_fit(seed, k):
    """What belongs together gets one codebook; each part is mapped by itself."""
    rng = np.random.default_rng(seed)
    images = [rng.integers(0, 256, (9, 11, 3), np.uint8) // (3 - i) for i in range(2)]
    options = Options(k=k, space="rgb", dither="none", rd=0)
    histograms = [Histogram.of(pixels_of(image)) for image in images]
    common = fit(histograms[0].merge(histograms[1]), options)
    entries = np.frombuffer(common.colors, np.uint8).reshape(-1, 3).astype(int)
    for image in images:
        q = map_pixels(common, IndexedImage.of(pixels_of(image)), options)
        away = ((image.astype(int)[:, :, None] - entries) ** 2).sum(axis=3)
        chosen = ((image.astype(int) - q.pixels()) ** 2).sum(axis=2)
        assert np.array_equal(chosen, away.min(axis=2))


def test_an_exact_fit_maps_the_parts_exactly():
    image = np.asarray(picture(60, 40).quantize(30).convert("RGB"))
    whole = fit(Histogram.of(pixels_of(image)), Options(k=64))
    for tile in tiles_of(image, 20):
        q = map_pixels(whole, IndexedImage.of(pixels_of(tile)), Options())
        assert np.array_equal(q.pixels(), tile)
        assert q.mse == 0


def test_a_colour_that_an_exact_fit_lacks_is_named():
    whole = fit(Histogram.of(pixels_of(np.zeros((2, 2, 3), np.uint8))), Options())
    other = IndexedImage.of(pixels_of(np.full((2, 2, 3), 9, np.uint8)))
    with pytest.raises(OptionError, match="#090909, which none of the fitted images had"):
        map_pixels(whole, other, Options())


def test_fitting_twice_gives_equal_values():
    histogram = Histogram.of(read_pixels(picture(), LIMIT))
    one, other = (fit(histogram, Options(k=20)) for _ in range(2))
    assert one.colors == other.colors
    assert one.k == 20


def test_kept_colours_come_first():
    histogram = Histogram.of(read_pixels(picture(), LIMIT))
    kept = (0xFFE30613, 0xFF000000)
    found = fit(histogram, Options(k=20), Constraints(kept=kept))
    assert found.entries()[:2] == [b"\xe3\x06\x13", b"\0\0\0"]
    with pytest.raises(OptionError, match="keep: 2 colours don't fit a codebook of 1"):
        fit(histogram, Options(k=1), Constraints(kept=kept))


def test_keeping_a_colour_of_an_image_of_very_many(monkeypatch):
    """More than 65,536 unique colours were an error about the codebook: ``--keep`` failed on every
    photograph that has as many."""
    rng = np.random.default_rng(1)
    image = rng.integers(0, 256, (300, 300, 3), np.uint8)
    assert len(Histogram.of(pixels_of(image))) > 65_536
    q = quantize(image, 16, keep=["#e30613"], effort=1)
    assert "#e30613" in q.codebook.hex()
