"""JPEG 2000 of other than 8 bits a channel, whose black and white Pillow gets wrong.

It rounds 16 bits up to 8 without stopping at white, so that white becomes black; and it shifts few
bits up without filling the low ones, so that white becomes grey.
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, NamedTuple

from huepress.errors import NotAnImageError
from huepress.reading.isobmff import boxes_in

if TYPE_CHECKING:
    from typing import BinaryIO

    from PIL import Image

__all__ = ["load", "white_level"]

_START = b"\xff\x4f\xff\x51"  # of a codestream: the markers SOC and SIZ
_TILE, _TILE_HEADER, _MAX_MARKERS = b"\xff\x90", 12, 1000  # the marker SOT, and its segment's bytes
_COMPONENT_COUNT, _COMPONENTS = 40, 42  # where SIZ has their number, and three bytes for each
_SIGNED, _EIGHT_BITS = 0x80, 7
_YCC = rb"colr\x01..\0\0\0\x12"  # a colour space by number: 18
_MAX_HEADER = 1 << 20


class _Layout(NamedTuple):
    """What the headers say of an image."""

    at: int
    """Where the codestream begins."""
    depths: list[int]
    """Bits of each channel."""
    has_palette: bool
    is_ycc: bool


def load(image: Image.Image, name: str) -> Image.Image:
    """Decode an opened JPEG 2000, and correct its levels.

    Parameters
    ----------
    image : PIL.Image.Image
        Opened from a file's beginning.
    name : str
        What messages call it.

    Raises
    ------
    NotAnImageError
        If its levels can't be corrected.
    """
    file: BinaryIO | None = getattr(image, "fp", None)
    layout = _parse_layout(file) if file else None
    if layout:
        _check_supported(layout, image.mode, name)
    image.load()
    if layout is None or file is None or set(layout.depths) == {8}:
        return image
    return _corrected(image, layout, file)


def white_level(image: Image.Image, name: str) -> int:
    """Return the 16-bit value that Pillow decodes white to, in a grey image of more than 8 bits.

    Parameters and errors are those of `load`; the image is not yet decoded.
    """
    file: BinaryIO | None = getattr(image, "fp", None)
    layout = _parse_layout(file) if file else None
    if layout is None:
        return 65_535
    _check_supported(layout, image.mode, name)
    (depth,) = layout.depths
    return ((1 << depth) - 1) << (16 - depth)


def _check_supported(layout: _Layout, mode: str, name: str) -> None:
    wrong = None
    if mode == "I;16" and max(layout.depths) > 16:
        wrong = "grey of more than 16 bits"
    elif layout.has_palette and mode in ("L", "LA", "I;16"):
        wrong = "a palette of more than 8 bits"
    elif layout.is_ycc and set(layout.depths) != {8}:
        wrong = "YCbCr of other than 8 bits"
    if wrong:
        raise NotAnImageError(
            f"{name}: of a kind that can't be read (JPEG 2000, {wrong}); "
            "convert it with another program"
        )


def _corrected(image: Image.Image, layout: _Layout, file: BinaryIO) -> Image.Image:
    """Return an image with levels from 0 to 255.

    Black and white have both become 0. Decoding it once more as if there were 8 bits tells them
    apart: the decoder then clips each channel at 255.
    """
    from PIL import ImageChops
    from PIL.Jpeg2KImagePlugin import Jpeg2KImageFile

    levels, zeros, bright = [], [], []
    depths = layout.depths[: len(image.getbands())]
    for depth in depths:
        levels += _level_table(depth, is_index=image.mode in ("P", "PA"))
        zeros += [255 if depth > 8 else 0] + [0] * 255
        bright += [0] * 128 + [255] * 128
    if max(depths) <= 8:
        return image.point(levels)
    file.seek(0)
    content = bytearray(file.read())
    for place in range(len(layout.depths)):
        at = layout.at + _COMPONENTS + 3 * place
        content[at] = content[at] & _SIGNED | _EIGHT_BITS
    with Jpeg2KImageFile(io.BytesIO(content)) as clipped:
        clipped.load()
        white = ImageChops.darker(image.point(zeros), clipped.point(bright))
    return ImageChops.lighter(image.point(levels), white)


def _level_table(depth: int, is_index: bool) -> list[int]:
    """Return the right level for each that Pillow decodes, in a channel of `depth` bits."""
    if depth <= 8:
        values = [level >> (8 - depth) for level in range(256)]
        return values if is_index else [value * 255 // ((1 << depth) - 1) for value in values]
    most = (1 << depth) - 1
    return [((level << (depth - 8)) * 255 + most // 2) // most for level in range(256)]


def _parse_layout(file: BinaryIO) -> _Layout | None:
    """Return what the headers say; None if they are damaged, which the decoder will report."""
    file.seek(0)
    is_bare = file.read(len(_START)) == _START  # a codestream without boxes
    file.seek(0)
    header = b""
    if not is_bare:
        for kind, size in boxes_in(file):
            if kind == b"jp2c":
                break
            if kind == b"jp2h":
                header = file.read(min(size, _MAX_HEADER))
        else:
            return None
    at = file.tell()
    start = file.read(_COMPONENTS)
    count = int.from_bytes(start[_COMPONENT_COUNT:], "big")
    parts = file.read(3 * count)
    if not start.startswith(_START) or not count or len(parts) < 3 * count:
        return None
    is_ycc = re.search(_YCC, header, re.DOTALL) is not None
    # Of a bare codestream, Pillow takes colours of half the size for YCbCr.
    halved = not header and count > 1 and parts[4] == 2
    depths = [(part & ~_SIGNED) + 1 for part in parts[::3]]
    _check_tile(file, at)
    return _Layout(at, depths, b"pclr" in header, is_ycc or halved)


def _check_tile(file: BinaryIO, at: int) -> None:
    """Check that a codestream doesn't end within the header of its first tile.

    If it ends behind the tile's marker, OpenJPEG reports no error, and the image is black.
    """
    file.seek(at + 2)
    for _ in range(_MAX_MARKERS):
        marker = file.read(4)
        if marker.startswith(_TILE):
            if len(marker) + len(file.read(_TILE_HEADER - 4)) < _TILE_HEADER:
                raise ValueError("image file is truncated")
            return
        size = int.from_bytes(marker[2:], "big")
        if size < 2:
            return  # damaged, which the decoder reports
        file.seek(size - 2, 1)
