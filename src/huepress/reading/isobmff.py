"""Boxes (ISO/IEC 14496-12), and what those of an AVIF say of its colours.

A file is a tree of boxes, each with its size and type. Pillow reads ICC profiles of an AVIF only.
The box ``meta`` says which item is the image, and which of a list of properties it has (ISO/IEC
23008-12, section 9.3); other items, such as alpha or a gain map, have their own.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["boxes_in", "code_points_in"]

MAX_BOXES = 1000
# An honest ``meta`` takes some hundred bytes, with hundreds of tiles some thousand.
_MAX_META, _MAX_FILE = 1 << 20, 1 << 48


def boxes_in(file: BinaryIO) -> Iterator[tuple[bytes, int]]:
    """Yield type and size of each box in a file, positioned at the box's content.

    A size of 0, which is the rest of the file, becomes a very large one. Boxes end at the end of
    the file, or where a size is impossible.

    Parameters
    ----------
    file : binary file object
        Seekable, positioned at the first box.

    Raises
    ------
    ValueError
        If there are more than `MAX_BOXES`.
    """
    for _ in range(MAX_BOXES):
        header = file.read(8)
        if len(header) < 8:
            return
        size, kind = struct.unpack(">I4s", header)
        if size == 1:
            size, taken = int.from_bytes(file.read(8), "big"), 16
        else:
            size, taken = size or _MAX_FILE, 8
        if not taken <= size <= _MAX_FILE:
            return
        behind = file.tell() + size - taken
        yield kind, size - taken
        file.seek(behind)
    raise ValueError(f"more than {MAX_BOXES} boxes")


def code_points_in(file: BinaryIO) -> tuple[int, int, int, int] | None:
    """Return the code points of an image's primaries and transfer; None if it has none.

    Parameters
    ----------
    file : binary file object
        Seekable, positioned at the start of the file.

    Returns
    -------
    tuple or None
        As `huepress.color.cicp.profile_from_code_points` takes them: matrix and range are the
        decoder's concern. None also if boxes are damaged.
    """
    try:
        meta = dict(_parse_boxes(_meta_content(file)[4:]))
        properties = dict(_parse_boxes(meta[b"iprp"]))
        values = list(_parse_boxes(properties[b"ipco"]))
        for place in _property_places(properties[b"ipma"], _primary_item(meta[b"pitm"])):
            kind, content = values[place - 1]
            if kind == b"colr" and content[:4] == b"nclx":
                primaries, transfer = struct.unpack_from(">HH", content, 4)
                return primaries, transfer, 0, 1
    except (struct.error, LookupError, ValueError):
        pass
    return None


def _meta_content(file: BinaryIO) -> bytes:
    """Return the content of the first box ``meta``."""
    for kind, size in boxes_in(file):
        if kind == b"meta":
            return file.read(min(size, _MAX_META))
    raise KeyError("meta")


def _parse_boxes(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield type and content of each box inside another."""
    at = 0
    while at + 8 <= len(content):
        size, kind = struct.unpack_from(">I4s", content, at)
        if size < 8:
            return
        yield kind, content[at + 8 : at + size]
        at += size


def _primary_item(content: bytes) -> int:
    return int(struct.unpack_from(">I" if content[0] else ">H", content, 4)[0])


def _property_places(content: bytes, item: int) -> list[int]:
    """Return the places of an item's properties in their list, from 1; 0 is none."""
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
