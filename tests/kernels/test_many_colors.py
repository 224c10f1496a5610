"""Histograms of so many colours that they are sorted instead of hashed."""

from __future__ import annotations

import os
import subprocess
import sys
from array import array

import numpy as np
import pytest

from huepress._kernels.gate import PixelIndex

pytestmark = pytest.mark.slow

HASHED = 1 << 19  # so many at most


def random_pixels(unique: int, size: int, channels: int) -> np.ndarray:
    """Return pixels of exactly so many colours, each at least once, as numbers of 30 or 32 bits."""
    rng = np.random.default_rng(unique)
    most = 1021**3 if channels == 3 else 1 << 32
    colors = np.unique(rng.integers(0, most, unique + unique // 8 + 8, np.uint64))
    colors = rng.permutation(colors)[:unique]
    if channels == 3:
        colors = colors // 1021**2 << 20 | colors // 1021 % 1021 << 10 | colors % 1021
    pixels = np.concatenate([colors, rng.choice(colors, size - unique)])
    return rng.permutation(pixels).astype(np.uint32)


def of(words: np.ndarray, channels: int) -> PixelIndex:
    parts = [words >> shift & 255 for shift in (16, 8, 0, 24)]
    return PixelIndex(np.stack(parts, axis=-1).astype(np.uint8).ravel(), channels, channels == 3)


def codes(words: np.ndarray, channels: int) -> np.ndarray:
    """Return Morton codes, bit by bit."""
    depth = 10 if channels == 3 else 8
    found = np.zeros(words.shape, np.uint32)
    for bit in range(depth):
        for channel in range(channels):
            found |= (words >> (depth * channel + bit) & 1) << (channels * bit + channel)
    return found


@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize("unique", [1, HASHED - 1, HASHED, HASHED + 1, HASHED + 90_000])
def test_each_pixel_finds_its_color_however_many_there_are(unique, channels):
    words = random_pixels(unique, HASHED + 100_000, channels)
    index = of(words, channels)
    keys, numbers, counts = np.unique(
        codes(words, channels), return_inverse=True, return_counts=True
    )
    assert len(index.colors) == unique == len(keys)
    if channels == 4:
        assert index.colors.colors_and_counts()[1] == counts.tolist()
    # Of the number of each pixel's color, first the low and then the high bits.
    for part in (np.arange(unique) % 65_536, np.arange(unique) // 65_536):
        labels = index.spread(part.astype(np.int32), array("i", range(65_536)), 65_536)
        assert np.array_equal(np.frombuffer(labels, np.uint16), part[numbers])


MEASURE = """
import random
from huepress._kernels.gate import PixelIndex

def peak():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))

size = 3_000_000
pixels = random.Random(1).randbytes(4 * size)
before = peak()
assert len(PixelIndex(pixels, 4).colors) > 0.99 * size
print((peak() - before) * 1024 / size)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="peaks of memory are counted as Linux does")
@pytest.mark.skipif("LD_PRELOAD" in os.environ, reason="sanitizers keep what is set free")
def test_noise_takes_no_more_than_seventeen_bytes_a_pixel():
    # A table to hash them into took sixty.
    told = subprocess.run(
        [sys.executable, "-c", MEASURE], capture_output=True, text=True, check=True
    )
    assert 8 < float(told.stdout) < 17.5
