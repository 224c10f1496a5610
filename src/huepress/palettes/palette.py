"""`Palette`: the colours of a palette file, which readers return and writers take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

__all__ = ["Palette"]


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours, and how many pixels each stands for: the content of a `huepress.Codebook`.

    Examples
    --------
    >>> palette = Palette(bytes([227, 6, 19, 0, 0, 255]), 3)
    >>> len(palette), list(palette), palette.hexes()
    (2, [(227, 6, 19), (0, 0, 255)], ['#e30613', '#0000ff'])
    """

    data: bytes
    """The colours one after the other, `channels` bytes each."""
    channels: int
    """3 (red, green, blue) or 4 (and alpha)."""
    populations: Sequence[int] | None = None
    """For each colour the number of pixels that it stands for, if known."""

    @classmethod
    def of(cls, rows: Iterable[Sequence[int]], populations: Sequence[int] | None = None) -> Palette:
        """Return a palette of colours with 3 or 4 values; all get alpha if one has it.

        Examples
        --------
        >>> list(Palette.of([(1, 2, 3), (4, 5, 6, 0)]))
        [(1, 2, 3, 255), (4, 5, 6, 0)]
        """
        colors = [bytes(row) for row in rows]
        channels = max(map(len, colors), default=3)
        return cls(b"".join(c.ljust(channels, b"\xff") for c in colors), channels, populations)

    def __len__(self) -> int:
        return len(self.data) // self.channels

    def __iter__(self) -> Iterator[tuple[int, ...]]:
        return zip(*(self.data[c :: self.channels] for c in range(self.channels)), strict=True)

    def alphas(self) -> bytes:
        """Return the alpha values; empty if the colours have none."""
        return self.data[3::4] if self.channels == 4 else b""

    def opaque(self) -> Palette:
        """Return the colours without their alpha."""
        if self.channels == 3:
            return self
        rows = zip(self.data[0::4], self.data[1::4], self.data[2::4], strict=True)
        return Palette(bytes(value for row in rows for value in row), 3, self.populations)

    def hexes(self) -> list[str]:
        """Return the colours as ``#rrggbb``, or all as ``#rrggbbaa`` if there is alpha."""
        digits, size = self.data.hex(), 2 * self.channels
        return ["#" + digits[at : at + size] for at in range(0, len(digits), size)]
