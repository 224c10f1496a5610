"""Bytes at equal looks: reading a curve of (looks, bytes) where a peer stands.

A curve has few points, so what is between them is interpolated, and what is beyond them is never
guessed in favour of the curve's owner.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import exp, log
from typing import NamedTuple

Point = tuple[float, float]
"""Looks (higher is better) and bytes."""

FURTHEST = 2.0
"""Above its best looks, a curve is taken to need at most so many times its most bytes.

Where Butteraugli, which is the worst spot's, hardly depends on `rd`, there is no such slope.
"""


class Reading(NamedTuple):
    """Bytes at some looks.

    `beyond` tells where no point of the curve reaches: ``above`` its best looks, where `bytes` is
    an estimate against its owner, or ``below`` its worst, where `bytes` is what the worst takes.
    """

    bytes: float
    beyond: str = ""


def front(points: Iterable[Point]) -> list[Point]:
    """Return the points that no other beats in both looks and bytes, the worst looks first."""
    best: list[Point] = []
    for looks, size in sorted(points, key=lambda point: (-point[0], point[1])):
        if not best or size < best[-1][1]:
            best.append((looks, size))
    return best[::-1]


def bytes_at(points: Iterable[Point], looks: float) -> Reading | None:
    """Read a curve at some looks: log bytes are linear between neighbours on its front.

    Above its best looks the curve goes on as steeply as it is anywhere, up to `FURTHEST` times its
    most bytes; None if there is no point.
    """
    curve = front(points)
    if not curve:
        return None
    if looks <= curve[0][0]:
        return Reading(curve[0][1], "below" if looks < curve[0][0] else "")
    best, most = curve[-1]
    if looks > best:
        rise = min(log(FURTHEST), _steepest(curve) * (looks - best))
        return Reading(most * exp(rise), "above")
    (low, fewer), (high, more) = next(pair for pair in pairwise(curve) if looks <= pair[1][0])
    return Reading(fewer * (more / fewer) ** ((looks - low) / (high - low)))


def ratio_at(points: Iterable[Point], peer: Point) -> Reading | None:
    """Return a curve's bytes over a peer's at the peer's looks; above the curve, at least 1."""
    looks, size = peer
    reading = bytes_at(points, looks)
    if reading is None:
        return None
    ratio = reading.bytes / size
    return Reading(max(1.0, ratio) if reading.beyond == "above" else ratio, reading.beyond)


def figure_at(points: Sequence[tuple[float, float, float]], size: float) -> float | None:
    """Return a third figure where a curve of (looks, bytes, figure) has so many bytes.

    Linear in log bytes along the front. More bytes than any point has are met by the point of most
    bytes; None if there is no point of so few, or none at all.
    """
    kept = set(front((looks, weight) for looks, weight, _ in points))
    curve = sorted({(p[1], p[2]) for p in points if (p[0], p[1]) in kept})
    if not curve or size < curve[0][0]:
        return None
    for (fewer, left), (more, right) in pairwise(curve):
        if size < more:
            return left + log(size / fewer) / log(more / fewer) * (right - left)
    return curve[-1][1]


def _steepest(curve: Sequence[Point]) -> float:
    """Return the steepest rise of log bytes up to the curve's best point.

    From points a quarter of the curve away or more: two that nearly coincide tell nothing.
    """
    (worst, _), (best, most) = curve[0], curve[-1]
    far = [(looks, size) for looks, size in curve if best - looks >= (best - worst) / 4 > 0]
    return max((log(most / size) / (best - looks) for looks, size in far), default=0.0)
