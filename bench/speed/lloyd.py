"""One exact Lloyd iteration on all unique colours, against brute force with AVX2.

Both run on one thread, on the same colours and weights, in RGB. Each turn starts with a codebook
that is new to the clusters (from the variance split), and iterates ten times, plainly: assignment
and update. The first iteration knows nothing; the later ones may use what the one before found,
while centroids still move. Brute force then does the same ten, from the same centroids.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from bench import images, timing
from bench.brute_force import BruteForce, Coordinates
from bench.speed.bars import Bar, Figure, ratio
from bench.speed.setting import Setting

if TYPE_CHECKING:
    from huepress._kernels.gate import Clusters, Points

K = 256
ITERATIONS = 10
MOST = Bar("≤", 1 / 5)


class DisagreementError(Exception):
    """The two found different labels: one of them is not exact."""


def measure(setting: Setting) -> Iterator[Figure]:
    """Compare the first iteration, and those after it."""
    from huepress._kernels.gate import PixelIndex

    pixels = images.load(setting.file("kodak/kodim23.png"))
    points = PixelIndex(pixels.tobytes(), 3).colors.points()
    peer, starts = checked(points, setting)
    runs: dict[str, Callable[[], list[float]]] = {
        "ours": lambda: own_run(points),
        "brute force": lambda: peer_run(peer, starts),
    }
    timing.take_turns(runs, 1)
    turns = timing.take_turns(runs, setting.short_repeat)
    # One subject for each iteration: turns become columns.
    ours, theirs = (list(zip(*seconds, strict=True)) for seconds in turns.values())
    what = f"K={K}, {len(points)} colours"
    yield ratio(f"{what}: first iteration / brute force", "s", ours[:1], theirs[:1], MOST)
    yield ratio(f"{what}: iterations 2-{ITERATIONS} / brute force", "s", ours[1:], theirs[1:], MOST)


def seeded(points: Points) -> Clusters:
    """Return clusters that have centroids but have seen no point."""
    from huepress._kernels.gate import Clusters

    clusters = Clusters(points, K)
    clusters.seed_by_variance()
    return clusters


def own_run(points: Points) -> list[float]:
    """Return the seconds of each iteration."""
    clusters = seeded(points)
    return [step(clusters) for _ in range(ITERATIONS)]


def step(clusters: Clusters) -> float:
    """Return the seconds of one iteration: assignment, and update without overshooting."""
    from huepress._kernels.gate import MEAN
    from huepress.engine.kmeans import assign

    begin = time.perf_counter()
    assign(clusters)
    clusters.update(MEAN)
    return time.perf_counter() - begin


def peer_run(peer: BruteForce, starts: Sequence[Coordinates]) -> list[float]:
    """Return the seconds of brute force from each of these centroids."""
    seconds = []
    for centroids in starts:
        peer.place(centroids)
        begin = time.perf_counter()
        peer.iterate()
        seconds.append(time.perf_counter() - begin)
    return seconds


def checked(points: Points, setting: Setting) -> tuple[BruteForce, list[Coordinates]]:
    """Return brute force on the points, and the centroids from which the iterations start.

    Raises
    ------
    DisagreementError
        If any iteration's labels, ours and brute force's, are not the same.
    """
    located = points.coordinates()
    coordinates = np.array([at for at, _ in located])
    weights = np.array([weight for _, weight in located])
    clusters = seeded(points)
    starts: list[Coordinates] = []
    peer = BruteForce(setting.scratch, coordinates, weights, np.array(clusters.centroids()))
    for _ in range(ITERATIONS):
        starts.append(np.array(clusters.centroids()))
        peer.place(starts[-1])
        peer.iterate()
        step(clusters)
        if not np.array_equal(peer.labels, np.asarray(clusters.labels())):
            raise DisagreementError("brute force finds other labels than huepress")
    return peer, starts
