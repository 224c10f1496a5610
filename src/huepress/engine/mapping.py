"""Pixels to labels: the nearest colour, a dithered one, or one that is cheap to store.

``nearest``
    Each pixel gets the colour nearest to it.
``diffusion``, ``ordered``, ``blue-noise``
    Neighbours make up for each other's errors, so that the eye, which takes them together, sees
    colours between those of the codebook: error diffusion (Floyd and Steinberg 1976), or pattern
    dithering by a mask of thresholds, which is either Bayer's (1973) or blue noise (Ulichney 1993).
    Colours that the codebook has stay as they are, and, under diffusion, flat areas of others.
``rate-distortion``
    Of the labels whose error can't be seen where they stand, those that DEFLATE will like
    (``_kernels/trellis.c`` tells how). It diffuses errors, too, if that is asked for.
"""

from __future__ import annotations

import math
from array import array
from typing import NamedTuple

from huepress._kernels.gate import Canvas, Clusters, PixelIndex, Trellis
from huepress.engine.rate_model import STEP, WINDOW, literal_costs, match_costs, match_distances
from huepress.engine.threads import run_parts, useful_threads
from huepress.engine.threshold_maps import bayer, blue_noise
from huepress.errors import OptionError
from huepress.options import Options
from huepress.quantized import Copies

__all__ = ["map_pixels"]

MOST_COLORS = 256
"""Dithering and rate-distortion are for as many colours; with more, errors can't be seen."""

_NOTHING = array("I")
_LEVEL = 64  # in coordinates
_ALL = 65_536  # a share of the whole


# Refitting the codebook to the labels that rate-distortion chose, and mapping anew, was tried: half
# a percent fewer bytes, but 0.3 to 2 points of SSIMULACRA2 less.


class Search(NamedTuple):
    """Where rate-distortion looks for matches."""

    rows: int
    span: int


# Half the rows cost two thirds of the time and 1 to 2 % of the bytes (Kodak, K = 256).
SEARCHES = {
    1: Search(1, 16),
    2: Search(2, 16),
    3: Search(3, 16),
    4: Search(3, 16),
    5: Search(4, 16),
    6: Search(8, 16),
    7: Search(12, 16),
    8: Search(16, 32),
    9: Search(24, 32),
    10: Search(40, 32),
}

# Nobody waits for that on large images: up to effort 5, from so many pixels on, fewer rows must do.
_LARGE = ((4_000_000, 2), (16_000_000, 1))

# A row begins when the one above is so far ahead: until then another thread would but wait for it.
_AHEAD = 192

# What Floyd and Steinberg pass on, all of it, rings where colours are out of reach: 0.85 gave the
# best SSIMULACRA2 at each K from 16 to 256. A residual counts up to three times the usual one; so
# does what a pattern still misses: without a limit, 2 points less at K = 256 and 3 at 64 (at 16
# the same), and 1 to 7 % more bytes.
_DIFFUSED = 0.85
_CAP = 3.0
_LEAST_CAP = 6.0  # levels

# In the trellis: the shares of a residual that go on along the row and to the row below. A seventh
# more of both costs 4 to 7 % of the bytes for 0.4 points. (Keeping a fifth of it from choices, for
# later pixels to see, is as good and takes longer.)
_ACROSS, _DOWN = 0.3, 0.4

# The error that labels may gain is in proportion to the one that the codebook leaves, up to the
# usual one of photographs in 256 colours, and beyond it to its root. So a strength of 1 costs
# photographs and charts alike: a few points of SSIMULACRA2. A little is always free.
_GAIN, _USUAL, _FREE = 0.2, 6.0, 0.012

# Below this error, in levels, nobody sees it, and dithering would only take bytes.
_VISIBLE = 0.4


def map_pixels(
    index: PixelIndex,
    clusters: Clusters,
    width: int,
    options: Options,
    kept: array[int] = _NOTHING,
) -> tuple[bytes, Copies | None] | None:
    """Return a label for each pixel; None if those of its colour's nearest do.

    Parameters
    ----------
    index : PixelIndex
        Of the image.
    clusters : Clusters
        On points of its colours, assigned; their centroids are the codebook.
    width : int
        Pixels in a row.
    options : Options
        ``dither``, ``dither_strength``, ``rd``, ``effort``.
    kept : array of unsigned int, optional
        The first colours of the codebook, 0xAARRGGBB, if pixels of exactly those keep them.

    Returns
    -------
    (bytes, Copies or None) or None
        Labels, one byte each, in rows; and what they were copied from, if that is known.

    Raises
    ------
    OptionError
        If more than 256 colours are to be dithered.
    """
    dither = _chosen_dither(clusters, options)
    rd = options.rd if dither in ("none", "diffusion") else 0.0
    if clusters.k > MOST_COLORS or (dither == "none" and not rd):
        return None
    canvas = Canvas(index, clusters, width)
    threads = useful_threads(index.size, options.threads)
    run_parts(canvas.measure_tolerance, threads)
    share = options.dither_strength if dither != "none" else 0.0
    copies = None
    if rd:
        labels, copies = _map_cheaply(
            canvas, clusters, width, index.size, rd, share, options.effort, threads
        )
    elif dither == "diffusion":
        labels = canvas.dither_diffusion(round(_ALL * _DIFFUSED * share), _cap(clusters))
    else:
        mask, side = bayer() if dither == "ordered" else blue_noise()
        labels = canvas.dither_ordered(mask, side, round(_ALL * share), _cap(clusters))
    if index.colors.channels == 4 or kept:
        labels = canvas.enforce_constraints(labels, kept)
    return labels, copies


def _map_cheaply(
    canvas: Canvas,
    clusters: Clusters,
    width: int,
    size: int,
    rd: float,
    share: float,
    effort: int,
    threads: int,
) -> tuple[bytes, Copies | None]:
    search = _search(effort, size)
    per_byte = next(8 // bits for bits in (1, 2, 4, 8) if clusters.k <= 1 << bits)
    shares = tuple(round(_ALL * share * way) for way in (_ACROSS, _DOWN))
    workers = max(1, min(threads, round(width / _AHEAD)))
    trellis = Trellis(
        canvas,
        literal_costs(clusters.weights()),
        match_costs(width, *search, per_byte),
        *search,
        rd * _allowance(clusters),
        STEP,
        shares,
        _cap(clusters),
        workers,
    )
    run_parts(trellis.run, workers)
    copies = None
    if trellis.copies is not None and per_byte == 1:
        reach = match_distances(width, *search, per_byte)
        # Those that are barred are in no hint.
        possible = [distance if 1 <= distance <= WINDOW else 1 for distance in reach]
        distances = array("i", [1, *possible, *[1] * (255 - len(possible))])
        copies = Copies(trellis.copies, distances)
    return trellis.labels, copies


def _search(effort: int, size: int) -> Search:
    """Return where to look in an image of so many pixels."""
    rows, span = SEARCHES[effort]
    if effort <= 5:
        rows = min([rows, *(fewer for least, fewer in _LARGE if size > least)])
    return Search(rows, span)


def _allowance(clusters: Clusters) -> float:
    """Return the squared error, in levels, that labels may gain at a strength of 1."""
    left = _error(clusters) ** 2
    return _GAIN * min(left, math.sqrt(_USUAL * left)) + _FREE


def _chosen_dither(clusters: Clusters, options: Options) -> str:
    if options.dither == "auto":
        seen = clusters.k <= MOST_COLORS and _error(clusters) > _VISIBLE
        return "diffusion" if seen else "none"
    if options.dither != "none" and clusters.k > MOST_COLORS:
        raise OptionError(
            f"dither: {options.dither} is for up to {MOST_COLORS} colours; with {clusters.k:,} "
            "give none"
        )
    return options.dither


def _cap(clusters: Clusters) -> int:
    """Return the most that a residual may count, in coordinates."""
    return round(_LEVEL * min(max(_LEAST_CAP, _CAP * _error(clusters)), 64))


def _error(clusters: Clusters) -> float:
    """Return the root of the mean squared distance, in 8-bit levels."""
    return math.sqrt(clusters.distortion() / sum(clusters.weights())) / _LEVEL
