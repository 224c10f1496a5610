"""What every image becomes: plain bytes, and what there is to say about them."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["Pixels"]


class Pixels(NamedTuple):
    """An image as plain bytes, row after row, upright.

    Attributes
    ----------
    width, height : int
        Size in pixels.
    channels : int
        3, or 4 if some pixel is translucent.
    data : bytes-like
        8-bit sRGB; or what `profile` says.
    fine : bytes or None
        Of an opaque image of more than 8 bits: the same with 10 bits a channel, four bytes a pixel,
        as `huepress._kernels.gate.Histogram` takes them.
    profile : bytes
        The ICC profile that says what the values mean, if it was kept.
    converted : bool
        Whether colours were converted to sRGB, so that the file's profile holds no longer.
    notices : tuple of str
        What the reader of the file should know was lost or changed, a line each.
    remarks : tuple of str
        The same of less weight.
    """

    width: int
    height: int
    channels: int
    data: bytes | memoryview
    fine: bytes | None = None
    profile: bytes = b""
    converted: bool = False
    notices: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
