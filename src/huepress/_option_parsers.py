"""Values of options that are more than a number or a choice: colours, qualities, sizes."""

from __future__ import annotations

import re
from operator import index
from typing import Any

from huepress.errors import OptionError

__all__ = ["anything", "colors", "number_of_colors", "quality", "size", "yes_or_no"]

MAX_COLORS = 65_536

_UNITS = {"": 1, "b": 1, "k": 1000, "kb": 1000, "kib": 1024, "m": 10**6, "mb": 10**6,
          "mib": 1 << 20}  # fmt: skip
_COLORS = "give '#rrggbb', '#rrggbbaa', or three or four numbers from 0 to 255"


def number_of_colors(name: str, value: Any) -> int | str:
    """Return a number of colours, or 'auto'."""
    if isinstance(value, str) and value == "auto":
        return value
    number = None if isinstance(value, bool | float) else _index(value)
    if number is None:
        raise OptionError(
            f"{value!r} is not a whole number or 'auto'; give one from 1 to {MAX_COLORS:,}", name
        )
    if not 1 <= number <= MAX_COLORS:
        raise OptionError(
            f"{number:,} is out of range; give a whole number from 1 to {MAX_COLORS:,}, or 'auto'",
            name,
        )
    return number


def colors(name: str, value: Any) -> tuple[tuple[int, int, int, int], ...]:
    """Return colours given as '#rgb', '#rrggbb', '#rrggbbaa' or rows of numbers as RGBA."""
    if isinstance(value, str):
        value = value.replace(",", " ").split()
    try:
        return tuple(_color(name, each) for each in value)
    except TypeError:
        raise OptionError(f"{value!r} is no list of colours; {_COLORS}", name) from None


def _color(name: str, value: Any) -> tuple[int, int, int, int]:
    try:
        if isinstance(value, str):
            digits = value.removeprefix("#")
            if len(digits) in (3, 4):
                digits = "".join(2 * digit for digit in digits)
            numbers = list(bytes.fromhex(digits if " " not in digits else "?"))
        else:
            numbers = list(bytes(index(number) for number in value))
    except (TypeError, ValueError):
        raise OptionError(f"{value!r} is no colour; {_COLORS}", name) from None
    if len(numbers) not in (3, 4):
        raise OptionError(f"{value!r} is no colour; {_COLORS}", name)
    red, green, blue, *alpha = numbers
    return red, green, blue, alpha[0] if alpha else 255


def quality(name: str, value: Any) -> tuple[float, float] | None:
    """Return the least and the wanted quality from MIN-MAX, MIN-, -MAX or MAX, each 0 to 100.

    Examples
    --------
    >>> quality("quality", "60-80"), quality("quality", 70), quality("quality", "60-")
    ((60.0, 80.0), (0.0, 70.0), (60.0, 100.0))
    """
    if value is None:
        return None
    text = value
    if isinstance(value, list | tuple):
        text = "-".join(map(str, value))
    elif not isinstance(value, str):
        text = f"0-{value}"
    found = re.fullmatch(r"(?:(\d+(?:\.\d+)?)?(-))?(\d+(?:\.\d+)?)?", str(text).strip())
    if found and (found[1] or found[3]):
        least, most = float(found[1] or 0), float(found[3] or 100)
        if least <= most <= 100:
            return least, most
    raise OptionError(f"{value!r} is not MIN-MAX from 0 to 100; give for example 60-80", name)


def size(name: str, value: Any) -> int | None:
    """Return a number of bytes from a number, perhaps with a unit.

    Examples
    --------
    >>> size("target_size", "50KB"), size("target_size", "1.5 MiB"), size("target_size", 900)
    (50000, 1572864, 900)
    """
    if value is None:
        return None
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([a-z]*)", str(value).strip().lower())
    if found and found[2] in _UNITS and float(found[1]) * _UNITS[found[2]] >= 1:
        return int(float(found[1]) * _UNITS[found[2]])
    raise OptionError(f"{value!r} is no size; give for example 50KB, 1.5MB or 20000", name)


def yes_or_no(name: str, value: Any) -> bool:
    """Return True or False, if it is one of them."""
    if value not in (True, False):
        raise OptionError(f"{value!r} is not True or False; give one of them", name)
    return bool(value)


def maybe(name: str, value: Any) -> bool | None:
    """Return True, False or None, if it is one of them."""
    return None if value is None else yes_or_no(name, value)


def anything(name: str, value: Any) -> Any:
    """Return it as it is: it is checked where it is used."""
    return value


def _index(value: Any) -> int | None:
    try:
        return index(value)
    except TypeError:
        return None
