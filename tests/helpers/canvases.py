"""Small images and codebooks for the tests of mapping, each as a `Canvas` and as its reference."""

from __future__ import annotations

from array import array
from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st

from helpers.point_clouds import cloud
from helpers.reference_mapping import Picture
from huepress._kernels.gate import Canvas, Clusters, PixelIndex

MOST = 16_320


class MappingCase(NamedTuple):
    """An image to be mapped to a codebook."""

    index: PixelIndex
    clusters: Clusters
    width: int
    oklab: bool

    @property
    def canvas(self) -> Canvas:
        """Both as a canvas of its own, looked at on the instruction set that is chosen now."""
        canvas = Canvas(self.index, self.clusters, self.width)
        canvas.measure_tolerance()
        return canvas

    @property
    def picture(self) -> Picture:
        """The same for the reference."""
        count = len(self.index.colors)
        identity = array("i", range(count))
        numbers = self.index.spread(identity, identity, count)
        index = np.frombuffer(numbers, np.uint8 if count <= 256 else np.uint16)
        points = [list(at) for at, _ in self.clusters.points.coordinates()]
        codebook = [list(at) for at in self.clusters.centroids()]
        return Picture(index.reshape(-1, self.width).tolist(), points, codebook, self.oklab)

    @property
    def nearest(self) -> bytes:
        """The label of each pixel's nearest entry."""
        k = self.clusters.k
        return self.index.spread(self.clusters, array("i", range(k)), k)


def mapping_case(pixels, codebook, oklab: bool = False, straight: bool = False) -> MappingCase:
    """Set up (H, W, channels) pixels and a codebook of coordinates."""
    _, width, channels = pixels.shape
    index = PixelIndex(np.ascontiguousarray(pixels).reshape(-1), channels)
    clusters = Clusters(index.colors.points(oklab, straight), len(codebook))
    for j, at in enumerate(codebook):
        clusters.place(j, *at)
    clusters.prepare_assign()
    clusters.assign()
    clusters.finish_assign()
    return MappingCase(index, clusters, width, oklab)


def painted(kind: str, seed: int, height: int, width: int, channels: int):
    """Return an image: noise, a ramp, flat areas with some spots, or a mix of few colours."""
    rng = np.random.default_rng(seed)
    if kind == "noise":
        return cloud(seed, height * width, channels, 4, 20, 256).reshape(height, width, channels)
    if kind == "ramp":
        ends = rng.integers(0, 256, (2, channels))
        share = np.linspace(0, 1, height * width).reshape(height, width, 1)
        return np.rint(ends[0] + share * (ends[1] - ends[0])).astype(np.uint8)
    colors = rng.integers(0, 256, (5, channels), np.uint8)
    if kind == "mix":
        return colors[rng.integers(0, 5, (height, width))]
    return colors[np.where(rng.random((height, width)) < 0.05, 1 + rng.integers(0, 2), 0)]


def entries(points, k: int, seed: int):
    """Return a codebook: entries on the image's colours, near them, anywhere, and in corners.

    Of some seeds all are near, but not exact, or all are anywhere.
    """
    rng = np.random.default_rng(seed)
    at = points[rng.integers(0, len(points), k)]
    kind = rng.integers(0, 5, k)[:, None] if seed % 3 else np.full((k, 1), 1 + 2 * (seed % 2))
    at = np.where(kind == 1, at + rng.integers(-150, 151, (k, 4)), at)
    at = np.where(kind == 2, at + rng.integers(-1500, 1501, (k, 4)), at)
    at = np.where(kind == 3, rng.integers(0, MOST + 1, (k, 4)), at)
    at = np.where((kind == 4) & (rng.random((k, 1)) < 0.3), MOST * rng.integers(0, 2, (k, 4)), at)
    return np.clip(at, 0, MOST).tolist()


def small_case(kind, seed, height, width, channels, k, oklab, straight) -> MappingCase:
    pixels = painted(kind, seed, height, width, channels)
    points = PixelIndex(pixels.reshape(-1), channels).colors.points(oklab, straight)
    coordinates = np.array([at for at, _ in points.coordinates()])
    return mapping_case(pixels, entries(coordinates, k, seed), oklab, straight)


def mapping_cases(height: int = 12, width: int = 40, most: int = 256, least_width: int = 1):
    """Return any small image with any codebook."""
    return st.builds(
        small_case,
        st.sampled_from(["noise", "ramp", "flat", "mix"]),
        st.integers(0, 2**32),
        st.integers(1, height),
        st.integers(least_width, width),
        st.sampled_from([3, 4]),
        st.integers(1, 20) | st.integers(1, most),
        st.booleans(),
        st.booleans(),
    )
