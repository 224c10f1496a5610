"""Random colours for the engine's tests: in clusters and spread, few and many."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from huepress._kernels.gate import PixelIndex


def cloud(
    seed: int, size: int, channels: int = 3, middles: int = 5, spread: float = 20, levels: int = 256
):
    """Return pixels, (size, channels) uint8, around so many middles.

    Of few levels, many pixels coincide and many colours are equally far from others.
    """
    rng = np.random.default_rng(seed)
    centers = rng.integers(0, 256, (middles, channels))
    pixels = centers[rng.integers(0, middles, size)] + rng.normal(0, spread, (size, channels))
    step = 255 // (levels - 1)
    pixels = np.clip(np.rint(pixels / step) * step, 0, 255).astype(np.uint8)
    if channels == 4:
        pixels[rng.random(size) < 0.2, 3] = rng.choice([0, 255])
    return pixels


def clouds(most: int = 3000, channels=(3, 4)):
    """Return any such pixels: 1 to `most` of them."""
    return st.builds(
        cloud,
        st.integers(0, 2**32),
        st.integers(1, 100) | st.integers(1, most),
        st.sampled_from(channels),
        st.integers(1, 20),
        st.sampled_from([0, 2, 20, 100, 1000]),
        st.sampled_from([2, 4, 16, 256]),
    )


def index_of(pixels) -> PixelIndex:
    """Return the index of (N, channels) pixels."""
    return PixelIndex(np.ascontiguousarray(pixels).reshape(-1), pixels.shape[1])


def points_of(pixels, oklab: bool = False, straight: bool = False):
    """Return the points of (N, channels) pixels."""
    return index_of(pixels).colors.points(oklab, straight)


def arrays_of(points):
    """Return coordinates, (N, 4), and weights of the engine's points as arrays."""
    pairs = points.coordinates()
    return np.array([at for at, _ in pairs]), np.array([weight for _, weight in pairs])
