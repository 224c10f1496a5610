"""Lists of hex codes (``.hex``), as Lospec has them: one ``rrggbb`` per line, nothing else."""

from __future__ import annotations

import re

from huepress.errors import PaletteError
from huepress.palettes.palette import Palette
from huepress.palettes.parsing import check_count, check_not_too_many, excerpt, numbered_lines

__all__ = ["read", "write"]

# Eight digits are refused: some programs put alpha first, some last, and the file doesn't say.
_COLOR = re.compile(rb"#?([0-9A-Fa-f]{6})")


def read(data: bytes) -> Palette:
    """Read the content of a ``.hex`` file; a ``#`` before the digits is fine."""
    colors: list[bytes] = []
    for number, line in numbered_lines(data):
        color = _COLOR.fullmatch(line)
        if color is None:
            raise PaletteError(
                f"line {number}: {excerpt(line)} is not of the form rrggbb; correct it"
            )
        colors.append(bytes.fromhex(color[1].decode()))
        check_not_too_many(colors)
    check_count(len(colors))
    return Palette(b"".join(colors), 3)


def write(palette: Palette, stem: str) -> bytes:
    """Return the content of a ``.hex`` file."""
    return "".join(f"{color[1:]}\n" for color in palette.hexes()).encode()
