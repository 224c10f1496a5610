"""The options of ``compress`` that matter most where there are many images."""

from __future__ import annotations

import argparse

__all__ = ["add_run"]


def add_run(parser: argparse.ArgumentParser) -> None:
    """Add what matters most where there are many images."""
    parser.add_argument(
        "-r",
        "--recursive",
        action="store_true",
        help="take the images in folders and in those below; with -d they lie in DIR as they did",
    )
    parser.add_argument(
        "-j",
        "--jobs",
        type=_jobs,
        default=0,
        metavar="N",
        help="images at the same time (default: as many as there are cores)",
    )
    parser.add_argument(
        "--skip-if-larger",
        action=argparse.BooleanOptionalAction,
        help="write nothing that isn't smaller than the input (default for several inputs; of one: "
        "exit code 98)",
    )
    parser.add_argument(
        "--skip-ok",
        action="store_true",
        help="take it for a success, exit code 0, if --quality, --target-size or --skip-if-larger "
        "leave nothing to write",
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="find out all of it, but write nothing"
    )
    parser.add_argument(
        "--verify",
        action=argparse.BooleanOptionalAction,
        help="decode each result before it is written, and compare it with what was meant "
        "(default from effort 7 up)",
    )
    parser.add_argument(
        "--keep-times", action="store_true", help="give results the times of their inputs"
    )


def _jobs(text: str) -> int:
    if text.isdecimal() and 1 <= int(text) <= 256:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 to 256")
