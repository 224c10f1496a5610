"""Arrays of NumPy, and of whatever converts to them, as images."""

from __future__ import annotations

from typing import Any

import numpy as np

from huepress.errors import OptionError
from huepress.reading.deep import pixels_from_samples, samples_from_floats
from huepress.reading.opening import check_size
from huepress.reading.pixels import Pixels

__all__ = ["read_array"]

_ACCEPTED = (
    "give bool, uint8, uint16 or floats from 0 to 1, "
    "of shape (H, W), (H, W, 1), (H, W, 3) or (H, W, 4)"
)


def read_array(source: Any, max_pixels: int) -> Pixels:
    """Return the pixels of an array; errors as in `huepress.reading.read_pixels`."""
    if np.ma.is_masked(source):
        raise OptionError(
            "image: a masked array, with values that are hidden; fill them by .filled(...)"
        )
    array = _checked(np.asarray(source))
    height, width, channels = array.shape
    check_size("image", (width, height), max_pixels)
    if array.dtype.kind == "f":
        if not (array.min() >= 0 and array.max() <= 1):  # so written, no NaN passes
            raise OptionError("image: floats must be from 0 to 1; scale or clip them")
        array = samples_from_floats(array)
    if array.dtype.itemsize == 2:
        return pixels_from_samples(array.astype(np.uint16, copy=False))
    if channels == 1:
        array = np.repeat(array, 3, axis=2)
    elif channels == 4 and array[:, :, 3].min() == 255:
        array = array[:, :, :3]
    # Always a copy, though it takes a millisecond per megapixel: kernels read the pixels more than
    # once, and without Python's lock, so nobody else may change them.
    return Pixels(width, height, array.shape[2], array.tobytes())


def _checked(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return an array of three axes, if its shape and dtype are an image's.

    A list of colours, of shape (K, 3) or (K, 4), is refused: taken for a grey image, it gave
    nonsense without a word. Bools can only be an image.
    """
    shape, dtype = array.shape, array.dtype
    if dtype.kind == "b":
        array = array.astype(np.uint8) * np.uint8(255)
    elif array.ndim == 2 and shape[1] in (3, 4):
        raise OptionError(
            f"image: an array of {dtype}, shape {shape}, looks like a list of colours; "
            "an image has shape (H, W, 3) or (H, W, 4), a grey one of this width (H, W, 1)"
        )
    if array.ndim == 2:
        array = array[:, :, None]
    known = array.dtype.kind == "f" or (array.dtype.kind == "u" and array.dtype.itemsize <= 2)
    if not known or array.ndim != 3 or array.shape[2] not in (1, 3, 4):
        raise OptionError(f"image: an array of {dtype}, shape {shape}, is no image; {_ACCEPTED}")
    if not array.size:
        raise OptionError(f"image: an array of shape {shape} has no pixels; {_ACCEPTED}")
    return array
