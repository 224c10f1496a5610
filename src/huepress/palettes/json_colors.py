"""Colours as JSON (``.json``): an object with a list of colours, and their populations if known.

::

    {
      "colors": ["#e30613", "#ffffff"],
      "populations": [30, 10]
    }

A plain list is read, too; a colour may also be a list of three or four numbers.
"""

from __future__ import annotations

import json
import re
from typing import Any

from huepress.errors import PaletteError
from huepress.palettes.palette import Palette
from huepress.palettes.parsing import check_count

__all__ = ["read", "write"]

_HEX = re.compile(r"#?((?:[0-9A-Fa-f]{2}){3,4})")
_MAX_POPULATION = 2**63 - 1


def read(data: bytes) -> Palette:
    """Read the content of a ``.json`` file; all colours have alpha if one has."""
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise PaletteError(
            'is not JSON, or damaged; give a list of colours such as ["#e30613"]'
        ) from error
    populations = None
    if isinstance(document, dict):
        populations = document.get("populations")
        document = document.get("colors")
    if not isinstance(document, list):
        raise PaletteError('has no list of colours; give one such as {"colors": ["#e30613"]}')
    check_count(len(document))
    rows = [_parse_color(position, entry) for position, entry in enumerate(document)]
    return Palette.of(rows, _parse_populations(populations, len(rows)))


def _parse_color(position: int, entry: Any) -> bytes:
    if isinstance(entry, str) and (digits := _HEX.fullmatch(entry)):
        return bytes.fromhex(digits[1])
    if isinstance(entry, list) and len(entry) in (3, 4) and all(_is_whole(v, 255) for v in entry):
        return bytes(entry)
    raise PaletteError(
        f'colour {position:,} is not of the form "#rrggbb", "#rrggbbaa" or [r, g, b]; correct it'
    )


def _parse_populations(entries: Any, count: int) -> list[int] | None:
    if entries is None:
        return None
    if not isinstance(entries, list) or len(entries) != count:
        raise PaletteError(f"populations are not a list of {count:,} counts; give one per colour")
    if not all(_is_whole(entry, _MAX_POPULATION) for entry in entries):
        raise PaletteError("populations are not all whole numbers from 0 up; correct them")
    return entries


def _is_whole(value: Any, maximum: int) -> bool:
    return type(value) is int and 0 <= value <= maximum  # True is an int, too


def write(palette: Palette, stem: str) -> bytes:
    """Return the content of a ``.json`` file, with everything that a codebook holds."""
    document: dict[str, Any] = {"colors": palette.hexes()}
    if palette.populations is not None:
        document["populations"] = list(palette.populations)
    return (json.dumps(document, indent=2) + "\n").encode()
