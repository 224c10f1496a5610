"""Things made of wood on the near bank: the fence along the path, and the signpost."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from .meadow import tuft
from .paint import Floats, Point, Sheet, colour, mix

WOOD, RIM = colour("#5a4648"), colour("#e7b27c")
# Each letter is drawn by strokes between points of a grid two wide and four high.
LETTERS = {
    "H": ("00 04", "20 24", "02 22"),
    "U": ("00 04 24 20",),
    "E": ("20 00 04 24", "02 12"),
    "P": ("04 00 10 21 12 02",),
    "R": ("04 00 10 21 12 02", "12 24"),
    "S": ("21 10 01 23 14 03",),
}


def posts() -> list[tuple[Point, float]]:
    """Return foot and height of each post of the fence, from the farthest to the nearest."""
    # Equal steps along the fence are equal steps of distance, which is one over size.
    heights = 1 / np.linspace(1 / 26, 1 / 190, 11)
    t = (heights - heights[0]) / (heights[-1] - heights[0])
    return [
        ((float(898 + 500 * s), float(596 + 130 * s)), float(h))
        for s, h in zip(t, heights, strict=True)
    ]


def fence(canvas: Floats, ground: Floats) -> Floats:
    """Paint the fence, weathered, and lit along the edges that face the sun."""
    rng = np.random.default_rng(65)
    sheet = Sheet()
    for start, end in pairwise(posts()):
        for level in (0.42, 0.82):
            _rail(sheet, start, end, (level, level + rng.uniform(-0.03, 0.03)))
    for foot, height in posts():
        post(sheet, rng, foot, height, height * 0.14)
        tuft(ground, sheet, rng, foot, height * 0.13)
    return sheet.lay_on(canvas)


def _rail(
    sheet: Sheet, start: tuple[Point, float], end: tuple[Point, float], levels: Point
) -> None:
    ((ax, ay), low), ((bx, by), high) = start, end
    # The rail itself, its sunlit upper edge, and a crack along it.
    for drop, thick, fill in ((0, 0.1, WOOD), (-0.04, 0.025, RIM), (0.014, 0.011, WOOD * 0.7)):
        left = (ax, ay - low * (levels[0] - drop))
        right = (bx, by - high * (levels[1] - drop))
        sheet.stroke(left, right, (low * thick, high * thick), fill)


def post(sheet: Sheet, rng: np.random.Generator, foot: Point, height: float, width: float) -> None:
    """Draw a pointed post with its grain."""
    x, y = foot
    half, top = width / 2, y - height
    outline = [(x - half, y), (x - half, top + half * 0.7), (x, top - half * 0.4)]
    sheet.shape([*outline, (x + half, top + half * 0.7), (x + half, y)], WOOD)
    sheet.shape([*outline, (x - half * 0.45, top + half), (x - half * 0.6, y)], RIM)
    for _ in range(7):
        grain = x + rng.uniform(-0.3, 0.85) * half
        start = top + rng.uniform(0.1, 0.6) * height
        end = (grain, start + rng.uniform(0.1, 0.35) * height)
        sheet.stroke((grain, start), end, (width * 0.055,) * 2, WOOD * 0.72)


def signpost(canvas: Floats, ground: Floats, foot: Point, text: str) -> Floats:
    """Paint a sign that points to the lake."""
    rng = np.random.default_rng(66)
    sheet = Sheet()
    x, y = foot
    post(sheet, rng, foot, 92, 8)
    left, right, top, bottom = x - 66, x + 46, y - 84, y - 56
    tip, shoulder = (left, (top + bottom) / 2), (left + 14, top)
    board = [tip, shoulder, (right, top - 1), (right, bottom - 1), (left + 14, bottom)]
    sheet.shape([(px + 1.5, py + 2) for px, py in board], WOOD * 0.55)
    sheet.shape(board, colour("#b98a5f"))
    for _ in range(26):
        a, b = rng.uniform(left + 16, right - 12), rng.uniform(top + 1, bottom - 3)
        sheet.stroke((a, b), (a + rng.uniform(4, 11), b - 0.1), (0.5, 0.2), colour("#8f6546"))
    for edge in ((tip, shoulder), (shoulder, (right, top - 1))):
        sheet.stroke(*edge, (1.4, 1.4), RIM)
    letters(sheet, text, (left + 17, top + 7), 12.5)
    tuft(ground, sheet, rng, foot, 13)
    return sheet.lay_on(canvas)


def letters(sheet: Sheet, text: str, corner: Point, size: float) -> None:
    """Letter a text with the strokes of a broad brush."""
    ink, unit = mix(WOOD, colour("#2a1d28"), 0.7), size / 4
    for place, letter in enumerate(text):
        x = corner[0] + place * size * 0.8
        for line in LETTERS[letter]:
            dots = [(x + int(p[0]) * unit, corner[1] + int(p[1]) * unit) for p in line.split()]
            for a, b in pairwise(dots):
                sheet.stroke(a, b, (1.9, 1.9), ink)
            for a in dots:
                sheet.dot(*a, 0.95, 0.95, ink)
