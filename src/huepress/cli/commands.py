"""What each command does: from parsed arguments to an exit code."""

from __future__ import annotations

import os
import sys

from huepress.errors import OptionError, UnwritableError
from huepress.files.streams import (
    binary_stdin,
    binary_stdout,
    stdout_is_terminal,
    write_stderr,
    write_stdout,
)

TYPE_CHECKING = False  # that of `typing` takes longer to import than all of this
if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from typing import Any

    from huepress.batch.outcome import Outcome
    from huepress.codebook import Codebook

__all__ = ["COMMANDS", "print_error"]


def compress(args: argparse.Namespace) -> int:
    """Compress images."""
    from huepress.batch.run import Run
    from huepress.cli.messages import summary_line
    from huepress.cli.progress import Progress
    from huepress.cli.signals import output_lock
    from huepress.options import Options, RunOptions

    options = Options(**_given(args, Options.field_names))
    run_options = RunOptions(**_given(args, RunOptions.field_names))
    progress: Progress
    run = Run(
        args.input,
        options,
        run_options,
        on_progress=lambda summary: progress.update(summary),
        stdout=binary_stdout,
    )
    shown = run.several and not args.quiet
    lost = None
    with run, Progress(run.total, sys.stderr if shown else None) as progress:
        for outcome in run:
            progress.hide()
            try:
                with output_lock:
                    _print_outcome(outcome, args, run.several)
            except UnwritableError as error:  # go on: images matter more than what is said of them
                lost = error
    if shown:
        write_stderr(summary_line(run.summary, run_options.dry_run))
    if lost:
        raise lost
    return run.exit_code


def _given(args: argparse.Namespace, names: Sequence[str]) -> dict[str, Any]:
    return {name: args.given[name] for name in names if name in args.given}


def _print_outcome(outcome: Outcome, args: argparse.Namespace, several: bool) -> None:
    from huepress.cli.messages import notices_of, outcome_lines, outcome_record

    flags = {**args.parser.flags(), **args.typed}
    lines = outcome_lines(outcome, flags, several=several, stages=args.verbose > 1)
    if outcome.status == "failed":
        for line in lines:
            print_error(line)
        lines = []
    elif outcome.report and not args.quiet:
        for notice in notices_of(outcome.report, args.verbose > 0, flags):
            print_error(notice)
    if args.json:
        lines = [_json(outcome_record(outcome, flags))]
    elif args.quiet:
        lines = []
    if lines:
        (write_stderr if outcome.to_stdout else write_stdout)(*lines)


def decompress(args: argparse.Namespace) -> int:
    """Write a compressed image in full colours."""
    from huepress._decompress import restore
    from huepress.cli.messages import format_size, printable
    from huepress.files import descriptor_of
    from huepress.formats.names import restored_name

    source = binary_stdin() if args.file == "-" else args.file
    output = args.output
    if output is None:
        output = "-" if args.file == "-" else restored_name(args.file)
    elif descriptor_of(output) == 1:  # /dev/stdout
        output = "-"
    target = binary_stdout() if output == "-" else output
    q, written = restore(source, args.codebook, target, indexed=args.indexed, force=args.force)
    if not args.quiet:
        colors = f"{len(q.codebook)} colour{'s' if len(q.codebook) > 1 else ''}"
        line = f"{args.file} -> {output}: {q.width}x{q.height}, {colors}, {format_size(written)}"
        (write_stderr if output == "-" else write_stdout)(printable(line))
    return 0


def codebook(args: argparse.Namespace) -> int:
    """List the colours of a compressed image or a palette file."""
    from huepress.cli.messages import codebook_lines, codebook_record, supports_true_color

    book = _read_codebook(args)
    _export(book, args)
    if args.json:
        write_stdout(_json(codebook_record(args.file, book)))
    elif not args.quiet:
        write_stdout(*codebook_lines(book, supports_true_color(stdout_is_terminal(), os.environ)))
    return 0


def _read_codebook(args: argparse.Namespace) -> Codebook:
    from huepress._decompress import read
    from huepress.codebook import Codebook
    from huepress.palettes import format_of

    if format_of(args.file) and args.codebook is None:
        return Codebook.load(args.file)
    return read(binary_stdin() if args.file == "-" else args.file, args.codebook).codebook


def _export(book: Codebook, args: argparse.Namespace) -> None:
    """Write the files of ``--export`` and ``--swatches``, both or none."""
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


def compare(args: argparse.Namespace) -> int:
    """Measure how alike two images look."""
    from huepress.cli.messages import comparison_lines, comparison_record
    from huepress.metrics import compare

    if args.a == args.b == "-":
        raise OptionError("A, B: only one of them can be standard input; name a file")
    first, second = (binary_stdin() if name == "-" else name for name in (args.a, args.b))
    measures = compare(first, second)
    if args.json:
        write_stdout(_json(comparison_record(args.a, args.b, measures)))
    else:
        write_stdout(*comparison_lines(measures))
    return 0


COMMANDS = {
    "compress": compress,
    "decompress": decompress,
    "codebook": codebook,
    "compare": compare,
}
"""Each takes the parsed arguments and returns the exit code."""


def print_error(message: str) -> None:
    """Print a line to standard error that says whose it is."""
    from huepress.cli.messages import printable

    write_stderr(printable(f"huepress: {message}"))


def _json(record: dict[str, Any]) -> str:
    import json

    return json.dumps(record)
