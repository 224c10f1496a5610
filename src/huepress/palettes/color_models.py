"""Colours of other models to 8-bit sRGB.

CMYK and grey are converted without a profile, as of ideal inks: a palette file doesn't say which
press they were meant for. Lab is relative to D50, as in Adobe's programs.
"""

from __future__ import annotations

from huepress.color import XYZ_D50_TO_SRGB, linear_to_srgb

__all__ = ["RGB", "from_cmyk", "from_grey", "from_hsb", "from_lab", "from_unit"]

RGB = tuple[int, int, int]

_D50 = (0.96422, 1.0, 0.82521)


def from_unit(red: float, green: float, blue: float) -> RGB:
    """Return a colour of values from 0 to 1; what lies outside is clipped.

    Examples
    --------
    >>> from_unit(1.5, 0.5, 0.0)
    (255, 128, 0)
    """
    return _to_level(red), _to_level(green), _to_level(blue)


def from_grey(white: float) -> RGB:
    """Return the colour of a grey from 0 (black) to 1 (white)."""
    return from_unit(white, white, white)


def from_cmyk(cyan: float, magenta: float, yellow: float, black: float) -> RGB:
    """Return the colour of four inks, each from 0 (none) to 1 (full).

    Examples
    --------
    >>> from_cmyk(0, 1, 1, 0), from_cmyk(0, 0, 0, 1)
    ((255, 0, 0), (0, 0, 0))
    """
    paper = 1 - _clip(black)
    inks = (cyan, magenta, yellow)
    red, green, blue = (paper * (1 - _clip(ink)) for ink in inks)
    return from_unit(red, green, blue)


def from_hsb(hue: float, saturation: float, brightness: float) -> RGB:
    """Return the colour of hue, saturation and brightness, each from 0 to 1.

    Examples
    --------
    >>> from_hsb(0, 1, 1), from_hsb(2 / 3, 1, 1), from_hsb(0.5, 0, 0.5)
    ((255, 0, 0), (0, 0, 255), (128, 128, 128))
    """

    def channel(offset: int) -> float:
        # A channel is full for a third of the circle and falls off over a sixth on each side.
        place = (offset + hue * 6) % 6
        return brightness * (1 - saturation * max(0.0, min(place, 4 - place, 1)))

    return from_unit(channel(5), channel(3), channel(1))


def from_lab(lightness: float, a: float, b: float) -> RGB:
    """Return the colour of CIE L*a*b* relative to D50, with L* from 0 to 100.

    Examples
    --------
    >>> from_lab(100, 0, 0), from_lab(54.29, 80.81, 69.89)
    ((255, 255, 255), (255, 0, 0))
    """
    y = (lightness + 16) / 116
    xyz = [
        white * _from_lab_scale(f)
        for white, f in zip(_D50, (y + a / 500, y, y - b / 200), strict=True)
    ]
    red, green, blue = (
        linear_to_srgb(_clip(sum(factor * value for factor, value in zip(row, xyz, strict=True))))
        for row in XYZ_D50_TO_SRGB
    )
    return from_unit(red, green, blue)


def _from_lab_scale(f: float) -> float:
    return f * f * f if f > 6 / 29 else (f - 4 / 29) * 3 * (6 / 29) ** 2


def _clip(value: float) -> float:
    return min(max(value, 0.0), 1.0)


def _to_level(value: float) -> int:
    return int(_clip(value) * 255 + 0.5)
