"""Start-up: the least commands against an interpreter that does nothing."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import partial

from bench import programs, timing
from bench.speed.bars import Bar, Figure, ratio
from bench.speed.setting import Setting

MOST = Bar("≤", 3.0)


def measure(setting: Setting) -> Iterator[Figure]:
    """Compare ``--version`` and ``--help`` with ``python -c pass``."""
    start = programs.huepress()
    if programs.is_editable():
        setting.notes.append(
            "start: huepress is an editable install, whose loader takes longer to start; "
            "measure a normal one (pip install .)"
        )
    commands = {
        "--version": [*start, "--version"],
        "--help": [*start, "--help"],
        "pass": [sys.executable, "-c", "pass"],
    }
    runs = {name: partial(_seconds, command) for name, command in commands.items()}
    timing.take_turns(runs, 1)
    turns = timing.take_turns(runs, setting.short_repeat)
    for option in ("--version", "--help"):
        what = f"`{option}` / `python -c pass`"
        yield ratio(what, "s", [turns[option]], [turns["pass"]], MOST)


def _seconds(command: list[str]) -> float:
    return timing.process(command).seconds
