"""What every image becomes: plain bytes, and what there is to say about them."""

from __future__ import annotations

from typing import NamedTuple

from huepress._kernels import gate

__all__ = ["Pixels"]


class Pixels(NamedTuple):
    """An image as plain bytes, row after row, upright.

    Attributes
    ----------
    width, height : int
        Size in pixels.
    channels : int
        3, or 4 if some pixel is translucent.
    raw : bytes-like
        8-bit sRGB, or what `profile` says: `channels` bytes a pixel. If `is_fine`, four bytes that
        hold 10 bits a channel, as `huepress._kernels.gate.PixelIndex` takes them.
    is_fine : bool
        Whether this is an opaque image of more than 8 bits.
    profile : bytes
        An ICC profile that says what the values mean, if they were kept.
    converted : bool
        Whether colours were converted to sRGB, so that what the file says of them holds no longer.
    notices : tuple of str
        What the reader of the file should know was lost or changed, a line each.
    remarks : tuple of str
        The same of less weight.
    """

    width: int
    height: int
    channels: int
    raw: bytes | memoryview
    is_fine: bool = False
    profile: bytes = b""
    converted: bool = False
    notices: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def data(self) -> bytes | memoryview:
        """The same with 8 bits a channel; of fine pixels made anew each time."""
        return gate.round_to_8_bits(self.raw) if self.is_fine else self.raw
