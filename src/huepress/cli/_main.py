"""The command line: words in, words and exit codes out."""

from __future__ import annotations

import gc
import os
import sys

from huepress import __version__
from huepress.errors import HuepressError, OptionError, UnwritableError
from huepress.files.streams import (
    binary_stdin,
    binary_stdout,
    configure_streams,
    flush_streams,
    stdout_is_terminal,
    write_stderr,
    write_stdout,
)

TYPE_CHECKING = False  # that of `typing` takes longer to import than all of this
if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from typing import Any

    from huepress.batch.run import Batch
    from huepress.batch.worker import Outcome, Settings
    from huepress.codebook import Codebook

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
            write_stdout(f"huepress {__version__}")
            return 0
        from huepress.cli.arguments import parse

        configure_streams()
        args = parse(words, __version__)
        if args.command is None or (args.command == "compress" and not args.input):
            write_stderr(args.parser.format_help().rstrip())
            return 1
        from huepress.cli.signals import listen, speaking

        if own_process:
            listen()
        try:
            return commands[args.command](args)
        finally:
            with speaking:  # if the process is being ended, that is what this waits for
                pass
    except HuepressError as error:
        _complain(str(error))
        return error.exit_code
    except MemoryError:
        _complain("not enough memory; try a smaller image")
        return OUT_OF_MEMORY
    except (KeyboardInterrupt, BrokenPipeError) as reason:
        from huepress.cli.signals import end_now

        end_now(BROKEN_PIPE if isinstance(reason, BrokenPipeError) else INTERRUPTED)
    finally:
        flush_streams()


def _compress(args: argparse.Namespace) -> int:
    from huepress.batch.run import Batch

    batch = Batch(args.input, _settings(args))
    _follow(batch, args)
    return batch.exit_code


def _settings(args: argparse.Namespace) -> Settings:
    from huepress._compress_one import Recipe
    from huepress.batch.plan import Places
    from huepress.batch.worker import Settings
    from huepress.cli.arguments import knobs_of

    output = _output(args)
    recipe = Recipe.of(
        output,
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
        Places(recipe.kind, output, args.directory, binary_stdout),
        recursive=args.recursive,
        force=args.force,
        dry_run=args.dry_run,
        skip_if_larger=args.skip_if_larger,
        skip_ok=args.skip_ok,
        keep_times=args.keep_times,
        workers=args.jobs,
    )


def _output(args: argparse.Namespace) -> str | None:
    """Return where the result goes; standard output, however it is named, is '-'."""
    from huepress.files import descriptor_of

    output: str | None = args.output
    return "-" if output and descriptor_of(output) == 1 else output


def _follow(batch: Batch, args: argparse.Namespace) -> None:
    """Say what becomes of each image, and of all."""
    from huepress.cli.messages import summary_line
    from huepress.cli.progress import Progress
    from huepress.cli.signals import speaking

    shown = batch.several and not args.quiet
    lost = None
    with Progress(len(batch.jobs), sys.stderr if shown else None) as progress:
        for outcome in batch.outcomes():
            progress.update(batch.count)
            if outcome:
                progress.hide()
                try:
                    with speaking:
                        _tell(outcome, args)
                except UnwritableError as error:  # images count for more than what is said of them
                    lost = error
    if shown:
        write_stderr(summary_line(batch.count, args.dry_run))
    if lost:
        raise lost


def _tell(outcome: Outcome, args: argparse.Namespace) -> None:
    from huepress.cli.messages import complaints, outcome_lines, outcome_record

    for complaint in complaints(outcome, args.quiet, args.verbose > 0):
        _complain(complaint)
    if args.json or (outcome.status != "failed" and not args.quiet):
        text = (
            _json(outcome_record(outcome, args.dry_run))
            if args.json
            else outcome_lines(outcome, args.verbose > 1)
        )
        (write_stderr if outcome.to_stdout else write_stdout)(text)


def _json(record: dict[str, Any]) -> str:
    import json

    return json.dumps(record)


def _decompress(args: argparse.Namespace) -> int:
    from huepress._decompress import restore
    from huepress.cli.messages import printable, size
    from huepress.formats.names import restored_name

    source = binary_stdin() if args.file == "-" else args.file
    output = _output(args)
    if output is None:
        output = "-" if args.file == "-" else restored_name(args.file)
    target = binary_stdout() if output == "-" else output
    q, written = restore(source, args.codebook, target, indexed=args.indexed, force=args.force)
    if not args.quiet:
        colors = f"{len(q.codebook)} colour{'s' if len(q.codebook) > 1 else ''}"
        line = f"{args.file} -> {output}: {q.width}x{q.height}, {colors}, {size(written)}"
        (write_stderr if output == "-" else write_stdout)(printable(line))
    return 0


def _codebook(args: argparse.Namespace) -> int:
    from huepress.cli.messages import codebook_lines, codebook_record, has_true_color

    book = _book_of(args)
    _write_extras(book, args)
    if args.json:
        write_stdout(_json(codebook_record(args.file, book)))
        return 0
    if args.quiet:
        return 0
    write_stdout(*codebook_lines(book, has_true_color(stdout_is_terminal(), os.environ)))
    return 0


def _book_of(args: argparse.Namespace) -> Codebook:
    from huepress._decompress import read
    from huepress.codebook import Codebook
    from huepress.palettes import format_of

    if format_of(args.file) and args.codebook is None:
        return Codebook.load(args.file)
    return read(binary_stdin() if args.file == "-" else args.file, args.codebook).codebook


def _write_extras(book: Codebook, args: argparse.Namespace) -> None:
    """Write what ``--export`` and ``--swatches`` ask for, both or none."""
    from huepress.files import write_all
    from huepress.formats.names import check_suffix

    files: list[tuple[str, bytes]] = []
    if args.export is not None:
        files.append((args.export, book.file_content(args.export)))
    if args.swatches is not None:
        from huepress.formats import swatches

        check_suffix(args.swatches, "png")
        files.append((args.swatches, swatches.encode(book)))
    write_all(files, args.force)


def _compare(args: argparse.Namespace) -> int:
    from huepress.cli.messages import comparison_lines, comparison_record
    from huepress.metrics import compare

    if args.a == args.b == "-":
        raise OptionError("A, B: only one of them can be standard input; name a file")
    first, second = (binary_stdin() if name == "-" else name for name in (args.a, args.b))
    measures = compare(first, second)
    if args.json:
        write_stdout(_json(comparison_record(args.a, args.b, measures)))
        return 0
    write_stdout(*comparison_lines(measures))
    return 0


def _complain(message: str) -> None:
    from huepress.cli.messages import printable

    write_stderr(printable(f"huepress: {message}"))
