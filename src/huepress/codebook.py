"""The codebook: the colours that stand for all others, and its file."""

from __future__ import annotations

import io
import os
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import index
from typing import TYPE_CHECKING, Any

from huepress.atomic import write_atomically
from huepress.errors import NotAnImageError, OptionError
from huepress.files import read_bytes
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
    >>> book[0]
    (227, 6, 19)
    """

    __slots__ = ("_populations", "channels", "data")

    data: bytes
    """The colours one after the other, `channels` bytes each."""
    channels: int
    """3 (red, green, blue) or 4 (and alpha)."""

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
        self.data = data
        self.channels = channels
        self._populations = None if populations is None else array("q", populations)
        if self._populations is not None and len(self._populations) != count:
            raise OptionError(
                f"codebook: {len(self._populations):,} populations for {count:,} colours; "
                "give one for each"
            )

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

    def __getitem__(self, position: int) -> tuple[int, ...]:
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

    def __repr__(self) -> str:
        colors = ", ".join(self.hex()[:4]) + (", …" if len(self) > 4 else "")
        return f"<Codebook of {len(self)}: {colors}>"

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Codebook:
        """Read a codebook from a file.

        Parameters
        ----------
        path : str or os.PathLike
            A ``.npy`` file: an array of uint8, shape (K, 3) or (K, 4), K from 1 to 65,536.

        Returns
        -------
        Codebook
            Without populations.

        Raises
        ------
        UnreadableError
            If the file is missing or may not be read.
        NotAnImageError
            If the file is damaged or holds something else.
        OptionError
            If the suffix is none that can be read.
        """
        name = os.fspath(path)
        reader, _ = _file_type(name)
        return reader(read_bytes(name), name)

    def save(self, path: str | os.PathLike[str], *, force: bool = False) -> None:
        """Write the codebook to a file, whole or not at all.

        Parameters
        ----------
        path : str or os.PathLike
            Where to; the suffix says how: ``.npy``.
        force : bool, default False
            Replace an existing file.

        Raises
        ------
        OutputExistsError
            If the file exists and `force` is false.
        UnwritableError
            If it can't be written.
        OptionError
            If the suffix is none that can be written.
        """
        write_atomically(path, self.file_content(path), force)

    def file_content(self, path: str | os.PathLike[str]) -> bytes:
        """Return what `save` would write to that path."""
        _, writer = _file_type(os.fspath(path))
        return writer(self)


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


def npy_from(book: Codebook) -> bytes:
    """Return the content of a codebook's ``.npy`` file."""
    import numpy as np

    file = io.BytesIO()
    np.save(file, book.colors, allow_pickle=False)
    return file.getvalue()


def npy_to(data: bytes, name: str) -> Codebook:
    """Read a codebook from the content of a ``.npy`` file called `name`.

    The header is looked at before anything is allocated: it may promise terabytes.
    """
    from numpy.lib import format as npy

    file = io.BytesIO(data)
    try:
        version = npy.read_magic(file)
        read_header = npy.read_array_header_1_0 if version[0] == 1 else npy.read_array_header_2_0
        shape, fortran_order, dtype = read_header(file)
    except Exception as error:  # its parser lets several builtins through
        raise NotAnImageError(
            f"{name}: not a codebook, or a damaged one; a .npy file that huepress wrote is needed"
        ) from error
    if dtype.str != "|u1" or len(shape) != 2 or shape[1] not in (3, 4):
        raise NotAnImageError(
            f"{name}: holds an array of {dtype}, shape {shape}; "
            "a codebook is one of uint8, shape (K, 3) or (K, 4)"
        )
    if not 1 <= shape[0] <= MAX_COLORS:
        raise NotAnImageError(f"{name}: holds {shape[0]:,} colours; a codebook has 1 to 65,536")
    body = file.read()
    if len(body) != shape[0] * shape[1]:
        raise NotAnImageError(f"{name}: ends too early or too late; get an undamaged copy")
    if fortran_order:  # channel by channel
        body = bytes(body[row + c * shape[0]] for row in range(shape[0]) for c in range(shape[1]))
    return Codebook.from_bytes(body, shape[1])


_Reader = Callable[[bytes, str], Codebook]
_Writer = Callable[[Codebook], bytes]

# Palette files of other programs join here.
_FILE_TYPES: dict[str, tuple[_Reader, _Writer]] = {".npy": (npy_to, npy_from)}


def _file_type(name: str) -> tuple[_Reader, _Writer]:
    suffix = os.path.splitext(name)[1].lower()
    if suffix not in _FILE_TYPES:
        raise OptionError(
            f"{name}: not a codebook's name; give one that ends in {' or '.join(_FILE_TYPES)}"
        )
    return _FILE_TYPES[suffix]
