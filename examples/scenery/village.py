"""The village on the far shore: houses with lit windows, a church, trees between them."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from .paint import Floats, Point, Sheet, blurred, colour, mix, positions
from .sky import HORIZON

WALLS = ("#e9d3bd", "#d9b79b", "#cbb0b4", "#e3c18f", "#c98f7a", "#b9c0c6")
ROOFS = ("#9c4a3c", "#83433f", "#6a4450", "#a85a3a", "#57486a")
GLOW = colour("#ffd874")
DUSK = colour("#4b4468")
SUNLIT_WALL, SUNLIT_ROOF = colour("#ffcf96"), colour("#ffb07a")


class Street:
    """Houses on one sheet and their lit windows on another, for the windows get a halo later."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.walls = Sheet()
        self.lights = Sheet()

    def lay_on(self, canvas: Floats) -> Floats:
        """Return the canvas with houses, windows, and the light around them."""
        canvas = self.lights.lay_on(self.walls.lay_on(canvas))
        halo = blurred(self.lights.read()[1][..., 0], 4)[..., None]
        return canvas + 0.55 * halo * GLOW

    def window(self, corner: Point, size: Point, wall: Floats, lit: bool) -> None:
        """Draw a window in its frame; `corner` is its upper left one."""
        (x, top), (wide, high) = corner, size
        bottom = top + high
        frame = mix(wall, DUSK, 0.45)
        self.walls.box((x - 0.5, bottom + 0.5), (wide + 1, high + 1), frame)
        if not lit:
            self.walls.box((x, bottom), size, colour("#52506f"))
            return
        bar = colour("#9a5f3e")
        self.lights.box((x, bottom), size, GLOW)
        self.lights.stroke((x + wide / 2, top), (x + wide / 2, bottom), (0.35, 0.35), bar)
        self.lights.stroke((x, top + high / 2), (x + wide, top + high / 2), (0.35, 0.35), bar)


def village(canvas: Floats) -> Floats:
    """Paint the village from its back row to the quay."""
    street = Street(seed=41)
    _trees(street, range(812, 1110, 26), HORIZON - 12, (9, 15), ("#3e5057", "#b79a5c"))
    _row(street, range(838, 1090, 37), HORIZON - 13, 0.78)
    church(street, (960, HORIZON - 6))
    _trees(street, range(800, 1130, 31), HORIZON - 3, (6, 11), ("#35484c", "#c2a050"))
    _row(street, (806, 852, 893, 1002, 1044, 1090, 1129), HORIZON + 1, 1.0)
    _quay(street)
    canvas = _smoke(_spit(canvas))
    return street.lay_on(canvas)


def _row(street: Street, places: Iterable[int], ground: float, size: float) -> None:
    rng = street.rng
    for x in places:
        paint = colour(rng.choice(WALLS)), colour(rng.choice(ROOFS))
        long, tall = rng.uniform(19, 26) * size, rng.uniform(11, 17) * size
        house(street, (x + rng.uniform(-3, 3), ground), (long, tall), paint)


def house(street: Street, foot: Point, size: Point, paint: tuple[Floats, Floats]) -> None:
    """Draw a house: its long side faces the sun on the left, its gable faces us.

    Parameters
    ----------
    street
        Where it is drawn.
    foot
        Foot of the house, at its left.
    size
        Length of its long side, height of its walls.
    paint
        Colours of its walls and its roof.
    """
    (x, ground), (long, tall), (wall, roof) = foot, size, paint
    sheet, gable, rise = street.walls, long * 0.72, tall * 0.8
    eaves, ridge = ground - tall, ground - tall - rise
    corner, middle, right = x + long, x + long + gable / 2, x + long + gable
    shaded = mix(wall, DUSK, 0.5)
    sheet.box(foot, size, mix(wall, SUNLIT_WALL, 0.45))
    front = [(corner, ground), (corner, eaves), (middle, ridge), (right, eaves), (right, ground)]
    sheet.shape(front, shaded)
    chimney = (x + long * 0.55, ridge + rise * 0.5)
    sheet.box(chimney, (long * 0.13, rise * 0.85), mix(roof, DUSK, 0.3))
    _roof(sheet, (x, eaves), (long, gable, rise), roof)
    sheet.stroke((middle, ridge - 1), (right + 1.5, eaves + 1.5), (1.6, 1.6), mix(roof, DUSK, 0.55))
    sheet.stroke((middle, ridge - 1), (corner - 0.5, eaves + 1), (1, 1), mix(roof, DUSK, 0.4))
    _openings(street, foot, (long, gable, tall), shaded)


def _roof(sheet: Sheet, corner: Point, size: tuple[float, float, float], roof: Floats) -> None:
    (x, eaves), (long, gable, rise) = corner, size
    left, right, lower = x - 1.5, x + long + 0.5, eaves + 1
    upper = eaves - rise - 1
    slope = [
        (left, lower),
        (right, lower),
        (x + long + gable / 2, upper),
        (left + gable / 2, upper),
    ]
    sheet.shape(slope, mix(roof, SUNLIT_ROOF, 0.35))
    for t in np.arange(0.15, 1, 0.2):  # courses of tiles
        start, level = left + t * gable / 2, lower - t * (rise + 2)
        end = right + t * (gable / 2 - 0.5)
        sheet.stroke((start, level), (end, level), (0.5, 0.5), mix(roof, DUSK, 0.25))


def _openings(
    street: Street, foot: Point, size: tuple[float, float, float], shaded: Floats
) -> None:
    (x, ground), (long, gable, tall) = foot, size
    rng, corner, level = street.rng, x + long, ground - tall * 0.62
    pane = (long * 0.13, tall * 0.26)
    for t in (0.12, 0.42, 0.72):
        street.window((x + long * t, level), pane, shaded, rng.random() < 0.35)
    for t in (0.16, 0.62):
        street.window((corner + gable * t, level), pane, shaded, rng.random() < 0.75)
    attic = (corner + gable * 0.39, level - tall * 0.5)
    street.window(attic, pane, shaded, rng.random() < 0.5)
    door = (gable * 0.16, tall * 0.42)
    street.walls.box((corner + gable * 0.42, ground), door, colour("#5a3436"))


def church(street: Street, foot: Point) -> None:
    """Draw the church: a nave, and a tower whose spire ends in a golden cross."""
    x, y = foot
    sheet, lights = street.walls, street.lights
    stone, slate = colour("#d9c3b0"), colour("#5d5677")
    lit, shaded = mix(stone, SUNLIT_WALL, 0.5), mix(stone, DUSK, 0.5)
    sheet.box((x + 10, y), (44, 19), lit)
    nave = [(x + 9, y - 18), (x + 55, y - 18), (x + 50, y - 35), (x + 9, y - 35)]
    sheet.shape(nave, mix(slate, SUNLIT_ROOF, 0.25))
    for middle in (x + 21.5, x + 31.5, x + 41.5):
        sheet.dot(middle, y - 13, 1.9, 2.4, DUSK)
        lights.dot(middle, y - 13, 1.3, 1.8, GLOW)
        lights.box((middle - 1.3, y - 6), (2.6, 7), GLOW)
    sheet.box((x - 8, y), (9, 50), lit)
    sheet.box((x + 1, y), (10, 50), shaded)
    sheet.box((x - 5, y - 29), (2.6, 6), DUSK)
    lights.box((x + 4.6, y - 27), (2.8, 6), GLOW)
    _spire(sheet, (x + 1.5, y - 96), slate)
    _clock(sheet, (x + 6, y - 42))


def _spire(sheet: Sheet, top: Point, slate: Floats) -> None:
    x, y = top
    edge = (x - 0.5, y + 48.5)
    sheet.shape([(x - 10.5, y + 47), edge, top], mix(slate, SUNLIT_ROOF, 0.45))
    sheet.shape([edge, (x + 10.5, y + 47), top], mix(slate, DUSK, 0.3))
    gold = colour("#ffdf8e")
    sheet.dot(x, y - 1, 1.3, 1.3, gold)
    sheet.stroke((x, y - 1), (x, y - 8), (0.8, 0.8), gold)
    sheet.stroke((x - 2, y - 6), (x + 2, y - 6), (0.8, 0.8), gold)


def _clock(sheet: Sheet, middle: Point) -> None:
    x, y = middle
    sheet.dot(x, y, 3, 3, colour("#efe3cf"))
    for hand in ((x, y - 2.4), (x + 1.8, y + 0.6)):
        sheet.stroke(middle, hand, (0.6, 0.6), colour("#3a3350"))


def _trees(
    street: Street, places: Iterable[int], ground: float, radii: Point, tones: tuple[str, str]
) -> None:
    rng = street.rng
    for x in places:
        foot = (x + rng.uniform(-11, 11), ground)
        tree(street.walls, rng, foot, rng.uniform(*radii), (colour(tones[0]), colour(tones[1])))


def tree(
    sheet: Sheet,
    rng: np.random.Generator,
    foot: Point,
    radius: float,
    tones: tuple[Floats, Floats],
) -> None:
    """Draw a round tree out of many dabs, from dark to light where the sun on the left strikes."""
    x, y = foot[0], foot[1] - radius * 1.05
    bark = mix(tones[0], colour("#3a2a30"), 0.6)
    sheet.stroke(foot, (x, y), (radius * 0.2, radius * 0.12), bark)
    count = int(40 + radius * 9)
    angles, spread = rng.uniform(0, 2 * np.pi, count), np.sqrt(rng.random(count))
    dx, dy = spread * np.cos(angles), spread * np.sin(angles)
    light = np.clip(0.42 - 0.42 * dx - 0.36 * dy + rng.normal(0, 0.13, count), 0, 1)
    for i in np.argsort(light, kind="stable"):
        size = radius * rng.uniform(0.1, 0.2)
        place = x + dx[i] * radius * 0.85, y + dy[i] * radius
        sheet.dot(*place, size * 1.2, size, mix(*tones, light[i]))


def _spit(canvas: Floats) -> Floats:
    x, y = positions()
    top = HORIZON - 15 * np.exp(-(((x - 975) / 190) ** 4)) + 3
    inside = np.clip(y - top + 0.5, 0, 1) * np.clip(HORIZON + 5.5 - y, 0, 1)
    inside = inside * np.clip((x - 770) / 8, 0, 1)
    depth = np.clip((y - top) / 20, 0, 1)[..., None]
    return mix(canvas, mix(colour("#8c8a52"), colour("#5b6350"), depth), inside[..., None])


def _quay(street: Street) -> None:
    for row in range(2):
        for left in np.arange(784 + 2.5 * row, 1190, 5.0):
            stone = colour("#8f7a78") + street.rng.uniform(-0.05, 0.05) - 0.1 * row
            street.walls.box((left, HORIZON + 2.6 + row * 2.6), (4.7, 2.4), stone)


def _smoke(canvas: Floats) -> Floats:
    x, y = positions()
    rise = np.clip((HORIZON - 32 - y) / 70, 0, 1)
    for chimney in (871, 1014, 1066):
        drift = chimney + 26 * rise**1.5 + 3 * np.sin(y * 0.16 + chimney) * rise
        veil = np.exp(-(((x - drift) / (1.2 + 7 * rise)) ** 2)) * (rise > 0) * (1 - rise) ** 1.4
        canvas = mix(canvas, colour("#f3d9cf"), 0.5 * veil[..., None])
    return canvas
