"""The chunks of a PNG, and what those about colours say (PNG specification, third edition)."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["code_points_in", "headers"]


def headers(file: BinaryIO) -> Iterator[tuple[bytes, int]]:
    """Yield name and size of each chunk, while the file stands at its content.

    Parameters
    ----------
    file : binary file object
        Seekable, standing behind the signature.
    """
    while len(header := file.read(8)) == 8:
        size, name = struct.unpack(">I4s", header)
        behind = file.tell() + size + 4
        yield name, size
        file.seek(behind)


def code_points_in(file: BinaryIO) -> tuple[int, int, int, int] | None:
    """Return what the chunk cICP says, which Pillow doesn't; None if there is none.

    Parameters
    ----------
    file : binary file object
        As in `headers`; Pillow has checked all before the pixels.
    """
    for name, size in headers(file):
        if name == b"cICP" and size == 4:
            primaries, transfer, matrix, full_range = file.read(4)
            return primaries, transfer, matrix, full_range
        if name == b"IDAT":
            break
    return None
