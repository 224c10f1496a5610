"""Rows `start` and `quantize`: starting, and quantizing pixels in memory."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from bench import images, processes
from bench.measures import interleaved
from bench.peers import PEERS, huepress, huepress_defaults
from bench.processes import MissingError
from bench.race import Race
from bench.speed.figures import Bar, Figure, compare
from bench.speed.setup import Setup


def start(setup: Setup) -> Iterator[Figure]:
    """Compare ``--version`` and ``--help`` with ``python -c pass``."""
    if processes.is_editable():
        setup.notes.append(
            "start: huepress is an editable install, whose loader takes longer to start; "
            "measure a normal one (pip install .)"
        )
    commands = {option: [processes.huepress_path(), option] for option in ("--version", "--help")}
    commands["pass"] = [sys.executable, "-c", "pass"]
    runs = {name: partial(processes.run, words) for name, words in commands.items()}
    interleaved(runs, 1)
    turns = {
        name: {"start": [usage.seconds for usage in found]}
        for name, found in interleaved(runs, setup.short_repeat).items()
    }
    for option in ("--version", "--help"):
        what = f"`{option}` / `python -c pass`"
        yield compare(what, "s", (turns[option], turns["pass"]), Bar("≤", 3))


def quantize(setup: Setup) -> Iterator[Figure]:
    """Compare the same job, nearest labels, with imagequant; and the time of default options."""
    race = Race()
    race.enter([huepress(5), huepress_defaults(), PEERS["imagequant"]])
    if len(race.quantizers) < 3:
        raise MissingError(race.notes[0])
    setup.versions += [quantizer.version() for quantizer in race.quantizers]
    for path in setup.files("kodak"):
        race.measure(path, images.load_opaque(path), 256, setup.repeat)
    setup.notes += race.notes
    found = [[m for m in race.measurements if m.quantizer == q.name] for q in race.quantizers]
    plain, defaults, peer = ({Path(m.image).name: m.seconds for m in own} for own in found)
    errors = [{Path(m.image).name: (m.mse,) for m in own} for own in found]
    yield compare("time / imagequant's", "s", (plain, peer), Bar("≤", 1 / 20))
    yield compare("MSE / imagequant's", "", errors[::2], Bar("<", 1.0), sums=True)
    yield compare("default options: time / imagequant's", "s", (defaults, peer))
