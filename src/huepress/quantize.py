"""Pixels in, a codebook and a label map out: the one place where the steps meet."""

from __future__ import annotations

from array import array
from typing import Unpack

from huepress._kernels.gate import Clusters, Histogram
from huepress.codebook import Codebook
from huepress.image_io import Pixels, Source, read_pixels
from huepress.kmeans import fit
from huepress.options import Options, OtherKnobs
from huepress.quantized import Quantized

__all__ = ["quantize"]

# Coordinates are 8-bit levels times 64; a distortion has the square of that.
_SCALE_SQUARED = 64 * 64


def quantize(image: Source, k: int = 256, **knobs: Unpack[OtherKnobs]) -> Quantized:
    """Find the K colours that stand best for an image, and for each pixel the one that does.

    K-means on the unique colours of the image, weighted by their pixels (`huepress.kmeans` tells
    how), with the mean squared error over red, green and blue as what is made small. The codebook
    is optimized as the 8-bit colours it is stored as. An image with no more than `k` colours is
    kept exactly, with exactly that many entries.

    Parameters
    ----------
    image : array_like, PIL.Image.Image, path, bytes or file object
        What to quantize: an array of shape (H, W), (H, W, 1), (H, W, 3) or (H, W, 4) and dtype
        uint8, sRGB; or anything that Pillow opens. With alpha, colours are compared
        premultiplied: the less visible, the less they count.
    k : int, default 256
        Colours in the codebook, 1 to 65,536. An indexed PNG can hold 256.
    effort : int, default 5
        1 (fastest) to 10 (best; seconds instead of milliseconds).
    space : {'rgb'}, default 'rgb'
        Working space, in which distances are taken.
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

    Returns
    -------
    Quantized
        With the codebook sorted by population, most first, and without unused entries.

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
    >>> q = huepress.quantize(ramp, k=4)
    >>> q
    <Quantized 256x16, 4 colours, MSE 341.50>
    >>> sorted(q.codebook.hex())
    ['#200000', '#600000', '#a00000', '#e00000']
    >>> q.labels.shape, q.labels.dtype
    ((16, 256), dtype('uint8'))
    """
    options = Options(k=k, **knobs)
    pixels = read_pixels(image, options.max_pixels)
    histogram = Histogram(pixels.data, pixels.channels)
    if histogram.unique <= options.k:
        return _exact(pixels, histogram)
    clusters = fit(histogram.points(options.space == "oklab"), options)
    return _gathered(pixels, histogram, clusters)


def _exact(pixels: Pixels, histogram: Histogram) -> Quantized:
    """Every colour stands for itself."""
    colors, counts = histogram.colors_and_counts()
    labels = array("i", range(histogram.unique))
    return _ordered(pixels, histogram, labels, colors, counts, 0.0)


def _gathered(pixels: Pixels, histogram: Histogram, clusters: Clusters) -> Quantized:
    rgba = clusters.colors()
    channels = pixels.channels
    colors = b"".join(rgba[4 * j : 4 * j + channels] for j in range(clusters.k))
    mse = clusters.distortion() / (_SCALE_SQUARED * histogram.size)
    return _ordered(pixels, histogram, clusters, colors, clusters.weights(), mse)


def _ordered(
    pixels: Pixels,
    histogram: Histogram,
    labels: array[int] | Clusters,
    colors: bytes,
    weights: list[int],
    mse: float,
) -> Quantized:
    """Sort the codebook by population, drop what nothing uses, and label the pixels."""
    channels = pixels.channels
    entries = [colors[j : j + channels] for j in range(0, len(colors), channels)]
    order = sorted(range(len(entries)), key=lambda j: (-weights[j], entries[j]))
    order = [j for j in order if weights[j]]
    rank = array("i", bytes(4 * len(entries)))
    for place, j in enumerate(order):
        rank[j] = place
    codebook = Codebook.from_bytes(
        b"".join(entries[j] for j in order), channels, [weights[j] for j in order]
    )
    label_bytes = histogram.spread(labels, rank, len(order))
    return Quantized(pixels.width, pixels.height, label_bytes, codebook, mse)
