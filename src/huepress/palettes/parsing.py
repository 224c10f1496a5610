"""What the readers share: bytes, lines and numbers of a file that may hold anything.

Errors raised here or in a reader don't name the file; `huepress.palettes.read` adds the name.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator, Sized
from typing import Any

from huepress.errors import PaletteError
from huepress.options import MAX_COLORS

__all__ = [
    "Cursor", "check_count", "check_not_too_many", "excerpt", "numbered_lines", "parse_levels",
    "parse_whole",
]  # fmt: skip


class Cursor:
    """Takes values from the front of some bytes, never more than there are."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def left(self) -> int:
        """The number of bytes not taken yet."""
        return len(self._data) - self._at

    def require(self, count: int) -> None:
        """Check that there are so many bytes left.

        Raises
        ------
        PaletteError
            If there are fewer.
        """
        if count > self.left:
            raise PaletteError("ends too early; get an undamaged copy")

    def take(self, count: int) -> bytes:
        """Return the next bytes; errors as in `require`."""
        self.require(count)
        self._at += count
        return self._data[self._at - count : self._at]

    def unpack(self, layout: str) -> tuple[Any, ...]:
        """Return the next values, laid out as `struct` has it; errors as in `require`."""
        return struct.unpack(layout, self.take(struct.calcsize(layout)))


def check_count(count: int) -> None:
    """Check that a codebook can have so many colours.

    Raises
    ------
    PaletteError
        If it is not 1 to 65,536.
    """
    if not 1 <= count <= MAX_COLORS:
        number = f"{count:,}" if count < 10**15 else "far too many"
        raise PaletteError(f"holds {number} colours; a codebook has 1 to {MAX_COLORS:,}")


def check_not_too_many(colors: Sized) -> None:
    """Check the colours read so far, if a file doesn't declare how many follow."""
    if len(colors) > MAX_COLORS:
        raise PaletteError(
            f"holds more than {MAX_COLORS:,} colours; a codebook has 1 to {MAX_COLORS:,}"
        )


def numbered_lines(data: bytes) -> Iterator[tuple[int, bytes]]:
    r"""Yield the lines that aren't blank, stripped, with their numbers from 1.

    Examples
    --------
    >>> list(numbered_lines(b"a\r\n\n b \rc"))
    [(1, b'a'), (3, b'b'), (4, b'c')]
    """
    data = data.removeprefix(b"\xef\xbb\xbf")  # the byte order mark of some Windows editors
    text = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    for number, line in enumerate(io.BytesIO(text), 1):
        if stripped := line.strip():
            yield number, stripped


def parse_whole(word: bytes) -> int | None:
    """Return a number written in up to nine decimal digits, else None.

    Python's own ``int`` also takes signs and underscores, and minutes for millions of digits.
    """
    return int(word) if word.isdigit() and len(word) <= 9 else None


def parse_levels(words: list[bytes], number: int) -> tuple[int, ...]:
    """Return the 8-bit values of a colour written in decimal on line `number`.

    Raises
    ------
    PaletteError
        If they are not three or four numbers from 0 to 255.
    """
    values = [value for word in words if (value := parse_whole(word)) is not None]
    if len(values) != len(words) or len(values) not in (3, 4) or max(values) > 255:
        raise PaletteError(
            f"line {number}: {excerpt(b' '.join(words))} is not red, green and blue "
            "from 0 to 255; correct it"
        )
    return tuple(values)


def excerpt(raw: bytes) -> str:
    r"""Return the start of some bytes, escaped and quoted for a message.

    Examples
    --------
    >>> excerpt(b"red"), excerpt(b"\0" * 99)
    ("'red'", "'\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00...'")
    """
    text = raw[:40].decode("utf-8", "replace").encode("unicode_escape").decode()
    return f"'{text}'" if len(text) <= 40 >= len(raw) else f"'{text[:36]}...'"
