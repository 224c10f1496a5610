"""sRGB (IEC 61966-2-1): its primaries, and its curve between values and linear light.

The curve stands here once for Python, for single numbers and for arrays.
"""

from __future__ import annotations

TYPE_CHECKING = False  # that of `typing` takes longer to import than all of this
if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "PARAMETRIC_CURVE",
    "PRIMARIES",
    "SRGB_TO_XYZ_D50",
    "XYZ_D50_TO_SRGB",
    "are_srgb_primaries",
    "linear_to_srgb",
    "linear_to_srgb_array",
    "means_srgb",
    "srgb_to_linear",
    "srgb_to_linear_array",
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


def srgb_to_linear(value: float) -> float:
    """Return the linear light of an sRGB value, both 0 to 1."""
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)


def srgb_to_linear_array(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the same of an array of values."""
    import numpy as np

    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def linear_to_srgb(light: float) -> float:
    """Return the sRGB value of linear light, both 0 to 1."""
    return light * 12.92 if light <= 0.0031308 else float(1.055 * light ** (1 / 2.4) - 0.055)


def linear_to_srgb_array(light: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the same of an array of linear light."""
    import numpy as np

    return np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)


def means_srgb(gamma: float | None, chromaticities: tuple[float, ...] | None) -> bool:
    """Tell whether a PNG's gAMA and cHRM describe sRGB, up to rounding; None does."""
    is_gamma_same = gamma is None or abs(gamma * 2.2 - 1) <= _GAMMA_TOLERANCE
    return is_gamma_same and (chromaticities is None or are_srgb_primaries(chromaticities))


def are_srgb_primaries(chromaticities: tuple[float, ...]) -> bool:
    """Tell whether x and y of white, red, green and blue are `PRIMARIES`, up to rounding."""
    pairs = zip(chromaticities, PRIMARIES, strict=True)
    return all(abs(a - b) < _PRIMARIES_TOLERANCE for a, b in pairs)
