"""K-means on weighted unique colours: exact, and the same bytes everywhere.

An image has far fewer colours than pixels, so Lloyd's algorithm runs on the unique colours with
their pixel counts as weights, which is the same as running it on the pixels. What the steps below
call is in C (`huepress._kernels`); what is here is the algorithm:

1. *Seed* on a coarse sketch of the colours (`huepress.engine.seeding`).
2. *Iterate* on a finer sketch: assign each colour to its nearest centroid, move each centroid to
   the mean of its colours (Lloyd 1957, published 1982), or, on the way, somewhat beyond it
   (Lee, Baek and Sung 1997).
3. *Polish*, out of the local optimum that this ends in: split the clusters that gain most by it,
   iterate, merge the cheapest pairs until K are left, iterate, and keep what became better.
   Breathing k-means (Fritzke 2020, arXiv:2006.15666) does this by removing the least useful
   centroids; merging as in Equitz 1989 costs less and finds more.
4. *Finish* on all the colours: iterate to convergence, then iterate with the centroids confined
   to 8-bit colours, so that the codebook is optimal as what it is stored as. Rounding only at
   the end costs 0.4 % at K = 256, up to 4 % on smooth images.

All arithmetic on distances and sums is in whole numbers and therefore independent of order: the
instruction set and the number of threads don't change a bit of the result.
"""

from __future__ import annotations

from collections.abc import Sequence

from huepress._kernels.gate import BEYOND_MEAN, EIGHT_BIT, MEAN, Clusters, Points
from huepress.engine.seeding import seed
from huepress.engine.threads import run_parts, useful_threads
from huepress.options import Options
from huepress.presets import PRESETS, Clustering

__all__ = ["assign", "cluster", "cluster_around", "clusters_on"]


FEW_BREATHS = 4
# The first breaths grow smaller one after the other; the later ones take any size.
FADING_BREATHS = 12
# Iterations in which the others give way to colours that stay.
_SETTLING = 8
# Colours per centroid in the sketch that the seeding sees.
SEED_POINTS = 8

# Above this many centroids, merging (quadratic in K) takes longer than it is worth.
MOST_TO_MERGE = 4096


def cluster(points: Points, k: int, options: Options) -> Clusters:
    """Cluster the points; the centroids are 8-bit colours, and the labels belong to them.

    Parameters
    ----------
    points : Points
        Unique colours with their weights. More than `k` of them.
    k : int
        Centroids.
    options : Options
        ``effort``, ``seeding``, ``seed``, ``n_init``, ``max_iter``, ``tol``, ``threads``.

    Returns
    -------
    Clusters
        Of `n_init` runs the one with the least distortion. The first starts from
        ``options.seeding``, the others from k-means++, each with a seed of its own.
    """
    n_init = options.n_init or PRESETS[options.effort].clustering.n_init
    runs = (_run_once(points, k, options, run) for run in range(n_init))
    return min(runs, key=lambda clusters: clusters.distortion())


def cluster_around(points: Points, kept: Sequence[int], k: int, options: Options) -> Clusters:
    """Cluster the points around colours that stay where they are.

    Parameters
    ----------
    points : Points
        Unique colours with their weights.
    kept : sequence of int
        8-bit colours 0xAARRGGBB, no more than `k`.
    k : int
        Centroids, the kept ones included.
    options : Options
        As for `cluster`.

    Returns
    -------
    Clusters
        The kept colours come first.
    """
    free = k - len(kept)
    if free == 0:
        return clusters_on(points, kept)
    found = cluster(points, free, options) if free < len(points) else None
    others = found.centroids() if found else [at for at, _ in points.coordinates()]
    clusters = Clusters(points, len(kept) + len(others), found.parts if found else 1)
    for j, at in enumerate(others, len(kept)):
        clusters.place(j, *at)
    _place_kept(clusters, kept)
    for _ in range(_SETTLING):
        assign(clusters)
        clusters.update(EIGHT_BIT)
        _place_kept(clusters, kept)
    assign(clusters)
    return clusters


def clusters_on(points: Points, colors: Sequence[int]) -> Clusters:
    """Return clusters around given 8-bit colours 0xAARRGGBB, in their order."""
    clusters = Clusters(points, len(colors))
    _place_kept(clusters, colors)
    assign(clusters)
    return clusters


def _place_kept(clusters: Clusters, colors: Sequence[int]) -> None:
    for j, color in enumerate(colors):
        clusters.place_color(j, color)


def _run_once(points: Points, k: int, options: Options, run: int) -> Clusters:
    plan = PRESETS[options.effort].clustering
    max_iter = plan.max_iter if options.max_iter is None else options.max_iter
    tol = plan.tol if options.tol is None else options.tol
    clusters = seed(points.coarsen(SEED_POINTS * k), k, options, run)
    iterate(clusters, MEAN, 3, plan.tol)
    for detail in plan.details:
        clusters = with_points(clusters, sketch_for(points, clusters, detail))
        iterate(clusters, MEAN, 3, plan.tol)
        clusters = polish(clusters, plan, options.seed + run)
    clusters = with_points(clusters, points, useful_threads(len(points), options.threads))
    iterate(clusters, MEAN, max_iter, tol)
    iterate(clusters, EIGHT_BIT, max_iter, tol)
    assign(clusters)
    return with_none_empty(clusters, max_iter)


def sketch_for(points: Points, clusters: Clusters, detail: float) -> Points:
    """Return fewer points, which add no more distortion than this part of a cluster's.

    With few centroids a sketch costs little, so it is finer.
    """
    detail *= 1 + 32 / clusters.k
    return points.coarsen_within(clusters.distortion() / (clusters.k * detail))


def assign(clusters: Clusters) -> None:
    """Label each point with its nearest centroid (the first, if tied) and sum up the clusters."""
    clusters.prepare_assign()
    run_parts(clusters.assign, clusters.parts)
    clusters.finish_assign()


def iterate(clusters: Clusters, target: int, max_iter: int, tol: float) -> None:
    """Lloyd's iteration, until nothing moves or the distortion falls by no more than `tol` of it.

    All updates but the last overshoot, unless the centroids are confined to 8-bit colours. The
    last step is an update: the labels are those of the centroids before it.
    """
    last = float("inf")
    for left in range(max_iter - 1, -1, -1):
        assign(clusters)
        distortion = clusters.distortion()
        done = not left or distortion >= (1 - tol) * last
        moved = clusters.update(target if done or target != MEAN else BEYOND_MEAN)
        if done or not moved:
            break
        last = distortion


def polish(clusters: Clusters, plan: Clustering, random_seed: int) -> Clusters:
    """Leave a local optimum: split clusters, merge others, and keep the result if it is better.

    Each round of both is a breath (breathing k-means). With few centroids a breath costs little,
    so there are more. If there are many breaths, `random_seed` draws what is split, since a choice
    by gain alone returns to the same place; if few, gain alone is better.
    """
    k = clusters.k
    breaths = plan.breaths * min(3, max(1, 192 // k)) if k <= MOST_TO_MERGE else 0
    for breath in range(breaths):
        wider = Clusters(clusters.points, k + max(1, round(k * breath_size(breath, breaths))))
        clusters.split_into(wider, random_seed + breath + 1 if breaths > FEW_BREATHS else 0)
        iterate(wider, MEAN, plan.iterations, plan.tol)
        other = Clusters(clusters.points, k)
        if other.merge_from(wider) < k:
            continue
        iterate(other, MEAN, plan.iterations, plan.tol)
        if other.distortion() < clusters.distortion():
            clusters = other
    return clusters


def breath_size(breath: int, breaths: int) -> float:
    """Return how many centroids a breath adds and takes away again, as a share of K.

    First from as many again down to a fifth, or, of few breaths, to a tenth; then anything from a
    half to a fiftieth, spread evenly by the golden ratio.
    """
    if breath < FADING_BREATHS:
        last = 0.1 if breaths <= FEW_BREATHS else 0.2
        return float(last ** (breath / min(breaths, FADING_BREATHS)))
    return float(0.5 * 0.04 ** (breath * 0.618034 % 1))


def with_points(clusters: Clusters, points: Points, parts: int = 1) -> Clusters:
    """Return the same centroids on other points."""
    other = Clusters(points, clusters.k, parts)
    other.copy_centroids(clusters)
    return other


def with_none_empty(clusters: Clusters, max_iter: int) -> Clusters:
    """Give each centroid that lost all its points half of a cluster that gains by it.

    Two centroids may fall on the same 8-bit colour, so this can leave some empty after
    all: those have weight 0.
    """
    k = clusters.k
    for _ in range(k.bit_length() + 2):  # a round at most doubles how many are in use
        used = [j for j, weight in enumerate(clusters.weights()) if weight]
        if len(used) == k:
            break
        fewer = Clusters(clusters.points, len(used), clusters.parts)
        fewer.copy_centroids(clusters, used)
        assign(fewer)
        more = Clusters(clusters.points, min(k, 2 * len(used)), clusters.parts)
        fewer.split_into(more)
        iterate(more, EIGHT_BIT, max_iter, 0.0)
        assign(more)
        if more.distortion() >= clusters.distortion():
            break
        clusters = more
    return clusters
