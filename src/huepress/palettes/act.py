"""Adobe colour tables (``.act``): of indexed images, and of Photoshop's old web export.

Always 256 entries of red, green and blue (768 bytes). Four bytes may follow, big-endian: how
many of the entries are used, and the index of the transparent one, 65,535 for none.
"""

from __future__ import annotations

import struct

from huepress.errors import PaletteError
from huepress.palettes.palette import Palette

__all__ = ["read", "write"]

_MAX_COLORS = 256
_TABLE = 3 * _MAX_COLORS
_TAIL = struct.Struct(">HH")
_NO_INDEX = 0xFFFF


def read(data: bytes) -> Palette:
    """Read the content of an ``.act`` file; with alpha if one colour is transparent."""
    if len(data) not in (_TABLE, _TABLE + _TAIL.size):
        raise PaletteError(
            f"has {len(data):,} bytes, and a colour table has 768 or 772; get an undamaged copy"
        )
    count, transparent = _MAX_COLORS, _NO_INDEX
    if len(data) > _TABLE:
        count, transparent = _TAIL.unpack(data[_TABLE:])
    if not 1 <= count <= _MAX_COLORS:
        raise PaletteError(f"declares {count:,} colours of a table of 256; get an undamaged copy")
    rows = [tuple(data[at : at + 3]) for at in range(0, 3 * count, 3)]
    if transparent < count:
        rows[transparent] += (0,)
    return Palette.of(rows)


def write(palette: Palette, stem: str) -> bytes:
    """Return the content of an ``.act`` file; one colour may have alpha 0, the others 255."""
    table = palette.opaque().data.ljust(_TABLE, b"\0")
    transparent = palette.alphas().find(0)
    if len(palette) == _MAX_COLORS and transparent < 0:
        return table  # as Photoshop does; GIMP recognises these files by their size
    return table + _TAIL.pack(len(palette), _NO_INDEX if transparent < 0 else transparent)
