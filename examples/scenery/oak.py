"""The oak on the left: trunk, branches down to the thinnest twig, and leaves against the light."""

from __future__ import annotations

import numpy as np

from .meadow import tuft
from .paint import HEIGHT, WIDTH, Floats, Point, Sheet, colour, fractal, mix, positions
from .sky import SUN

FOOT = (92.0, 664.0)
SEED = 8  # grows a tree that leaves the sun and the far hills in view
BARK, RIM = colour("#3a2c36"), colour("#d99a66")


def oak(canvas: Floats, ground: Floats) -> Floats:
    """Paint the oak: leaves behind, wood, leaves before."""
    rng = np.random.default_rng(SEED)
    wood, tips = Sheet(), []
    _roots(wood)
    _branch(wood, rng, FOOT, (-1.45, 170.0, 34.0), 0, tips)
    behind, before = Sheet(), Sheet()
    bulk = _bulk()
    shaded = bulk - np.float32(0.15)
    for tip in tips:
        _leaves(behind, rng, tip, 4, shaded)
        if rng.random() < 0.8:  # some twigs stay in sight
            _leaves(before, rng, tip, 8, bulk)
    canvas = behind.lay_on(canvas)
    canvas = _rimmed(canvas, wood)
    grass = Sheet()
    tuft(ground, grass, rng, (FOOT[0], FOOT[1] + 4), 40)
    return grass.lay_on(before.lay_on(canvas))


def _rimmed(canvas: Floats, wood: Sheet) -> Floats:
    """Lay the wood on the canvas, bright where its edge is turned to the sun."""
    paint, coverage = wood.read()
    edge = np.clip(coverage - np.roll(coverage, (1, -3), axis=(0, 1)), 0, 1)
    x, _ = positions()
    strength = 0.85 * np.exp(-np.abs(x - SUN[0]) / 500)[..., None]
    paint = mix(paint, RIM * coverage, edge * strength)
    return canvas * (1 - coverage) + paint


def _roots(sheet: Sheet) -> None:
    x, y = FOOT
    for reach in (-30, -16, 14, 34):
        sheet.stroke((x + reach * 0.25, y - 26), (x + reach, y + 5), (20, 3), BARK)


def _branch(
    sheet: Sheet,
    rng: np.random.Generator,
    start: Point,
    growth: tuple[float, float, float],
    order: int,
    tips: list[Point],
) -> None:
    """Draw a branch and those that grow from it.

    Parameters
    ----------
    sheet
        Where it is drawn.
    rng
        Source of randomness.
    start
        Where it begins.
    growth
        Its angle, length and width.
    order
        How many forks lie below it.
    tips
        Receives the ends of the twigs.
    """
    angle, length, width = growth
    x, y = start
    steps = 7 if order == 0 else 4
    for step in range(steps):
        taper = 1 - 0.32 * step / steps, 1 - 0.32 * (step + 1) / steps
        angle += rng.normal(0, 0.07 + 0.02 * order)
        end = (x + length / steps * np.cos(angle), y + length / steps * np.sin(angle))
        _limb(sheet, rng, (x, y), end, (width * taper[0], width * taper[1]))
        x, y = end
        if order >= 5 and step % 2:
            tips.append(end)
    if order == 7 or width < 0.9:
        tips.append((x, y))
        return
    forks = 3 if order < 3 else 2
    spread = np.linspace(-0.62, 0.62, forks) + rng.normal(0, 0.14, forks)
    for turn in spread:
        thinner = width * 0.68 * rng.uniform(0.72, 0.98)
        shorter = length * rng.uniform(0.62, 0.84) * (0.72 if order == 0 else 1)
        # Branches reach for the light and droop under their weight.
        lean = 0.16 * np.sin(-np.pi / 2 - angle - turn) if order < 4 else 0.03
        _branch(sheet, rng, (x, y), (angle + turn + lean, shorter, thinner), order + 1, tips)


def _limb(
    sheet: Sheet, rng: np.random.Generator, start: Point, end: Point, widths: tuple[float, float]
) -> None:
    sheet.stroke(start, end, widths, BARK)
    sheet.dot(*end, widths[1] / 2, widths[1] / 2, BARK)
    if widths[0] < 3:
        return
    for _ in range(int(widths[0] * 0.9)):
        t, side = rng.random(), rng.uniform(-0.42, 0.3)
        x = start[0] + (end[0] - start[0]) * t + side * widths[0]
        y = start[1] + (end[1] - start[1]) * t
        long = rng.uniform(4, 12)
        tone = mix(BARK, RIM, rng.uniform(0, 0.35) + 0.3 * max(side, 0)) * rng.uniform(0.7, 1)
        sheet.stroke((x, y), (x + rng.normal(0, 1), y - long), (0.9, 0.4), tone)


def _leaves(sheet: Sheet, rng: np.random.Generator, tip: Point, count: int, bulk: Floats) -> None:
    """Draw a spray of leaves; `bulk` says where the crown bulges into the light."""
    # A spray is bright or dark as a whole, which gives the crown its depth.
    spray = rng.normal(0, 0.07)
    for _ in range(count):
        dx, dy = rng.normal(0, 8), rng.normal(-1, 6)
        x, y = tip[0] + dx, tip[1] + dy
        # Leaves between us and the sun let its light through.
        shine = 0.75 * np.exp(-np.hypot(x - SUN[0], y - SUN[1]) / 230) + 0.012 * (dx - dy)
        shine += bulk[min(max(int(y), 0), HEIGHT - 1), min(max(int(x), 0), WIDTH - 1)]
        shine = min(max(shine + spray + rng.normal(0, 0.07), 0), 1)
        green = mix(colour("#1c2f33"), colour("#4c5a38"), min(1.6 * shine, 1))
        fill = mix(green, colour("#f5b544"), max(shine - 0.12, 0) * 0.95)
        if rng.random() < 0.035:
            fill = mix(fill, colour("#c8542b"), 0.6)
        _leaf(sheet, (x, y), rng.uniform(0, np.pi), rng.uniform(2.0, 3.8), fill)


def _bulk() -> Floats:
    """Return light and shade of the crown's masses, lighter above and towards the sun."""
    masses = fractal(np.random.default_rng(82), 20, 12, octaves=2)
    towards = np.roll(masses, (8, -10), axis=(0, 1))
    return (2.2 * (masses - towards) + 0.25 * (masses - 0.5)).astype(np.float32)


def _leaf(sheet: Sheet, middle: Point, angle: float, size: float, fill: Floats) -> None:
    x, y = middle
    dx, dy = size * np.cos(angle), size * np.sin(angle)
    thin = 0.42
    left, right = (x - dy * thin, y + dx * thin), (x + dy * thin, y - dx * thin)
    sheet.shape([(x + dx, y + dy), left, (x - dx, y - dy), right], fill)
