"""A slow, plain twin of what maps pixels to labels: texture.c, dither.c and trellis.c.

Written from what those say of themselves, not from their code. Coordinates are lists of four whole
numbers. An image is rows of colour numbers with `points[number]`; floats have 32 bits, as in C.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import numpy as np

from huepress._kernels.gate import BARRED, BIT, PAST

LEVEL = 64
FAR = 3 * LEVEL
ALL = 65_536


@dataclass
class Picture:
    """An image as rows of colour numbers, its colours, and the codebook."""

    rows: list[list[int]]
    points: list[list[int]]
    book: list[list[int]]
    oklab: bool = False

    @property
    def height(self) -> int:
        return len(self.rows)

    @property
    def width(self) -> int:
        return len(self.rows[0])

    def at(self, y: int, x: int) -> list[int]:
        """Return the coordinates at a place, or of the border's if it lies outside."""
        y, x = min(max(y, 0), self.height - 1), min(max(x, 0), self.width - 1)
        return self.points[self.rows[y][x]]


def squared(a, b) -> int:
    return sum((i - j) ** 2 for i, j in zip(a, b, strict=True))


def nearest(book, at) -> int:
    """Return the nearest entry, the first if tied; nothing lies farther out than 4096."""
    inside = [min(max(c, -4096), 20_480) for c in at]
    return min(range(len(book)), key=lambda j: squared(book[j], inside))


def part(value: int, of: int) -> int:
    """Divide as C does, towards zero."""
    return abs(value) // of * (1 if value >= 0 else -1)


def clip(value: int, most: int) -> int:
    return min(max(value, -most), most)


# Texture


def variance(picture: Picture, y: int, x: int) -> np.float32:
    """Return the variance in the 5 x 5 window, summed over coordinates cut to an eighth."""
    window = [picture.at(y + dy, x + dx) for dy in range(-2, 3) for dx in range(-2, 3)]
    cut = np.array(window, np.int64) >> 3
    spread = 25 * (cut**2).sum() - (cut.sum(axis=0) ** 2).sum()
    return np.float32(spread) / np.float32(25 * 25 * 64)


def still(picture: Picture, y: int, x: int) -> bool:
    """Tell whether nothing is dithered here."""
    at = picture.at(y, x)
    away = min(squared(at, entry) for entry in picture.book)
    return away == 0 or (away > FAR**2 and variance(picture, y, x) == 0)


def rate(picture: Picture, y: int, x: int, strength: float) -> np.float32:
    """Return what a squared distance of 1 costs, in 1/BIT bits."""
    f = np.float32
    allowed = min(max(f(1.7) * np.sqrt(np.sqrt(variance(picture, y, x))), f(0.8)), f(8))
    with np.errstate(divide="ignore"):
        price = f(BIT / LEVEL**2) / (f(strength) * allowed)
    return min(price, f(1e8))


def smoothness(picture: Picture, y: int, x: int) -> int:
    f = np.float32
    return max(32, int(f(255) / (f(1) + np.sqrt(variance(picture, y, x)) / f(8))))


# Dithering


def diffused(picture: Picture, share: int, cap: int) -> list[list[int]]:
    """Return labels by Floyd and Steinberg's diffusion, every other row from right to left."""
    coming = [[[0] * 4 for _ in range(picture.width)] for _ in range(picture.height + 1)]
    labels = []
    for y in range(picture.height):
        way = -1 if y % 2 else 1
        row = [0] * picture.width
        left = [0] * 4  # what the pixel before leaves
        for x in range(picture.width)[::way]:
            quiet = still(picture, y, x)
            at = picture.at(y, x)
            if not quiet:
                due = [part(7 * a + b, 16) for a, b in zip(left, coming[y][x], strict=True)]
                at = [c + d for c, d in zip(at, due, strict=True)]
            row[x] = nearest(picture.book, at)
            is_ = picture.book[row[x]]
            left = [part(clip(a - b, cap) * share, ALL) for a, b in zip(at, is_, strict=True)]
            if quiet:
                left = [0] * 4
            for weight, to in ((3, x - way), (5, x), (1, x + way)):
                if 0 <= to < picture.width:
                    below = coming[y + 1][to]
                    coming[y + 1][to] = [b + weight * r for b, r in zip(below, left, strict=True)]
        labels.append(row)
    return labels


def shades(picture: Picture, number: int, count: int, share: int, cap: int) -> list[int]:
    """Return the entries whose mean comes near a colour, darkest first."""
    at, book = picture.points[number], picture.book
    if min(squared(at, entry) for entry in book) == 0:
        share = 0
    chosen, missing = [], [0] * 4
    for _ in range(count):
        goal = [c + part(m * share, ALL) for c, m in zip(at, missing, strict=True)]
        chosen.append(nearest(book, goal))
        entry = book[chosen[-1]]
        missing = [clip(m + c - b, cap) for m, c, b in zip(missing, at, entry, strict=True)]
    return sorted(chosen, key=lambda j: lightness(book[j], picture.oklab))


def lightness(at, oklab: bool) -> int:
    return at[0] if oklab else 2 * at[0] + 4 * at[1] + at[2]


def arranged(
    picture: Picture, mask, side: int, count: int, share: int, cap: int
) -> list[list[int]]:
    """Return labels by pattern dithering."""
    mixes = [shades(picture, n, count, share, cap) for n in range(len(picture.points))]
    return [
        [mixes[number][mask[y % side * side + x % side]] for x, number in enumerate(row)]
        for y, row in enumerate(picture.rows)
    ]


# The trellis


@dataclass
class Search:
    """What `Canvas.map_cheaply` takes."""

    literal: list[int]
    match: list[int]
    rows: int
    span: int
    strength: float
    step: int
    shares: tuple[int, int, int, int]
    cap: int


@dataclass
class Path:
    """The labels of a row up to a pixel, what they cost beyond the best path, and what is left."""

    labels: list[int] = field(default_factory=list)
    cost: float = 0
    residual: list[int] = field(default_factory=lambda: [0] * 4)
    start: int = 0  # of the match that it ends in


NOWHERE = Path(cost=math.inf)


class Pixel:
    """What all paths see at a pixel."""

    def __init__(self, picture: Picture, search: Search, y: int, x: int, above) -> None:
        quiet = still(picture, y, x)
        across, across_rest, down, down_rest = (0,) * 4 if quiet else search.shares
        sums = [a + 2 * b + c for a, b, c in zip(*(above[x + i] for i in range(3)), strict=True)]
        self.across, self.across_rest = across, across_rest
        self.target = [c + (s * down >> 18) for c, s in zip(picture.at(y, x), sums, strict=True)]
        self.excess = [s * down_rest >> 18 for s in sums]
        self.cap = 0 if quiet else search.cap
        self.rate = rate(picture, y, x, search.strength)

    def errors(self, residual, color) -> list[int]:
        along = [t + (r * self.across >> 16) for t, r in zip(self.target, residual, strict=True)]
        return [a - c for a, c in zip(along, color, strict=True)]

    def distortion(self, residual, color) -> int:
        squares = np.float32(sum(e * e for e in self.errors(residual, color)))
        return int(min(squares * self.rate, np.float32(2**27)))

    def residual(self, residual, color) -> list[int]:
        """Return what is left when this colour stands for the pixel."""
        return [
            clip(e + x + (r * self.across_rest >> 16), self.cap)
            for e, x, r in zip(self.errors(residual, color), self.excess, residual, strict=True)
        ]


def mapped_cheaply(picture: Picture, search: Search) -> list[list[int]]:
    """Return labels that are cheap to store."""
    labels: list[list[int]] = []
    left = [[0] * 4 for _ in range(picture.width + 2)]  # residuals of the row above, and beside it
    for y in range(picture.height):
        pixels = [Pixel(picture, search, y, x, left) for x in range(picture.width)]
        row = cheapest(picture, search, pixels, labels)
        residual = [0] * 4
        left = [[0] * 4 for _ in range(picture.width + 2)]
        for x, (pixel, label) in enumerate(zip(pixels, row, strict=True)):
            left[x + 1] = residual = pixel.residual(residual, picture.book[label])
        labels.append(row)
    return labels


def cheapest(picture: Picture, search: Search, pixels, labels) -> list[int]:
    """Return the labels of the next row, along the best path through the trellis."""
    best = Path()
    above = search.rows * search.span
    states = [NOWHERE] * (above + PAST)
    for x, pixel in enumerate(pixels):
        base = best.cost
        for s, path in enumerate(states):
            path = replace(path, cost=path.cost - base)
            if path.cost > search.match[s]:
                path = Path(best.labels, search.match[s], best.residual, x)
            label = source(search, s, path, x, labels)
            states[s] = NOWHERE
            if label is not None:
                color = picture.book[label]
                states[s] = Path(
                    [*path.labels, label],
                    path.cost + search.step + pixel.distortion(path.residual, color),
                    pixel.residual(path.residual, color),
                    path.start,
                )
        match = min(states, key=lambda path: path.cost)  # the first, if tied
        literal = min(
            range(len(picture.book)),
            key=lambda j: pixel.distortion(best.residual, picture.book[j]) + search.literal[j],
        )
        color = picture.book[literal]
        cost = pixel.distortion(best.residual, color) + search.literal[literal]
        if cost < match.cost:
            best = Path([*best.labels, literal], cost, pixel.residual(best.residual, color))
        else:
            best = match
    return best.labels


def source(search: Search, s: int, path: Path, x: int, labels) -> int | None:
    """Return the label that a state copies; None if it may not, or if there is nothing."""
    if search.match[s] == BARRED:
        return None
    above = search.rows * search.span
    if s >= above:
        distance = s - above + 1
        return path.labels[x - distance] if path.start >= distance else None
    column, row = x + s % search.span - search.span // 2, s // search.span
    if row >= len(labels) or not 0 <= column < len(labels[0]):
        return None
    return labels[-1 - row][column]
