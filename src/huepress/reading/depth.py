"""More than 8 bits a channel, rounded once, at the end.

A codebook holds 8-bit colours, but which ones, and which pixel gets which, is better known with
ten bits: `Pixels.is_fine`. Colour spaces are converted before anything is rounded.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from huepress.color.icc import SRGB_FROM_XYZ, Curve, Shaper, has_srgb_primaries
from huepress.reading.pixels import Pixels

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

__all__ = ["pixels_of", "unit_samples"]

_BLOCK = 1 << 18  # samples at once, so that what is in between takes no memory to speak of
_ENCODED = 1 << 18  # steps of linear light: 3 of 65,535 levels where the curve is steepest


def unit_samples(array: NDArray[np.floating[Any]]) -> NDArray[np.uint16]:
    """Return floating point of 0 to 1 as 16-bit samples."""
    samples = np.empty(array.shape, np.uint16)
    step = max(1, _BLOCK // max(1, array[:1].size))
    for at in range(0, len(array), step):
        block = array[at : at + step].astype(np.float64)
        samples[at : at + step] = np.rint(block * 65_535)
    return samples


def pixels_of(
    samples: NDArray[np.uint16], shaper: Shaper | None = None, notices: tuple[str, ...] = ()
) -> Pixels:
    """Round samples to what is stored and to what is clustered.

    Parameters
    ----------
    samples : ndarray of uint16, shape (H, W, 1 to 4)
        Grey, grey and alpha, RGB or RGBA.
    shaper : Shaper, optional
        What colours mean, if that isn't sRGB: they are converted.
    notices : tuple of str, optional
        To be passed on.
    """
    height, width, planes = samples.shape
    colors, has_alpha = (1 if planes < 3 else 3), planes in (2, 4)
    opaque = not has_alpha or bool((samples[..., -1] >= _OPAQUE).all())
    raw = np.empty((height, width, 4), np.uint8)
    convert = None if shaper is None else _converter(shaper)
    step = max(1, _BLOCK // (width * planes))
    for at in range(0, height, step):
        block = samples[at : at + step]
        color = np.broadcast_to(block[..., :colors], (*block.shape[:2], 3))
        color = convert(color) if convert else color
        if opaque:
            raw[at : at + step] = _packed(color)
        else:
            raw[at : at + step, :, :3] = _eight_bit(color)
            raw[at : at + step, :, 3] = _eight_bit(block[..., -1])
    return Pixels(
        width, height, 3 if opaque else 4, raw.data.cast("B"), opaque,
        converted=shaper is not None, notices=notices,
    )  # fmt: skip


_OPAQUE = 65_407  # what rounds to 255


@lru_cache
def _tables() -> tuple[NDArray[np.uint8], NDArray[np.uint32]]:
    """Return what each 16-bit sample is in 8 bits, and in ten of red, green and blue.

    Ten bits round to the nearest 8, for which a few are one less than the nearest ten. The three
    of a pixel lie in one number whose bytes are then turned about: joined, they need no more work.
    """
    wide = np.arange(65_536, dtype=np.uint32)
    eight = (wide + 128) // 257
    ten = np.minimum((wide * 4 + 128) // 257, eight * 4 + 1)
    packed = np.stack([ten << 20, ten << 10, ten])
    ordered = np.stack([packed >> shift & 255 for shift in (16, 8, 0, 24)], axis=-1)
    return eight.astype(np.uint8), ordered.astype(np.uint8).view(np.uint32)[..., 0]


def _eight_bit(samples: NDArray[np.uint16]) -> NDArray[np.uint8]:
    eight: NDArray[np.uint8] = _tables()[0][samples]
    return eight


def _packed(samples: NDArray[np.uint16]) -> NDArray[np.uint8]:
    """Return ten bits of each channel, four bytes a pixel."""
    red, green, blue = _tables()[1]
    joined: NDArray[np.uint32] = red[samples[..., 0]]
    joined |= green[samples[..., 1]]
    joined |= blue[samples[..., 2]]
    return joined.view(np.uint8).reshape(*joined.shape, 4)


def _converter(shaper: Shaper) -> Callable[[NDArray[np.uint16]], NDArray[np.uint16]]:
    """Return a function from 16-bit samples of a colour space to those of sRGB.

    Colours out of reach are clipped channel by channel, as colour management does it by matrix.
    """
    levels = np.arange(65_536) / 65_535
    light = [_light(curve, levels) for curve in shaper.curves]
    steps = np.arange(_ENCODED + 1) / _ENCODED
    curve = np.where(steps <= 0.0031308, steps * 12.92, 1.055 * steps ** (1 / 2.4) - 0.055)
    encoded = np.rint(curve * 65_535).astype(np.uint16)
    if has_srgb_primaries(shaper):  # greys stay grey, which they may not by a matrix
        tables = [
            encoded[np.rint(np.clip(each, 0, 1) * _ENCODED).astype(np.int32)] for each in light
        ]
        return lambda samples: np.stack([tables[c][samples[..., c]] for c in range(3)], axis=-1)
    # Written out: a matrix product may sum in another order on another machine.
    matrix = [
        [sum(SRGB_FROM_XYZ[row][k] * shaper.matrix[k][c] for k in range(3)) for c in range(3)]
        for row in range(3)
    ]

    def convert(samples: NDArray[np.uint16]) -> NDArray[np.uint16]:
        red, green, blue = (light[c][samples[..., c]] for c in range(3))
        out = np.empty(samples.shape, np.uint16)
        for c, (r, g, b) in enumerate(matrix):
            linear = np.clip(r * red + g * green + b * blue, 0, 1)
            out[..., c] = encoded[np.rint(linear * _ENCODED).astype(np.int32)]
        return out

    return convert


def _light(curve: Curve, levels: NDArray[np.float64]) -> NDArray[np.float64]:
    if curve.table:
        return np.interp(levels, np.linspace(0, 1, len(curve.table)), curve.table)
    g, a, b, c, d, e, f = curve.parameters
    powers = np.maximum(a * np.maximum(levels, d) + b, 0) ** g
    return np.where(levels < d, c * levels + f, powers + e)
