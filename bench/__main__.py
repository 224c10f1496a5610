"""Command line: ``python -m bench [race] | process | looks | speed | stages | compare | smoke``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from bench import machine, process, programs, report, smoke, stages
from bench.arguments import existing, names, number, numbers
from bench.compare import command as compare
from bench.images import UnusableError
from bench.looks import command as looks
from bench.peers import PEERS, huepress
from bench.race import Race, Settings
from bench.speed import command as speed

MODES = ("race", "process", "looks", "speed", "stages", "compare", "smoke")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one of the modes and return the exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words and words[0] not in {*MODES, "-h", "--help"}:
        words.insert(0, "race")
    options = parser().parse_args(words)
    run: Callable[[argparse.Namespace], int] = options.run
    return run(options)


def parser() -> argparse.ArgumentParser:
    """Return the parser of all modes."""
    top = argparse.ArgumentParser(prog="python -m bench", description="Measures huepress.")
    modes = top.add_subparsers(required=True, metavar="MODE")
    _add_race(modes.add_parser("race", help="against Python quantizers, in memory (the default)"))
    _add_process(modes.add_parser("process", help="huepress compress against pngquant"))
    looks.add_to(modes.add_parser("looks", help="bytes and looks, against pngquant and oxipng"))
    speed.add_to(modes.add_parser("speed", help="what speed has to reach, row by row"))
    stages.add_to(modes.add_parser("stages", help="the time of each stage of compressing a file"))
    compare.add_to(modes.add_parser("compare", help="two commits: what moved; exit 1 if worse"))
    _add_smoke(modes.add_parser("smoke", help="a few seconds: exit 1 if a peer distorts less"))
    return top


def _add_race(mode: argparse.ArgumentParser) -> None:
    _add_common(mode, repeat=5)
    add = mode.add_argument
    add("--k", type=numbers(1, 65_536), default=[256, 64, 16], help="default: 256,64,16")
    add("--effort", type=numbers(1, 10), default=[5],
        help="one row each; ratios are to the first (default: 5)")  # fmt: skip
    add(
        "--peers",
        type=names(PEERS, "peer"),
        default=list(PEERS),
        help=f"default: {','.join(PEERS)}",
    )
    add("--textbook-images", type=number(0), default=1, metavar="N",
        help="textbook takes minutes: race it on the first N images only (default: 1)")  # fmt: skip
    add("--best-known", type=existing, metavar="FILE",
        help="best distortions known (default: best_known_mse.json beside each image)")  # fmt: skip
    mode.set_defaults(run=run_race)


def _add_process(mode: argparse.ArgumentParser) -> None:
    _add_common(mode, repeat=11)
    mode.set_defaults(run=run_process)


def _add_smoke(mode: argparse.ArgumentParser) -> None:
    mode.add_argument("--image", type=existing, default=smoke.SCENE, help="default: the scene")
    mode.set_defaults(run=run_smoke)


def _add_common(mode: argparse.ArgumentParser, *, repeat: int) -> None:
    add = mode.add_argument
    add("inputs", type=existing, nargs="+", metavar="FOLDER_OR_FILE")
    add("--repeat", type=number(1), default=repeat, metavar="N", help=f"default: {repeat}")
    add("--limit", type=number(1), metavar="N", help="no more than N images")
    add("--markdown", type=Path, metavar="FILE", help="write the printed tables here too")
    add("--json", type=Path, metavar="FILE", help="write every measurement here")


def run_race(options: argparse.Namespace) -> int:
    """Race in memory; 2 if nothing could race."""
    peers = [
        PEERS[name] for name in options.peers if options.textbook_images or not PEERS[name].once
    ]
    contest = Race()
    contest.enter([*map(huepress, options.effort), *peers])
    settings = Settings(
        options.inputs, options.k, options.repeat,
        options.limit, options.textbook_images, options.best_known,
    )  # fmt: skip
    try:
        contest.run(settings)
    except KeyboardInterrupt:
        contest.notes.append("interrupted: the tables show what was finished")
    if not contest.measurements:
        return _nothing([*contest.notes, "nothing was measured"])
    text = report.race_text(contest, options.repeat)
    description = report.race_machine(contest)
    data = report.to_json(description, contest.notes, measurements=contest.measurements)
    report.publish(options, text, data)
    return 0


def run_process(options: argparse.Namespace) -> int:
    """Race whole processes; 2 if a program is missing or no image could race."""
    notes: list[str] = []
    try:
        pairs = list(process.race(options.inputs, options.repeat, options.limit, notes))
    except programs.MissingError as missing:
        return _nothing([str(missing)])
    if not pairs:
        return _nothing([*notes, "nothing was measured"])
    versions = [programs.huepress_version(), programs.pngquant_version()]
    description = machine.description(versions)
    text = report.process_text(description, pairs, notes)
    report.publish(options, text, report.to_json(description, notes, pairs=pairs))
    return 0


def run_smoke(options: argparse.Namespace) -> int:
    """Race for a few seconds; 1 if a peer distorts less than huepress or nothing was compared."""
    try:
        contest = smoke.race(options.image)
    except UnusableError as error:
        return _nothing([f"{options.image}: {error}"])
    if contest.measurements:
        print(report.race_text(contest, smoke.REPEAT))
    else:
        _nothing(contest.notes)
    faults = smoke.verdict(contest.measurements)
    print("\n".join(faults) or "huepress's distortion is not above its peers'.")
    return 1 if faults else 0


def _nothing(reasons: Sequence[str]) -> int:
    print("\n".join(reasons), file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
