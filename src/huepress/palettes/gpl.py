"""GIMP palettes (``.gpl``), which Inkscape, Krita, Aseprite and others read, too.

::

    GIMP Palette
    Name: sunset
    Columns: 16
    #
    227   6  19	#e30613

Aseprite adds ``Channels: RGBA`` and a fourth value per line, which is read; GIMP itself
would take that value for the colour's name, so it is not written.
"""

from __future__ import annotations

import re

from huepress.errors import PaletteError
from huepress.palettes.palette import Palette
from huepress.palettes.parsing import check_count, check_not_too_many, numbered_lines, parse_levels

__all__ = ["read", "write"]

_HEADER = re.compile(rb"([A-Za-z]+):\s*(.*)")


def read(data: bytes) -> Palette:
    """Read the content of a ``.gpl`` file."""
    rows = numbered_lines(data)
    if not next(rows, (0, b""))[1].startswith(b"GIMP Palette"):
        raise PaletteError("its first line is not 'GIMP Palette'; give a file that GIMP can open")
    channels = 3
    colors: list[tuple[int, ...]] = []
    for number, line in rows:
        if line.startswith(b"#"):
            continue
        if header := _HEADER.match(line):
            if header[1].lower() == b"channels":
                channels = 4 if header[2].upper() == b"RGBA" else 3
            continue
        words = line.split(None, channels)[:channels]  # what follows them is a name
        colors.append(parse_levels(words, number))
        check_not_too_many(colors)
    check_count(len(colors))
    return Palette.of(colors)


def write(palette: Palette, stem: str) -> bytes:
    """Return the content of a ``.gpl`` file."""
    name = "".join(letter if letter.isprintable() else " " for letter in stem)
    rows = [
        f"{red:3} {green:3} {blue:3}\t{name}\n"
        for (red, green, blue), name in zip(palette, palette.hexes(), strict=True)
    ]
    text = f"GIMP Palette\nName: {name}\nColumns: 16\n#\n{''.join(rows)}"
    return text.encode("utf-8", "replace")
