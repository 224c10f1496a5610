"""What hangs above the land: the evening sky, clouds lit from below, balloons, birds."""

from __future__ import annotations

import numpy as np

from .paint import (
    HEIGHT,
    WIDTH,
    Floats,
    Point,
    Sheet,
    colour,
    fractal,
    mix,
    positions,
    ramp,
    sample,
    smooth,
)

SUN = (520.0, 338.0)
HORIZON = 400.0

TOWARDS_SUN = [
    (0, "#34436f"),
    (90, "#626a97"),
    (180, "#a583a2"),
    (260, "#e39d8c"),
    (320, "#f8c583"),
    (380, "#ffe3a6"),
    (HEIGHT, "#ffe3a6"),
]
AWAY_FROM_SUN = [
    (0, "#2a3766"),
    (110, "#4b5688"),
    (220, "#8775a0"),
    (310, "#c78f9f"),
    (380, "#eab69b"),
    (HEIGHT, "#eab69b"),
]
BELT = "#f6d9a0"
STRIPES = ("#d8352f", BELT, "#e2862b", BELT, "#1f6f8b", BELT)


def open_sky() -> Floats:
    """Paint the clear sky, warmer where the sun is going down."""
    x, y = positions()
    nearness = np.exp(-(((x - SUN[0]) / 560) ** 2))[..., None]
    canvas = mix(ramp(AWAY_FROM_SUN)[:, None], ramp(TOWARDS_SUN)[:, None], nearness)
    distance = np.hypot(x - SUN[0], (y - SUN[1]) * 1.25)
    halo = (0.55 * np.exp(-distance / 75) + 0.25 * np.exp(-distance / 230))[..., None]
    return mix(canvas, colour("#fff0c0"), halo)


def sun(canvas: Floats) -> Floats:
    """Paint the disc of the sun."""
    x, y = positions()
    distance = np.hypot(x - SUN[0], y - SUN[1])
    disc = np.clip(21.5 - distance, 0, 1)[..., None]
    return mix(canvas, colour("#fffbe6"), disc)


def clouds(canvas: Floats) -> Floats:
    """Paint streaks of cloud that draw together towards the horizon, their undersides lit."""
    rng = np.random.default_rng(21)
    tile = fractal(rng, 8, 8, octaves=7, gain=0.52, size=(1024, 1024))
    x, y = positions()
    depth = 520 / np.maximum(HORIZON + 60 - y, 20)
    u, v = (x - SUN[0]) * depth * 0.36, depth * 290 + x * 0.05

    def density(du: float, dv: float) -> Floats:
        return smooth(0.50, 1.0, sample(tile, u + du, v + dv))

    thick = density(0, 0)
    # Thinner towards the sun means that light gets in from there.
    lit = np.clip(0.5 + 2.2 * (thick - density(0, 26)), 0, 1)[..., None]
    nearness = np.exp(-((np.hypot(x - SUN[0], (y - SUN[1]) * 1.3) / 420) ** 2))[..., None]
    shade = mix(colour("#5c5a8c"), colour("#b98390"), nearness)
    glow = mix(colour("#e8a3a0"), colour("#ffdc9c"), nearness)
    fade = smooth(HORIZON - 10, HORIZON - 110, y)
    return mix(canvas, mix(shade, glow, lit), (0.9 * thick**0.8 * fade)[..., None])


def balloon(canvas: Floats, middle: Point, radius: float, haze: float) -> Floats:
    """Paint a hot-air balloon.

    Parameters
    ----------
    canvas
        What lies behind it.
    middle
        Centre of its round upper part.
    radius
        Size of that part.
    haze
        How much of the air in front of it shows, from 0 to 1.
    """
    x, y = middle
    air = canvas[int(y), int(x)]
    sheet = Sheet()
    _basket(sheet, middle, radius)
    drop = np.linspace(-1, 1.42, 60)
    dome = np.sqrt(np.clip(1 - drop**2, 0, 1))
    funnel = 0.98 - 0.66 * np.clip((drop - 0.2) / 1.22, 0, 1) ** 1.35
    girth = np.where(drop < 0.2, dome, funnel)
    # Seams at equal angles around it: seen from the side, the outer gores look narrower.
    seams = np.sin(np.linspace(-np.pi / 2, np.pi / 2, 13))
    for gore, stripe in enumerate(STRIPES * 2):
        for row in range(len(drop) - 1):
            fill = colour(BELT if 21 <= row < 24 else stripe)
            corners = [
                (x + radius * girth[level] * seams[seam], y + radius * drop[level])
                for level, seam in (
                    (row, gore),
                    (row, gore + 1),
                    (row + 1, gore + 1),
                    (row + 1, gore),
                )
            ]
            sheet.shape(corners, mix(fill, air, haze))
    return sheet.lay_on(canvas, _round_light(middle, radius))


def _round_light(middle: Point, radius: float) -> Floats:
    columns, rows = positions()
    side, height = (columns - middle[0]) / radius, (rows - middle[1]) / radius
    warm = np.clip(0.78 - 0.36 * side + 0.16 * height - 0.22 * side**2, 0.3, 1.25)[..., None]
    return mix(colour("#161629"), colour("#fff4e4"), warm)


def _basket(sheet: Sheet, middle: Point, radius: float) -> None:
    x, y = middle
    top, bottom, half = y + radius * 1.78, y + radius * 2.02, radius * 0.16
    rope = max(radius * 0.02, 0.5)
    for side in (-1, -0.35, 0.35, 1):
        start = (x + side * radius * 0.3, y + radius * 1.4)
        sheet.stroke(start, (x + side * half, top), (rope, rope), colour("#4a3340"))
    corners = [(-half, top), (half, top), (half * 0.85, bottom), (-half * 0.85, bottom)]
    sheet.shape([(x + dx, row) for dx, row in corners], colour("#7a4a2c"))
    sheet.stroke((x - half, top + 0.7), (x + half, top + 0.7), (1.5, 1.5), colour("#c98d55"))


def birds(canvas: Floats) -> Floats:
    """Paint a few birds far away."""
    rng = np.random.default_rng(22)
    sheet = Sheet()
    ink = colour("#3b3350")
    for _ in range(9):
        x, y = 640 + rng.normal(0, 34), 232 + rng.normal(0, 17)
        span, lift = rng.uniform(4, 7), rng.uniform(0.2, 0.6)
        for side in (-1, 1):
            elbow = (x + side * span * 0.5, y - span * lift)
            sheet.stroke((x, y), elbow, (1.3, 1.0), ink)
            sheet.stroke(elbow, (x + side * span, y - span * lift * 0.4), (1.0, 0.3), ink)
    return sheet.lay_on(canvas)


def evening_light(canvas: Floats) -> Floats:
    """Let the low sun dazzle a little, and darken the corners slightly."""
    x, y = positions()
    dazzle = np.exp(-np.hypot(x - SUN[0], y - SUN[1]) / 120)[..., None] * 0.22
    canvas = canvas + dazzle * colour("#ffd08a") * (1 - canvas)
    corner = ((x - WIDTH / 2) / WIDTH) ** 2 + ((y - HEIGHT / 2) / HEIGHT) ** 2
    return canvas * (1.02 - 0.26 * smooth(0.1, 0.62, corner))[..., None]
