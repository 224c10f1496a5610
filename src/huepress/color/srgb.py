"""sRGB (IEC 61966-2-1): its primaries, and its curve between values and linear light.

The curve itself is in `_kernels/srgb.pxi`, which makes the kernels' tables, too.
"""

from __future__ import annotations

from huepress._kernels.gate import (
    linear_to_srgb,
    linear_to_srgb_table,
    srgb_to_linear,
    srgb_to_linear_table,
)

__all__ = [
    "PARAMETRIC_CURVE",
    "PRIMARIES",
    "SRGB_TO_XYZ_D50",
    "XYZ_D50_TO_SRGB",
    "are_srgb_primaries",
    "linear_to_srgb",
    "linear_to_srgb_table",
    "means_srgb",
    "srgb_to_linear",
    "srgb_to_linear_table",
]

PRIMARIES = (0.3127, 0.3290, 0.64, 0.33, 0.30, 0.60, 0.15, 0.06)
"""x and y of sRGB's white, red, green and blue."""

SRGB_TO_XYZ_D50 = (
    (0.4360747, 0.3850649, 0.1430804),
    (0.2225045, 0.7168786, 0.0606169),
    (0.0139322, 0.0971045, 0.7141733),
)
"""From linear sRGB to XYZ under D50, as profiles have it (the white point adapted by Bradford)."""
XYZ_D50_TO_SRGB = (
    (3.1338561, -1.6168667, -0.4906146),
    (-0.9787684, 1.9161415, 0.0334540),
    (0.0719453, -0.2289914, 1.4052427),
)

PARAMETRIC_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045, 0, 0)
"""`srgb_to_linear` as the parameters g, a, b, c, d, e, f of an ICC profile's parametric curve."""

# Rounded numbers, or those that a display states in 10 bits, mean sRGB; so does a gamma of 1/2.2,
# within what libpng takes for no difference.
_PRIMARIES_TOLERANCE, _GAMMA_TOLERANCE = 0.003, 0.05


def means_srgb(gamma: float | None, chromaticities: tuple[float, ...] | None) -> bool:
    """Tell whether a PNG's gAMA and cHRM describe sRGB, up to rounding; None does."""
    is_gamma_same = gamma is None or abs(gamma * 2.2 - 1) <= _GAMMA_TOLERANCE
    return is_gamma_same and (chromaticities is None or are_srgb_primaries(chromaticities))


def are_srgb_primaries(chromaticities: tuple[float, ...]) -> bool:
    """Tell whether x and y of white, red, green and blue are `PRIMARIES`, up to rounding."""
    pairs = zip(chromaticities, PRIMARIES, strict=True)
    return all(abs(a - b) < _PRIMARIES_TOLERANCE for a, b in pairs)
