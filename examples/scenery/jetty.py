"""The jetty at the end of the path, and the rowing boat moored to it."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from .lake import afloat, mirrored
from .paint import Floats, Point, Sheet, colour, mix
from .sky import HORIZON

NEAR, FAR = (846.0, 609.0), (676.0, 531.0)
PAIRS = np.linspace(1, 0.12, 7)  # where posts stand, from the far end
PLANK, POST, RIM = colour("#8a6a5c"), colour("#4c3b42"), colour("#efb982")


def along(t: float) -> tuple[Point, float]:
    """Return the middle of the jetty at a share `t` of its length, and the scale there."""
    # Distance is one over the height below the horizon; it is what grows evenly.
    near, far = 1 / (NEAR[1] - HORIZON), 1 / (FAR[1] - HORIZON)
    drop = 1 / (near + (far - near) * t)
    share = (NEAR[1] - HORIZON - drop) / (NEAR[1] - FAR[1])
    return (NEAR[0] + (FAR[0] - NEAR[0]) * share, HORIZON + drop), drop / (NEAR[1] - HORIZON)


def jetty(canvas: Floats) -> Floats:
    """Paint the jetty: planks, the posts that carry it, and what the water mirrors of them."""
    rng = np.random.default_rng(71)
    canvas = mirrored(canvas, *_upside_down().read(), 0.7)
    sheet = Sheet()
    for t in PAIRS:
        _posts(sheet, t, 25, (0, 17), RIM * 0.8)
    for far_edge, near_edge in pairwise(np.linspace(1, -0.06, 36)):
        _plank(sheet, rng, far_edge, near_edge + 0.0035)
    for t in PAIRS:
        _posts(sheet, t, 26, (-13, 2), RIM)
    return sheet.lay_on(canvas)


def _upside_down() -> Sheet:
    sheet = Sheet()
    for t in PAIRS:
        _posts(sheet, t, 25, (0, 62), POST)
    ((ax, ay), near), ((bx, by), far) = along(0), along(1)
    corners = ((ax, ay, -near), (bx, by, -far), (bx, by, far), (ax, ay, near))
    deck = [(x + 27 * side, y + 34 * abs(side)) for x, y, side in corners]
    sheet.shape(deck, colour("#43364a"))
    return sheet


def _posts(sheet: Sheet, t: float, apart: float, ends: Point, rim: Floats) -> None:
    """Draw a pair of posts; `ends` are their heights relative to the deck, downwards."""
    (x, y), scale = along(t)
    top, bottom = y + ends[0] * scale, y + ends[1] * scale
    for middle in (x - apart * scale, x + apart * scale):
        sheet.stroke((middle, bottom), (middle, top), (6.2 * scale, 6.2 * scale), POST)
        lit = middle - 2.2 * scale
        sheet.stroke((lit, bottom), (lit, top), (1.8 * scale, 1.8 * scale), rim)
        if ends[0] < 0:
            sheet.dot(middle, top, 3.1 * scale, 1.3 * scale, mix(PLANK, RIM, 0.5))


def _plank(sheet: Sheet, rng: np.random.Generator, far_edge: float, near_edge: float) -> None:
    ((ax, ay), far), ((bx, by), near) = along(far_edge), along(near_edge)
    slack = rng.uniform(-1.2, 1.2)
    fill = PLANK * rng.uniform(0.82, 1.14)
    left_far, right_far = (ax - 28 * far + slack, ay), (ax + 28 * far + slack, ay)
    left_near, right_near = (bx - 28 * near + slack, by), (bx + 28 * near + slack, by)
    thick = 3.2 * near
    side = [left_far, left_near, (left_near[0], by + thick), (left_far[0], ay + thick)]
    sheet.shape(side, POST)
    sheet.box((left_near[0], by + thick), (56 * near, thick), fill * 0.6)
    sheet.shape([left_far, right_far, right_near, left_near], fill)
    sheet.stroke(left_far, right_far, (0.7 * near, 0.7 * near), mix(fill, RIM, 0.75))
    for share in rng.uniform(0.1, 0.9, 3):
        x = left_far[0] + share * (right_far[0] - left_far[0])
        y = ay + (by - ay) * rng.uniform(0.3, 0.8)
        sheet.stroke((x, y), (x + 7 * near, y), (0.4, 0.3), fill * 0.78)


def rowing_boat(canvas: Floats, middle: Point, length: float) -> Floats:
    """Paint a red rowing boat whose bow points to the left, and its rope.

    Parameters
    ----------
    canvas
        The lake, with the jetty.
    middle
        Middle of its waterline.
    length
        Length of the boat.
    """
    sheet = Sheet()
    x, y = middle
    t = np.linspace(0, 1, 41)
    across = x + (t - 0.5) * length
    # The gunwale rises to the bow; the far side is seen over the near one.
    sheer = y - length * (0.17 + 0.10 * (1 - t) ** 2.2 + 0.03 * t**3)
    inward = np.sin(np.pi * np.clip(t * 0.96 + 0.04, 0, 1)) ** 0.6
    far_side = sheer - length * 0.075 * inward
    stem = np.clip(0.12 - t, 0, 1) / 0.12
    keel = y + length * (0.02 * np.sin(np.pi * t) - 0.20 * stem)
    near_rim, far_rim = _points(across, sheer), _points(across, far_side)
    sheet.shape([*near_rim, *far_rim[::-1]], colour("#54332f"))
    _inside(sheet, across, sheer, far_side)
    sheet.shape([*near_rim, *_points(across, keel)[::-1]], colour("#b5322c"))
    for share, width, fill in ((0.16, 0.028, "#f1dcc0"), (0.62, 0.012, "#8c2426")):
        seam = sheer + (np.minimum(keel, y) - sheer) * share
        _line(sheet, _points(across, seam), length * width, colour(fill))
    _line(sheet, far_rim, length * 0.014, colour("#e0935f"))
    _line(sheet, near_rim, length * 0.022, colour("#f0b67a"))
    canvas = afloat(canvas, sheet, y + length * 0.015)
    return _rope(canvas, (across[-1], sheer[-1]))


def _inside(sheet: Sheet, across: Floats, sheer: Floats, far_side: Floats) -> None:
    for place in (12, 22, 32):
        x, top, bottom = across[place], far_side[place] + 2, sheer[place]
        thwart = [(x - 3, bottom), (x - 2, top), (x + 6, top), (x + 5, bottom)]
        sheet.shape(thwart, colour("#c98f63"))
    oar = (across[8], far_side[8] - 1), (across[37], sheer[37] - 4)
    sheet.stroke(*oar, (1.6, 1.6), colour("#ecc79a"))


def _rope(canvas: Floats, stern: Point) -> Floats:
    sheet = Sheet()
    (x, y), scale = along(0.85)
    end = (x - 26 * scale, y - 8 * scale)
    t = np.linspace(0, 1, 25)
    across = stern[0] + (end[0] - stern[0]) * t
    level = stern[1] + (end[1] - stern[1]) * t + 9 * np.sin(np.pi * t)
    _line(sheet, _points(across, level), 1.0, colour("#e8cfa8"))
    return sheet.lay_on(canvas)


def _points(across: Floats, level: Floats) -> list[Point]:
    return list(zip(across.tolist(), level.tolist(), strict=True))


def _line(sheet: Sheet, points: list[Point], width: float, fill: Floats) -> None:
    for start, end in pairwise(points):
        sheet.stroke(start, end, (width, width), fill)
