"""Palette files: colours in the formats of other programs, read and written.

Import from here what `__all__` lists; people use `Codebook.load` and `Codebook.save`. A reader
returns and a writer takes a `Palette`: this package knows nothing of codebooks. Each format is a
module with ``read(data)``, ``write(palette, stem)`` or both, imported when it is needed, and a row
in `FORMATS` that says what it can hold. Only ``.npy`` needs more than the standard library.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from huepress._lazy import lazy_names
from huepress.errors import OptionError, PaletteError
from huepress.options import MAX_COLORS

if TYPE_CHECKING:  # the command line reads the table below at each start: keep that quick
    from collections.abc import Iterable

    from huepress.palettes.palette import Palette

__all__ = [
    "FORMATS", "MAX_BYTES", "Format", "Palette", "check_readable", "format_of", "read", "write",
]  # fmt: skip

__getattr__ = lazy_names(__name__, {"Palette": "palette"})

MAX_BYTES = 8 << 20
"""The limit for palette files: 128 bytes for each of 65,536 colours."""


class Format(NamedTuple):
    """A palette format, and what it can hold.

    Attributes
    ----------
    module : str
        The module of this package that reads and writes it.
    title : str
        What messages call its files, in the plural.
    readable : bool
        Whether it is read; all are written.
    alpha : {'none', 'one', 'any'}
        Colours with alpha: none, a single one that is fully transparent, or any.
    max_colors : int
        The largest number of colours.
    """

    module: str
    title: str
    readable: bool = True
    alpha: Literal["none", "one", "any"] = "none"
    max_colors: int = MAX_COLORS


FORMATS = {
    ".npy": Format("npy", "NumPy files", alpha="any"),
    ".gpl": Format("gpl", "GIMP palettes"),
    ".act": Format("act", "Adobe colour tables", alpha="one", max_colors=256),
    ".ase": Format("ase", "Adobe swatches"),
    ".aco": Format("aco", "Photoshop swatches", max_colors=0xFFFF),
    ".pal": Format("pal", "JASC palettes"),
    ".hex": Format("hex_lines", "lists of hex codes"),
    ".json": Format("json_colors", "JSON files", alpha="any"),
    ".css": Format("css", "CSS files", readable=False, alpha="any"),
    ".h": Format("c_header", "C headers", readable=False, alpha="any"),
}
"""The formats by suffix."""

# Images, for which an error says how to get their colours.
_IMAGE_SUFFIXES = {
    ".avif", ".bmp", ".gif", ".heic", ".jpeg", ".jpg", ".jxl", ".png", ".ppm", ".tga", ".tif",
    ".tiff", ".webp",
}  # fmt: skip


def format_of(name: str) -> Format | None:
    """Return the format of a palette file by its name; None if it is no palette's.

    Examples
    --------
    >>> format_of("Sunset.GPL").title, format_of("sunset.png")
    ('GIMP palettes', None)
    """
    return FORMATS.get(_suffix(name))


def check_readable(name: str) -> Format:
    """Return the format of a palette file by its name, if it can be read.

    Raises
    ------
    OptionError
        If it can't; the message says what to do instead.
    """
    kind = format_of(name)
    if kind is not None and kind.readable:
        return kind
    readable = _join_suffixes([suffix for suffix, other in FORMATS.items() if other.readable])
    if kind is not None:
        raise OptionError(
            f"{name}: {kind.title} are only written; give one that ends in {readable}"
        )
    if _suffix(name) in _IMAGE_SUFFIXES:
        raise OptionError(
            f"{name}: an image, not a palette file; write the colours of a compressed image to "
            "one with 'huepress codebook IMAGE --export FILE', or take "
            "huepress.read(IMAGE).codebook"
        )
    raise OptionError(f"{name}: not a codebook's name; give one that ends in {readable}")


def read(data: bytes, name: str) -> Palette:
    r"""Read the content of a palette file.

    Parameters
    ----------
    data : bytes
        The content; of a file larger than `MAX_BYTES`, at least one byte more than that.
    name : str
        The file's name: its suffix says the format, and messages begin with it.

    Returns
    -------
    Palette
        1 to 65,536 colours.

    Raises
    ------
    PaletteError
        If the file is damaged or holds something else.
    OptionError
        If files of this suffix can't be read.

    Examples
    --------
    >>> read(b"e30613\nffffff\n", "two.hex").hexes()
    ['#e30613', '#ffffff']
    """
    module = _module(check_readable(name))
    try:
        if len(data) > MAX_BYTES:
            raise PaletteError("is larger than any palette (8 MiB); check that it is one")
        palette: Palette = module.read(data)
    except PaletteError as error:
        raise PaletteError(f"{name}: {error}") from error
    return palette


def write(palette: Palette, name: str) -> bytes:
    """Return the content of a palette file.

    Parameters
    ----------
    palette : Palette
        1 to 65,536 colours.
    name : str
        The file's name: its suffix says the format, and some formats hold the name before it.

    Raises
    ------
    OptionError
        If files of this suffix can't be written, or the format can't hold these colours.

    Examples
    --------
    >>> from huepress.palettes.palette import Palette
    >>> write(Palette.of([(227, 6, 19)]), "red.h").decode().splitlines()[3:5]
    ['static const unsigned char red[1][3] = {', '    {227, 6, 19},']
    """
    kind = format_of(name)
    if kind is None:
        raise OptionError(
            f"{name}: not a codebook's name; give one that ends in {_join_suffixes(FORMATS)}"
        )
    _check_fit(kind, palette, name)
    stem = os.path.splitext(os.path.basename(name))[0]
    fitting = palette.opaque() if kind.alpha == "none" else palette
    content: bytes = _module(kind).write(fitting, stem)
    return content


def _suffix(name: str) -> str:
    return os.path.splitext(name)[1].lower()


def _module(kind: Format) -> Any:
    return import_module(f"huepress.palettes.{kind.module}")


def _check_fit(kind: Format, palette: Palette, name: str) -> None:
    """Check that the format can hold all colours and their alpha."""
    if not _can_hold_alpha(kind, palette):
        limit = "no alpha" if kind.alpha == "none" else "one fully transparent colour at most"
        problem = f"{kind.title} hold {limit}, and this codebook has translucent colours"
    elif len(palette) > kind.max_colors:
        problem = f"{kind.title} hold at most {kind.max_colors:,} colours, not {len(palette):,}"
    else:
        return
    able = [
        suffix
        for suffix, other in FORMATS.items()
        if len(palette) <= other.max_colors and _can_hold_alpha(other, palette)
    ]
    raise OptionError(f"{name}: {problem}; give a name that ends in {_join_suffixes(able)}")


def _can_hold_alpha(kind: Format, palette: Palette) -> bool:
    """Tell whether a format can hold the alpha of these colours."""
    alphas = palette.alphas()
    translucent = len(alphas) - alphas.count(255)
    if kind.alpha == "one":
        return translucent == alphas.count(0) <= 1
    return kind.alpha == "any" or not translucent


def _join_suffixes(suffixes: Iterable[str]) -> str:
    """Return suffixes as '.a, .b or .c'."""
    *others, last = suffixes
    return f"{', '.join(others)} or {last}" if others else str(last)
