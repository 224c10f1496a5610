"""The lake: what it mirrors, its ripples, the glitter of the sun, and the boats on it."""

from __future__ import annotations

from functools import cache

import numpy as np

from .paint import (
    HEIGHT,
    Floats,
    Point,
    Sheet,
    colour,
    fractal,
    mix,
    positions,
    sample,
    smooth,
)
from .sky import HORIZON, SUN

SHORE = HORIZON + 6
WATER = slice(int(SHORE), HEIGHT)  # the rows that can show water
TAPS = (0.4, 0.6, 0.8, 1.0, 1.2, 1.4, 1.6)


def lake(canvas: Floats) -> Floats:
    """Paint the water from the far shore down, as a rippled mirror of what is on the canvas."""
    _, y = positions()
    near = np.clip((y - SHORE) / (HEIGHT - SHORE), 0, 1)
    mirror = _mirror(canvas, near)
    bright = smooth(0.72, 0.95, mirror.min(axis=2))
    tint = mix(colour("#f3e6ea"), colour("#a9a4cc"), near[..., None] ** 0.7)
    mirror *= mix(tint, colour("#fff4d8"), bright[..., None])
    # Slopes that turn towards us let us see into the water, the others mirror the sky.
    depth = 0.04 + 0.3 * near + 0.5 * np.clip(-ripples(), 0, 1) * (0.3 + near)
    water = mix(mirror, colour("#2b456b"), (depth * (1 - bright))[..., None])
    water = water + _glitter(near)[..., None] * colour("#ffcf8a")
    far_edge = np.exp(-(((y - SHORE - 1) / 1.6) ** 2))
    water = mix(water, colour("#e9c9b4"), 0.35 * far_edge[..., None])
    return mix(canvas, water, np.clip(y - SHORE + 0.5, 0, 1)[..., None])


def _mirror(canvas: Floats, near: Floats) -> Floats:
    x, y = positions()
    y, near, ripple = y[WATER], near[WATER], ripples()[WATER]
    mirror = np.zeros_like(canvas)
    # A pixel covers water that slopes this way and that, so what it mirrors is smeared upwards.
    for reach in TAPS:
        up = 2 * SHORE - y + reach * ripple * (3 + 80 * near) + (reach - 1) * 9 * near
        side = x + reach * 12 * ripple * (0.15 + near)
        mirror[WATER] += sample(canvas, side, np.clip(up, 0, SHORE - 1)) / len(TAPS)
    return mirror


@cache
def ripples() -> Floats:
    """Return the slope of the water, from about -1 to 1."""
    calm = fractal(np.random.default_rng(52), 3, 12, octaves=3)
    _, y = positions()
    # Too far away to be told apart, waves would only flicker.
    seen = smooth(0, 40, y - SHORE) * 0.8 + 0.2
    return (0.65 * _waves(1) + 0.35 * _waves(2.2)) * seen * (0.45 + 0.9 * calm)


def _waves(fineness: float) -> Floats:
    """Lay noise on the water in perspective: it shrinks towards the far shore."""
    tile = fractal(np.random.default_rng(51), 16, 16, octaves=5, gain=0.55, size=(1024, 1024))
    x, y = positions()
    distance = fineness / np.maximum(y - SHORE + 12, 6)
    return 2 * sample(tile, (x - SUN[0]) * distance * 70, distance * 80000 + 90 * fineness) - 1


def _glitter(near: Floats) -> Floats:
    x, y = positions()
    path = np.exp(-(((x - SUN[0]) / (13 + 75 * near)) ** 2)) * (y > SHORE)
    sparks = smooth(0.12, 0.5, _waves(3.1) + 0.5 * ripples()) * (1.1 - 0.5 * near)
    return path * (sparks + 0.35 * smooth(0, 0.5, ripples()) * (1 - near))


def mirrored(canvas: Floats, paint: Floats, coverage: Floats, strength: float = 0.75) -> Floats:
    """Lay a mirror image, drawn upside down already, on the water: darker, and rippled.

    Parameters
    ----------
    canvas
        The water.
    paint, coverage
        The image, as `Sheet.read` returns it.
    strength
        How clearly it shows.
    """
    x, y = positions()
    seen = np.concatenate([paint * colour("#a89bb8"), coverage], axis=-1) * strength
    ripple = ripples()[WATER]
    seen = sample(seen, x + 7 * ripple, np.minimum(y[WATER] + 14 * ripple, HEIGHT - 1))
    water = canvas.copy()
    water[WATER] = canvas[WATER] * (1 - seen[..., 3:]) + seen[..., :3]
    return water


def afloat(canvas: Floats, sheet: Sheet, waterline: float) -> Floats:
    """Lay something that floats on the water, and its mirror image below its waterline."""
    paint, coverage = sheet.read()
    rows = np.arange(HEIGHT)
    source = np.clip(2 * int(waterline) - rows, 0, HEIGHT - 1)
    under = (rows >= int(waterline) - 1)[:, None, None]
    canvas = mirrored(canvas, paint[source] * under, coverage[source] * under)
    return canvas * (1 - coverage) + paint


def sailing_boat(canvas: Floats, foot: Point, size: float) -> Floats:
    """Paint a small sailing boat.

    Parameters
    ----------
    canvas
        The lake.
    foot
        Middle of its waterline.
    size
        Height of its mast; all else follows from it.
    """
    x, y = foot
    sheet = Sheet()

    def place(across: float, up: float) -> Point:
        return x + across * size, y - up * size

    ink, sail, stripe = colour("#4a3038"), colour("#f4e3cc"), colour("#cf3a35")
    sheet.stroke(place(0.04, 0.1), place(0.04, 1), (1.4, 0.9), ink)
    sheet.shape([place(0.06, 0.97), place(0.24, 0.5), place(0.46, 0.17), place(0.06, 0.15)], sail)
    band = [place(0.06, 0.42), place(0.285, 0.42), place(0.34, 0.33), place(0.06, 0.33)]
    sheet.shape(band, stripe)
    sheet.shape([place(0.02, 0.88), place(0.02, 0.16), place(-0.33, 0.14)], colour("#ffedd0"))
    bow, stern = place(-0.38, 0.11), place(0.42, 0.1)
    sheet.shape([bow, stern, place(0.34, -0.02), place(-0.26, -0.02)], colour("#2d4f72"))
    sheet.shape([bow, stern, place(0.41, 0.075), place(-0.365, 0.085)], colour("#f2d9b8"))
    return afloat(canvas, sheet, y)
