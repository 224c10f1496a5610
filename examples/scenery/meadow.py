"""The near bank: its ground, the shadows on it, a path, grass and flowers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .land import slope
from .paint import (
    HEIGHT,
    WIDTH,
    Floats,
    Point,
    Sheet,
    below,
    blurred,
    colour,
    fractal,
    mix,
    positions,
    smooth,
)
from .sky import SUN

BANK = slope(
    (0, 566), (150, 572), (330, 606), (520, 640), (700, 634), (820, 606), (1000, 580), (1280, 556)
)
TOP = 556.0  # where the bank begins, at its highest
# Colours of petals and heart, and how many places are tried.
FLOWERS = (
    ("#cf3a30", "#3a1a24", 950),
    ("#5b6cbe", "#333a78", 560),
    ("#ecdad2", "#dba640", 640),
    ("#e6b343", "#b97f2a", 620),
)


def bank(canvas: Floats) -> Floats:
    """Paint the ground: earth at the water's edge, grass in soft light and shade, a sandy path."""
    rng = np.random.default_rng(61)
    _, y = positions()
    depth = np.clip((y - BANK) / (HEIGHT - BANK), 0, 1)
    patches = fractal(rng, 7, 5, octaves=6)
    grass = mix(colour("#7f8048"), colour("#2c4438"), depth[..., None] ** 0.75)
    dry = 0.55 * smooth(0.45, 0.8, patches) * (1 - depth)
    grass = mix(grass, colour("#a8914a"), dry[..., None])
    grain = 0.6 * fractal(rng, 320, 240, octaves=1) + 0.4 * fractal(rng, 40, 60, octaves=3)
    sand = colour("#d3ad88") * (0.62 + 0.5 * grain[..., None])
    ground = mix(grass, sand * (1 - 0.35 * depth[..., None]), path()[..., None])
    edge = np.exp(-np.maximum(y - BANK, 0) / 3.5)
    ground = mix(ground, colour("#4d4145"), 0.7 * edge[..., None])
    return mix(canvas, ground, below(BANK)[..., None])


def pebbles(canvas: Floats) -> Floats:
    """Strew the path with pebbles, each lit on the side of the sun."""
    rng = np.random.default_rng(67)
    sheet = Sheet()
    trodden = path()
    for y in np.sort(rng.uniform(604, HEIGHT, 2600)):
        x = rng.uniform(820, 1090)
        if trodden[int(y), int(x)] < 0.6:
            continue
        size = (0.5 + 2.6 * (y - TOP) / (HEIGHT - TOP)) * rng.uniform(0.25, 0.8)
        stone = colour(rng.choice(["#e8cdae", "#8b7373", "#a98d7c"]))
        tone = mix(canvas[int(y), int(x)], stone, 0.6)
        lit = mix(tone, colour("#ffe0b4"), 0.5)
        sheet.dot(x + size * 0.4, y + size * 0.35, size * 1.2, size * 0.7, tone * 0.6)
        sheet.dot(x, y, size * 1.15, size * 0.7, tone)
        sheet.dot(x - size * 0.35, y - size * 0.2, size * 0.6, size * 0.3, lit)
    return sheet.lay_on(canvas)


def path() -> Floats:
    """Return where the path lies; it leads down to the jetty and narrows on the way."""
    rng = np.random.default_rng(62)
    x, y = positions()
    middle = np.interp(y, [590, 612, 640, 672, 700, 720], [846, 858, 872, 905, 950, 990])
    half = np.interp(y, [590, 720], [15, 78])
    ragged = (fractal(rng, 40, 40, octaves=5, gain=0.75) - 0.5) * 1.1
    return (1 - smooth(0.7, 1.05, np.abs(x - middle) / half + ragged)) * (y > 590)


def shade(canvas: Floats, feet: Sequence[tuple[Point, float, float]]) -> Floats:
    """Cast soft shadows on the ground, away from the sun and towards us.

    Parameters
    ----------
    canvas
        The ground.
    feet
        Foot, height and width of each thing that casts one.
    """
    sheet = Sheet()
    for (x, y), height, width in feet:
        lean = (x - SUN[0]) / (y - SUN[1])
        long = height * 0.9
        sheet.stroke((x, y), (x + lean * long, y + long), (width, width * 1.6), colour("#000000"))
    dark = blurred(sheet.read()[1][..., 0], 3.5)[..., None] * below(BANK)[..., None]
    return mix(canvas, canvas * colour("#57587c"), 0.75 * dark)


def grass(canvas: Floats, ground: Floats, first: float, last: float) -> Floats:
    """Draw the blades that grow between two rows, each coloured after the ground below it."""
    rng = np.random.default_rng(63)
    sheet = Sheet()
    feet = np.sort(rng.random(26000) ** 0.8) * (HEIGHT + 26 - TOP) + TOP
    xs = rng.uniform(-5, WIDTH + 5, len(feet))
    trodden = path()
    clumps = fractal(rng, 30, 14, octaves=4)
    for x, y in zip(xs, feet, strict=True):
        column, row = min(max(int(x), 0), WIDTH - 1), min(int(y), HEIGHT - 1)
        bare = y < BANK[column] + 1 or rng.random() < trodden[row, column] * 1.1
        if bare or not first <= y < last:
            continue
        near = (y - TOP) / (HEIGHT - TOP)
        tall = (3 + 23 * near**1.3) * rng.uniform(0.6, 1.3) * (0.6 + 0.9 * clumps[row, column])
        _blade(sheet, rng, (x, y), tall, ground[row, column])
    return sheet.lay_on(canvas)


def tuft(ground: Floats, sheet: Sheet, rng: np.random.Generator, foot: Point, width: float) -> None:
    """Draw the grass around the foot of something that stands in it."""
    near = (foot[1] - TOP) / (HEIGHT - TOP)
    for x in rng.uniform(-width, width, int(6 + width * 2.2)):
        y = foot[1] + rng.uniform(-1, 4) * (0.5 + near)
        column, row = min(max(int(foot[0] + x), 0), WIDTH - 1), min(int(y) + 3, HEIGHT - 1)
        tall = (3 + 20 * near**1.3) * rng.uniform(0.5, 1.2)
        _blade(sheet, rng, (foot[0] + x, y), tall, ground[row, column])


def _blade(
    sheet: Sheet, rng: np.random.Generator, foot: Point, tall: float, ground: Floats
) -> None:
    x, y = foot
    near = (y - TOP) / (HEIGHT - TOP)
    bend = rng.normal(0.12, 0.28) * tall
    wide = 0.7 + 1.5 * near
    # Blades with the sun behind them glow; more of them do where its light comes in low.
    sunlit = np.exp(-(((x - SUN[0] - 80) / 420) ** 2))
    if rng.random() < 0.16 + 0.3 * sunlit:
        fill = mix(ground, colour("#e3c365"), rng.uniform(0.25, 0.75) * (1 - 0.45 * near))
    else:
        fill = mix(ground, colour("#2a4a36"), rng.uniform(0, 0.5)) * rng.uniform(0.85, 1.2)
    knee = (x + bend * 0.35, y - tall * 0.6)
    sheet.stroke((x, y), knee, (wide, wide * 0.75), fill)
    sheet.stroke(knee, (x + bend, y - tall), (wide * 0.75, 0.25), fill * 1.06)


def flowers(canvas: Floats, ground: Floats, first: float, last: float) -> Floats:
    """Scatter poppies, cornflowers, daisies and buttercups, in drifts, between two rows."""
    rng = np.random.default_rng(64)
    sheet = Sheet()
    trodden = path()
    for petal, heart, count in FLOWERS:
        drifts = fractal(rng, 9, 6, octaves=3)
        ys = np.sort(rng.uniform(575, HEIGHT + 6, count))
        for x, y in zip(rng.uniform(0, WIDTH, count), ys, strict=True):
            column, row = int(x), min(int(y), HEIGHT - 1)
            bare = y < BANK[column] + 9 or trodden[row, column] > 0.2
            if not first <= y < last or bare or drifts[row, column] < rng.uniform(0.48, 0.75):
                continue
            tones = [mix(colour(c), ground[row, column], 0.16) for c in (petal, heart)]
            _flower(sheet, rng, (x, y), tones)
    return sheet.lay_on(canvas)


def _flower(sheet: Sheet, rng: np.random.Generator, foot: Point, tones: list[Floats]) -> None:
    x, y = foot
    near = (y - TOP) / (HEIGHT - TOP)
    size = (0.9 + 3.2 * near) * rng.uniform(0.7, 1.15)
    tall = 4 + 20 * near * rng.uniform(0.8, 1.2)
    head_x, head_y = x + rng.normal(0, 0.1) * tall, y - tall
    stem = mix(colour("#4c6a3c"), colour("#22392f"), near)
    sheet.stroke(foot, (head_x, head_y), (0.5 + 0.8 * near, 0.4 + 0.4 * near), stem)
    petal, heart = tones
    for angle in rng.uniform(0, 2 * np.pi) + np.arange(5) * 2 * np.pi / 5:
        shade = petal * (1.02 - 0.22 * np.sin(angle) - 0.15 * near)
        place = head_x + 0.6 * size * np.cos(angle), head_y + 0.4 * size * np.sin(angle)
        sheet.dot(*place, size * 0.55, size * 0.45, shade)
    sheet.dot(head_x, head_y, size * 0.3, size * 0.24, heart)
