"""EXIF blocks of images whose pixels have been turned upright.

A block is patched where it lies and not written anew: makers' notes hold offsets that would lead
nowhere afterwards. Layout: Exif 2.32 (CIPA DC-008), section 4.6, after TIFF 6.0, section 2.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

__all__ = ["orientation", "upright"]

_ORIENTATION = 0x0112
_THUMBNAIL, _THUMBNAIL_SIZE = 0x0201, 0x0202
_EXIF_DIRECTORY = 0x8769
_WIDTH, _HEIGHT = 0xA002, 0xA003
_SHORT, _LONG = 3, 4


class _Directory(NamedTuple):
    """Where things lie: each tag's entry of 12 bytes, and the offset of the next directory."""

    entries: dict[int, int]
    end: int


def orientation(block: bytes) -> int | None:
    """Return which way up the picture lies; None if the block doesn't say or is damaged.

    Parameters
    ----------
    block : bytes
        With or without the mark ``Exif`` before it.

    Examples
    --------
    >>> orientation(bytes.fromhex("4d4d002a00000008 0001 011200030000000100060000 00000000"))
    6
    """
    block = block.removeprefix(b"Exif\0\0")
    try:
        order = _byte_order(block)
        entry = _directory(block, order, _number(block, order, 4)).entries.get(_ORIENTATION)
        return None if entry is None else _value(block, order, entry)
    except (struct.error, ValueError):
        return None


def upright(block: bytes, sides_swapped: bool) -> bytes:
    """Return a block that says the picture is upright, without the thumbnail.

    The thumbnail would still lie as the pixels did, and often weighs more than all the rest.

    Parameters
    ----------
    block : bytes
        With or without the mark ``Exif`` before it.
    sides_swapped : bool
        Whether width and height were swapped by turning.

    Returns
    -------
    bytes
        Without the mark; empty if the block is damaged.

    Examples
    --------
    >>> block = bytes.fromhex("4d4d002a00000008 0001 011200030000000100060000 00000000")
    >>> orientation(upright(block, True))
    1
    """
    data = bytearray(block.removeprefix(b"Exif\0\0"))
    try:
        order = _byte_order(data)
        main = _directory(data, order, _number(data, order, 4))
        if _ORIENTATION in main.entries:
            at = main.entries[_ORIENTATION]
            struct.pack_into(order + "HHIHH", data, at, _ORIENTATION, _SHORT, 1, 1, 0)
        if sides_swapped and _EXIF_DIRECTORY in main.entries:
            _swap_sides(data, order, _number(data, order, main.entries[_EXIF_DIRECTORY] + 8))
        _cut_thumbnail(data, order, main.end)
    except (struct.error, ValueError):
        return b""
    return bytes(data)


def _byte_order(data: bytes | bytearray) -> str:
    """Return the mark that `struct` has for it."""
    marks = {b"II*\0": "<", b"MM\0*": ">"}
    try:
        return marks[bytes(data[:4])]
    except KeyError:
        raise ValueError("not EXIF") from None


def _number(data: bytes | bytearray, order: str, at: int) -> int:
    return int(struct.unpack_from(order + "I", data, at)[0])


def _directory(data: bytes | bytearray, order: str, at: int) -> _Directory:
    (count,) = struct.unpack_from(order + "H", data, at)
    places = range(at + 2, at + 2 + 12 * count, 12)
    if places.stop > len(data):
        raise ValueError("cut short")
    entries = {struct.unpack_from(order + "H", data, place)[0]: place for place in places}
    return _Directory(entries, places.stop)


def _value(data: bytes | bytearray, order: str, entry: int) -> int | None:
    """Return the number that an entry holds, if it holds one."""
    kind, count = struct.unpack_from(order + "HI", data, entry + 2)
    if count != 1 or kind not in (_SHORT, _LONG):
        return None
    return int(struct.unpack_from(order + ("H" if kind == _SHORT else "I"), data, entry + 8)[0])


def _swap_sides(data: bytearray, order: str, at: int) -> None:
    """Exchange the pixel sizes that the camera noted."""
    entries = _directory(data, order, at).entries
    if _WIDTH in entries and _HEIGHT in entries:
        a, b = entries[_WIDTH] + 2, entries[_HEIGHT] + 2
        data[a : a + 10], data[b : b + 10] = data[b : b + 10], data[a : a + 10]


def _cut_thumbnail(data: bytearray, order: str, end: int) -> None:
    """Take the directory of the thumbnail out of the chain, and its pixels if they come last."""
    try:
        at = _number(data, order, end)
        if not at:
            return
        struct.pack_into(order + "I", data, end, 0)
        entries = _directory(data, order, at).entries
        start = _number(data, order, entries[_THUMBNAIL] + 8)
        size = _number(data, order, entries[_THUMBNAIL_SIZE] + 8)
    except (struct.error, ValueError, KeyError):
        return  # there is none, or it can't be found any more
    if start > end and not any(data[start + size :]):
        del data[start:]
