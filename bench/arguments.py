"""What several modes take on their command lines."""

from __future__ import annotations

import argparse
from ast import literal_eval
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any


def number(low: int, high: int | None = None) -> Callable[[str], int]:
    """Return a parser of whole numbers in a range."""

    def one(text: str) -> int:
        # Whatever is no number at all is out of range too.
        value = int(text) if text.strip().isdecimal() else -1
        if value < low or (high is not None and value > high):
            wanted = f"from {low} to {high}" if high else f"of at least {low}"
            raise argparse.ArgumentTypeError(f"{text!r} is no whole number {wanted}")
        return value

    return one


def numbers(low: int, high: int) -> Callable[[str], list[int]]:
    """Return a parser of such numbers with commas between them."""
    one = number(low, high)

    def several(text: str) -> list[int]:
        return list(dict.fromkeys(map(one, text.split(","))))

    return several


def names(of: Collection[str], kind: str) -> Callable[[str], list[str]]:
    """Return a parser of names with commas between them, each once, of which all must be known."""

    def several(text: str) -> list[str]:
        found = list(dict.fromkeys(text.split(",")))
        unknown = [name for name in found if name not in of]
        if unknown:
            raise argparse.ArgumentTypeError(
                f"no such {kind}: {', '.join(unknown)}; there are {', '.join(of)}"
            )
        return found

    return several


def existing(text: str) -> Path:
    """Return a path, if there is something."""
    path = Path(text)
    if not path.exists():
        raise argparse.ArgumentTypeError(f"{text}: no such file or folder")
    return path


def named_value(text: str) -> tuple[str, Any]:
    """Return a name and a value, such as NAME=VALUE tells them; what is no number is a word."""
    name, equals, value = text.partition("=")
    if not (name and equals):
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    try:
        return name, literal_eval(value)
    except (ValueError, SyntaxError):
        return name, value
