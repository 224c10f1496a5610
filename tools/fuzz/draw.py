"""Numbers and choices from the bytes of an input; when they are used up, the least of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

__all__ = ["Draw"]

T = TypeVar("T")
_EDGES = (-1, 0, 1, 255, 256, 257, 65_535, 65_537, 2**31 - 1, 2**31, 2**32, 2**63 - 1, 2**64)


class Draw:
    """Takes an input apart."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def bytes(self, count: int) -> bytes:
        """Return so many bytes, with zeros for those that aren't there."""
        part = self._data[self._at : self._at + count]
        self._at += count
        return part.ljust(count, b"\0")

    def rest(self) -> bytes:
        """Return all bytes that are left."""
        return self.bytes(max(len(self._data) - self._at, 0))

    def number(self, low: int, high: int) -> int:
        """Return a number in this range."""
        size = (high - low).bit_length() // 8 + 1
        return low + int.from_bytes(self.bytes(size), "little") % (high - low + 1)

    def choice(self, options: Sequence[T]) -> T:
        """Return one of these."""
        return options[self.number(0, len(options) - 1)]

    def odd(self, low: int, high: int) -> int:
        """Return a number in this range; one time in sixteen any that programs trip over."""
        return self.choice(_EDGES) if self.number(0, 15) == 15 else self.number(low, high)
