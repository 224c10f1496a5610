"""A slow, plain version of trellis.c, written from what that and trellis.h say of themselves.

Where C has floats, these have 32 bits, too, and are summed in the same order: what is gone on with,
the step, the distortion.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from helpers.reference_mapping import Picture, clip, is_undithered, rate, squared, tolerance
from huepress._kernels.gate import FORBIDDEN, MAX_RUN_DISTANCE

NEIGHBORS = 16
SEGMENT = 64
LAG = 64


@dataclass
class Search:
    """What `Trellis` takes."""

    literal: list[int]
    match: list[int]
    rows: int
    span: int
    strength: float
    step: int
    shares: tuple[int, int]
    cap: int


class Map(NamedTuple):
    """Labels in rows; and of each 0 or, from 1, the match that it was copied by."""

    labels: list[list[int]]
    copies: list[list[int]]


@dataclass
class Path:
    """A path to some label of a row: what it costs beyond the best path, and what is left."""

    cost: np.float32
    residual: list[int] = field(default_factory=lambda: [0] * 4)
    label: int = 0
    copy: int = 0
    before: Path | None = None
    start: int = 0  # of the match that it ends in

    def back(self) -> Iterator[Path]:
        """Go back pixel by pixel."""
        path = self
        while path.before:
            yield path
            path = path.before


UNREACHABLE = Path(np.float32(np.inf))


class Pixel:
    """What all paths see at a pixel; `left` is of the row above, and a pixel more at both ends."""

    def __init__(self, picture: Picture, search: Search, y: int, x: int, left) -> None:
        undithered = is_undithered(picture, y, x)
        self.across, down = (0, 0) if undithered else search.shares
        sums = [a + 2 * b + c for a, b, c in zip(*left[x : x + 3], strict=True)]
        self.target = [
            c + (s * (down >> 2) >> 16) for c, s in zip(picture.at(y, x), sums, strict=True)
        ]
        self.cap = 0 if undithered else search.cap
        self.rate = rate(tolerance(picture, y, x), search.strength)
        at = picture.at(y, x)
        self.nearest = min(
            range(len(picture.codebook)), key=lambda j: squared(picture.codebook[j], at)
        )

    def take(self, residual, color) -> tuple[np.float32, list[int]]:
        """Return the distortion of a colour after a residual, and the residual that it leaves."""
        across, cap = self.across, self.cap
        errors = [
            t + (r * across >> 16) - c for t, r, c in zip(self.target, residual, color, strict=True)
        ]
        squares = np.float32(sum(e * e for e in errors))
        return squares * self.rate, [clip(e, cap) for e in errors]


def searched(picture: Picture, search: Search, lag: int = LAG) -> Map:
    """Return labels that are cheap to store; `lag` is how far back they are decided."""
    found = Map([], [])
    left = [[0] * 4 for _ in range(picture.width + 2)]
    near = [neighbours(picture.codebook, j) for j in range(len(picture.codebook))]
    for y in range(picture.height):
        pixels = [Pixel(picture, search, y, x, left) for x in range(picture.width)]
        labels, copies = best_row(picture, search, pixels, found.labels, near, lag)
        residual = [0] * 4
        for x, (pixel, label) in enumerate(zip(pixels, labels, strict=True)):
            _, residual = pixel.take(residual, picture.codebook[label])
            left[x + 1] = residual
        found.labels.append(labels)
        found.copies.append(copies)
    return found


def neighbours(codebook, j: int) -> list[int]:
    """Return the entries nearest to one, the nearest (and if tied, the first) first."""
    return sorted(range(len(codebook)), key=lambda i: (squared(codebook[i], codebook[j]), i))[
        :NEIGHBORS
    ]


def best_row(picture, search, pixels, above, near, lag: int) -> tuple[list[int], list[int]]:
    """Return labels and copies of the next row, decided segment by segment along the best path."""
    labels: list[int] = []
    copies: list[int] = []
    best = Path(np.float32(0))
    states = [UNREACHABLE] * (search.rows * search.span + MAX_RUN_DISTANCE)
    for x, pixel in enumerate(pixels):
        states = [
            advanced(picture, search, pixel, s, path, best, x, above)
            for s, path in enumerate(states)
        ]
        best = min(
            [*states, *(literal(picture, search, pixel, j, best, x) for j in near[pixel.nearest])],
            key=lambda path: path.cost,  # the first, if tied
        )
        if x + 1 == len(pixels):
            lag = 0
        elif (x + 1) % SEGMENT:
            continue
        path = list(best.back())[::-1][len(labels) : x + 1 - lag]
        labels += [step.label for step in path]
        copies += [step.copy for step in path]
    return labels, copies


def advanced(picture, search, pixel, s: int, path: Path, best: Path, x: int, above) -> Path:
    """Return the path of a state a pixel farther: it goes on copying, or starts anew."""
    if search.match[s] == FORBIDDEN:
        return UNREACHABLE
    cost, last, start = path.cost - best.cost, path, path.start
    if cost > search.match[s]:
        cost, last, start = np.float32(search.match[s]), best, x
    label = source(search, s, last, start, x, above)
    if label is None:
        return UNREACHABLE
    distortion, residual = pixel.take(last.residual, picture.codebook[label])
    cost = cost + np.float32(search.step) + distortion
    return Path(cost, residual, label, s + 1, last, start)


def literal(picture, search, pixel, j: int, best: Path, x: int) -> Path:
    """Return the best path with one label more."""
    distortion, residual = pixel.take(best.residual, picture.codebook[j])
    return Path(distortion + np.float32(search.literal[j]), residual, j, 0, best, x)


def source(search, s: int, last: Path, start: int, x: int, above) -> int | None:
    """Return the label that a state copies after the pixel `last`; None if there is nothing."""
    first = search.rows * search.span
    if s >= first:
        distance = s - first + 1
        if start < distance:
            return None
        for _ in range(distance - 1):
            last = last.before
        return last.label
    column, row = x + s % search.span - search.span // 2, s // search.span
    if row >= len(above) or not 0 <= column < len(above[0]):
        return None
    return above[-1 - row][column]
