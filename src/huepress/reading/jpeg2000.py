"""JPEG 2000 of other than 8 bits a channel, of which Pillow gives 8 that are wrong at the ends.

It halves the low byte upwards without stopping at white, so that white becomes black; and it
shifts few bits up without filling the low ones, so that white becomes grey.
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, NamedTuple

from huepress.errors import NotAnImageError

if TYPE_CHECKING:
    from typing import BinaryIO

    from PIL import Image

__all__ = ["load", "white_of"]

_START = b"\xff\x4f\xff\x51"  # of a codestream: SOC and SIZ
_COMPONENTS, _FIRST = 40, 42  # where SIZ has their number, and three bytes for each
_SIGNED, _EIGHT = 0x80, 7
_YCC = rb"colr\x01..\0\0\0\x12"  # a colour space by number: 18
_MOST_HEADER, _MOST_BOXES = 1 << 20, 1000


class _Layout(NamedTuple):
    at: int
    """Where the codestream begins."""
    depths: list[int]
    """Bits of each channel."""
    has_palette: bool
    is_ycc: bool


def load(image: Image.Image, name: str) -> Image.Image:
    """Decode an opened JPEG 2000; return it with all its levels right.

    Parameters
    ----------
    image : PIL.Image.Image
        Opened from a file's beginning.
    name : str
        For messages.

    Raises
    ------
    NotAnImageError
        If right levels can't be had.
    """
    file: BinaryIO | None = getattr(image, "fp", None)
    layout = _layout(file) if file else None
    if layout:
        _refuse_unknown(layout, image.mode, name)
    image.load()
    if layout is None or file is None or set(layout.depths) == {8}:
        return image
    return _mended(image, layout, file)


def white_of(image: Image.Image, name: str) -> int:
    """Return what Pillow makes of white in a grey image of more than 8 bits, not yet decoded."""
    file: BinaryIO | None = getattr(image, "fp", None)
    layout = _layout(file) if file else None
    if layout is None:
        return 65_535
    _refuse_unknown(layout, image.mode, name)
    (depth,) = layout.depths
    return ((1 << depth) - 1) << (16 - depth)


def _refuse_unknown(layout: _Layout, mode: str, name: str) -> None:
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


def _mended(image: Image.Image, layout: _Layout, file: BinaryIO) -> Image.Image:
    """Return an image with levels from 0 to 255.

    Black and white have both become 0. Decoded as if there were 8 bits, a channel is cut off at
    255 by the decoder itself, and so tells them apart.
    """
    from PIL import ImageChops
    from PIL.Jpeg2KImagePlugin import Jpeg2KImageFile

    levels, zeros, bright = [], [], []
    depths = layout.depths[: len(image.getbands())]
    for depth in depths:
        levels += _table(depth, is_index=image.mode in ("P", "PA"))
        zeros += [255 if depth > 8 else 0] + [0] * 255
        bright += [0] * 128 + [255] * 128
    if max(depths) <= 8:
        return image.point(levels)
    file.seek(0)
    content = bytearray(file.read())
    for place in range(len(layout.depths)):
        at = layout.at + _FIRST + 3 * place
        content[at] = content[at] & _SIGNED | _EIGHT
    with Jpeg2KImageFile(io.BytesIO(content)) as cut_off:
        cut_off.load()
        white = ImageChops.darker(image.point(zeros), cut_off.point(bright))
    return ImageChops.lighter(image.point(levels), white)


def _table(depth: int, is_index: bool) -> list[int]:
    """Return what each of Pillow's levels of a channel of so many bits stands for."""
    if depth <= 8:
        values = [level >> (8 - depth) for level in range(256)]
        return values if is_index else [value * 255 // ((1 << depth) - 1) for value in values]
    most = (1 << depth) - 1
    return [((level << (depth - 8)) * 255 + most // 2) // most for level in range(256)]


def _layout(file: BinaryIO) -> _Layout | None:
    """Return what the headers say; None if they say nothing, and the decoder will know why."""
    file.seek(0)
    at, header = 0, b""
    for _ in range(_MOST_BOXES):
        box = file.read(16)
        if box.startswith(_START):
            break
        size, kind, skip = int.from_bytes(box[:4], "big"), box[4:8], 8
        if size == 1:
            size, skip = int.from_bytes(box[8:16], "big"), 16
        if kind == b"jp2c":
            at += skip
            break
        if size < skip or len(box) < 16:
            return None
        if kind == b"jp2h":
            file.seek(at)
            header = file.read(min(size, _MOST_HEADER))
        at += size
        file.seek(at)
    else:
        raise ValueError(f"more than {_MOST_BOXES} boxes")
    file.seek(at)
    start = file.read(_FIRST)
    count = int.from_bytes(start[_COMPONENTS:], "big")
    parts = file.read(3 * count)
    if not start.startswith(_START) or not count or len(parts) < 3 * count:
        return None
    is_ycc = re.search(_YCC, header, re.DOTALL) is not None
    halved = not header and count > 1 and parts[4] == 2  # so Pillow takes a bare codestream for it
    depths = [(part & ~_SIGNED) + 1 for part in parts[::3]]
    return _Layout(at, depths, b"pclr" in header, is_ycc or halved)
