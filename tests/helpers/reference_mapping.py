"""A slow, plain version of what maps pixels to labels: texture.c and dither.c.

Written from what those say of themselves, not from their code. Coordinates are lists of four whole
numbers. An image is rows of colour numbers with `points[number]`; floats have 32 bits, as in C.
(reference_trellis.py goes on.)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from huepress._kernels.gate import COST_PER_BIT

LEVEL = 64
FAR = 3 * LEVEL
ALL = 65_536
TOLERANCES = 128


@dataclass
class Picture:
    """An image as rows of colour numbers, its colours, and the codebook."""

    rows: list[list[int]]
    points: list[list[int]]
    codebook: list[list[int]]
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


def nearest(codebook, at) -> int:
    """Return the nearest entry, the first if tied; nothing lies farther out than 4096."""
    inside = [min(max(c, -4096), 20_480) for c in at]
    return min(range(len(codebook)), key=lambda j: squared(codebook[j], inside))


def part(value: int, of: int) -> int:
    """Divide as C does, towards zero."""
    return abs(value) // of * (1 if value >= 0 else -1)


def clip(value: int, most: int) -> int:
    return min(max(value, -most), most)


# Texture


def variance(picture: Picture, y: int, x: int) -> np.float32:
    """Return the variance in the 5 x 5 window, in levels, of coordinates cut by 4 bits."""
    window = [picture.at(y + dy, x + dx) for dy in range(-2, 3) for dx in range(-2, 3)]
    cut = np.array(window, np.int64) >> 4
    spread = 25 * (cut**2).sum() - (cut.sum(axis=0) ** 2).sum()
    return np.float32(spread) / np.float32(25 * 25 * (LEVEL >> 4) ** 2)


def is_undithered(picture: Picture, y: int, x: int) -> bool:
    """Tell whether nothing is dithered here."""
    at = picture.at(y, x)
    away = min(squared(at, entry) for entry in picture.codebook)
    return away == 0 or (away > FAR**2 and variance(picture, y, x) == 0)


def roots() -> tuple[np.float32, np.float32]:
    """Return the root of the least error that is allowed, and from one tolerance to the next."""
    least, most = np.sqrt(np.float32([0.8, 8]))
    return least, (most - least) / np.float32(TOLERANCES - 1)


def tolerance(picture: Picture, y: int, x: int) -> int:
    """Return how much may be lost at a pixel, from 0 to 127."""
    least, step = roots()
    f = np.float32
    allowed = min(max(f(1.7) * np.sqrt(np.sqrt(variance(picture, y, x))), f(0.8)), f(8))
    return int((np.sqrt(allowed) - least) / step)


def rate(tolerance: int, strength: float) -> np.float32:
    """Return what a squared distance of 1 costs, in 1/COST_PER_BIT bits."""
    least, step = roots()
    root = least + step * np.float32(tolerance)
    with np.errstate(divide="ignore"):
        price = np.float32(COST_PER_BIT / LEVEL**2) / (np.float32(strength) * (root * root))
    return min(price, np.float32(1e8))


def smoothness(picture: Picture, y: int, x: int) -> int:
    f = np.float32
    return max(32, int(f(255) / (f(1) + np.sqrt(variance(picture, y, x)) / f(8))))


# Dithering


def dithered_by_diffusion(picture: Picture, share: int, cap: int) -> list[list[int]]:
    """Return labels by Floyd and Steinberg's diffusion, every other row from right to left."""
    coming = [[[0] * 4 for _ in range(picture.width)] for _ in range(picture.height + 1)]
    labels = []
    for y in range(picture.height):
        direction = -1 if y % 2 else 1
        row = [0] * picture.width
        left = [0] * 4  # what the pixel before leaves
        for x in range(picture.width)[::direction]:
            undithered = is_undithered(picture, y, x)
            at = picture.at(y, x)
            if not undithered:
                due = [part(7 * a + b, 16) for a, b in zip(left, coming[y][x], strict=True)]
                at = [c + d for c, d in zip(at, due, strict=True)]
            row[x] = nearest(picture.codebook, at)
            shown = picture.codebook[row[x]]
            left = [part(clip(a - b, cap) * share, ALL) for a, b in zip(at, shown, strict=True)]
            if undithered:
                left = [0] * 4
            for weight, to in ((3, x - direction), (5, x), (1, x + direction)):
                if 0 <= to < picture.width:
                    below = coming[y + 1][to]
                    coming[y + 1][to] = [b + weight * r for b, r in zip(below, left, strict=True)]
        labels.append(row)
    return labels


def mixture(picture: Picture, number: int, count: int, share: int, cap: int) -> list[int]:
    """Return the entries whose mean comes near a colour, darkest first."""
    at, codebook = picture.points[number], picture.codebook
    if min(squared(at, entry) for entry in codebook) == 0:
        share = 0
    chosen, missing = [], [0] * 4
    for _ in range(count):
        goal = [c + part(m * share, ALL) for c, m in zip(at, missing, strict=True)]
        chosen.append(nearest(codebook, goal))
        entry = codebook[chosen[-1]]
        missing = [clip(m + c - b, cap) for m, c, b in zip(missing, at, entry, strict=True)]
    return sorted(chosen, key=lambda j: lightness(codebook[j], picture.oklab))


def lightness(at, oklab: bool) -> int:
    return at[0] if oklab else 2 * at[0] + 4 * at[1] + at[2]


def dithered_ordered(
    picture: Picture, mask, side: int, count: int, share: int, cap: int
) -> list[list[int]]:
    """Return labels by pattern dithering."""
    mixes = [mixture(picture, n, count, share, cap) for n in range(len(picture.points))]
    return [
        [mixes[number][mask[y % side * side + x % side]] for x, number in enumerate(row)]
        for y, row in enumerate(picture.rows)
    ]
