"""Whether a file can be one that huepress wrote, told by its first bytes.

A name alone doesn't tell: ``photo-hp.png`` may be a photograph of its own.
"""

from __future__ import annotations

import os
from typing import BinaryIO

from huepress.files import Snapshot
from huepress.formats.deflate import COPIED

__all__ = ["is_indexed", "is_label_map", "plain_indexed_png", "stores_copies"]

_PNG = b"\x89PNG\r\n\x1a\n"
_GREY, _INDEXED = 0, 3
_MOST_CHUNKS = 100  # before its pixels
_COLOR_INDEXING = 0b111  # a WebP's first transform: there is one, of kind 3


def is_indexed(path: str) -> bool:
    """Tell whether a file is a PNG or a WebP with a palette, or a GIF; a true-colour one never is.

    A lossless WebP of more than 256 colours has no palette.
    """
    try:
        if not os.path.isfile(path):  # a pipe would keep us waiting
            return False
        with open(path, "rb") as file:
            start = file.read(26)
            if start.startswith(_PNG):
                return start[25:] == bytes([_INDEXED])
            return start.startswith(b"GIF8") or _has_palette(file, start)
    except (OSError, ValueError):
        return False


def plain_indexed_png(source: object) -> bytes | None:
    """Return the content of a source that is an indexed PNG without anything to strip, else None.

    All its palette entries are in use as far as chunks tell; it isn't interlaced.
    """
    data = _content(source)
    if data is None or data[24:29] not in {bytes([d, _INDEXED, 0, 0, 0]) for d in (1, 2, 4, 8)}:
        return None
    at = len(_PNG)
    names: list[bytes] = []
    while at + 8 <= len(data) and len(names) <= _MOST_CHUNKS:
        size, name = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        names.append(name)
        at += size + 12
    is_plain = set(names) <= {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}
    return data if is_plain and names[-1:] == [b"IEND"] and at == len(data) else None


def stores_copies(png: bytes) -> bool:
    """Tell whether all pixels of a plain indexed PNG are one stream that huepress didn't search.

    Its header says so: `huepress.formats.deflate.COPIED`. Other programs that compress in haste
    write the same header, but cut the stream into chunks.
    """
    at = png.find(b"IDAT")
    size = int.from_bytes(png[at - 4 : at], "big")
    is_whole = at + 4 + size + 4 + 12 == len(png)
    return is_whole and png[at + 4 : at + 6] == COPIED


def _content(source: object) -> bytes | None:
    """Return the bytes of an indexed PNG, wherever it is; None of anything else, mostly unread."""
    if isinstance(source, Snapshot):
        data = source.data
    elif isinstance(source, bytes):
        data = source
    elif isinstance(source, str | os.PathLike):
        try:
            with open(source, "rb") as file:
                start = file.read(26)
                data = start + file.read() if start[25:] == bytes([_INDEXED]) else b""
        except (OSError, ValueError):
            return None
    else:
        return None
    return data if data.startswith(_PNG) and data[25:26] == bytes([_INDEXED]) else None


def is_label_map(path: str, codebook: str) -> bool:
    """Tell whether a file is a greyscale PNG with a codebook beside it."""
    try:
        if not (os.path.isfile(path) and os.path.isfile(codebook)):
            return False
        with open(path, "rb") as file:
            start = file.read(26)
    except (OSError, ValueError):
        return False
    return start.startswith(_PNG) and start[25:] == bytes([_GREY])


def _has_palette(file: BinaryIO, start: bytes) -> bool:
    """Look for a WebP's pixels behind its profile, and for the transform that they begin with."""
    if start[:4] != b"RIFF" or start[8:12] != b"WEBP":
        return False
    place = 12
    for _ in range(_MOST_CHUNKS):
        file.seek(place)
        head = file.read(14)
        if len(head) < 14:
            return False
        if head[:4] == b"VP8L":  # then its size, a signature, sides and version, and transforms
            return head[13] & 0b111 == _COLOR_INDEXING
        size = int.from_bytes(head[4:8], "little")
        place += 8 + size + size % 2
    return False
