"""sRGB (IEC 61966-2-1): its primaries, and its curve between values and linear light."""

from __future__ import annotations

__all__ = ["SRGB", "has_srgb_primaries", "linear_to_srgb", "means_srgb", "srgb_to_linear"]

SRGB = (0.3127, 0.3290, 0.64, 0.33, 0.30, 0.60, 0.15, 0.06)
"""x and y of sRGB's white, red, green and blue."""

# Numbers that were rounded, or that a display says in 10 bits, mean sRGB; so does 1/2.2, within
# what libpng takes for no difference.
_NEAR, _SAME_GAMMA = 0.003, 0.05


def srgb_to_linear(value: float) -> float:
    """Return the linear light of an sRGB value, both 0 to 1."""
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)


def linear_to_srgb(light: float) -> float:
    """Return the sRGB value of linear light, both 0 to 1."""
    return light * 12.92 if light <= 0.0031308 else float(1.055 * light ** (1 / 2.4) - 0.055)


def means_srgb(gamma: float | None, chromaticities: tuple[float, ...] | None) -> bool:
    """Tell whether what gAMA and cHRM hold is sRGB's; None is."""
    is_gamma_same = gamma is None or abs(gamma * 2.2 - 1) <= _SAME_GAMMA
    return is_gamma_same and (chromaticities is None or has_srgb_primaries(chromaticities))


def has_srgb_primaries(chromaticities: tuple[float, ...]) -> bool:
    """Tell whether x and y are those of `SRGB`, nearly."""
    return all(abs(a - b) < _NEAR for a, b in zip(chromaticities, SRGB, strict=True))
