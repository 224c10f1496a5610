"""The arguments of each command; those of ``compress`` are built from the schema of options."""

from __future__ import annotations

import argparse

from huepress.cli import help_texts
from huepress.cli.parser import Parser, add_command, long_flag, with_flags

TYPE_CHECKING = False  # that of `typing` takes longer to import than all of this
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from huepress.options import Option

__all__ = ["COMMANDS", "parse"]

NO_LIMIT = 2**31 - 1
"""From here on the greatest number of a range is of no interest to anyone."""


def parse(argv: Sequence[str], version: str) -> argparse.Namespace:
    """Return what was asked for.

    Parameters
    ----------
    argv : sequence of str
        The arguments.
    version : str
        What ``--version`` shows.

    Returns
    -------
    argparse.Namespace
        `parser` is the parser of the command, or the main one if no command was given. `given` has
        the options of the schema that were given, by their Python names, and `typed` the flags by
        which they were given.

    Raises
    ------
    UsageError
        If the arguments can't be understood.
    """
    main = Parser(
        prog="huepress",
        usage="huepress COMMAND ...",
        description=help_texts.ABOUT,
        epilog=help_texts.EXAMPLES,
    )
    main.set_defaults(command=None)
    commands = main.add_subparsers(
        title="Commands", metavar="COMMAND", dest="command", prog="huepress"
    )
    for name, add_arguments in COMMANDS.items():
        command = add_command(commands, name, *help_texts.COMMANDS[name])
        if name in argv:  # others can't be meant: they need no arguments, and no imports for them
            add_arguments(command)
    options = main.add_argument_group("Options")
    _add_help(options)
    options.add_argument(
        "-V", "--version", action="version", version=f"huepress {version}", help="show the version"
    )
    args, rest = main.parse_known_args(argv)
    unknown = [word for word in rest if word.startswith("-") and word != "-"]
    if unknown or (rest and args.command != "compress"):
        args.parser.error(f"unrecognized arguments: {' '.join(unknown or rest)}")
    if rest:  # argparse takes no inputs after options that follow the first inputs
        args.input += rest
    return args


def _add_compress(parser: Parser) -> None:
    from huepress.options import GROUPS, OPTIONS

    parser.add_argument_group("Input").add_argument(
        "input",
        nargs="*",
        metavar="INPUT",
        help="an image; a folder, with -r; @FILE: the images that a text file lists; - is standard "
        "input",
    )
    flags = {option.name: long_flag(option.flags) for option in OPTIONS}
    groups = {title: parser.add_argument_group(title) for title in GROUPS}
    for option in OPTIONS:
        _add_option(groups[option.group], option, flags)
    messages = parser.add_argument_group("Messages")
    loudness = messages.add_mutually_exclusive_group()
    _add_quiet(loudness)
    loudness.add_argument(
        "-v",
        "--verbose",
        action="count",
        default=0,
        help="also print how the input's colours were converted; -vv: and the time of each step",
    )
    messages.add_argument(
        "--json", action="store_true", help="print one JSON object per image instead of a line"
    )
    _add_help(messages)


def _add_decompress(parser: Parser) -> None:
    inputs = parser.add_argument_group("Input")
    inputs.add_argument(
        "file", metavar="FILE", help="a PNG, WebP, GIF or a label map; - is standard input"
    )
    inputs.add_argument(
        "codebook",
        metavar="CODEBOOK",
        nargs="?",
        help="the label map's codebook; or for an indexed PNG or GIF, a palette file of other "
        "colours",
    )
    files = parser.add_argument_group("Files")
    files.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        help="where to write, a .png; - is standard output (default: beside the input, as "
        "NAME-restored.png)",
    )
    _add_force(files)
    files.add_argument(
        "--indexed",
        action="store_true",
        help="write an indexed PNG, of up to 256 colours, instead of one of full colours",
    )
    messages = parser.add_argument_group("Messages")
    _add_quiet(messages)
    _add_help(messages)


def _add_codebook(parser: Parser) -> None:
    from huepress.palettes import FORMATS

    inputs = parser.add_argument_group("Input")
    inputs.add_argument(
        "file",
        metavar="FILE",
        help="a PNG, WebP, GIF, label map or palette file; - is standard input",
    )
    inputs.add_argument("codebook", metavar="CODEBOOK", nargs="?", help="the label map's codebook")
    files = parser.add_argument_group("Files")
    files.add_argument(
        "--export",
        metavar="FILE",
        help=f"write the colours to this palette file; its name says how: {', '.join(FORMATS)}",
    )
    files.add_argument("--swatches", metavar="FILE.png", help="draw the colours into this PNG")
    _add_force(files)
    messages = parser.add_argument_group("Messages")
    _add_quiet(messages)
    _add_json(messages)
    _add_help(messages)


def _add_compare(parser: Parser) -> None:
    inputs = parser.add_argument_group("Input")
    inputs.add_argument("a", metavar="A", help="the original; - is standard input")
    inputs.add_argument("b", metavar="B", help="the image to judge; - is standard input")
    messages = parser.add_argument_group("Messages")
    _add_json(messages)
    _add_help(messages)


COMMANDS = {
    "compress": _add_compress,
    "decompress": _add_decompress,
    "codebook": _add_codebook,
    "compare": _add_compare,
}
"""What adds each command's arguments."""


def _add_force(group: Any) -> None:
    group.add_argument("-f", "--force", action="store_true", help="overwrite existing files")


def _add_quiet(group: Any) -> None:
    group.add_argument("-q", "--quiet", action="store_true", help="print nothing but errors")


def _add_json(group: Any) -> None:
    group.add_argument("--json", action="store_true", help="print one JSON object instead")


def _add_help(group: Any) -> None:
    group.add_argument("-h", "--help", action="help", help="show this help")


def _add_option(group: Any, option: Option, flags: Mapping[str, str]) -> None:
    """Add an option of the schema: under its flags, or each of its choices under its own."""
    if option.flag_per_choice:
        exclusive = group.add_mutually_exclusive_group()
        for flag, choice in zip(option.flags, option.choices, strict=True):
            text = option.meanings[choice] + (" (default)" if choice == option.default else "")
            _add_flags(exclusive, option, (flag,), with_flags(text, flags))
        return
    own_flags = option.flags
    if option.is_three_way:
        own_flags += ("--no-" + long_flag(own_flags).removeprefix("--"),)
    _add_flags(group, option, own_flags, with_flags(_explanation(option), flags))


def _add_flags(group: Any, option: Option, flags: Sequence[str], text: str) -> None:
    has_value = not (option.flag_per_choice or option.is_switch or option.is_three_way)
    group.add_argument(
        *flags,
        dest=option.name,
        action=_Given,
        option=option,
        nargs=None if has_value else 0,
        metavar=_metavar(option),
        help=text.replace("%", "%%"),
    )


def _metavar(option: Option) -> str:
    if option.choices:
        return f"{{{','.join(option.choices)}}}"
    return option.metavar or ("N" if option.is_whole else "X")


def _explanation(option: Option) -> str:
    """Return an option's help with its choices, range and default."""
    choices = "; ".join(f"{choice}: {meaning}" for choice, meaning in option.meanings.items())
    text = f"{option.help}. {choices}" if choices else option.help
    limits = "; ".join(filter(None, (_range(option), _default(option))))
    return f"{text} ({limits})" if limits else text


def _range(option: Option) -> str:
    if option.low is None or option.high is None:
        return ""
    from huepress.options import number_text

    low, high = number_text(option.low), number_text(option.high)
    return f"{low} or more" if option.high >= NO_LIMIT else f"{low} to {high}"


def _default(option: Option) -> str:
    if option.unset:
        return f"default: {option.unset}"
    default = option.default
    if default is None or default is False or default == ():
        return ""
    from huepress.options import number_text

    return f"default {default if isinstance(default, str) else number_text(default)}"


class _Given(argparse.Action):
    """Notes what was given for an option, unchecked, and the flag that gave it."""

    def __init__(
        self, option_strings: Sequence[str], dest: str, option: Option, **rest: Any
    ) -> None:
        super().__init__(option_strings, dest, default=argparse.SUPPRESS, **rest)
        self.option = option

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        assert option_string is not None  # none of these is positional
        option = self.option
        namespace.typed[option.name] = option_string
        if option.flag_per_choice:
            value: Any = option.choices[option.flags.index(option_string)]
        elif self.nargs == 0:
            value = not option_string.startswith("--no-")
        elif option.is_list:
            value = (*namespace.given.get(option.name, ()), *values.replace(",", " ").split())
        else:
            value = _number(values, option.is_whole) if option.is_number else values
        namespace.given[option.name] = value


def _number(text: str, whole: bool) -> float | str:
    """Return a number; or the text, which the option's own check then complains about."""
    try:
        return int(text) if whole else float(text)
    except ValueError:
        return text
