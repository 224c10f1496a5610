"""Palette files: colours to and from the formats of other programs.

This package lies below `huepress.codebook` and knows nothing of it: a reader gives and a writer
takes a `Palette`, and `Codebook.load` and `Codebook.save` are the way in. There is a module per
format, with ``read(data)``, ``write(palette, stem)`` or both, imported when it is needed; the
table here says what each can hold. It needs the standard library only, except for ``.npy``.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from huepress.errors import OptionError, PaletteError
from huepress.options import MAX_COLORS

if TYPE_CHECKING:  # the command line reads the table below at each start: keep that quick
    from huepress.palettes.palette import Palette

__all__ = [
    "FORMATS", "MAX_BYTES", "Format", "check_readable", "format_of", "read", "write",
]  # fmt: skip

MAX_BYTES = 8 << 20
"""No palette file is larger: 128 bytes for each of 65,536 colours."""


class Format(NamedTuple):
    """What a palette format is and can hold."""

    module: str
    title: str
    """As in '… have no alpha'."""
    reads: bool = True
    alpha: Literal["none", "one", "any"] = "none"
    """'one' is a single colour that is fully transparent."""
    most: int = MAX_COLORS
    """The largest number of colours."""


FORMATS = {
    ".npy": Format("npy", "NumPy files", alpha="any"),
    ".gpl": Format("gpl", "GIMP palettes"),
    ".act": Format("act", "Adobe colour tables", alpha="one", most=256),
    ".ase": Format("ase", "Adobe swatches"),
    ".aco": Format("aco", "Photoshop swatches", most=0xFFFF),
    ".pal": Format("pal", "JASC palettes"),
    ".hex": Format("hex_lines", "lists of hex codes"),
    ".json": Format("json_colors", "JSON files", alpha="any"),
    ".css": Format("css", "CSS files", reads=False, alpha="any"),
    ".h": Format("c_header", "C headers", reads=False, alpha="any"),
}
"""The formats by suffix. All are written."""

# Whose names to explain: an image has its colours elsewhere than a palette.
_IMAGES = {
    ".avif", ".bmp", ".gif", ".heic", ".jpeg", ".jpg", ".jxl", ".png", ".ppm", ".tga", ".tif",
    ".tiff", ".webp",
}  # fmt: skip


def format_of(name: str) -> Format | None:
    """Return the format that a file's name promises; None if it is no palette's.

    Examples
    --------
    >>> format_of("Sunset.GPL").title, format_of("sunset.png")
    ('GIMP palettes', None)
    """
    return FORMATS.get(_suffix(name))


def check_readable(name: str) -> Format:
    """Return the format of a file to be read, before it is opened.

    Raises
    ------
    OptionError
        If the suffix is none that can be read, saying what to do instead.
    """
    kind = format_of(name)
    if kind is not None and kind.reads:
        return kind
    readable = _listed([suffix for suffix, other in FORMATS.items() if other.reads])
    if kind is not None:
        raise OptionError(
            f"{name}: {kind.title} are only written; give one that ends in {readable}"
        )
    if _suffix(name) in _IMAGES:
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
        The file's name: the suffix says what it holds, and complaints begin with it.

    Returns
    -------
    Palette
        1 to 65,536 colours.

    Raises
    ------
    PaletteError
        If the file is damaged or holds something else.
    OptionError
        If the suffix is none that can be read.

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
        The file's name: the suffix says the format, and some formats keep what is before it.

    Raises
    ------
    OptionError
        If the suffix is none that can be written, or the format can't hold these colours.

    Examples
    --------
    >>> from huepress.palettes.palette import Palette
    >>> write(Palette.of([(227, 6, 19)]), "red.h").decode().splitlines()[3:5]
    ['static const unsigned char red[1][3] = {', '    {227, 6, 19},']
    """
    kind = format_of(name)
    if kind is None:
        raise OptionError(
            f"{name}: not a codebook's name; give one that ends in {_listed(FORMATS)}"
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
    """Refuse to lose colours or their alpha."""
    if not _holds_alpha(kind, palette):
        limit = "no alpha" if kind.alpha == "none" else "one fully transparent colour at most"
        problem = f"{kind.title} hold {limit}, and this codebook has translucent colours"
    elif len(palette) > kind.most:
        problem = f"{kind.title} hold at most {kind.most:,} colours, not {len(palette):,}"
    else:
        return
    able = [
        suffix
        for suffix, other in FORMATS.items()
        if len(palette) <= other.most and _holds_alpha(other, palette)
    ]
    raise OptionError(f"{name}: {problem}; give a name that ends in {_listed(able)}")


def _holds_alpha(kind: Format, palette: Palette) -> bool:
    alphas = palette.alphas()
    translucent = len(alphas) - alphas.count(255)
    if kind.alpha == "one":
        return translucent == alphas.count(0) <= 1
    return kind.alpha == "any" or not translucent


def _listed(suffixes: Any) -> str:
    *others, last = suffixes
    return f"{', '.join(others)} or {last}" if others else str(last)
