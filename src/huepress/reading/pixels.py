"""`Pixels`: what every image is read to. `Source`: what can be given as one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from huepress._kernels import gate

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL import Image

    from huepress.files import File

__all__ = ["Pixels", "Source"]

Source: TypeAlias = "File | Image.Image | NDArray[Any]"
"""What can be given as an image."""


class Pixels(NamedTuple):
    """An image as plain bytes, row after row, upright.

    Attributes
    ----------
    width, height : int
        Size in pixels.
    channels : int
        3, or 4 if some pixel is translucent.
    raw : bytes-like
        8-bit sRGB, or as `profile` says: `channels` bytes a pixel. If `is_fine`, four bytes that
        hold 10 bits a channel, as the kernels take them.
    is_fine : bool
        Whether this is an opaque image of more than 8 bits.
    profile : bytes
        The ICC profile of the values, if they were not converted to sRGB.
    converted : bool
        Whether colours were converted to sRGB, so that what the file says of them holds no longer.
    notices : tuple of str
        What was lost or changed and people should know, a line each.
    remarks : tuple of str
        The same for those who ask (``-v``).
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

    def to_8_bits(self) -> bytes | memoryview:
        """Return the pixels in 8 bits a channel: those of `raw`, or fine ones rounded."""
        return gate.round_to_8_bits(self.raw) if self.is_fine else self.raw
