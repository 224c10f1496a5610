"""The measures that are computed with NumPy, block by block: squared error, SSIM, CIEDE2000."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from huepress.color import srgb_to_linear_table

__all__ = [
    "color_differences",
    "mean_color_difference",
    "mean_squared_error",
    "structural_similarity",
]

Floats: TypeAlias = NDArray[np.float64]
Image: TypeAlias = NDArray[np.uint8]
"""Shape (H, W, 3)."""

_SIDE = 96  # of the blocks into which images are cut

# SSIM: half a Gaussian of sigma 1.5, from its middle to 5 pixels away.
_RADIUS = 5
_HALF = np.exp(-(np.arange(_RADIUS + 1) ** 2) / (2 * 1.5**2))
_BELL = _HALF / (2 * _HALF.sum() - _HALF[0])
_C1, _C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2

# sRGB (IEC 61966-2-1): linear light of each level, and XYZ relative to white D65.
_LIGHT = np.array(srgb_to_linear_table(255))
_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
     [0.0193339, 0.1191920, 0.9503041]]
)  # fmt: skip
_XYZ /= _XYZ.sum(axis=1, keepdims=True)

# CIEDE2000: T, the weight of hue, is the real part of a polynomial of e^(i hue).
_ANGLES = np.radians([-63, 6, 0, -30, 0])
_HUE_WEIGHTS = np.array([-0.20, 0.32, 0.24, -0.17, 1.0]) * np.exp(1j * _ANGLES)


def mean_squared_error(a: Image, b: Image) -> float:
    """Return the squared error, summed over the channels and averaged over the pixels."""
    total = 0
    for x, y in _blocks(a, b):
        difference = x.astype(np.int32) - y
        total += int((difference * difference).sum(dtype=np.int64))
    return total * 3 / a.size


def structural_similarity(a: Image, b: Image) -> float:
    """Return the mean SSIM over the channels, and the pixels at the centre of a whole window."""
    total = 0.0
    for x, y in _blocks(a, b, margin=_RADIUS):
        total += float(_ssim_map(x.astype(np.float64), y.astype(np.float64)).sum())
    height, width, channels = a.shape
    return total / float((height - 2 * _RADIUS) * (width - 2 * _RADIUS) * channels)


def mean_color_difference(a: Image, b: Image) -> float:
    """Return the mean CIEDE2000 difference."""
    total = 0.0
    for x, y in _blocks(a, b):
        total += float(color_differences(_lab(x), _lab(y)).sum())
    return total * 3 / a.size


def color_differences(first: Floats, second: Floats) -> Floats:
    """Return the CIEDE2000 differences of L*a*b* colours, each an array of shape (3, ...).

    Sharma, Wu and Dalal (2005), equations 2 to 22, with all three parametric factors 1.
    """
    (l1, a1, b1), (l2, a2, b2) = first, second
    # a* is stretched where colours are nearly grey.
    stretch = 1.5 - 0.5 * _chroma_ratio((_chroma(a1, b1) + _chroma(a2, b2)) / 2)
    a1, a2 = stretch * a1, stretch * a2
    c1, c2, h1, h2 = _chroma(a1, b1), _chroma(a2, b2), _hue(a1, b1), _hue(a2, b2)
    # The difference of hues goes the shorter way round; greys have none.
    turn = h2 - h1
    turn -= 2 * np.pi * np.sign(turn) * (np.abs(turn) > np.pi)
    grey = c1 * c2 == 0
    turn[grey] = 0
    hue = np.where(grey, h1 + h2, h1 + turn / 2)
    lightness, chroma = (l1 + l2) / 2 - 50, (c1 + c2) / 2

    dl = (l2 - l1) / (1 + 0.015 * lightness**2 / np.sqrt(20 + lightness**2))
    dc = (c2 - c1) / (1 + 0.045 * chroma)
    weight = np.polyval(_HUE_WEIGHTS, np.cos(hue) + 1j * np.sin(hue)).real
    dh = 2 * np.sqrt(c1 * c2) * np.sin(turn / 2) / (1 + 0.015 * chroma * weight)
    degrees = np.degrees(hue) - 275
    blueness = np.exp(-(((degrees - 360 * np.rint(degrees / 360)) / 25) ** 2))
    rotation = -2 * _chroma_ratio(chroma) * np.sin(np.radians(60) * blueness)
    result: Floats = np.sqrt(np.maximum(dl**2 + dc**2 + dh**2 + rotation * dc * dh, 0))
    return result


def _chroma(a: Floats, b: Floats) -> Floats:
    result: Floats = np.sqrt(a * a + b * b)
    return result


def _hue(a: Floats, b: Floats) -> Floats:
    """Return the angle, from 0 to a whole turn."""
    angle: Floats = np.arctan2(b, a)
    return angle + 2 * np.pi * (angle < 0)


def _chroma_ratio(chroma: Floats) -> Floats:
    seventh = chroma * chroma * chroma
    seventh *= seventh * chroma
    ratio: Floats = np.sqrt(seventh / (seventh + 25.0**7))
    return ratio


def _lab(rgb: Image) -> Floats:
    """Return CIE L*a*b* (white D65), shape (3, pixels)."""
    light = _LIGHT[np.ascontiguousarray(rgb.reshape(-1, 3).T)]
    ratio = np.einsum("ij,jn->in", _XYZ, light)
    dark = ratio <= (6 / 29) ** 3
    x, y, z = np.where(dark, ratio * (29 / 6) ** 2 / 3 + 4 / 29, np.cbrt(ratio))
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def _ssim_map(a: Floats, b: Floats) -> Floats:
    """Return the SSIM of each pixel of a block inside its margins."""
    ma, mb, squares, product = (_blurred(v) for v in (a, b, a * a + b * b, a * b))
    means, both = ma * ma + mb * mb, ma * mb
    similarity: Floats = (2 * both + _C1) * (2 * (product - both) + _C2)
    similarity /= (means + _C1) * (squares - means + _C2)
    return similarity


def _blurred(v: Floats) -> Floats:
    """Return the Gaussian means of the pixels that have five neighbours on each side."""
    for axis in (0, 1):
        v = np.moveaxis(v, axis, 0)
        rows = len(v) - 2 * _RADIUS
        total = _BELL[0] * v[_RADIUS : _RADIUS + rows]
        both = np.empty_like(total)
        for away in range(1, _RADIUS + 1):
            before, after = _RADIUS - away, _RADIUS + away
            np.add(v[before : before + rows], v[after : after + rows], out=both)
            both *= _BELL[away]
            total += both
        v = np.moveaxis(total, 0, axis)
    return v


def _blocks(a: Image, b: Image, margin: int = 0) -> Iterator[tuple[Image, Image]]:
    """Yield both images in blocks that fit a processor's cache, each with margins around it."""
    height, width, _ = a.shape
    for y in range(margin, height - margin, _SIDE):
        rows = slice(y - margin, min(y + _SIDE, height - margin) + margin)
        for x in range(margin, width - margin, _SIDE):
            part = rows, slice(x - margin, min(x + _SIDE, width - margin) + margin)
            yield a[part], b[part]
