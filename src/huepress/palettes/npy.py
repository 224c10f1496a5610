"""NumPy files (``.npy``): an array of uint8, shape (K, 3) or (K, 4). Alone in needing NumPy."""

from __future__ import annotations

import io

from huepress.errors import PaletteError
from huepress.palettes.palette import Palette
from huepress.palettes.parsing import check_count

__all__ = ["read", "write"]


def read(data: bytes) -> Palette:
    """Read the content of a ``.npy`` file.

    The header is checked before anything is allocated: it may declare terabytes.
    """
    from numpy.lib import format as npy

    file = io.BytesIO(data)
    try:
        version = npy.read_magic(file)
        read_header = npy.read_array_header_1_0 if version[0] == 1 else npy.read_array_header_2_0
        shape, fortran_order, dtype = read_header(file)
    except Exception as error:  # NumPy's parser lets several builtin errors through
        raise PaletteError(
            "not a codebook, or a damaged one; a .npy file that huepress wrote is needed"
        ) from error
    if dtype.str != "|u1" or len(shape) != 2 or shape[1] not in (3, 4):
        raise PaletteError(
            f"holds an array of {str(dtype)[:40]}, shape {str(shape)[:40]}; "
            "a codebook is one of uint8, shape (K, 3) or (K, 4)"
        )
    count, channels = shape
    check_count(count)
    body = file.read()
    if len(body) != count * channels:
        raise PaletteError("ends too early or too late; get an undamaged copy")
    if fortran_order:  # channel by channel
        body = bytes(body[row + c * count] for row in range(count) for c in range(channels))
    return Palette(body, channels)


def write(palette: Palette, stem: str) -> bytes:
    """Return the content of a ``.npy`` file."""
    import numpy as np

    file = io.BytesIO()
    colors = np.frombuffer(palette.data, np.uint8).reshape(-1, palette.channels)
    np.save(file, colors, allow_pickle=False)
    return file.getvalue()
