"""Command line: ``python -m bench race | looks | speed | smoke``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence

from bench import race, smoke
from bench.looks import command as looks
from bench.speed import command as speed


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one of the modes and return the exit code."""
    options = parser().parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = options.run
    return run(options)


def parser() -> argparse.ArgumentParser:
    """Return the parser of all modes."""
    top = argparse.ArgumentParser(prog="python -m bench", description="Measures huepress.")
    modes = top.add_subparsers(required=True, metavar="MODE")
    race.add_to(modes.add_parser("race", help="against Python quantizers, in memory"))
    looks.add_to(modes.add_parser("looks", help="bytes and looks, against pngquant and oxipng"))
    speed.add_to(modes.add_parser("speed", help="what speed has to reach, row by row"))
    smoke.add_to(modes.add_parser("smoke", help="a few seconds: exit 1 if a peer distorts less"))
    return top


if __name__ == "__main__":
    sys.exit(main())
