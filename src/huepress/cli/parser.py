"""argparse as the command line wants it."""

from __future__ import annotations

import argparse
import re

from huepress.errors import OptionError
from huepress.files.streams import write_stdout

TYPE_CHECKING = False  # that of `typing` takes longer to import than all of this
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any, NoReturn

__all__ = ["Parser", "UsageError", "add_command", "long_flag", "with_flags"]


class UsageError(OptionError):
    """The command line can't be understood."""


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """Formats for 80 columns: to ask for the terminal's width costs 5 ms of imports each start."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=79)


class Parser(argparse.ArgumentParser):
    """Reports errors by an exception with a message of one line."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(formatter_class=_Formatter, allow_abbrev=False, add_help=False, **settings)
        self.set_defaults(parser=self, given={}, typed={})

    def flags(self) -> dict[str, str]:
        """Return the flag of each option by its Python name."""
        return {
            action.dest: long_flag(action.option_strings)
            for action in self._actions
            if action.option_strings
        }

    def error(self, message: str) -> NoReturn:
        """Raise it."""
        raise UsageError(f"{message}; try {self.prog} --help")

    def _print_message(self, message: str, file: object = None) -> None:
        """Print a help text as all else is printed: argparse ignores that it may fail."""
        write_stdout(message.rstrip())


def add_command(
    commands: Any, name: str, operands: str, summary: str, description: str, examples: str
) -> Parser:
    """Add the parser of a command.

    Parameters
    ----------
    commands : object
        What `ArgumentParser.add_subparsers` returned.
    name : str
        The command.
    operands : str
        What it takes besides options, for its usage.
    summary : str
        What it does, for the list of commands.
    description, examples : str
        What stands above and below its arguments.
    """
    usage = f"huepress {name} [options] {operands}"
    parser: Parser = commands.add_parser(
        name, help=summary, usage=usage, description=description, epilog=examples
    )
    return parser


def long_flag(flags: Sequence[str]) -> str:
    """Return the flag to call an option by: its first long one, if there is one.

    Examples
    --------
    >>> long_flag(["-k", "--colors"]), long_flag(["--verify", "--no-verify"]), long_flag(["-x"])
    ('--colors', '--verify', '-x')
    """
    return next((flag for flag in flags if flag.startswith("--")), flags[0])


def with_flags(text: str, flags: Mapping[str, str]) -> str:
    """Return a text in which options stand in backquotes with their flags instead.

    Examples
    --------
    >>> with_flags("contradicts `quality`; remove `it`", {"quality": "--quality"})
    'contradicts --quality; remove `it`'
    """
    return re.sub("`([a-z_]+)`", lambda found: flags.get(found[1], found[0]), text)
