"""The command line's entry point: runs one command, and turns errors into messages and codes."""

from __future__ import annotations

import gc
import sys

from huepress import __version__
from huepress.errors import HuepressError
from huepress.files.streams import configure_streams, flush_streams, write_stderr, write_stdout

TYPE_CHECKING = False  # that of `typing` takes longer to import than all of this
if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

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
        return _run(list(argv), handle_signals=False)
    # Our objects form few cycles. To look for these took 10 ms of 75 for a small image, most of it
    # on the way out of Python, which looks at all that is not frozen.
    gc.set_threshold(100_000)
    try:
        return _run(sys.argv[1:], handle_signals=True)
    finally:
        gc.freeze()


def _run(argv: list[str], handle_signals: bool) -> int:
    args = None
    try:
        if argv in (["--version"], ["-V"]):  # needs none of what other arguments need
            write_stdout(f"huepress {__version__}")
            return 0
        from huepress.cli.arguments import parse

        configure_streams()
        args = parse(argv, __version__)
        if args.command is None or (args.command == "compress" and not args.input):
            write_stderr(args.parser.format_help().rstrip())
            return 1
        return _run_command(args, handle_signals)
    except HuepressError as error:
        _print_error(error, args)
        return error.exit_code
    except MemoryError:
        write_stderr("huepress: not enough memory; try a smaller image")
        return OUT_OF_MEMORY
    except (KeyboardInterrupt, BrokenPipeError) as reason:
        from huepress.cli.signals import exit_now

        exit_now(BROKEN_PIPE if isinstance(reason, BrokenPipeError) else INTERRUPTED)
    finally:
        flush_streams()


def _run_command(args: argparse.Namespace, handle_signals: bool) -> int:
    from huepress.cli.commands import COMMANDS
    from huepress.cli.signals import install_signal_handlers, output_lock

    if handle_signals:
        install_signal_handlers()
    try:
        return COMMANDS[args.command](args)
    finally:
        with output_lock:  # waits for a signal's handler, which ends the process
            pass


def _print_error(error: HuepressError, args: argparse.Namespace | None) -> None:
    from huepress.cli.commands import print_error
    from huepress.cli.messages import error_text

    flags = {**args.parser.flags(), **args.typed} if args else {}
    print_error(error_text(str(error), error.option, flags))
