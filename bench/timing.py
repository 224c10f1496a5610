"""How everything here is timed: in this process, as a process of its own, and in turns."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

Result = TypeVar("Result")
Name = TypeVar("Name")

# OpenMP's workers go on spinning for some milliseconds after their last loop, at the expense of
# whoever is next.
SETTLE_SECONDS = 0.02
LAUNCHER = (sys.executable, "-I", "-S", str(Path(__file__).with_name("child.py")))


@dataclass(frozen=True, slots=True)
class Ended:
    """What a process took from start to exit; `peak` is the most memory it had, in bytes."""

    seconds: float
    peak: int


def timed(run: Callable[[], Any]) -> tuple[float, Any]:
    """Return the seconds of one run, and its result."""
    time.sleep(SETTLE_SECONDS)
    begin = time.perf_counter()
    result = run()
    return time.perf_counter() - begin, result


def process(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Ended:
    """Run a command, its output discarded; CalledProcessError if it fails."""
    done = subprocess.run(
        [*LAUNCHER, *command], capture_output=True, text=True, check=False, env=environment
    )
    if done.returncode:
        raise subprocess.CalledProcessError(done.returncode, list(command), None, done.stderr)
    seconds, peak = done.stdout.split()
    return Ended(float(seconds), int(peak))


def take_turns(
    runs: Mapping[Name, Callable[[], Result]], repeat: int
) -> dict[Name, tuple[Result, ...]]:
    """Let all run `repeat` times, in turns (A B C, C B A, ...), and return what each came to."""
    results: dict[Name, list[Result]] = {name: [] for name in runs}
    for turn in range(repeat):
        for name in list(runs)[:: -1 if turn % 2 else 1]:
            results[name].append(runs[name]())
    return {name: tuple(found) for name, found in results.items()}
