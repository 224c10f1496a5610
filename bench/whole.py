"""Whole processes in turns on one image: what they take, and the files they make."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bench import programs, timing

Coder = Callable[[Path, Path], list[str]]
"""Makes the command line that compresses a file into another."""

LONG = 2.0


@dataclass(frozen=True, slots=True)
class Made:
    """A coder's file, and the seconds and peak memory in bytes that it took, turn by turn."""

    file: Path
    seconds: tuple[float, ...]
    peaks: tuple[int, ...]

    @property
    def bytes(self) -> int:
        """The size of the file."""
        return self.file.stat().st_size


def huepress(*options: str, start: Sequence[str] = ()) -> Coder:
    """Return huepress, or what `start` says, with its defaults but for some options.

    Raises
    ------
    MissingError
        If there is none.
    """
    start = start or programs.huepress()
    return lambda image, output: [
        *start, "compress", *options, "-f", "-o", str(output), "--", str(image),
    ]  # fmt: skip


def pngquant(*options: str) -> Coder:
    """Return pngquant with its defaults but for some options; MissingError if there is none."""
    start = programs.find("pngquant")
    return lambda image, output: [
        start, *options, "--force", "--output", str(output), "--", str(image),
    ]  # fmt: skip


def make(coders: Mapping[str, Coder], image: Path, folder: Path, repeat: int) -> dict[str, Made]:
    """Let coders take turns on an image; their files go to `folder`.

    The first turn does not count, unless it takes seconds, of which waking up is no great part.

    Raises
    ------
    CalledProcessError
        If one of them fails.
    """
    files = {name: folder / f"{name}.png" for name in coders}
    runs = {
        name: partial(timing.process, coder(image, files[name])) for name, coder in coders.items()
    }
    first = timing.take_turns(runs, 1)
    counts = all(turn.seconds > LONG for (turn,) in first.values())
    rest = timing.take_turns(runs, repeat - counts)
    made = {}
    for name, file in files.items():
        turns = (first[name] if counts else ()) + rest[name]
        made[name] = Made(file, tuple(e.seconds for e in turns), tuple(e.peak for e in turns))
    return made
