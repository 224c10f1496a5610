"""The command line: words in, words and exit codes out."""

from __future__ import annotations

import gc
import os
import sys

from huepress import __version__
from huepress.errors import HuepressError, OptionError

TYPE_CHECKING = False  # that of `typing` takes longer to import than all of this
if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from typing import Any, BinaryIO

    from huepress.codebook import Codebook

__all__ = ["main"]

OUT_OF_MEMORY = 17  # as pngquant
INTERRUPTED = 130  # as a shell shows SIGINT
BROKEN_PIPE = 141  # as a shell shows SIGPIPE


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    argv : sequence of str, optional
        The arguments; those of the process by default.

    Returns
    -------
    int
        The exit code: 0 if all went well, 1 if there was nothing to do or some of several images
        failed, else as in `huepress.errors`.
    """
    if argv is not None:
        return _run(list(argv))
    # Our objects form few cycles. To look for these took 10 ms of 75 for a small image, most of it
    # on the way out of Python, which looks at all that is not frozen.
    gc.set_threshold(100_000)
    try:
        return _run(sys.argv[1:])
    finally:
        gc.freeze()


def _run(words: list[str]) -> int:
    commands = {
        "compress": _compress,
        "decompress": _decompress,
        "codebook": _codebook,
        "compare": _compare,
    }
    try:
        if words in (["--version"], ["-V"]):  # without what it takes to understand other words
            print(f"huepress {__version__}", flush=True)
            return 0
        from huepress.arguments import parse

        _prepare()
        args = parse(words, __version__)
        if args.command is None or (args.command == "compress" and not args.input):
            args.parser.print_help(sys.stderr)
            return 1
        code = commands[args.command](args)
        sys.stdout.flush()
        return code
    except HuepressError as error:
        _complain(str(error))
        return error.exit_code
    except MemoryError:
        _complain("not enough memory; try a smaller image")
        return OUT_OF_MEMORY
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Python flushes standard output once more on its way out; give it somewhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE


def _compress(args: argparse.Namespace) -> int:
    from huepress.arguments import knobs_of
    from huepress.formats import chosen_format
    from huepress.mapping import MOST_COLORS
    from huepress.options import Options
    from huepress.targets import Goal

    # Before the first image, so that one wrong option gives one message.
    knobs = knobs_of(args)
    goal = Goal.of(knobs.get("k"), args.quality, args.target_size)
    most = Options(**{**knobs, "k": MOST_COLORS} if goal.knee else knobs).k
    kind = chosen_format(args.format, most, args.output)
    if args.output is not None and len(args.input) > 1:
        raise OptionError("-o: takes one input; use -d DIR for several")
    made: dict[str, str] = {}
    codes = [_compress_one(name, args, kind, made) for name in args.input]
    if len(codes) == 1:
        return codes[0]
    return 1 if any(codes) else 0


def _compress_one(name: str, args: argparse.Namespace, kind: str, made: dict[str, str]) -> int:
    """Compress one image and return its exit code; `made` holds whose outputs are whose."""
    from huepress.arguments import knobs_of
    from huepress.terminal import report_line, stages_line

    try:
        output = _output_of(name, args, kind, made)
        source = sys.stdin.buffer if name == "-" else name
        from huepress.compress import compress

        report = compress(
            source,
            output,
            format=kind,
            quality=args.quality,
            target_size=args.target_size,
            metadata=args.metadata,
            force=args.force,
            reconstructed=args.verbose > 0,
            **knobs_of(args),
        )
    except HuepressError as error:
        return _failed(name, str(error), error.exit_code, args)
    except MemoryError:
        return _failed(name, f"{name}: not enough memory; scale it down", OUT_OF_MEMORY, args)
    if not args.quiet:
        for notice in (*report.notices, *(report.remarks if args.verbose else ())):
            _complain(f"{name}: {notice}")
        _say(_json(report.as_dict()) if args.json else report_line(report), args, name)
        if args.verbose > 1 and not args.json:
            _say(stages_line(report), args, name)
    return 0


def _output_of(
    name: str, args: argparse.Namespace, kind: str, made: dict[str, str]
) -> str | BinaryIO:
    from huepress.naming import output_names

    if _to_stdout(args, name):
        return _stdout()
    if args.output is not None:
        return str(args.output)
    if name == "-":
        raise OptionError("-d: standard input has no name to put there; use -o FILE")
    output = output_names(name, kind, args.directory)[0]
    other = made.setdefault(os.path.realpath(output), name)
    if other != name:
        raise OptionError(f"{name}: {output} is {other}'s result already; compress it separately")
    return output


def _failed(name: str, message: str, code: int, args: argparse.Namespace) -> int:
    _complain(message)
    if args.json:
        _say(_json({"input": name, "error": message, "exit_code": code}), args, name)
    return code


def _say(line: str, args: argparse.Namespace, name: str) -> None:
    """Print a line where it can't get into the image."""
    print(line, file=sys.stderr if _to_stdout(args, name) else sys.stdout, flush=True)


def _to_stdout(args: argparse.Namespace, name: str) -> bool:
    if args.output is not None:
        return bool(args.output == "-")
    return name == "-" and args.directory is None


def _json(record: dict[str, Any]) -> str:
    import json

    return json.dumps(record)


def _decompress(args: argparse.Namespace) -> int:
    from huepress.naming import restored_name
    from huepress.restore import restore
    from huepress.terminal import printable, size

    source = sys.stdin.buffer if args.file == "-" else args.file
    output = args.output
    if output is None:
        output = "-" if args.file == "-" else restored_name(args.file)
    target = _stdout() if output == "-" else output
    q, written = restore(source, args.codebook, target, indexed=args.indexed, force=args.force)
    if not args.quiet:
        colors = f"{len(q.codebook)} colour{'s' if len(q.codebook) > 1 else ''}"
        line = f"{args.file} -> {output}: {q.width}x{q.height}, {colors}, {size(written)}"
        print(printable(line), file=sys.stderr if output == "-" else sys.stdout)
    return 0


def _codebook(args: argparse.Namespace) -> int:
    from huepress.terminal import codebook_lines, codebook_record, has_true_color

    book = _book_of(args)
    _write_extras(book, args)
    if args.json:
        print(_json(codebook_record(args.file, book)))
        return 0
    if args.quiet:
        return 0
    swatches = has_true_color(sys.stdout.isatty(), os.environ)
    for line in codebook_lines(book, swatches):
        print(line)
    return 0


def _book_of(args: argparse.Namespace) -> Codebook:
    from huepress.codebook import Codebook
    from huepress.palettes import format_of
    from huepress.restore import read

    if format_of(args.file) and args.codebook is None:
        return Codebook.load(args.file)
    return read(sys.stdin.buffer if args.file == "-" else args.file, args.codebook).codebook


def _write_extras(book: Codebook, args: argparse.Namespace) -> None:
    """Write what ``--export`` and ``--swatches`` ask for, both or none."""
    from huepress.atomic import write_all
    from huepress.naming import check_suffix

    files: list[tuple[str, bytes]] = []
    if args.export is not None:
        files.append((args.export, book.file_content(args.export)))
    if args.swatches is not None:
        from huepress.formats import swatches

        check_suffix(args.swatches, "png")
        files.append((args.swatches, swatches.encode(book)))
    write_all(files, args.force)


def _compare(args: argparse.Namespace) -> int:
    from huepress.metrics import compare
    from huepress.terminal import comparison_lines, comparison_record

    if args.a == args.b == "-":
        raise OptionError("A, B: only one of them can be standard input; name a file")
    first, second = (sys.stdin.buffer if name == "-" else name for name in (args.a, args.b))
    measures = compare(first, second)
    if args.json:
        print(_json(comparison_record(args.a, args.b, measures)))
        return 0
    for line in comparison_lines(measures):
        print(line)
    return 0


def _stdout() -> BinaryIO:
    if sys.stdout.isatty():
        raise OptionError("-o: won't write an image to the terminal; send it to a file or a pipe")
    return sys.stdout.buffer


def _complain(message: str) -> None:
    from huepress.terminal import printable

    print(printable(f"huepress: {message}"), file=sys.stderr, flush=True)


def _prepare() -> None:
    """Let nothing but our own lines through, and no file name stop them."""
    import warnings

    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # Names that aren't UTF-8 come out as they are; what another encoding lacks, as \\x…
            utf8 = stream.encoding.lower().replace("-", "") == "utf8"
            stream.reconfigure(errors="surrogateescape" if utf8 else "backslashreplace")
