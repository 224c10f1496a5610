"""The chunks of a PNG, and its code points of colours (PNG specification, third edition)."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["chunk_headers", "code_points_in"]


def chunk_headers(file: BinaryIO) -> Iterator[tuple[bytes, int]]:
    """Yield name and size of each chunk, with the file positioned at the chunk's content.

    Parameters
    ----------
    file : binary file object
        Seekable, positioned behind the signature.
    """
    while len(header := file.read(8)) == 8:
        size, name = struct.unpack(">I4s", header)
        behind = file.tell() + size + 4
        yield name, size
        file.seek(behind)


def code_points_in(file: BinaryIO) -> tuple[int, int, int, int] | None:
    """Return the content of the chunk cICP, which Pillow doesn't read; None if there is none.

    Parameters
    ----------
    file : binary file object
        As for `chunk_headers`; Pillow has checked all chunks before the pixels.
    """
    for name, size in chunk_headers(file):
        if name == b"cICP" and size == 4:
            primaries, transfer, matrix, full_range = file.read(4)
            return primaries, transfer, matrix, full_range
        if name == b"IDAT":
            break
    return None
