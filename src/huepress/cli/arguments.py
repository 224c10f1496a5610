"""The command line's words: what can be asked for, and the help that explains it."""

from __future__ import annotations

import argparse

from huepress.cli import help_texts
from huepress.cli.parser import Parser, add_command

TYPE_CHECKING = False  # that of `typing` takes longer to import than all of this
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from huepress.knobs import Knob

__all__ = ["knobs_of", "parse"]


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
        `parser` is the parser of the command, or the main one if no command was given. A knob is
        only there if it was given.

    Raises
    ------
    UsageError
        If the arguments can't be understood.
    """
    main = Parser(prog="huepress", description=help_texts.ABOUT, epilog=help_texts.EXAMPLES)
    main.add_argument("-V", "--version", action="version", version=f"huepress {version}")
    main.set_defaults(parser=main, command=None)
    commands = main.add_subparsers(title="commands", metavar="COMMAND", dest="command")
    for add, name, *words in (
        (_add_compress, "compress", "INPUT...", "reduce images to their most important colours",
         help_texts.COMPRESS, help_texts.COMPRESS_EXAMPLES),
        (_add_decompress, "decompress", "FILE [CODEBOOK]",
         "write a compressed image in full colours", help_texts.DECOMPRESS,
         help_texts.DECOMPRESS_EXAMPLES),
        (_add_codebook, "codebook", "FILE [CODEBOOK]", "list the colours of a compressed image",
         help_texts.CODEBOOK, help_texts.CODEBOOK_EXAMPLES),
        (_add_compare, "compare", "A B", "measure how alike two images look",
         help_texts.COMPARE, help_texts.COMPARE_EXAMPLES),
    ):  # fmt: skip
        command = add_command(commands, name, *words)
        if name in argv:  # others can't be meant: they need no words, and no imports for them
            add(command)
    args, rest = main.parse_known_args(argv)
    unknown = [word for word in rest if word.startswith("-") and word != "-"]
    if unknown or (rest and args.command != "compress"):
        args.parser.error(f"unrecognized arguments: {' '.join(unknown or rest)}")
    if rest:  # argparse takes no inputs after options that follow the first inputs
        args.input += rest
    return args


def knobs_of(args: argparse.Namespace) -> dict[str, Any]:
    """Return the knobs that were given, by the names that `Options` has for them."""
    from huepress.options import KNOBS

    return {knob.name: getattr(args, knob.name) for knob in KNOBS if knob.name in args}


def _add_compress(parser: Parser) -> None:
    from huepress.cli.run_arguments import add_run
    from huepress.formats import FORMATS
    from huepress.options import KNOBS

    parser.add_argument(
        "input",
        nargs="*",
        metavar="INPUT",
        help="an image; a folder, with -r; @FILE: those that the file lists; - is standard input",
    )
    expert = parser.add_argument_group("for those who know K-means")
    _add_targets(parser)
    for knob in KNOBS:
        _add_knob(expert if knob.expert else parser, knob)
    parser.add_argument(
        "--format",
        choices=tuple(FORMATS),
        help="; ".join(f"{name}: {kind.summary}" for name, kind in FORMATS.items())
        + " (default: what FILE ends in, else png)",
    )
    extras = parser.add_mutually_exclusive_group()
    extras.add_argument(
        "--strip",
        action="store_const",
        dest="metadata",
        const="strip",
        default="strip",
        help="leave out all metadata (default)",
    )
    extras.add_argument(
        "--keep-metadata",
        action="store_const",
        dest="metadata",
        const="keep",
        help="keep EXIF, XMP, texts, physical resolution, and an ICC profile if it still holds",
    )
    target = parser.add_mutually_exclusive_group()
    target.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        help="where to write, for one input: a .png, .webp or .gif, or - for standard output "
        "(default: beside the input, as NAME-hp.png); of a pair this names the label map, and the "
        "codebook lies beside it as codebook_NAME.npy",
    )
    target.add_argument(
        "-d",
        "--directory",
        metavar="DIR",
        help="write the results into this directory; make it if need be",
    )
    _add_force(parser)
    add_run(parser)
    parser.add_argument(
        "--json", action="store_true", help="print one JSON object per image instead of a line"
    )
    loudness = parser.add_mutually_exclusive_group()
    loudness.add_argument("-q", "--quiet", action="store_true", help="print nothing but errors")
    loudness.add_argument(
        "-v",
        "--verbose",
        action="count",
        default=0,
        help="also print whether colours were converted, and how large the decompressed image is "
        "as a PNG; -vv: and the time of each stage",
    )


def _add_decompress(parser: Parser) -> None:
    parser.add_argument("file", metavar="FILE", help="a PNG, WebP, GIF or a label map; - is stdin")
    parser.add_argument(
        "codebook",
        metavar="CODEBOOK",
        nargs="?",
        help="the label map's codebook, or other colours for an indexed PNG or GIF",
    )
    parser.add_argument(
        "--indexed",
        action="store_true",
        help="write an indexed PNG, of up to 256 colours, instead of one of full colours",
    )
    parser.add_argument(
        "-o",
        "--output",
        metavar="OUT",
        help="where to write, a .png; - is standard output (default: beside FILE as "
        "NAME-restored.png)",
    )
    _add_force(parser)
    parser.add_argument("-q", "--quiet", action="store_true", help="print nothing but errors")


def _add_codebook(parser: Parser) -> None:
    from huepress.palettes import FORMATS

    parser.add_argument(
        "file",
        metavar="FILE",
        help="an indexed PNG, a WebP, a GIF, a label map or a palette file "
        f"({', '.join(s for s, kind in FORMATS.items() if kind.readable)}); - is stdin",
    )
    parser.add_argument("codebook", metavar="CODEBOOK", nargs="?", help="the label map's codebook")
    parser.add_argument(
        "--export",
        metavar="FILE",
        help=f"also write the codebook there; the suffix says how: {', '.join(FORMATS)}",
    )
    parser.add_argument("--swatches", metavar="FILE.png", help="also draw the colours there")
    _add_force(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object instead")
    parser.add_argument("-q", "--quiet", action="store_true", help="print nothing but errors")


def _add_compare(parser: Parser) -> None:
    parser.add_argument("a", metavar="A", help="the original; - is standard input")
    parser.add_argument("b", metavar="B", help="the image to judge; - is standard input")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead")


def _add_force(parser: Parser) -> None:
    parser.add_argument("-f", "--force", action="store_true", help="overwrite existing files")


def _add_targets(parser: Parser) -> None:
    targets = parser.add_mutually_exclusive_group()
    targets.add_argument(
        "--quality",
        metavar="MIN-MAX",
        help="the fewest bytes that look as good as MAX, 0 to 100 as SSIMULACRA 2 counts, if up to "
        "K colours can; below MIN nothing is written (exit code 99). A number alone is MAX",
    )
    targets.add_argument(
        "--target-size",
        metavar="SIZE",
        help="the best looks in no more than SIZE: 50KB, 1.5MB, 20000",
    )


def _add_knob(group: Any, knob: Knob) -> None:
    flags = knob.flags or ("--" + knob.name.replace("_", "-"),)
    if isinstance(knob.default, bool):
        group.add_argument(
            *flags, dest=knob.name, default=argparse.SUPPRESS, action="store_true", help=knob.help
        )
        return
    limits: dict[str, Any]
    span = ""
    if knob.choices:
        limits = {"choices": knob.choices}
    elif knob.name == "keep":
        limits = {"type": _list, "action": "extend"}
    elif knob.parse:
        limits = {}
    else:
        number = _whole_number if knob.whole else _number
        limits = {"type": _count if knob.name == "k" else number}
        span = f"{knob.low:,} to {knob.high:,}"
    if knob.default not in (None, ()):
        shown = knob.default if isinstance(knob.default, str) else f"{knob.default:,}"
        span += f"{'; ' if span else ''}default {shown}"
    text = f"{knob.help} ({span})" if span and "(default" not in knob.help else knob.help
    metavar = knob.metavar or (None if knob.choices else "N" if knob.whole else "X")
    group.add_argument(
        *flags,
        dest=knob.name,
        default=argparse.SUPPRESS,
        metavar=metavar,
        help=text,
        **limits,
    )


def _list(text: str) -> list[str]:
    return text.replace(",", " ").split()


def _count(text: str) -> int | str:
    return text if text == "auto" else _whole_number(text)


def _whole_number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number") from None


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number") from None
