"""Programs as whole processes: where they are, their versions, and what a run of them takes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from bench.measures import interleaved

LAUNCHER = (sys.executable, "-I", "-S", str(Path(__file__).with_name("launcher.py")))
LONG_SECONDS = 2.0
"""Of runs that take longer, the first counts, too: starting cold makes no great part of it."""


class MissingError(Exception):
    """A program or package that is needed is not installed; the message says which."""


class Usage(NamedTuple):
    """What a process took from start to exit; `peak` is the most memory it had, in bytes."""

    seconds: float
    peak: int


@dataclass(frozen=True, slots=True)
class Program:
    """A command that compresses a file; ``-o OUTPUT -- INPUT`` are its last words."""

    name: str
    version: str
    words: Sequence[str]


@dataclass(frozen=True, slots=True)
class Output:
    """A program's file, and the seconds and peak memory of each run."""

    file: Path
    seconds: tuple[float, ...]
    peaks: tuple[int, ...]


def run(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Usage:
    """Run a command, its output discarded; CalledProcessError if it fails."""
    done = subprocess.run(
        [*LAUNCHER, *command], capture_output=True, text=True, check=False, env=environment
    )
    if done.returncode:
        raise subprocess.CalledProcessError(done.returncode, list(command), None, done.stderr)
    seconds, peak = done.stdout.split()
    return Usage(float(seconds), int(peak))


def compress(
    programs: Sequence[Program], image: Path, folder: Path, repeat: int
) -> dict[str, Output]:
    """Let programs compress an image in turns, each into a file in `folder`.

    The first turn warms up and does not count, unless it takes more than `LONG_SECONDS`.

    Raises
    ------
    CalledProcessError
        If one of them fails.
    """
    files = {program.name: folder / f"{number}.png" for number, program in enumerate(programs)}
    runs = {
        program.name: partial(
            run, [*program.words, "-o", str(files[program.name]), "--", str(image)]
        )
        for program in programs
    }
    first = interleaved(runs, 1)
    counts = all(usage.seconds > LONG_SECONDS for (usage,) in first.values())
    rest = interleaved(runs, repeat - counts)
    found = {}
    for name, file in files.items():
        seconds, peaks = zip(*(first[name] if counts else ()), *rest[name], strict=True)
        found[name] = Output(file, seconds, peaks)
    return found


def failure(error: subprocess.CalledProcessError) -> str:
    """Return a failed program's name, exit code and last words, in one line."""
    words = (error.stderr or "").strip().splitlines()
    return f"{Path(error.cmd[0]).name} exits {error.returncode} ({'; '.join(words[-2:])})"


def huepress_path() -> str:
    """Return the path of the script beside this Python, or raise MissingError."""
    path = shutil.which("huepress", path=str(Path(sys.executable).parent))
    if path is None:
        raise MissingError("huepress is missing: install it into the running Python")
    return path


def is_editable() -> bool:
    """Tell whether huepress is an editable install, whose loader makes every start slower."""
    try:
        origin = metadata.distribution("huepress").read_text("direct_url.json")
    except metadata.PackageNotFoundError:
        return False
    return bool(json.loads(origin or "{}").get("dir_info", {}).get("editable"))


def huepress(*options: str) -> Program:
    """Return huepress with its defaults but for some options."""
    words = [huepress_path(), "compress", *options, "-f"]
    return Program("huepress", huepress_version(), words)


def huepress_version() -> str:
    """Return its name and version, as in ``huepress 1.0.0``."""
    return f"huepress {metadata.version('huepress')}"


def pngquant_paths() -> list[str]:
    """Return the pngquants there are: that of PyPI's pngquant-cli, then those on the PATH.

    The package puts its program beside Python's.
    """
    found: dict[str, str] = {}
    for folder in (str(Path(sys.executable).parent), *os.get_exec_path()):
        path = shutil.which("pngquant", path=folder)
        if path:
            found.setdefault(os.path.realpath(path), path)
    if not found:
        raise MissingError("pngquant is missing: pip install pngquant-cli")
    return list(found.values())


def pngquant_version(path: str) -> str:
    """Return name and version of the pngquant at a path, as in ``pngquant 3.0.3``."""
    shown = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
    return " ".join(["pngquant", *shown.stdout.split()[:1]])


def pngquants(*options: str) -> list[Program]:
    """Return each pngquant with its defaults but for some options; the main peer comes first."""
    found: dict[str, str] = {}
    for path in pngquant_paths():
        found.setdefault(pngquant_version(path), path)
    return [
        Program(" ".join([version, *options]), version, [path, *options, "--force"])
        for version, path in found.items()
    ]
