"""What lies and grows where the near bank meets the water: boulders and reeds."""

from __future__ import annotations

import numpy as np

from .lake import mirrored
from .meadow import BANK
from .paint import HEIGHT, WIDTH, Floats, Point, Sheet, colour, fractal, mix, positions, smooth

# Middle of the waterline, and the two radii, from the farthest to the nearest.
BOULDERS = (
    (262, 586, 17, 10),
    (438, 615, 14, 9),
    (304, 596, 38, 27),
    (222, 588, 12, 7),
    (338, 606, 20, 12),
    (404, 619, 27, 19),
    (368, 616, 11, 7),
    (466, 633, 23, 15),
    (500, 640, 11, 6),
)


def boulders(canvas: Floats) -> Floats:
    """Paint boulders at the water's edge, and what the water mirrors of them."""
    rng = np.random.default_rng(75)
    grain = fractal(rng, 150, 90, octaves=3, gain=0.8)
    lumps = fractal(rng, 44, 26, octaves=3)
    paint, coverage = np.zeros_like(canvas), np.zeros((HEIGHT, WIDTH, 1), np.float32)
    image, upside_down = np.zeros_like(canvas), np.zeros_like(coverage)
    for x, y, across, up in BOULDERS:
        rows, columns = slice(y - 2 * up, y + 4), slice(x - 2 * across, x + 2 * across)
        part = rows, columns
        shape, stone = _boulder((x, y), (across, up), grain, lumps, part)
        paint[part] = mix(paint[part], stone, shape)
        coverage[part] = np.maximum(coverage[part], shape)
        under = slice(y - 4, y + 2 * up), columns
        image[under] = mix(image[under], stone[::-1], shape[::-1])
        upside_down[under] = np.maximum(upside_down[under], shape[::-1])
    canvas = mirrored(canvas, image, upside_down, 0.8)
    return canvas * (1 - coverage) + paint


def _boulder(
    middle: tuple[int, int],
    radii: tuple[int, int],
    grain: Floats,
    lumps: Floats,
    part: tuple[slice, slice],
) -> tuple[Floats, Floats]:
    """Return the coverage and the colour of a boulder on a part of the canvas."""
    rows, columns = part
    x, y = positions()
    x, y = x[:, columns], y[rows]
    lumps, grain = lumps[part], grain[part]
    across, up = (x - middle[0]) / radii[0], (y - middle[1]) / radii[1]
    bulge = 0.5 * (lumps - 0.5)
    distance = (np.abs(across) ** 2.4 + np.abs(up) ** 2.4) ** (1 / 2.4) + bulge
    shape = np.clip((1 - distance) * min(radii) + 0.5, 0, 1) * np.clip(middle[1] + 2 - y, 0, 1)
    across = across + np.gradient(bulge, axis=1) * radii[0]
    rise = up + np.gradient(bulge, axis=0) * radii[1]
    # The sun is beyond: crests and the flanks turned to the right catch its light.
    light = np.clip(0.28 - 0.5 * rise + 0.42 * across + grain - 0.5, 0, 1)
    stone = mix(colour("#3c3a4c"), colour("#a2908f"), light[..., None])
    stone = mix(stone, colour("#ffcf98"), 0.7 * smooth(0.72, 1.0, light)[..., None])
    moss = smooth(0.45, 0.6, lumps) * smooth(-0.1, -0.6, up)
    stone = mix(stone, colour("#6c7040"), 0.4 * moss[..., None])
    wet = smooth(-0.3, 0.0, up)[..., None]
    return shape[..., None].astype(np.float32), mix(stone, stone * 0.55, wet)


def reeds(canvas: Floats) -> Floats:
    """Draw reeds in the shallow water, dark against its shine, with their brown heads."""
    rng = np.random.default_rng(76)
    sheet, image = Sheet(), Sheet()
    for middle, spread, count in ((205, 26, 34), (352, 20, 26), (545, 30, 40), (1108, 34, 40)):
        for x in rng.normal(middle, spread, count):
            foot = float(BANK[min(max(int(x), 0), WIDTH - 1)]) + rng.uniform(-7, 3)
            tall = rng.uniform(22, 50) * np.exp(-(((x - middle) / spread / 1.6) ** 2))
            _reed(sheet, image, rng, (x, foot), tall)
    canvas = mirrored(canvas, *image.read(), 0.55)
    return sheet.lay_on(canvas)


def _reed(sheet: Sheet, image: Sheet, rng: np.random.Generator, foot: Point, tall: float) -> None:
    x, y = foot
    lean = rng.normal(0.06, 0.12) * tall
    fill = mix(colour("#3d4a38"), colour("#c9a55c"), rng.random() ** 1.6)
    knee, top = (x + lean * 0.3, y - tall * 0.55), (x + lean, y - tall)
    sheet.stroke(foot, knee, (1.7, 1.3), fill)
    sheet.stroke(knee, top, (1.3, 0.4), fill)
    image.stroke(foot, (x + lean, y + tall), (1.7, 0.5), fill)
    if tall > 30 and rng.random() < 0.4:
        start = (top[0] - lean * 0.1, top[1] + 9)
        sheet.stroke(start, top, (3.0, 2.2), colour("#5a3830"))
        lit = (start[0] + 0.9, start[1] - 1), (top[0] + 0.7, top[1])
        sheet.stroke(*lit, (0.8, 0.6), colour("#d09462"))
