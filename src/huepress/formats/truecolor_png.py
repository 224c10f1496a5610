"""The restored image as an ordinary PNG of full colours."""

from __future__ import annotations

from huepress.formats.png import RGB, RGBA, write_png
from huepress.quantized import Quantized

__all__ = ["encode"]


def encode(q: Quantized, effort: int) -> bytes:
    """Write the pixels that the labels stand for as a PNG of 24 or 32 bits per pixel.

    Parameters
    ----------
    q : Quantized
        Any.
    effort : int
        1 (fastest) to 10 (smallest).

    Returns
    -------
    bytes
        The file.
    """
    kind = RGB if q.codebook.channels == 3 else RGBA
    return write_png(q.pixel_bytes(), q.width, q.height, kind, 8, effort)
