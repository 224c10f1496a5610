"""Whole processes: `huepress compress` against `pngquant`, each from start to exit."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench import images, programs, whole
from bench.figures import Spread, spread

PNG_ONLY = frozenset({".png"})


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
    inputs: Iterable[Path], repeat: int, limit: int | None, notes: list[str]
) -> Iterator[Pair]:
    """Yield one pair for each PNG both programs can do; name the others in `notes`.

    Raises
    ------
    MissingError
        If one of the programs is not installed.
    """
    coders = {"huepress": whole.huepress(), "pngquant": whole.pngquant()}
    done = 0
    for path in images.find(inputs, PNG_ONLY):
        if done == limit:
            return
        if path.suffix.lower() not in PNG_ONLY:
            notes.append(f"{path}: skipped, pngquant reads PNG only")
            continue
        print(f"{path} ...", file=sys.stderr, flush=True)
        try:
            pair = measure(coders, path, repeat)
        except subprocess.CalledProcessError as error:
            notes.append(f"{path}: skipped, {programs.complaint(error)}")
            continue
        done += 1
        yield pair


def measure(coders: Mapping[str, whole.Coder], path: Path, repeat: int) -> Pair:
    """Run both programs in turns on one image."""
    with TemporaryDirectory() as folder:
        ours, theirs = whole.make(coders, path, Path(folder), repeat).values()
        return Pair(str(path), ours.seconds, theirs.seconds, ours.bytes, theirs.bytes)
