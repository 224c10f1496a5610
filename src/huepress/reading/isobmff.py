"""What the colours of an AVIF mean, from its boxes: Pillow tells of ICC profiles only.

A file is a tree of boxes, each with its size and type (ISO/IEC 14496-12). The box ``meta`` says
which item is the image, and which of a list of properties it has (ISO/IEC 23008-12, section 9.3);
other items, as alpha or a gain map, have their own.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["code_points_in"]

# An honest ``meta`` takes some hundred bytes, with hundreds of tiles some thousand.
_LARGEST, _MOST_BOXES, _LARGEST_FILE = 1 << 20, 1000, 1 << 48


def code_points_in(file: BinaryIO) -> tuple[int, int, int, int] | None:
    """Return the code points of an image's primaries and transfer.

    Parameters
    ----------
    file : binary file object
        Seekable, standing at the start of the file.

    Returns
    -------
    tuple or None
        As `huepress.color.cicp.by_code_points` takes them: matrix and range are the
        decoder's concern. None if the image has none, or boxes are damaged.
    """
    try:
        meta = dict(_boxes(_meta(file)[4:]))
        properties = dict(_boxes(meta[b"iprp"]))
        colors = list(_boxes(properties[b"ipco"]))
        for place in _places(properties[b"ipma"], _main_item(meta[b"pitm"])):
            kind, content = colors[place - 1]
            if kind == b"colr" and content[:4] == b"nclx":
                primaries, transfer = struct.unpack_from(">HH", content, 4)
                return primaries, transfer, 0, 1
    except (struct.error, LookupError):
        pass
    return None


def _meta(file: BinaryIO) -> bytes:
    """Return the content of the first box of that name; KeyError if there is none."""
    for _ in range(_MOST_BOXES):
        size, kind = struct.unpack(">I4s", file.read(8))
        head = 8
        if size == 1:
            (size,) = struct.unpack(">Q", file.read(8))
            head = 16
        size = size or _LARGEST_FILE  # 0 is the rest of the file
        if not head <= size <= _LARGEST_FILE:
            break
        if kind == b"meta":
            return file.read(min(size - head, _LARGEST))
        file.seek(size - head, 1)
    raise KeyError("meta")


def _boxes(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at + 8 <= len(content):
        size, kind = struct.unpack_from(">I4s", content, at)
        if size < 8:
            return
        yield kind, content[at + 8 : at + size]
        at += size


def _main_item(content: bytes) -> int:
    return int(struct.unpack_from(">I" if content[0] else ">H", content, 4)[0])


def _places(content: bytes, item: int) -> list[int]:
    """Return the places of an item's properties, from 1; 0 is none."""
    version, wide = content[0], content[3] & 1
    (count,) = struct.unpack_from(">I", content, 4)
    at = 8
    for _ in range(count):
        number, many = struct.unpack_from(">IB" if version else ">HB", content, at)
        at += 5 if version else 3
        if number == item:  # the highest bit says whether a reader must know the property
            places = struct.unpack_from(f">{many}{'H' if wide else 'B'}", content, at)
            return [place & (0x7FFF if wide else 0x7F) for place in places]
        at += many << wide
    return []
