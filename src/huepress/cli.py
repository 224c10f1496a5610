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

    from huepress.batch import Batch
    from huepress.codebook import Codebook
    from huepress.doing import Outcome, Settings

__all__ = ["main"]

OUT_OF_MEMORY = 17  # as pngquant
INTERRUPTED = 130  # as a shell shows SIGINT
BROKEN_PIPE = 141  # and SIGPIPE


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
        return _run(list(argv), False)
    # Our objects form few cycles. To look for these took 10 ms of 75 for a small image, most of it
    # on the way out of Python, which looks at all that is not frozen.
    gc.set_threshold(100_000)
    try:
        return _run(sys.argv[1:], True)
    finally:
        gc.freeze()


def _run(words: list[str], own_process: bool) -> int:
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
        from huepress.stopping import listen, speaking

        if own_process:
            listen()
        try:
            code = commands[args.command](args)
            sys.stdout.flush()
        finally:
            with speaking:  # if the process is being ended, that is what this waits for
                pass
        return code
    except HuepressError as error:
        _complain(str(error))
        return error.exit_code
    except MemoryError:
        _complain("not enough memory; try a smaller image")
        return OUT_OF_MEMORY
    except (KeyboardInterrupt, BrokenPipeError) as reason:
        from huepress.stopping import end_now

        end_now(BROKEN_PIPE if isinstance(reason, BrokenPipeError) else INTERRUPTED)


def _compress(args: argparse.Namespace) -> int:
    from huepress.batch import Batch

    batch = Batch(args.input, _settings(args))
    _follow(batch, args)
    return batch.exit_code


def _settings(args: argparse.Namespace) -> Settings:
    from huepress.arguments import knobs_of
    from huepress.doing import Settings
    from huepress.making import Recipe
    from huepress.planning import Places

    recipe = Recipe.of(
        args.output,
        format=args.format,
        quality=args.quality,
        target_size=args.target_size,
        metadata=args.metadata,
        verify=args.verify,
        reconstructed=args.verbose > 0,
        **knobs_of(args),
    )
    return Settings(
        recipe,
        Places(recipe.kind, args.output, args.directory, _stdout),
        recursive=args.recursive,
        force=args.force,
        dry_run=args.dry_run,
        skip_if_larger=args.skip_if_larger,
        skip_ok=args.skip_ok,
        keep_times=args.keep_times,
        workers=args.jobs,
    )


def _follow(batch: Batch, args: argparse.Namespace) -> None:
    """Say what becomes of each image, and of all."""
    from huepress.progress import Progress
    from huepress.stopping import speaking
    from huepress.terminal import summary_line

    shown = batch.several and not args.quiet
    with Progress(len(batch.jobs), sys.stderr if shown else None) as progress:
        for outcome in batch.outcomes():
            progress.update(batch.count)
            if outcome:
                progress.hide()
                with speaking:
                    _tell(outcome, args)
    if shown:
        print(summary_line(batch.count, args.dry_run), file=sys.stderr, flush=True)


def _tell(outcome: Outcome, args: argparse.Namespace) -> None:
    from huepress.terminal import complaints, outcome_lines, outcome_record

    for complaint in complaints(outcome, args.quiet, args.verbose > 0):
        _complain(complaint)
    if args.json or (outcome.status != "failed" and not args.quiet):
        text = (
            _json(outcome_record(outcome, args.dry_run))
            if args.json
            else outcome_lines(outcome, args.verbose > 1)
        )
        print(text, file=sys.stderr if outcome.to_stdout else sys.stdout, flush=True)


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
