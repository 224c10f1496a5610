"""Pixels in, a codebook and a label map out: the one place where the steps meet."""

from __future__ import annotations

import warnings
from array import array
from functools import cached_property
from typing import Unpack

from huepress._kernels.gate import Clusters, Histogram, Points
from huepress.codebook import Codebook
from huepress.errors import OptionError
from huepress.files import name_of
from huepress.guides import (
    fixed_codebook,
    importance_of,
    kept_colors,
    number_of,
    numbers_of,
    prepared,
    with_clear_entry,
)
from huepress.image_io import Pixels, Source, read_pixels
from huepress.kmeans import assign, fit, fit_around, on_colors
from huepress.mapping import MOST_COLORS, map_pixels
from huepress.options import MAX_COLORS, Options, OtherKnobs
from huepress.parallel import run_parts, useful_threads
from huepress.quantized import Copies, Quantized
from huepress.stages import Stages

__all__ = ["Study", "quantize"]


def quantize(image: Source, k: int = 256, **knobs: Unpack[OtherKnobs]) -> Quantized:
    """Find the K colours that stand best for an image, and for each pixel the one that does.

    K-means on the unique colours of the image, weighted by their pixels (`huepress.kmeans` tells
    how); then each pixel is mapped to one of the colours (`huepress.mapping`). The codebook is
    optimized as the 8-bit colours it is stored as. An image with no more than `k` colours is kept
    exactly, with exactly that many entries.

    The literal recipe of the textbook, which makes the mean squared error over red, green and blue
    small, is ``space='rgb', dither='none', rd=0``.

    Parameters
    ----------
    image : array_like, PIL.Image.Image, path, bytes or file object
        What to quantize: an array of shape (H, W), (H, W, 1), (H, W, 3) or (H, W, 4) and dtype
        uint8, uint16 (up to 65,535) or floating point (0 to 1), sRGB; or anything that Pillow
        opens. Alpha of 0 and 255 stays exact.
    k : int, default 256
        Colours in the codebook, 1 to 65,536. An indexed PNG can hold 256.
    effort : int, default 5
        1 (fastest) to 10 (best; seconds instead of milliseconds).
    space : {'auto', 'oklab', 'rgb'}, default 'auto'
        Working space, in which colours are clustered and assigned: Oklab, where distances are as
        people see them, or sRGB as in the textbook. 'auto' is Oklab up to 256 colours.
    dither : {'auto', 'none', 'diffusion', 'ordered', 'blue-noise'}, default 'auto'
        How neighbouring pixels make up for each other's errors: by error diffusion, or by a mask
        of thresholds. 'auto' is diffusion, or none where errors are below what can be seen.
    dither_strength : float, default 1.0
        How much of it, 0 to 1.
    rd : float, default 1.0
        Rate-distortion strength, 0 to 1000: how much error labels may gain if they take fewer bytes
        once encoded. 0 leaves the nearest, or the dithered, labels. Counts up to 256 colours, with
        `dither` of none or diffusion.
    alpha : {'premultiplied', 'straight'}, default 'premultiplied'
        Colours count as they are seen, or count fully under any alpha, even 0, and are kept there,
        as game textures need it.
    palette : path, Codebook, image or array_like of shape (K, 3) or (K, 4), optional
        Map onto these colours, instead of finding some: a palette file, or an image, whose colours
        are taken. They stay all, in their order. Without alpha, they get one more entry for pixels
        that are fully transparent.
    keep : sequence of colours, optional
        Colours ('#rrggbb', '#rrggbbaa' or tuples) that are in the codebook exactly, and that
        pixels of exactly that colour keep.
    importance : 'auto' or image, optional
        Weigh each pixel by a grey mask of the same size, where white counts most; 'auto' weighs
        smooth areas, where errors show, more than busy ones.
    seeding : {'wu', 'kmeans++'}, default 'wu'
        How the initial centroids are found: by variance split or by greedy k-means++.
    max_iter : int, optional
        Most iterations of the last, full-precision run, 1 to 100,000. Default: by `effort`.
    tol : float, optional
        The iteration stops when it lowers the distortion by no more than this share, 0 to 1.
        Default: by `effort`.
    n_init : int, optional
        Independent runs, the best of which is kept, 1 to 1000. All but the first start at random.
        Default: 1, at efforts 9 and 10 more.
    seed : int, default 0
        Fixes all random choices: those of k-means++, and those of a longer polish (from `effort` 6
        up; with few colours from 3 up).
    threads : int, default 0
        Threads for this image, 0 to 256; 0 takes as many as pay. Never changes the result.
    max_pixels : int, default 300,000,000
        Images that declare more pixels are refused before they are decoded.
    page : int, optional
        Which page of a TIFF, or frame of an animation, from 1. By default the first; that there
        are more is a warning.
    keep_profile : bool, default False
        Leave colours as the image's ICC profile means them, instead of converting them to sRGB.

    Returns
    -------
    Quantized
        With the codebook sorted by population, most first, and without unused entries, but for
        given or kept ones.

    Raises
    ------
    OptionError
        If an option, or the array's shape or dtype, is none of the above. Also a ValueError.
    UnreadableError
        If the file is missing, a directory, or may not be read. Also an OSError.
    NotAnImageError
        If the file is not an image, damaged or truncated. Also a ValueError.
    TooLargeError
        If the image declares more than `max_pixels`. Also a ValueError.

    Examples
    --------
    >>> import numpy as np
    >>> import huepress
    >>> ramp = np.zeros((16, 256, 3), np.uint8)
    >>> ramp[..., 0] = np.arange(256)
    >>> q = huepress.quantize(ramp, k=4, space="rgb", dither="none", rd=0)
    >>> q
    <Quantized 256x16, 4 colours, MSE 341.50>
    >>> sorted(q.codebook.hex())
    ['#200000', '#600000', '#a00000', '#e00000']
    >>> q.labels.shape, q.labels.dtype
    ((16, 256), dtype('uint8'))
    """
    options = Options(k=k, **knobs)
    pixels = read_pixels(image, options.max_pixels, options.page, options.keep_profile)
    for notice in pixels.notices:
        warnings.warn(f"{name_of(image)}: {notice}", stacklevel=2)
    return Study(pixels, options).quantized(options)


class Study:
    """One image, looked at once and quantized in as many ways as needed.

    Parameters
    ----------
    pixels : Pixels
        The image.
    options : Options
        Those that all ways share; `quantized` may be asked for any ``k``, ``dither``,
        ``dither_strength`` and ``rd``.
    stages : Stages, optional
        Is told when each is over.

    Raises
    ------
    OptionError
        If more colours are to be kept than there is room for, or a mask has another size.
    InputError
        If a palette or a mask can't be read.
    """

    def __init__(self, pixels: Pixels, options: Options, stages: Stages | None = None) -> None:
        fixed = fixed_codebook(options.palette, options.max_pixels)
        if fixed and options.keep:
            raise OptionError("keep: contradicts palette; add the colours to that instead")
        importance = importance_of(options, pixels)
        # Nothing of the pixels is kept but their histogram: they may take a third of the memory.
        pixels = prepared(pixels, options, fixed)
        self._width, self._height, self._channels = pixels[:3]
        self._fixed = fixed and with_clear_entry(fixed, pixels)
        self._kept = kept_colors(options)
        self._threads = options.threads
        self._given = [number_of(color) for color in self._fixed or ()] or self._kept
        self._importance = importance
        self._rounded = self._histogram = Histogram(pixels.data, pixels.channels)
        if pixels.fine is not None:
            self._histogram = Histogram(pixels.fine, 3, fine=True)
        self._points: dict[bool, Points] = {}
        self._clusters: dict[int, Clusters] = {}
        self._stages = stages or Stages()
        self._stages.end("histogram")

    @property
    def exact_from(self) -> int:
        """How many colours hold the image exactly; with given ones no number does."""
        if self._fixed:
            return MAX_COLORS + 1
        return int(self._rounded.unique) + len(self._missing)

    @cached_property
    def _missing(self) -> list[int]:
        """The kept colours that no pixel has."""
        if not self._kept:
            return []
        data, _ = self._rounded.colors_and_counts()
        present = set(numbers_of(Codebook.from_bytes(data, self._channels)))
        return [color for color in self._kept if color not in present]

    def fewest(self, options: Options) -> int:
        """Return how few colours may be asked for: as many as are given or kept."""
        return options.k if self._fixed else max(len(self._kept), 1)

    def quantized(self, options: Options) -> Quantized:
        """Return the image in `options.k` colours."""
        if len(self._kept) > options.k:
            raise OptionError(
                f"keep: {len(self._kept)} colours don't fit a codebook of {options.k}; raise k"
            )
        if self.exact_from <= options.k:
            return self._exact()
        clusters = self._clustered(options)
        self._stages.end("cluster")
        kept = array("I", self._kept)
        mapped = map_pixels(self._histogram, clusters, self._width, options, kept)
        colors = self._colors(clusters)
        if mapped is not None:
            return self._made(self._histogram, clusters, colors, *mapped)
        bound = self._channels == 4 or kept
        nearest = clusters.bound_labels(kept) if bound else clusters
        return self._made(self._histogram, nearest, colors)

    def _colors(self, clusters: Clusters) -> bytes:
        """Return the codebook's colours; coordinates don't tell all of the given ones apart."""
        channels = self._channels
        rgba = clusters.colors()
        found = [rgba[at : at + channels] for at in range(4 * len(self._given), len(rgba), 4)]
        return b"".join([*(_packed(color, channels) for color in self._given), *found])

    def _exact(self) -> Quantized:
        """Every colour stands for itself; those of the kept ones that no pixel has come last."""
        data, _ = self._rounded.colors_and_counts()
        more = b"".join(_packed(color, self._channels) for color in self._missing)
        numbers = array("i", range(self._rounded.unique))
        return self._made(self._rounded, numbers, data + more)

    def _clustered(self, options: Options) -> Clusters:
        """Return clusters for these options; for each k they are found once."""
        if options.k not in self._clusters:
            clusters = self._fitted(self._points_in(options), options)
            if self._channels == 4 and self._fixed is None:
                clusters.settle_alpha(len(self._kept))
                assign(clusters)
            self._clusters[options.k] = clusters
        return self._clusters[options.k]

    def _fitted(self, points: Points, options: Options) -> Clusters:
        if self._fixed is not None:
            return on_colors(points, self._given)
        if self._kept:
            return fit_around(points, self._kept, options)
        return fit(points, options)

    def _points_in(self, options: Options) -> Points:
        """Return the points in the working space of these options."""
        oklab = options.space == "oklab" or (options.space == "auto" and options.k <= MOST_COLORS)
        if oklab not in self._points:
            straight = options.alpha == "straight"
            points = self._histogram.points(oklab, straight)
            if self._importance is not None:
                weights = self._importance
                if weights == "auto":
                    weights = points.smoothness(self._width)
                points = self._histogram.points(oklab, straight, weights)
            self._points[oklab] = points
        return self._points[oklab]

    def _made(
        self,
        histogram: Histogram,
        source: array[int] | memoryview[int] | Clusters,
        colors: bytes,
        labels: bytes | None = None,
        copies: Copies | None = None,
    ) -> Quantized:
        """Count what the labels (or, if None, those of the colours) come to, and sort by it.

        The codebook is sorted by population, without unused entries unless they are kept; given
        colours stay all and in their order.
        """
        channels = self._channels
        entries = [colors[at : at + channels] for at in range(0, len(colors), channels)]
        if labels is None:
            identity = array("i", range(len(entries)))
            labels = histogram.spread(source, identity, len(entries))
        mse, populations = self._tallied(labels, colors)
        order = list(range(len(entries)))
        if self._fixed is None:
            order.sort(key=lambda j: (-populations[j], entries[j]))
            kept = {_packed(color, channels) for color in self._kept}
            order = [j for j in order if populations[j] or entries[j] in kept]
        rank = [0] * len(entries)
        for place, j in enumerate(order):
            rank[j] = place
        if len(entries) > 256:
            labels = histogram.spread(source, array("i", rank), len(order))
        else:
            labels = labels.translate(bytes(rank).ljust(256, b"\0"))
        codebook = Codebook.from_bytes(
            b"".join(entries[j] for j in order), channels, [populations[j] for j in order]
        )
        self._stages.end("map")
        return Quantized(self._width, self._height, labels, codebook, mse, copies)

    def _tallied(self, labels: bytes, colors: bytes) -> tuple[float, list[int]]:
        """Return the mean squared error and how many pixels have each colour."""
        found: list[tuple[int, list[int]]] = []

        def count(part: int, parts: int) -> None:
            found.append(self._rounded.tally(labels, colors, part, parts))

        size = self._rounded.size
        run_parts(count, useful_threads(size, self._threads))
        error = sum(total for total, _ in found)
        populations = [sum(counts) for counts in zip(*(each for _, each in found), strict=True)]
        return error / (65_025 * size), populations


def _packed(color: int, channels: int) -> bytes:
    """Return a colour 0xAARRGGBB as bytes, alpha last."""
    return bytes(color >> shift & 255 for shift in (16, 8, 0, 24)[:channels])
