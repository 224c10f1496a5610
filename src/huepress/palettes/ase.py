"""Adobe Swatch Exchange (``.ase``): swatches for all of Adobe's programs.

Big-endian: ``ASEF``, version 1.0 as two 16-bit words, the number of blocks in 32 bits. A block is
a type (16 bits), the length of what follows (32 bits), and for a colour its name (length in
words, UTF-16 with a final 0), its model (four letters), its values as 32-bit floats, and whether
it is global (0), spot (1) or normal (2). Other blocks open and close groups, and are skipped.
Lightness of Lab goes from 0 to 1, and so does grey, where 1 is white.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from math import isfinite

from huepress.errors import PaletteError
from huepress.palettes.color_models import RGB, from_cmyk, from_grey, from_lab, from_unit
from huepress.palettes.palette import Palette
from huepress.palettes.parsing import Cursor, check_count, check_not_too_many, excerpt

__all__ = ["read", "write"]

_HEADER = struct.Struct(">4sHHI")
_BLOCK = struct.Struct(">HI")
_COLOR_BLOCK = 0x0001
_NORMAL = 2
# For each model how many values it has, and what converts them to sRGB.
_MODELS: dict[bytes, tuple[int, Callable[..., RGB]]] = {
    b"RGB ": (3, from_unit),
    b"GRAY": (1, from_grey),
    b"CMYK": (4, from_cmyk),
    b"LAB ": (3, lambda lightness, a, b: from_lab(100 * lightness, a, b)),
}


def read(data: bytes) -> Palette:
    """Read the content of an ``.ase`` file; groups are read as one list."""
    if not data.startswith(b"ASEF"):
        raise PaletteError("is no Adobe Swatch Exchange file; export your swatches as ASE")
    cursor = Cursor(data)
    _, version, _, blocks = cursor.unpack(_HEADER.format)
    if version != 1:
        raise PaletteError(f"is of version {version}, and only 1 is known; export it again")
    cursor.require(blocks * _BLOCK.size)
    colors: list[RGB] = []
    for _ in range(blocks):
        kind, length = cursor.unpack(_BLOCK.format)
        block = cursor.take(length)
        if kind == _COLOR_BLOCK:
            colors.append(_to_rgb(Cursor(block)))
            check_not_too_many(colors)
    check_count(len(colors))
    return Palette.of(colors)


def _to_rgb(block: Cursor) -> RGB:
    (length,) = block.unpack(">H")
    block.take(2 * length)
    model = block.take(4)
    if model.upper() not in _MODELS:
        raise PaletteError(
            f"has a swatch of colour model {excerpt(model)}; convert its swatches to RGB"
        )
    count, convert = _MODELS[model.upper()]
    values = block.unpack(f">{count}f")
    if not all(map(isfinite, values)):
        raise PaletteError("has a swatch whose values are no numbers; get an undamaged copy")
    return convert(*values)


def write(palette: Palette, stem: str) -> bytes:
    """Return the content of an ``.ase`` file, each swatch named by its hex code."""
    parts = [_HEADER.pack(b"ASEF", 1, 0, len(palette))]
    for row, title in zip(palette, palette.hexes(), strict=True):
        name = (title + "\0").encode("utf-16-be")
        values = struct.pack(">3f", *(level / 255 for level in row))
        kind = struct.pack(">H", _NORMAL)
        block = struct.pack(">H", len(name) // 2) + name + b"RGB " + values + kind
        parts += [_BLOCK.pack(_COLOR_BLOCK, len(block)), block]
    return b"".join(parts)
