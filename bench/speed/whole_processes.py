"""Rows of whole processes: huepress and its peers on a set of images, from start to exit."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import PIL

from bench import processes
from bench.processes import Program
from bench.speed.figures import Bar, Figure, compare
from bench.speed.setup import Setup

PHOTOGRAPH = "photos_large/elem_northern_lights_24.0MP.jpg"
GRADIENT = "photos_large/elem_mesh_gradient_45.6MP.jpg"
# -c -o OUTPUT -- INPUT
PILLOW = """
import sys
from PIL import Image
with Image.open(sys.argv[4]) as image:
    image.convert("RGB").quantize(256).save(sys.argv[2], optimize=True)
"""

MEASURES: dict[str, tuple[str, str, dict[str, bool]]] = {
    "time": ("wall time / {}", "s", {}),
    "memory": ("peak memory / {}", "B", {}),
    "bytes": ("bytes / {}", "B", {"sums": True}),
    "score": ("SSIMULACRA 2 - {}", "", {"difference": True, "high_is_good": True}),
}
"""What can be compared: its title with the peer's name, its unit, and how (`compare`)."""

Bars = Mapping[str, Bar | None]
"""Which of `MEASURES` to compare, and what each has to reach, if anything."""

Results = dict[str, dict[str, Sequence[float]]]
"""A program's figures: by measure, then by image, turn by turn."""


def kodak(setup: Setup) -> Iterator[Figure]:
    """Compare default options with pngquant's."""
    bars = {"time": Bar("≤", 0.6), "bytes": Bar("<", 1.0), "score": Bar(">", 0.0)}
    return compare_processes(
        setup, setup.files("kodak"), processes.huepress(), processes.pngquants(), bars
    )


def effort1(setup: Setup) -> Iterator[Figure]:
    """Compare effort 1 with pngquant's fastest, and with Pillow."""
    bars = {"time": None, "bytes": Bar("<", 1.0), "score": Bar(">", 0.0)}
    peers = [*processes.pngquants("--speed", "10"), pillow()]
    ours = processes.huepress("--effort", "1")
    return compare_processes(setup, setup.files("kodak"), ours, peers, bars)


def large(setup: Setup) -> Iterator[Figure]:
    """Compare time and peak memory on 24 megapixels, as a PNG."""
    bars = {"time": Bar("≤", 0.3), "memory": Bar("≤", 2.0), "bytes": None}
    files = [setup.as_png(PHOTOGRAPH)]
    return compare_processes(setup, files, processes.huepress(), processes.pngquants(), bars)


def gradient(setup: Setup) -> Iterator[Figure]:
    """Compare time on a gradient of 45 megapixels, as a PNG."""
    bars = {"time": Bar("≤", 0.3), "memory": None, "bytes": None}
    files = [setup.as_png(GRADIENT)]
    return compare_processes(setup, files, processes.huepress(), processes.pngquants(), bars)


def compare_processes(
    setup: Setup, files: Sequence[Path], ours: Program, peers: Sequence[Program], bars: Bars
) -> Iterator[Figure]:
    """Let all programs take turns on all images, and compare huepress with each peer."""
    setup.versions += [peer.version for peer in peers]
    results = measured(setup, files, [ours, *peers], bars)
    for peer in peers:
        for what, bar in bars.items():
            title, unit, how = MEASURES[what]
            sides = (results[program.name][what] for program in (ours, peer))
            yield compare(title.format(peer.name), unit, sides, bar, **how)


def measured(
    setup: Setup, files: Sequence[Path], programs: Sequence[Program], bars: Bars
) -> dict[str, Results]:
    """Return each program's results."""
    from huepress.metrics import Reference

    found: dict[str, Results] = {p.name: {what: {} for what in MEASURES} for p in programs}
    for file in files:
        name = str(file.relative_to(setup.root)) if setup.root in file.parents else file.name
        reference = Reference(file) if "score" in bars else None
        with TemporaryDirectory(dir=setup.scratch) as folder:
            outputs = processes.compress(programs, file, Path(folder), setup.repeat)
            for who, output in outputs.items():
                found[who]["time"][name] = output.seconds
                found[who]["memory"][name] = output.peaks
                found[who]["bytes"][name] = (output.file.stat().st_size,)
                if reference:
                    found[who]["score"][name] = (reference.ssimulacra2(output.file),)
    return found


def pillow() -> Program:
    """Return Pillow: its default quantizer, saved with ``optimize``."""
    return Program("Pillow", f"Pillow {PIL.__version__}", [sys.executable, "-c", PILLOW])
