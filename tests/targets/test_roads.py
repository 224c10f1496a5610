"""Without a target: never worse than plain labels."""

from __future__ import annotations

import io

import numpy as np
import pytest
from helpers.images import scene

from huepress import compress, metrics
from huepress.engine import IndexedImage
from huepress.reading import read_pixels
from huepress.targets.roads import looks_like_art


def written(image, **options) -> bytes:
    file = io.BytesIO()
    compress(image, file, **options)
    return file.getvalue()


def repeated_tiles() -> np.ndarray:
    """Return noisy tiles that repeat farther apart than a few rows."""
    rng = np.random.default_rng(7)
    tiles = rng.integers(0, 256, (4, 24, 24, 3), np.uint8)
    order = rng.integers(0, 4, (6, 8))
    return np.concatenate([np.concatenate(list(tiles[row]), axis=1) for row in order])


def grey_noise() -> np.ndarray:
    ramp = np.linspace(0, 255, 200)[None] + np.random.default_rng(1).normal(0, 3, (160, 200))
    return ramp.clip(0, 255).astype(np.uint8)


def shapes() -> np.ndarray:
    image = np.full((120, 160, 3), 250, np.uint8)
    image[20:90, 30:120] = np.linspace([20, 80, 200], [90, 200, 60], 90)[None].astype(np.uint8)
    rows, columns = np.indices((120, 160))
    image[(rows - 60) ** 2 + (columns - 80) ** 2 < 900] = (227, 6, 19)
    return image


@pytest.mark.parametrize("make", [repeated_tiles, grey_noise, shapes], ids=lambda f: f.__name__)
@pytest.mark.parametrize("k", [32, 128])
def test_the_default_is_never_worse_than_plain(make, k):
    """A screenshot of 80 kB became 144 kB, where plain labels gave 31 kB and looked better."""
    image = make()
    default = written(image, k=k)
    nearest = written(image, k=k, rd=0)
    plain = written(image, k=k, rd=0, dither="none")
    assert len(default) <= 1.02 * len(nearest)
    if metrics.ssimulacra2(image, plain) >= metrics.ssimulacra2(image, default):
        assert len(default) <= 1.02 * len(plain)


def test_photographs_are_told_from_art():
    def is_art(image) -> bool:
        return looks_like_art(IndexedImage.of(read_pixels(image, 10**7)))

    assert not is_art(scene())
    assert is_art(repeated_tiles())
    assert is_art(grey_noise())
    assert is_art(shapes())


@pytest.mark.parametrize("options", [{}, {"k": 40}, {"effort": 2}, {"dither": "none"}], ids=str)
@pytest.mark.parametrize("make", [repeated_tiles, shapes, scene], ids=lambda f: f.__name__)
def test_compressing_a_result_again_changes_nothing(make, options):
    once = written(make(), **options)
    assert written(once, **options) == once
