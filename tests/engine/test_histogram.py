"""Histograms add up: that of an image is the merge of those of its parts."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huepress.engine import Histogram, IndexedImage
from huepress.reading import Pixels


def pixels_of(array) -> Pixels:
    height, width, channels = array.shape
    return Pixels(width, height, channels, np.ascontiguousarray(array).tobytes())


def noise(seed: int, channels: int, colors: int, size: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    palette = rng.integers(0, 256, (colors, channels), np.uint8)
    return palette[rng.integers(0, colors, size)][None]


def fine_pixels(seed: int, count: int) -> Pixels:
    rng = np.random.default_rng(seed)
    levels = rng.integers(0, 1021, (count, 3)).astype(np.uint32)
    words = levels[:, 0] << 20 | levels[:, 1] << 10 | levels[:, 2]
    order = (16, 8, 0, 24)  # second, third, last and first byte of the word
    raw = np.stack([words >> shift & 255 for shift in order], axis=1).astype(np.uint8)
    return Pixels(count, 1, 3, raw.tobytes(), is_fine=True)


@st.composite
def cut_images(draw):
    """Draw an image of one row, and the same in parts and in any order."""
    channels, size = draw(st.sampled_from([3, 4])), draw(st.integers(2, 900))
    image = noise(draw(st.integers(0, 2**32)), channels, draw(st.integers(1, 400)), size)
    cuts = sorted(draw(st.sets(st.integers(1, size - 1), max_size=6)))
    tiles = [image[:, a:b] for a, b in zip([0, *cuts], [*cuts, size], strict=True)]
    return image, draw(st.permutations(tiles))


@given(cut_images())
def test_an_image_is_the_merge_of_its_tiles(cut):
    image, tiles = cut
    whole = Histogram.of(pixels_of(image))
    first, *others = (Histogram.of(pixels_of(tile)) for tile in tiles)
    merged = first.merge(*others)
    assert merged == whole
    assert hash(merged) == hash(whole)
    assert merged.total == image.shape[1]
    assert merged.counts.colors_and_counts() == whole.counts.colors_and_counts()


def test_fine_colours_merge_too():
    parts = [fine_pixels(seed, 500) for seed in (1, 2)]
    both = Pixels(1000, 1, 3, bytes(parts[0].raw) + bytes(parts[1].raw), is_fine=True)
    merged = Histogram.of(parts[1]).merge(Histogram.of(parts[0]))
    assert merged == Histogram.of(both)
    assert merged.colors_of_8_bits() == Histogram.of(both).colors_of_8_bits()


def test_counts_have_64_bits():
    """A set of images has more pixels than fit 32 bits."""
    histogram = Histogram.of(pixels_of(noise(3, 3, 40, 1000)))
    total = 1000
    for _ in range(30):
        histogram = histogram.merge(histogram)
        total *= 2
    assert histogram.total == total > 1 << 39
    assert sum(histogram.counts.counts()) == total


@pytest.mark.parametrize("others", [noise(1, 4, 9, 50), None])
def test_colours_of_different_kinds_are_not_mixed(others):
    histogram = Histogram.of(pixels_of(noise(1, 3, 9, 50)))
    pixels = fine_pixels(1, 50) if others is None else pixels_of(others)
    with pytest.raises(ValueError, match="colours of another kind"):
        histogram.merge(Histogram.of(pixels))


def test_a_histogram_is_a_value():
    histogram = Histogram.of(pixels_of(noise(5, 3, 9, 100)))
    again = pickle.loads(pickle.dumps(histogram))
    assert again == histogram
    assert again != histogram.merge(histogram)
    assert repr(histogram) == "<Histogram of 9 colours, 100 pixels>"
    assert len(histogram) == histogram.unique_8_bits() == 9
    with pytest.raises(AttributeError):
        histogram.counts = None


@given(cut_images())
@settings(max_examples=20)
def test_an_indexed_image_knows_its_pixels(cut):
    image, _ = cut
    indexed = IndexedImage.of(pixels_of(image))
    colors, _ = indexed.histogram.counts.colors_and_counts()
    table = np.frombuffer(colors, np.uint8).reshape(-1, image.shape[2])
    numbers = np.frombuffer(indexed.pixel_index.numbers(), np.int32)
    assert np.array_equal(table[numbers][None], image)
