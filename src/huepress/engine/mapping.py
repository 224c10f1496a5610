"""Pixels to labels: the nearest colour, a dithered one, or one that is cheap to store.

``nearest``
    Each pixel gets the colour nearest to it.
``diffusion``, ``ordered``, ``blue-noise``
    Neighbours make up for each other's errors, so that the eye, which takes them together, sees
    colours between those of the codebook: error diffusion (Floyd and Steinberg 1976), or pattern
    dithering by a threshold map, which is either Bayer's (1973) or blue noise (Ulichney 1993).
    Colours that the codebook has stay as they are, and, under diffusion, flat areas of others.
``rate-distortion``
    Of the labels whose error can't be seen where they stand, those that DEFLATE writes in few bits
    (``_kernels/trellis.c`` tells how). It diffuses errors, too, if that is asked for.
"""

from __future__ import annotations

import math
from array import array
from typing import TYPE_CHECKING

from huepress._kernels.gate import Canvas, Clusters, Trellis
from huepress.codebook import Codebook
from huepress.engine.fitting import Fit, labels_of_exact, packed
from huepress.engine.histogram import IndexedImage
from huepress.engine.rate_model import STEP, WINDOW, literal_costs, match_costs, match_distances
from huepress.engine.threads import run_parts, useful_threads
from huepress.engine.threshold_maps import bayer, blue_noise
from huepress.errors import OptionError
from huepress.options import MAX_INDEXED, Options
from huepress.presets import PRESETS
from huepress.quantized import Copies, Quantized

if TYPE_CHECKING:
    from huepress.engine.constraints import Constraints

__all__ = ["map_pixels"]

_LEVEL = 64  # in coordinates
_ALL = 65_536  # a share of the whole

# Refitting the codebook to the labels that rate-distortion chose, and mapping anew, was tried: half
# a percent fewer bytes, but 0.3 to 2 points of SSIMULACRA2 less.

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


def map_pixels(fit: Fit, image: IndexedImage, options: Options) -> Quantized:
    """Give each pixel of an image one of the colours of a fit.

    Parameters
    ----------
    fit : Fit
        Of this image, or of many that have its colours.
    image : IndexedImage
        The image, with an alpha if the fit has one.
    options : Options
        ``dither``, ``dither_strength``, ``rd``, ``effort``, ``threads``.

    Returns
    -------
    Quantized
        Its codebook is sorted by population, most first, without unused entries unless they are
        kept; a given palette stays whole and in its order.

    Raises
    ------
    OptionError
        If more than 256 colours are to be dithered.
    """
    if fit.clusters is None:
        return _of_nearest(fit, image, options, labels_of_exact(fit, image.histogram))
    clusters = fit.clusters_for(image.histogram.counts)
    kept = array("I", fit.constraints.kept)
    is_constrained = fit.channels == 4 or bool(kept)
    dither = _chosen_dither(clusters, options)
    rd = options.rd if dither in ("none", "diffusion") else 0.0
    if clusters.k > MAX_INDEXED or (dither == "none" and not rd):
        nearest = clusters.constrained_labels(kept) if is_constrained else clusters
        return _of_nearest(fit, image, options, nearest)
    canvas = Canvas(image.pixel_index, clusters, image.width)
    labels, copies = _chosen_labels(canvas, clusters, image, options, dither, rd)
    if is_constrained:
        labels = canvas.enforce_constraints(labels, kept)
    return _sorted_by_population(fit, image, options, labels, copies)


def _chosen_labels(
    canvas: Canvas,
    clusters: Clusters,
    image: IndexedImage,
    options: Options,
    dither: str,
    rd: float,
) -> tuple[bytes, Copies | None]:
    """Return labels, one byte each, and what they were copied from, if that is known."""
    threads = useful_threads(image.pixel_index.size, options.threads)
    run_parts(canvas.measure_tolerance, threads)
    strength = options.dither_strength if dither != "none" else 0.0
    if rd:
        return _rate_distortion(canvas, clusters, image, options, rd, strength)
    if dither == "diffusion":
        share = round(_ALL * _DIFFUSED * strength)
        return canvas.dither_diffusion(share, _cap(clusters)), None
    thresholds, side = bayer() if dither == "ordered" else blue_noise()
    share = round(_ALL * strength)
    return canvas.dither_ordered(thresholds, side, share, _cap(clusters)), None


def _rate_distortion(
    canvas: Canvas,
    clusters: Clusters,
    image: IndexedImage,
    options: Options,
    rd: float,
    strength: float,
) -> tuple[bytes, Copies | None]:
    """Return labels that DEFLATE writes in few bits."""
    width, size = image.width, image.pixel_index.size
    rows, span = _search_area(options.effort, size)
    per_byte = next(8 // bits for bits in (1, 2, 4, 8) if clusters.k <= 1 << bits)
    shares = tuple(round(_ALL * strength * way) for way in (_ACROSS, _DOWN))
    threads = useful_threads(size, options.threads)
    workers = max(1, min(threads, round(width / _AHEAD)))
    trellis = Trellis(
        canvas,
        literal_costs(clusters.weights()),
        match_costs(width, rows, span, per_byte),
        rows,
        span,
        rd * _allowance(clusters),
        STEP,
        shares,
        _cap(clusters),
        workers,
    )
    run_parts(trellis.run, workers)
    if trellis.copies is None or per_byte != 1:
        return trellis.labels, None
    reach = match_distances(width, rows, span, per_byte)
    # Those that are forbidden are in no hint.
    possible = [distance if 1 <= distance <= WINDOW else 1 for distance in reach]
    distances = array("i", [1, *possible, *[1] * (255 - len(possible))])
    return trellis.labels, Copies(trellis.copies, distances)


def _search_area(effort: int, size: int) -> tuple[int, int]:
    """Return the rows above and the columns around where an image of so many pixels looks."""
    rows, span, fewer_rows = PRESETS[effort].mapping
    return min([rows, *(fewer for least, fewer in fewer_rows if size > least)]), span


def _allowance(clusters: Clusters) -> float:
    """Return the squared error, in levels, that labels may gain at a strength of 1."""
    left = _error(clusters) ** 2
    return _GAIN * min(left, math.sqrt(_USUAL * left)) + _FREE


def _chosen_dither(clusters: Clusters, options: Options) -> str:
    if options.dither == "auto":
        seen = clusters.k <= MAX_INDEXED and _error(clusters) > _VISIBLE
        return "diffusion" if seen else "none"
    if options.dither != "none" and clusters.k > MAX_INDEXED:
        raise OptionError(
            f"{options.dither} is for up to {MAX_INDEXED} colours; with {clusters.k:,} give none",
            "dither",
        )
    return options.dither


def _cap(clusters: Clusters) -> int:
    """Return the most that a residual may count, in coordinates."""
    return round(_LEVEL * min(max(_LEAST_CAP, _CAP * _error(clusters)), 64))


def _error(clusters: Clusters) -> float:
    """Return the root of the mean squared distance, in 8-bit levels."""
    return math.sqrt(clusters.distortion() / sum(clusters.weights())) / _LEVEL


def _of_nearest(
    fit: Fit, image: IndexedImage, options: Options, nearest: Clusters | memoryview | array[int]
) -> Quantized:
    """Give each pixel the entry of its colour."""
    identity = array("i", range(fit.k))
    labels = image.pixel_index.spread(nearest, identity, fit.k)
    return _sorted_by_population(fit, image, options, labels, None, nearest)


def _sorted_by_population(
    fit: Fit,
    image: IndexedImage,
    options: Options,
    labels: bytes,
    copies: Copies | None,
    nearest: Clusters | memoryview | array[int] | None = None,
) -> Quantized:
    """Count the labels, and number the entries by how many pixels have them.

    `nearest` holds the entry of each unique colour, where no pixel has another.
    """
    entries, constraints = fit.entries(), fit.constraints
    mse, populations = _tallied(image, labels, fit.colors, options.threads)
    order = _order_of(entries, populations, constraints, fit.channels)
    rank = [0] * len(entries)
    for place, j in enumerate(order):
        rank[j] = place
    if len(entries) > MAX_INDEXED:
        assert nearest is not None  # more colours are never dithered
        labels = image.pixel_index.spread(nearest, array("i", rank), len(order))
    else:
        labels = labels.translate(bytes(rank).ljust(256, b"\0"))
    codebook = Codebook.from_bytes(
        b"".join(entries[j] for j in order), fit.channels, [populations[j] for j in order]
    )
    return Quantized(image.width, image.height, labels, codebook, mse, copies)


def _order_of(
    entries: list[bytes], populations: list[int], constraints: Constraints, channels: int
) -> list[int]:
    """Return the numbers of the entries that stay, in their order."""
    order = list(range(len(entries)))
    if constraints.palette:
        return order
    order.sort(key=lambda j: (-populations[j], entries[j]))
    kept = {packed(color, channels) for color in constraints.kept}
    return [j for j in order if populations[j] or entries[j] in kept]


def _tallied(
    image: IndexedImage, labels: bytes, colors: bytes, threads: int
) -> tuple[float, list[int]]:
    """Return the mean squared error, and how many pixels have each colour."""
    found: list[tuple[int, list[int]]] = []

    def count(part: int, parts: int) -> None:
        found.append(image.pixel_index.tally(labels, colors, part, parts))

    size = image.pixel_index.size
    run_parts(count, useful_threads(size, threads))
    error = sum(total for total, _ in found)
    populations = [sum(counts) for counts in zip(*(each for _, each in found), strict=True)]
    return error / (65_025 * size), populations
