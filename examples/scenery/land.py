"""The land beyond the lake: mountains, wooded hills, pastures."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .paint import (
    WIDTH,
    Floats,
    Point,
    Sheet,
    below,
    colour,
    fractal,
    mix,
    positions,
    sample,
    smooth,
    softener,
)
from .sky import HORIZON, SUN

COLUMNS = np.arange(WIDTH, dtype=np.float32)
WATER = HORIZON + 7


class Range(NamedTuple):
    """A mountain range: its summits as `peaks` takes them, and how it is painted."""

    summits: list[tuple[float, float, float]]
    roughness: float
    crest: str
    foot: str


class Hill(NamedTuple):
    """A wooded hill: its outline as `slope` takes it, and how it is painted."""

    outline: list[tuple[float, float]]
    roughness: float
    tree: float
    dark: str
    lit: str
    mist: float


WEST = [(330, 300, 170), (90, 262, 190)]
EAST = [(1048, 196, 175), (812, 262, 110), (925, 280, 90), (1180, 262, 90), (1262, 240, 130)]
FOOTHILLS = [(1190, 285, 170), (690, 330, 130), (190, 318, 160), (0, 290, 140)]
RANGES = [
    Range([*EAST, *WEST], 56, "#8478a6", "#e9b6a2"),
    Range(FOOTHILLS, 46, "#6d6496", "#d9a296"),
    Range([(900, 338, 210), (300, 352, 180), (60, 330, 150)], 34, "#575587", "#bd8a8c"),
]

FAR_WEST = [(0, 330), (150, 318), (260, 340), (400, 380), (480, 394), (590, 393)]
FAR_EAST = [(700, 385), (860, 372), (1000, 360), (1130, 318), (1280, 300)]
MIDDLE_WEST = [(0, 345), (120, 352), (300, 385), (380, WATER)]
MIDDLE_EAST = [(1000, WATER), (1120, 372), (1200, 345), (1280, 325)]
NEAR_WEST = [(0, 372), (90, 375), (230, 396), (270, WATER)]
NEAR_EAST = [(1130, WATER), (1220, 384), (1280, 362)]
HILLS = [
    Hill([*FAR_WEST, *FAR_EAST], 16, 12, "#5f5c80", "#c3928a", 0.5),
    Hill([*MIDDLE_WEST, *MIDDLE_EAST], 14, 17, "#474f6c", "#a8806f", 0.35),
    Hill([*NEAR_WEST, *NEAR_EAST], 10, 24, "#34455a", "#967650", 0.2),
]


def peaks(*summits: tuple[float, float, float]) -> Floats:
    """Outline mountains: for each summit its x, its y, and how wide it spreads."""
    outline = np.full(WIDTH, HORIZON, np.float32)
    for x, y, spread in summits:
        fall = np.exp(-((np.abs(COLUMNS - x) / spread) ** 1.15))
        outline = np.minimum(outline, HORIZON - (HORIZON - y) * fall)
    return outline.astype(np.float32)


def rough(line: Floats, rng: np.random.Generator, amount: float, across: int) -> Floats:
    """Roughen an outline."""
    return line - amount * (fractal(rng, across, 1, octaves=6, gain=0.52)[0] - 0.5)


def mountains(canvas: Floats) -> Floats:
    """Paint three ranges, each one hazier the farther away it is."""
    rng = np.random.default_rng(31)
    gullies = 1 - np.abs(2 * fractal(rng, 10, 6, octaves=6, size=(1024, 1024)) - 1)
    for chain in RANGES:
        line = rough(peaks(*chain.summits), rng, chain.roughness, 14)
        body = _rock(line, gullies, chain)
        canvas = mix(canvas, body, below(line)[..., None])
    return canvas


def _rock(line: Floats, gullies: Floats, chain: Range) -> Floats:
    x, y = positions()
    depth = np.maximum(y - line, 0)
    # Gullies run down from the crest; the bend keeps them from being ruled lines.
    u, v = 1.6 * (x + 0.25 * depth), 1.2 * depth + 2 * line.mean()
    bend = 26 * (sample(gullies, u * 0.3, v * 0.5) - 0.5)
    relief = sample(gullies, u + bend, v) - sample(gullies, u + bend + 4, v - 3)
    # Whole flanks face the sun or turn away from it, as the crest above them climbs or falls.
    climb = np.convolve(np.pad(-np.gradient(line), 12, mode="edge"), softener(12), "valid")
    places = np.clip(x + bend * np.minimum(depth / 17, 3), 0, WIDTH - 1)
    flank = np.interp(places, COLUMNS, climb)
    facing = np.sign(x - SUN[0]) * (0.16 * flank - relief)
    haze = smooth(0, 150, depth)[..., None]
    rock = mix(colour(chain.crest), colour(chain.foot), haze)
    lit, dark = smooth(-0.02, 0.16, facing)[..., None], smooth(0.02, 0.2, -facing)[..., None]
    rock = mix(rock, colour("#ffc9a4"), lit * (0.55 - 0.44 * haze))
    rock = mix(rock, colour("#4f4a80"), dark * (0.4 - 0.4 * haze))
    glow = np.exp(-((np.hypot(x - SUN[0], y - SUN[1]) / 190) ** 2))
    return mix(rock, colour("#ffd9a0"), 0.5 * glow[..., None])


def conifer(
    sheet: Sheet,
    rng: np.random.Generator,
    foot: Point,
    size: float,
    tones: tuple[Floats, Floats],
) -> None:
    """Draw a spruce in its dark tone, and its side towards the sun in its light one."""
    x, y = foot
    tiers = 5 if size < 22 else 8
    left, right = [], []
    for tier in range(tiers):
        for part, spread in ((0.1, 0.55), (1.0, 1.0)):
            t = (tier + part) / tiers
            reach = size * 0.23 * t**0.8 * spread * rng.uniform(0.8, 1.2) + 0.2
            level = y - size * (1 - t)
            left.append((x - reach, level))
            right.append((x + reach * rng.uniform(0.85, 1.1), level))
    top = (x, y - size)
    sheet.shape([top, *right, *reversed(left)], tones[0])
    bright = right if x < SUN[0] else left
    inner = [(x + (px - x) * 0.25, py - size * 0.02) for px, py in bright]
    sheet.shape([top, *bright, *reversed(inner)], tones[1])


def slope(*places: tuple[float, float]) -> Floats:
    """Draw a rounded outline through the places given, from left to right."""
    line = np.interp(np.arange(-40, WIDTH + 40), *zip(*places, strict=True))
    return np.convolve(line, softener(40), "valid").astype(np.float32)


def woods(canvas: Floats) -> Floats:
    """Paint wooded hills on both shores, the nearer the darker."""
    rng = np.random.default_rng(32)
    for hill in HILLS:
        line = slope(*hill.outline)
        ragged = np.minimum(rough(line, rng, hill.roughness, 6), WATER)
        line = np.where(line > WATER - 1, WATER, ragged).astype(np.float32)
        canvas = _wood(canvas, rng, line, hill)
    return canvas


def _wood(canvas: Floats, rng: np.random.Generator, line: Floats, hill: Hill) -> Floats:
    dark, lit, haze = colour(hill.dark), colour(hill.lit), colour("#d3a091")
    height = np.maximum(WATER - 1 - line, 0)
    count = int(height.sum() / hill.tree**2 * 7)
    # Trees stand where there is room for them: drawn from the area under the outline.
    share = np.cumsum(height + hill.tree * 0.3 * (height > 1))
    xs = np.interp(rng.random(count) * share[-1], share, COLUMNS)
    depths = rng.random(count)
    tops = np.interp(xs, COLUMNS, line)
    feet = tops + depths * (WATER - 3 - tops) + 2
    sheet = Sheet()
    for i in np.argsort(feet, kind="stable"):
        body = mix(dark, haze, hill.mist * depths[i]) + rng.uniform(-0.025, 0.025)
        bright = mix(body, lit, rng.uniform(0.15, 0.75))
        conifer(sheet, rng, (xs[i], feet[i]), hill.tree * rng.uniform(0.6, 1.15), (body, bright))
    _, y = positions()
    ground = mix(dark, haze, hill.mist * smooth(0, 60, y - line)[..., None])
    solid = (below(line + 2) * (line < WATER - 2))[..., None]
    return sheet.lay_on(mix(canvas, ground, solid))
