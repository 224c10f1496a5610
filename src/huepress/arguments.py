"""The command line's words: what can be asked for, and the help that explains it."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any, NoReturn

from huepress.errors import OptionError
from huepress.formats import FORMATS as IMAGE_FORMATS
from huepress.options import Options, knob_fields
from huepress.palettes import FORMATS

__all__ = ["UsageError", "knobs_of", "parse"]

# Kept below 80 columns: argparse shows these texts as they are.
_ABOUT = """\
Compress images by reducing them to their most important colours.

A photo of tens of thousands of colours becomes a PNG of 256 or fewer, several
times smaller, that looks much the same and opens everywhere."""

_EXAMPLES = """\
examples:
  huepress compress photo.png        write photo-hp.png, with 256 colours
  huepress compress photo.png -k 32  with 32 colours: smaller still
  huepress decompress photo-hp.png   write photo-restored.png in full colours
  huepress codebook photo-hp.png     list its colours
  huepress compare photo.png photo-hp.png
                                     measure how alike the two look

'huepress COMMAND --help' explains a command."""

_COMPRESS = """\
Reduce images to K colours and write each as one indexed PNG, which opens
everywhere, as a lossless WebP or a GIF, or as a pair: a label map (which
colour each pixel has) and a codebook (what these colours are)."""

_COMPRESS_EXAMPLES = """\
examples:
  huepress compress photo.png                write photo-hp.png beside it
  huepress compress photo.jpg -k 64 -o s.png 64 colours, into s.png
  huepress compress photo.png --effort 10    colours chosen with most care
  huepress compress *.png -d small           many images, into directory small
  huepress compress photo.png -o photo.webp  a lossless WebP, often smaller
  huepress compress photo.png --format pair  write compressed_photo.png and
                                             codebook_photo.npy
  huepress compress - < in.png > out.png     as a filter"""

_DECOMPRESS = """\
Write a compressed image as an ordinary PNG of full colours. It may be an
indexed PNG, a WebP, a GIF, or a pair of label map and codebook; all give
exactly the pixels that a viewer shows."""

_DECOMPRESS_EXAMPLES = """\
examples:
  huepress decompress photo-hp.png           write photo-restored.png
  huepress decompress compressed_photo.png codebook_photo.npy -o photo.png"""

_CODEBOOK = """\
List the colours of a compressed image, most used first, with their share of
its pixels; in a terminal of true colour (COLORTERM=truecolor) with a swatch of
each, unless NO_COLOR is set. Or those of a palette file; and write them as one
for other programs."""

_CODEBOOK_EXAMPLES = """\
examples:
  huepress codebook photo-hp.png                      list its colours
  huepress codebook photo-hp.png --swatches book.png  also draw them
  huepress codebook photo-hp.png --export book.npy    also write them for NumPy
  huepress codebook photo-hp.png --export book.gpl    the same for GIMP
  huepress codebook swatches.ase --export book.css    from Adobe's to CSS"""

_COMPARE = """\
Measure how alike two images of equal size look. With alpha they are compared
on white and on dark grey, and the worse of the two counts.

  ssimulacra2  100 if equal; 90 looks the same, 70 high, 50 medium, 30 low
               quality as people see it; not symmetric
  psnr         peak signal-to-noise ratio in decibels; inf if equal
  ssim         structural similarity; 1 if equal
  ciede2000    mean colour difference; 0 if equal, 1 is hardly visible
  mse          squared error over red, green and blue, mean of the pixels"""

_COMPARE_EXAMPLES = """\
examples:
  huepress compare photo.png photo-hp.png
  huepress compare photo.png photo-hp.png --json"""


class UsageError(OptionError):
    """The command line can't be understood."""


def parse(argv: Sequence[str] | None, version: str) -> argparse.Namespace:
    """Return what was asked for.

    Parameters
    ----------
    argv : sequence of str or None
        The arguments; None means those of the process.
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
    main = _Parser(prog="huepress", description=_ABOUT, epilog=_EXAMPLES)
    main.add_argument("-V", "--version", action="version", version=f"huepress {version}")
    main.set_defaults(parser=main, command=None)
    commands = main.add_subparsers(title="commands", metavar="COMMAND", dest="command")
    for add, *words in (
        (_add_compress, "compress", "INPUT...", "reduce images to their most important colours",
         _COMPRESS, _COMPRESS_EXAMPLES),
        (_add_decompress, "decompress", "FILE [CODEBOOK]",
         "write a compressed image in full colours", _DECOMPRESS, _DECOMPRESS_EXAMPLES),
        (_add_codebook, "codebook", "FILE [CODEBOOK]", "list the colours of a compressed image",
         _CODEBOOK, _CODEBOOK_EXAMPLES),
        (_add_compare, "compare", "A B", "measure how alike two images look",
         _COMPARE, _COMPARE_EXAMPLES),
    ):  # fmt: skip
        add(_add_command(commands, *words))
    args, rest = main.parse_known_args(argv)
    unknown = [word for word in rest if word.startswith("-") and word != "-"]
    if unknown or (rest and args.command != "compress"):
        args.parser.error(f"unrecognized arguments: {' '.join(unknown or rest)}")
    if rest:  # argparse takes no inputs after options that follow the first inputs
        args.input += rest
    return args


def knobs_of(args: argparse.Namespace) -> dict[str, Any]:
    """Return the knobs that were given, by the names that `Options` has for them."""
    return {knob.name: getattr(args, knob.name) for knob in knob_fields() if knob.name in args}


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """Formats for 80 columns: to ask for the terminal's width costs 5 ms of imports each start."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=79)


class _Parser(argparse.ArgumentParser):
    """Complains in one line, by an exception."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(formatter_class=_Formatter, allow_abbrev=False, **settings)

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}; try {self.prog} --help")


def _add_command(
    commands: Any, name: str, operands: str, summary: str, about: str, examples: str
) -> _Parser:
    usage = f"huepress {name} [options] {operands}"
    parser: _Parser = commands.add_parser(
        name, help=summary, usage=usage, description=about, epilog=examples
    )
    parser.set_defaults(parser=parser)
    return parser


def _add_compress(parser: _Parser) -> None:
    parser.add_argument("input", nargs="*", metavar="INPUT", help="an image; - is standard input")
    expert = parser.add_argument_group("for those who know K-means")
    for knob in knob_fields():
        group = expert if knob.metadata["expert"] else parser
        _add_knob(group, knob.name, knob.metadata, "float" in str(knob.type))
    parser.add_argument(
        "--format",
        choices=tuple(IMAGE_FORMATS),
        help="; ".join(f"{name}: {kind.summary}" for name, kind in IMAGE_FORMATS.items())
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
        help="keep EXIF, XMP, ICC profile, texts and physical resolution",
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
        "-d", "--directory", metavar="DIR", help="write the results into this directory"
    )
    _add_force(parser)
    parser.add_argument(
        "--json", action="store_true", help="print one JSON object per image instead of a line"
    )
    loudness = parser.add_mutually_exclusive_group()
    loudness.add_argument("-q", "--quiet", action="store_true", help="print nothing but errors")
    loudness.add_argument(
        "-v",
        "--verbose",
        action="store_true",
        help="also print how large the decompressed image is as a PNG",
    )


def _add_decompress(parser: _Parser) -> None:
    parser.add_argument("file", metavar="FILE", help="a PNG, WebP, GIF or a label map; - is stdin")
    parser.add_argument("codebook", metavar="CODEBOOK", nargs="?", help="the label map's codebook")
    parser.add_argument(
        "-o",
        "--output",
        metavar="OUT",
        help="where to write, a .png; - is standard output (default: beside FILE as "
        "NAME-restored.png)",
    )
    _add_force(parser)
    parser.add_argument("-q", "--quiet", action="store_true", help="print nothing but errors")


def _add_codebook(parser: _Parser) -> None:
    parser.add_argument(
        "file",
        metavar="FILE",
        help="an indexed PNG, a WebP, a GIF, a label map or a palette file "
        f"({', '.join(s for s, kind in FORMATS.items() if kind.reads)}); - is stdin",
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


def _add_compare(parser: _Parser) -> None:
    parser.add_argument("a", metavar="A", help="the original; - is standard input")
    parser.add_argument("b", metavar="B", help="the image to judge; - is standard input")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead")


def _add_force(parser: _Parser) -> None:
    parser.add_argument("-f", "--force", action="store_true", help="overwrite existing files")


def _add_knob(group: Any, name: str, rule: Any, fractional: bool) -> None:
    flags = rule["flags"] or ("--" + name.replace("_", "-"),)
    default = getattr(Options(), name)
    if rule["choices"]:
        limits = {"choices": rule["choices"]}
        span = ""
    else:
        limits = {"type": _number if fractional else _whole_number}
        span = f"{rule['low']:,} to {rule['high']:,}"
    if default is not None:
        shown = default if isinstance(default, str) else f"{default:,}"
        span += f"{'; ' if span else ''}default {shown}"
    text = f"{rule['help']} ({span})" if "(default" not in rule["help"] else rule["help"]
    metavar = None if rule["choices"] else "X" if fractional else "N"
    group.add_argument(
        *flags, dest=name, default=argparse.SUPPRESS, metavar=metavar, help=text, **limits
    )


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
