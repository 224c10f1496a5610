"""What is measured of two commits: start-up, clustering in memory, and whole processes."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import TracebackType

from PIL import Image

from bench import timing, whole
from bench.compare.builds import Build
from bench.compare.moves import Kind, Pair

SCRIPT = Path(__file__).with_name("quantizing.py")

Builds = Mapping[str, Build]
"""The two, called base and head."""


class Worker:
    """A process that has an image in memory, and quantizes it whenever it is told to."""

    def __init__(self, build: Build, image: Path, effort: int) -> None:
        self._command = [str(build.python), "-I", str(SCRIPT), str(image), str(effort)]
        self._process = subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def __enter__(self) -> Worker:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.communicate()

    def __call__(self) -> tuple[float, float]:
        """Return seconds and MSE of one run; CalledProcessError if the process ended instead."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            print(file=self._process.stdin, flush=True)
        except BrokenPipeError:
            answer = ""
        else:
            answer = self._process.stdout.readline()
        if not answer:
            _, words = self._process.communicate()
            raise subprocess.CalledProcessError(
                self._process.returncode, self._command, None, words
            )
        seconds, error = answer.split()
        return float(seconds), float(error)


def start(builds: Builds, repeat: int) -> Iterator[Pair]:
    """Compare start-up."""
    for option in ("--version", "--help"):
        runs = {
            name: partial(timing.process, [*build.huepress, option])
            for name, build in builds.items()
        }
        timing.take_turns(runs, 1)
        turns = timing.take_turns(runs, repeat)
        base, head = (tuple(ended.seconds for ended in found) for found in turns.values())
        yield Pair(f"start {option}", Kind.SECONDS, base, head)


def quantize(builds: Builds, image: Path, effort: int, repeat: int) -> Iterator[Pair]:
    """Compare clustering in memory: time and error."""
    base, head = builds.values()
    with Worker(base, image, effort) as first, Worker(head, image, effort) as second:
        runs: dict[str, Callable[[], tuple[float, float]]] = {"base": first, "head": second}
        timing.take_turns(runs, 1)
        turns = timing.take_turns(runs, repeat)
    what = f"quantize {image.name}, effort {effort}"
    (base_seconds, base_errors), (head_seconds, head_errors) = (
        zip(*found, strict=True) for found in turns.values()
    )
    yield Pair(what, Kind.SECONDS, base_seconds, head_seconds)
    yield Pair(what, Kind.ERROR, base_errors[:1], head_errors[:1])


def compress(builds: Builds, image: Path, effort: int, folder: Path, repeat: int) -> Iterator[Pair]:
    """Compare whole processes: time, peak memory, bytes and looks."""
    from huepress.metrics import Reference

    coders = {
        name: whole.huepress("--effort", str(effort), start=build.huepress)
        for name, build in builds.items()
    }
    base, head = whole.make(coders, image, folder, repeat).values()
    reference = Reference(image)
    what = f"compress {image.name}, effort {effort}"
    yield Pair(what, Kind.SECONDS, base.seconds, head.seconds)
    yield Pair(f"{what}, peak memory", Kind.BYTES, base.peaks, head.peaks)
    yield Pair(what, Kind.BYTES, (base.bytes,), (head.bytes,))
    scores = [reference.ssimulacra2(made.file) for made in (base, head)]
    yield Pair(what, Kind.SCORE, (scores[0],), (scores[1],))


def is_opaque(image: Path) -> bool:
    """Whether an image has no alpha, so that all efforts may quantize its RGB."""
    with Image.open(image) as opened:
        return not opened.has_transparency_data


def every(
    builds: Builds, files: Sequence[Path], efforts: Sequence[int], folder: Path, repeat: int
) -> Iterator[tuple[str, Iterator[Pair]]]:
    """Yield what is to be measured, each with its name."""
    yield "start", start(builds, repeat)
    for image in files:
        for effort in efforts:
            if is_opaque(image):
                yield f"quantize {image.name}", quantize(builds, image, effort, repeat)
            yield f"compress {image.name}", compress(builds, image, effort, folder, repeat)
