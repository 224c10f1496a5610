"""Photoshop's colour swatches (``.aco``).

Big-endian words of 16 bits. A section is a version (1 or 2), a count, and per colour five words:
the model and four values. In version 2 a name follows each colour: its length in 32 bits and
UTF-16 with a final 0. Photoshop before 7 reads version 1 only, and later ones write both, the
older first; so does `write`. What follows version 2 (groups, in recent files) is ignored.

Adobe's documentation doesn't say that greys are amounts of ink, with 0 as white; its own swatches
show it.
"""

from __future__ import annotations

import struct

from huepress.errors import PaletteError
from huepress.palettes.color_models import RGB, from_cmyk, from_grey, from_hsb, from_lab
from huepress.palettes.palette import Palette
from huepress.palettes.parsing import Cursor, check_count

__all__ = ["read", "write"]

_COLOR_SIZE = 10  # bytes


def read(data: bytes) -> Palette:
    """Read the content of an ``.aco`` file, from version 2 if it is there."""
    cursor = Cursor(data)
    colors, version = _read_section(cursor)
    if version == 1 and cursor.left:
        colors, _ = _read_section(cursor)
    return Palette.of(colors)


def _read_section(cursor: Cursor) -> tuple[list[RGB], int]:
    version, count = cursor.unpack(">HH")
    if version not in (1, 2):
        raise PaletteError("is no file of Photoshop swatches, or damaged; get an undamaged copy")
    check_count(count)
    cursor.require(count * _COLOR_SIZE)
    colors = []
    for _ in range(count):
        colors.append(_to_rgb(*cursor.unpack(">5H")))
        if version == 2:
            (length,) = cursor.unpack(">I")
            cursor.take(2 * length)
    return colors, version


def _to_rgb(model: int, w: int, x: int, y: int, z: int) -> RGB:
    if model == 0:
        # Cut, not rounded: some programs write 8 bits twice, some once with a 0; both come back.
        return w >> 8, x >> 8, y >> 8
    if model == 1:
        return from_hsb(w / 65535, x / 65535, y / 65535)
    if model == 2:  # 0 is full ink
        return from_cmyk(1 - w / 65535, 1 - x / 65535, 1 - y / 65535, 1 - z / 65535)
    if model == 7:
        return from_lab(w / 100, _signed(x) / 100, _signed(y) / 100)
    if model == 8:
        return from_grey(1 - w / 10000)
    raise PaletteError(
        f"has a swatch of colour model {model} (from a colour book, perhaps); "
        "convert its swatches to RGB"
    )


def _signed(word: int) -> int:
    return word - 0x10000 if word & 0x8000 else word


def write(palette: Palette, stem: str) -> bytes:
    """Return the content of an ``.aco`` file, each swatch named by its hex code."""
    colors = [struct.pack(">5H", 0, *(257 * level for level in row), 0) for row in palette]
    names = [(name + "\0").encode("utf-16-be") for name in palette.hexes()]
    named = (
        color + struct.pack(">I", len(name) // 2) + name
        for color, name in zip(colors, names, strict=True)
    )
    count = len(palette)
    return b"".join([struct.pack(">2H", 1, count), *colors, struct.pack(">2H", 2, count), *named])
