"""ICC profiles made of what files say of their colours without one.

PNGs do so by the chunks gAMA, cHRM and cICP; AVIF and HEIC by a box called ``nclx``. The last two
hold code points of ITU-T H.273. As profiles they go where profiles go: converted or kept, in
8 bits or more, and on into formats that have no such chunks.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from huepress.color.icc import D50, ToneCurve, make_profile
from huepress.color.srgb import PARAMETRIC_CURVE, PRIMARIES, are_srgb_primaries

__all__ = ["profile_from_code_points", "profile_from_gamma"]

_D65, _C = (0.3127, 0.3290), (0.310, 0.316)
_SMPTE = (*_D65, 0.630, 0.340, 0.310, 0.595, 0.155, 0.070)
_P3 = (0.680, 0.320, 0.265, 0.690, 0.150, 0.060)
# Table 2 of H.273: x and y of white, red, green and blue.
_PRIMARIES = {
    1: ("sRGB", PRIMARIES),
    2: ("unspecified", PRIMARIES),
    4: ("BT.470 M", (*_C, 0.67, 0.33, 0.21, 0.71, 0.14, 0.08)),
    5: ("BT.470 BG", (*_D65, 0.64, 0.33, 0.29, 0.60, 0.15, 0.06)),
    6: ("SMPTE 170M", _SMPTE),
    7: ("SMPTE 240M", _SMPTE),
    8: ("film", (*_C, 0.681, 0.319, 0.243, 0.692, 0.145, 0.049)),
    9: ("BT.2020", (*_D65, 0.708, 0.292, 0.170, 0.797, 0.131, 0.046)),
    10: ("XYZ", (1 / 3, 1 / 3, 1, 0, 0, 1, 0, 0)),
    11: ("DCI P3", (0.314, 0.351, *_P3)),
    12: ("Display P3", (*_D65, *_P3)),
    22: ("EBU 3213", (*_D65, 0.630, 0.340, 0.295, 0.605, 0.155, 0.077)),
}
_SRGB_CURVE = ToneCurve(parameters=PARAMETRIC_CURVE)
_BRADFORD = ((0.8951, 0.2664, -0.1614), (-0.7502, 1.7135, 0.0367), (0.0389, -0.0685, 1.0296))
_BRADFORD_BACK = (
    (0.9869929, -0.1470543, 0.1599627),
    (0.4323053, 0.5183603, 0.0492912),
    (-0.0085287, 0.0400428, 0.9684867),
)
# Candelas per square metre (BT.2408): of white paper, and of the brightest light that is shown.
_WHITE, _PEAK = 203, 1000
_STEPS = 1023  # of the tables that HDR's curves become

_Matrix = tuple[tuple[float, ...], ...]


def profile_from_gamma(
    gamma: float | None, chromaticities: tuple[float, ...] | None
) -> bytes | None:
    """Return the profile that says the same as a PNG's gAMA and cHRM.

    Parameters
    ----------
    gamma : float or None
        The exponent of encoding; None is sRGB's curve.
    chromaticities : tuple of 8 floats, or None
        x and y of white, red, green and blue; None are sRGB's.

    Returns
    -------
    bytes or None
        None if no colours have these numbers.
    """
    chromaticities = chromaticities or PRIMARIES
    is_own = not are_srgb_primaries(chromaticities)
    curve, name = _SRGB_CURVE, "sRGB curve"
    if gamma is not None:
        if not 0.01 <= gamma <= 100:
            return None
        curve, name = _power(1 / gamma), f"gamma {1 / gamma:.4g}"
    matrix = _matrix(chromaticities if is_own else PRIMARIES)
    if matrix is None:
        return None
    return make_profile(f"{name}, own primaries" if is_own else name, curve, matrix)


def profile_from_code_points(codes: tuple[int, int, int, int]) -> bytes | None:
    """Return the profile that says the same as code points of H.273; None if one is unknown.

    Parameters
    ----------
    codes : tuple of 4 int
        Primaries, transfer, matrix, which must be 0, and whether the range is full, which must be
        1: values are those of RGB, from black at 0 to white at the highest.
    """
    primaries, transfer, *layout = codes
    if primaries not in _PRIMARIES or layout != [0, 1]:
        return None
    name, chromaticities = _PRIMARIES[primaries]
    matrix = _matrix(chromaticities)
    assert matrix
    if transfer in _HDR:
        kind, light = _HDR[transfer]
        lights = (light(step / _STEPS) for step in range(_STEPS + 1))
        curve = ToneCurve(table=tuple(map(_tone_mapped, lights)))
        return make_profile(f"{name}, {kind}", curve, matrix, bytes(codes))
    if transfer not in _CURVES:
        return None
    kind, curve = _CURVES[transfer]
    return make_profile(f"{name}, {kind}" if kind else name, curve, matrix)


def _power(exponent: float) -> ToneCurve:
    return ToneCurve(parameters=(exponent, 1, 0, 0, 0, 0, 0))


def _matrix(chromaticities: tuple[float, ...]) -> _Matrix | None:
    """Return the matrix from linear light to XYZ under D50; None if there is none.

    White is adapted by Bradford's method, as profiles have it (ICC.1:2022, annex E).
    """
    white, *colors = (
        (x, y, 1 - x - y) for x, y in zip(chromaticities[::2], chromaticities[1::2], strict=True)
    )
    if min(min(white), *(min(color) for color in colors)) < -1e-9 or white[1] < 0.01:
        return None
    lights = tuple(zip(*colors, strict=True))
    inverse = _inverse(lights)
    if inverse is None:
        return None
    amounts = _apply(inverse, [value / white[1] for value in white])
    cones = _apply(_BRADFORD, [value / white[1] for value in white])
    if min(amounts) <= 0 or min(cones) <= 0:  # white is no mixture of them
        return None
    factors = [to / cone for to, cone in zip(_apply(_BRADFORD, D50), cones, strict=True)]
    columns = []
    for color, amount in zip(colors, amounts, strict=True):
        seen = _apply(_BRADFORD, [value * amount for value in color])
        columns.append(_apply(_BRADFORD_BACK, [a * b for a, b in zip(seen, factors, strict=True)]))
    return tuple(zip(*columns, strict=True))


def _apply(rows: _Matrix, vector: list[float] | tuple[float, ...]) -> tuple[float, ...]:
    return tuple(sum(a * b for a, b in zip(row, vector, strict=True)) for row in rows)


def _inverse(rows: _Matrix) -> _Matrix | None:
    """Return the inverse of a matrix; None if it is singular, or nearly."""
    a, b, c = rows
    crossed = [_cross(b, c), _cross(c, a), _cross(a, b)]
    (determinant,) = _apply((a,), crossed[0])
    if abs(determinant) < 0.001:
        return None
    return tuple(tuple(column[i] / determinant for column in crossed) for i in range(3))


def _cross(a: tuple[float, ...], b: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(a[i - 2] * b[i - 1] - a[i - 1] * b[i - 2] for i in range(3))


def _tone_mapped(light: float) -> float:
    """Return the light that SDR shows, 0 to 1, for one in candelas per square metre.

    Reinhard's extended curve: dark light stays as it is, and the peak becomes white. It is taken
    channel by channel, so that a profile's curves can hold it.
    """
    light, peak = light / _WHITE, _PEAK / _WHITE
    return min(light * (1 + light / peak**2) / (1 + light), 1.0)


def _pq(value: float) -> float:
    """Return the candelas per square metre of a PQ value (BT.2100, table 4)."""
    root = value ** (32 / 2523)
    base = max(root - 107 / 128, 0) / (2413 / 128 - 2392 / 128 * root)
    return float(10_000 * base ** (8192 / 1305))


def _hlg(value: float) -> float:
    """Return the same of an HLG value (BT.2100, table 5), on a display of `_PEAK`."""
    light = value**2 / 3
    if value > 0.5:
        light = (math.exp((value - 0.55991073) / 0.17883277) + 0.28466892) / 12
    return float(_PEAK * light**1.2)


# Table 3 of H.273. What cameras encode by BT.709 and its kin, displays decode as sRGB.
_CURVES = {
    **dict.fromkeys((1, 2, 6, 7, 11, 12, 13, 14, 15), ("", _SRGB_CURVE)),
    4: ("gamma 2.2", _power(2.2)),
    5: ("gamma 2.8", _power(2.8)),
    8: ("linear", _power(1)),
}
_HDR: dict[int, tuple[str, Callable[[float], float]]] = {16: ("PQ", _pq), 18: ("HLG", _hlg)}
