"""The codebook: the colours that stand for all others."""

from __future__ import annotations

import os
from array import array
from collections.abc import Iterable, Iterator, Sequence
from operator import index
from typing import TYPE_CHECKING, Any, overload

from huepress.errors import OptionError
from huepress.files import read_bytes, write_atomically
from huepress.options import MAX_COLORS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Codebook"]


class Codebook:
    """K colours in 8-bit sRGB, with or without alpha.

    Two codebooks are equal if they hold the same colours in the same order, whatever their
    populations. A codebook doesn't change once it is made.

    Parameters
    ----------
    colors : array-like of int, shape (K, 3) or (K, 4)
        Red, green, blue and perhaps alpha, each 0 to 255; K from 1 to 65,536.
    populations : sequence of int, optional
        For each colour the number of pixels that it stands for.

    Raises
    ------
    OptionError
        If the shape or a value is out of range.

    Examples
    --------
    >>> book = Codebook([(227, 6, 19), (255, 255, 255)], populations=[30, 10])
    >>> len(book), book.hex(), book.shares()
    (2, ['#e30613', '#ffffff'], [0.75, 0.25])
    >>> book[0], book[1:]
    ((227, 6, 19), <Codebook of 1: #ffffff>)
    """

    __slots__ = ("_populations", "channels", "data")

    data: bytes
    """The colours one after the other, `channels` bytes each."""
    channels: int
    """3 (red, green, blue) or 4 (and alpha)."""
    _populations: array[int] | None

    def __init__(
        self,
        colors: Iterable[Sequence[int]] | NDArray[Any],
        populations: Iterable[int] | None = None,
    ) -> None:
        data, channels = _packed(colors)
        self._fill(data, channels, populations)

    @classmethod
    def from_bytes(
        cls, data: bytes, channels: int, populations: Iterable[int] | None = None
    ) -> Codebook:
        """Make a codebook from bytes as they are in `data`.

        Parameters
        ----------
        data : bytes
            K times `channels` bytes.
        channels : int
            3 or 4.
        populations : sequence of int, optional
            For each colour the number of pixels that it stands for.

        Returns
        -------
        Codebook

        Raises
        ------
        OptionError
            If the lengths don't fit.

        Examples
        --------
        >>> list(Codebook.from_bytes(bytes([0, 0, 0, 255, 255, 255]), 3))
        [(0, 0, 0), (255, 255, 255)]
        """
        book = cls.__new__(cls)
        book._fill(bytes(data), channels, populations)
        return book

    def _fill(self, data: bytes, channels: int, populations: Iterable[int] | None) -> None:
        if channels not in (3, 4) or len(data) % channels:
            raise OptionError(f"codebook: {len(data)} bytes are not colours of 3 or 4 bytes each")
        count = len(data) // channels
        if not 1 <= count <= MAX_COLORS:
            raise OptionError(f"codebook: {count:,} colours; give 1 to {MAX_COLORS:,}")
        numbers = None if populations is None else array("q", populations)
        if numbers is not None and len(numbers) != count:
            raise OptionError(
                f"codebook: {len(numbers):,} populations for {count:,} colours; give one for each"
            )
        for name, value in (("data", data), ("channels", channels), ("_populations", numbers)):
            object.__setattr__(self, name, value)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a codebook doesn't change; make another")

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        return Codebook.from_bytes, (self.data, self.channels, self.counts())

    @property
    def colors(self) -> NDArray[np.uint8]:
        """The colours as a read-only array of uint8, shape (K, 3) or (K, 4)."""
        import numpy as np

        return np.frombuffer(self.data, np.uint8).reshape(-1, self.channels)

    @property
    def populations(self) -> NDArray[np.int64] | None:
        """Pixels per colour as an array of int64, shape (K,); None if not known."""
        if self._populations is None:
            return None
        import numpy as np

        return np.array(self._populations, np.int64)

    def counts(self) -> list[int] | None:
        """Return the `populations` as a list, or None: the way to them without NumPy."""
        return None if self._populations is None else self._populations.tolist()

    def shares(self) -> list[float] | None:
        """Return each colour's share of the pixels, 0 to 1; None if not known."""
        if self._populations is None:
            return None
        total = sum(self._populations) or 1
        return [count / total for count in self._populations]

    def hex(self) -> list[str]:
        """Return the colours as ``#rrggbb``, or ``#rrggbbaa`` where they are translucent."""
        return ["#" + bytes(c[:3] if c[3:] in ((), (255,)) else c).hex() for c in self]

    def __len__(self) -> int:
        return len(self.data) // self.channels

    @overload
    def __getitem__(self, position: int) -> tuple[int, ...]: ...
    @overload
    def __getitem__(self, position: slice) -> Codebook: ...
    def __getitem__(self, position: int | slice) -> tuple[int, ...] | Codebook:
        if isinstance(position, slice):
            counts = self.counts()
            return Codebook(list(self)[position], None if counts is None else counts[position])
        at = range(0, len(self.data), self.channels)[position]
        return tuple(self.data[at : at + self.channels])

    def __iter__(self) -> Iterator[tuple[int, ...]]:
        return zip(*(self.data[c :: self.channels] for c in range(self.channels)), strict=True)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Codebook):
            return NotImplemented
        return self.channels == other.channels and self.data == other.data

    def __hash__(self) -> int:
        return hash((self.channels, self.data))

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        """Return the `colors`, so that ``np.asarray(book)`` has the shape (K, 3) or (K, 4)."""
        if copy is False and dtype not in (None, "uint8"):
            raise ValueError("a codebook holds uint8; another type takes a copy")
        colors = self.colors
        return colors if dtype is None else colors.astype(dtype)

    def __repr__(self) -> str:
        colors = ", ".join(self.hex()[:4]) + (", …" if len(self) > 4 else "")
        return f"<Codebook of {len(self)}: {colors}>"

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Codebook:
        """Read a codebook from a palette file.

        Parameters
        ----------
        path : str or os.PathLike
            The file; its suffix says what it holds: ``.npy`` (an array of uint8, shape (K, 3) or
            (K, 4)), ``.gpl``, ``.act``, ``.ase``, ``.aco``, ``.pal``, ``.hex`` or ``.json``.

        Returns
        -------
        Codebook
            1 to 65,536 colours in the file's order; with populations if the file has them, which
            only ``.json`` can.

        Raises
        ------
        UnreadableError
            If the file is missing or may not be read.
        PaletteError
            If the file is damaged or holds something else.
        OptionError
            If the suffix is none that can be read. The colours of a compressed image are
            ``huepress.read(path).codebook``.
        """
        from huepress import palettes

        name = os.fspath(path)
        palettes.check_readable(name)
        palette = palettes.read(read_bytes(name, palettes.MAX_BYTES + 1), name)
        return cls.from_bytes(palette.data, palette.channels, palette.populations)

    def save(self, path: str | os.PathLike[str], *, force: bool = False) -> None:
        """Write the codebook to a palette file, whole or not at all.

        Parameters
        ----------
        path : str or os.PathLike
            Where to; the suffix says how: one that `load` reads, ``.css`` (custom properties) or
            ``.h`` (a table in C).
        force : bool, default False
            Replace an existing file.

        Raises
        ------
        OutputExistsError
            If the file exists and `force` is false.
        UnwritableError
            If it can't be written.
        OptionError
            If the suffix is none that can be written, or its format can't hold the colours: some
            have no alpha, some few colours.

        Examples
        --------
        >>> import os, tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = os.path.join(folder, "sunset.gpl")
        ...     Codebook([(227, 6, 19), (255, 255, 255)]).save(path)
        ...     Codebook.load(path)
        <Codebook of 2: #e30613, #ffffff>
        """
        write_atomically(path, self.file_content(path), force)

    def file_content(self, path: str | os.PathLike[str]) -> bytes:
        """Return what `save` would write to that path."""
        from huepress import palettes
        from huepress.palettes import Palette

        palette = Palette(self.data, self.channels, self.counts())
        return palettes.write(palette, os.fspath(path))


def _packed(colors: Any) -> tuple[bytes, int]:
    """Check colours of any array-like kind and return them as bytes, with their channels."""
    if hasattr(colors, "dtype"):
        if str(colors.dtype) == "uint8" and colors.ndim == 2:
            return colors.tobytes(), colors.shape[1]
        colors = colors.tolist()
    try:
        rows = [tuple(map(index, row)) for row in colors]
        channels = len(rows[0]) if rows else 3
        if any(len(row) != channels for row in rows):
            raise OptionError("codebook: some colours have 3 values, some 4; give all the same")
        return b"".join(map(bytes, rows)), channels
    except (TypeError, ValueError) as error:
        if isinstance(error, OptionError):
            raise
        raise OptionError(
            "codebook: colours are rows of 3 or 4 whole numbers from 0 to 255"
        ) from error
