"""Types and options that several modes' command lines share."""

from __future__ import annotations

import argparse
from ast import literal_eval
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any


def number(text: str) -> int:
    """Parse a whole number of at least 1."""
    if not text.strip().isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number of at least 1")
    return int(text)


def numbers(text: str) -> list[int]:
    """Parse such numbers with commas between them."""
    return list(dict.fromkeys(map(number, text.split(","))))


def names(known: Collection[str], kind: str) -> Callable[[str], list[str]]:
    """Return a parser of known names with commas between them; ``none`` is the empty list."""

    def parse(text: str) -> list[str]:
        found = [] if text == "none" else list(dict.fromkeys(text.split(",")))
        unknown = ", ".join(name for name in found if name not in known)
        if unknown:
            raise argparse.ArgumentTypeError(
                f"no such {kind}: {unknown}; there are {', '.join(known)}"
            )
        return found

    return parse


def existing(text: str) -> Path:
    """Return the path of a file or folder that exists."""
    if not Path(text).exists():
        raise argparse.ArgumentTypeError(f"{text}: no such file or folder")
    return Path(text)


def named_value(text: str) -> tuple[str, Any]:
    """Parse NAME=VALUE; a value that is no Python literal is a string."""
    name, equals, value = text.partition("=")
    if not (name and equals):
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    try:
        return name, literal_eval(value)
    except (ValueError, SyntaxError):
        return name, value


def add_common(mode: argparse.ArgumentParser) -> None:
    """Add ``--limit``, and the files to which `tables.publish` writes."""
    add = mode.add_argument
    add("--limit", type=number, metavar="N", help="at most N images of each set")
    add("--markdown", type=Path, metavar="FILE", help="write the printed tables here too")
    add("--json", type=Path, metavar="FILE", help="write every measurement here")
