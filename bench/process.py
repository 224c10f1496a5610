"""Whole processes: `huepress compress` against `pngquant`, each from start to exit."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import util
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench import images, machine, peers
from bench.figures import Spread, spread

PNG_ONLY = frozenset({".png"})


class UnavailableError(Exception):
    """One of the two programs is missing; the message says which."""


@dataclass(frozen=True, slots=True)
class Programs:
    """How the two programs are called, but for their files."""

    huepress: tuple[str, ...]
    pngquant: str

    @classmethod
    def find(cls) -> Programs:
        """Prefer the console script beside the running Python to ``python -m huepress``."""
        pngquant = shutil.which("pngquant")
        if pngquant is None:
            raise UnavailableError("pngquant is missing: install it, or put it on the PATH")
        script = shutil.which("huepress", path=str(Path(sys.executable).parent))
        if script is None and util.find_spec("huepress") is None:
            raise UnavailableError("huepress is missing: install it into the running Python")
        return cls((script,) if script else (sys.executable, "-m", "huepress"), pngquant)

    def machine(self) -> str:
        """Return the line on machine and versions."""
        version = subprocess.run(
            [self.pngquant, "--version"], capture_output=True, text=True, check=False
        )
        how = "console script" if len(self.huepress) == 1 else "python -m"
        ours = f"{peers.huepress(5).version()} ({how})"
        return machine.description([ours, f"pngquant {version.stdout.strip()}"])

    def commands(self, image: Path, ours: Path, theirs: Path) -> tuple[list[str], list[str]]:
        """Return the two command lines for one image."""
        return (
            [*self.huepress, "compress", str(image), "-o", str(ours), "-f"],
            [self.pngquant, "--force", "--output", str(theirs), str(image)],
        )


@dataclass(frozen=True, slots=True)
class Pair:
    """Seconds and bytes of both programs on one image, turn by turn."""

    image: str
    ours: tuple[float, ...]
    theirs: tuple[float, ...]
    our_bytes: int
    their_bytes: int


@dataclass(frozen=True, slots=True)
class PairRow:
    """One row of the table: median seconds, pngquant's over huepress's, and bytes."""

    name: str
    our_seconds: float
    their_seconds: float
    ratio: Spread | None
    our_bytes: int
    their_bytes: int


def summarize(pair: Pair) -> PairRow:
    """Return the row of one image; the ratio is taken pair by pair."""
    return PairRow(
        pair.image,
        median(pair.ours),
        median(pair.theirs),
        spread(their / our for our, their in zip(pair.ours, pair.theirs, strict=True)),
        pair.our_bytes,
        pair.their_bytes,
    )


def summarize_all(rows: Sequence[PairRow]) -> PairRow:
    """Return the row of all images: medians over them, the spread of their ratios, all bytes."""
    return PairRow(
        "**all**",
        median(row.our_seconds for row in rows),
        median(row.their_seconds for row in rows),
        spread(row.ratio.median for row in rows if row.ratio),
        sum(row.our_bytes for row in rows),
        sum(row.their_bytes for row in rows),
    )


def race(
    programs: Programs, inputs: Iterable[Path], repeat: int, limit: int | None, notes: list[str]
) -> Iterator[Pair]:
    """Yield one pair for each PNG both programs can do; name the others in `notes`."""
    done = 0
    for path in images.find(inputs, PNG_ONLY):
        if done == limit:
            return
        if path.suffix.lower() not in PNG_ONLY:
            notes.append(f"{path}: skipped, pngquant reads PNG only")
            continue
        print(f"{path} ...", file=sys.stderr, flush=True)
        try:
            pair = measure(programs, path, repeat)
        except subprocess.CalledProcessError as error:
            reason = error.stderr.strip().replace("\n", "; ")
            notes.append(
                f"{path}: skipped, {Path(error.cmd[0]).name} exits {error.returncode} ({reason})"
            )
            continue
        done += 1
        yield pair


def measure(programs: Programs, path: Path, repeat: int) -> Pair:
    """Run both programs in turns on one image, after an untimed turn each."""
    with TemporaryDirectory() as folder:
        ours, theirs = Path(folder, "huepress.png"), Path(folder, "pngquant.png")
        commands = programs.commands(path, ours, theirs)
        turns = [[wall(command) for command in commands] for _ in range(1 + repeat)][1:]
        our_seconds, their_seconds = zip(*turns, strict=True)
        return Pair(
            str(path), our_seconds, their_seconds, ours.stat().st_size, theirs.stat().st_size
        )


def wall(command: Sequence[str]) -> float:
    """Return the seconds from start to exit of a process; CalledProcessError if it fails."""
    begin = time.perf_counter()
    subprocess.run(
        command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    return time.perf_counter() - begin
