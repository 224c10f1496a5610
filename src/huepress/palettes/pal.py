"""Two formats called ``.pal``: JASC's text, of Paint Shop Pro and pixel editors, and RIFF's.

JASC::

    JASC-PAL
    0100
    2
    227 6 19
    255 255 255

Aseprite adds alpha as a fourth value, which is read. A RIFF palette, of Windows, is a container
of chunks; the chunk ``data`` has a version, a count and four bytes per colour, of which the last
holds flags. RIFF is only read.
"""

from __future__ import annotations

from collections.abc import Iterator

from huepress.errors import PaletteError
from huepress.palettes.palette import Palette
from huepress.palettes.parsing import (
    Cursor,
    check_count,
    excerpt,
    numbered_lines,
    parse_levels,
    parse_whole,
)

__all__ = ["read", "write"]

_RAW_TABLE = 768  # bytes of 256 colours without a header


def read(data: bytes) -> Palette:
    """Read the content of a ``.pal`` file, whichever of the two it is."""
    if data.startswith(b"RIFF"):
        return _read_riff(Cursor(data))
    rows = numbered_lines(data)
    if next(rows, (0, b""))[1] == b"JASC-PAL":
        next(rows, None)  # the version, always 0100
        return _read_jasc(rows)
    if len(data) == _RAW_TABLE:
        raise PaletteError("is a raw table of 256 colours; rename it to end in .act")
    raise PaletteError("is neither a JASC nor a RIFF palette; give one of these two")


def _read_jasc(rows: Iterator[tuple[int, bytes]]) -> Palette:
    number, line = next(rows, (3, b""))
    count = parse_whole(line)
    if count is None:
        raise PaletteError(
            f"line {number}: {excerpt(line)} is not the count of colours; correct it"
        )
    check_count(count)
    colors: list[tuple[int, ...]] = []
    for number, line in rows:
        if len(colors) == count:
            raise PaletteError(
                f"line {number}: more than the {count:,} colours declared; correct it"
            )
        colors.append(parse_levels(line.split(), number))
    if len(colors) < count:
        raise PaletteError(
            f"lists {len(colors):,} of the {count:,} colours it declares; get an undamaged copy"
        )
    return Palette.of(colors)


def _read_riff(cursor: Cursor) -> Palette:
    _, _, form = cursor.unpack("<4sI4s")  # the size is wrong in some files
    if form != b"PAL ":
        raise PaletteError(f"is a RIFF file of {excerpt(form)}, not of 'PAL '; give a palette")
    while True:
        kind, size = cursor.unpack("<4sI")
        if kind == b"data":
            return _read_entries(cursor)
        cursor.take(size + size % 2)


def _read_entries(cursor: Cursor) -> Palette:
    _, count = cursor.unpack("<HH")
    check_count(count)
    entries = cursor.take(4 * count)
    return Palette(entries, 4).opaque()


def write(palette: Palette, stem: str) -> bytes:
    """Return the content of a JASC ``.pal`` file; its lines end as on Windows."""
    rows = [f"{red} {green} {blue}" for red, green, blue in palette]
    return "\r\n".join(["JASC-PAL", "0100", str(len(palette)), *rows, ""]).encode()
