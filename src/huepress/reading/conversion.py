"""Colours to sRGB: 8 bits by LittleCMS or by tables, more than 8 by curves and a matrix."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from huepress.color import XYZ_D50_TO_SRGB, has_srgb_matrix, linear_to_srgb, linear_to_srgb_table

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

    from huepress.color import ColorProfile, MatrixShaper, ToneCurve

__all__ = ["convert_image", "sample_converter"]

_RELATIVE_COLORIMETRIC: Any = 1  # what sRGB can show stays as it is
_BLACK_POINT: Any = 0x2000  # yet shadows keep their detail: ink's black is not a display's
_STEPS = 1 << 18  # of linear light: 3 of 65,535 levels where the curve is steepest


def convert_image(image: Image.Image, profile: ColorProfile) -> Image.Image | None:
    """Return an image of 8 bits a channel in sRGB; None if that failed.

    Parameters
    ----------
    image : PIL.Image.Image
        Of mode CMYK if that is the profile's space, else RGB or RGBA.
    profile : ColorProfile
        One that isn't sRGB's.
    """
    if profile.shaper and has_srgb_matrix(profile.shaper):
        return image.point(_tables(profile.shaper.curves, image.mode))
    if profile.space == "GRAY":
        return None
    from PIL import ImageCms

    mode = "RGBA" if image.mode == "RGBA" else "RGB"
    try:
        return ImageCms.profileToProfile(
            image,
            ImageCms.ImageCmsProfile(io.BytesIO(profile.icc)),
            ImageCms.createProfile("sRGB"),
            _RELATIVE_COLORIMETRIC,
            outputMode=mode,
            flags=_BLACK_POINT,
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None


def _tables(curves: tuple[ToneCurve, ...], mode: str) -> list[int]:
    """Return what each channel's 256 values become: greys stay grey, and alpha as it is."""
    lights = (curve.light(value / 255) for curve in curves for value in range(256))
    tables = [round(255 * linear_to_srgb(min(max(light, 0.0), 1.0))) for light in lights]
    return tables + list(range(256)) if mode == "RGBA" else tables


def sample_converter(shaper: MatrixShaper) -> Callable[[NDArray[np.uint16]], NDArray[np.uint16]]:
    """Return a function from 16-bit samples with a profile to those of sRGB.

    Colours that sRGB can't show are clipped channel by channel, as colour management does it with
    such profiles. LittleCMS would do, but Pillow has no images of 16 bits to give it.
    """
    import numpy as np

    levels = np.arange(65_536) / 65_535
    light = [curve.light_array(levels) for curve in shaper.curves]
    encoded = np.rint(np.array(linear_to_srgb_table(_STEPS)) * 65_535)
    encoded = encoded.astype(np.uint16)
    if has_srgb_matrix(shaper):  # greys stay grey, which they may not by a matrix
        tables = [encoded[np.rint(np.clip(each, 0, 1) * _STEPS).astype(np.int32)] for each in light]
        return lambda samples: np.stack([tables[c][samples[..., c]] for c in range(3)], axis=-1)
    # Written out: a matrix product may sum in another order on another machine.
    matrix = [
        [sum(XYZ_D50_TO_SRGB[row][k] * shaper.matrix[k][c] for k in range(3)) for c in range(3)]
        for row in range(3)
    ]

    def convert(samples: NDArray[np.uint16]) -> NDArray[np.uint16]:
        red, green, blue = (light[c][samples[..., c]] for c in range(3))
        out = np.empty(samples.shape, np.uint16)
        for c, (r, g, b) in enumerate(matrix):
            linear = np.clip(r * red + g * green + b * blue, 0, 1)
            out[..., c] = encoded[np.rint(linear * _STEPS).astype(np.int32)]
        return out

    return convert
