"""argparse as the command line wants it."""

from __future__ import annotations

import argparse

from huepress.errors import OptionError
from huepress.files.streams import write_stdout

TYPE_CHECKING = False  # that of `typing` takes longer to import than all of this
if TYPE_CHECKING:
    from typing import Any, NoReturn

__all__ = ["Parser", "UsageError", "add_command"]


class UsageError(OptionError):
    """The command line can't be understood."""


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """Formats for 80 columns: to ask for the terminal's width costs 5 ms of imports each start."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=79)


class Parser(argparse.ArgumentParser):
    """Complains in one line, by an exception."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(formatter_class=_Formatter, allow_abbrev=False, **settings)

    def error(self, message: str) -> NoReturn:
        """Raise it."""
        raise UsageError(f"{message}; try {self.prog} --help")

    def _print_message(self, message: str, file: object = None) -> None:
        """Say a help text as all else is said: argparse's own hides that it can't."""
        write_stdout(message.rstrip())


def add_command(
    commands: Any, name: str, operands: str, summary: str, about: str, examples: str
) -> Parser:
    """Add the parser of a command: what it takes, in one line what it does, and its help text."""
    usage = f"huepress {name} [options] {operands}"
    parser: Parser = commands.add_parser(
        name, help=summary, usage=usage, description=about, epilog=examples
    )
    parser.set_defaults(parser=parser)
    return parser
