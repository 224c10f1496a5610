"""Row `growth`: does time grow faster than images? Seconds per megapixel from 0.4 to 46 megapixels.

Two large images, each at several sizes, as PNGs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from statistics import median

from PIL import Image

from bench import processes
from bench.measures import Spread
from bench.speed.figures import Bar, Figure, compare
from bench.speed.setup import Setup
from bench.speed.whole_processes import GRADIENT, PHOTOGRAPH

SERIES = {"photograph": (PHOTOGRAPH, (8, 4, 2, 1)), "gradient": (GRADIENT, (10, 5, 3, 2, 1))}
"""Where they lie, and by what their sides are divided."""

STYLES = ("-", "--")
Times = dict[str, tuple[float, ...]]
"""Seconds per megapixel of each program, turn by turn."""


def growth(setup: Setup) -> Iterator[Figure]:
    """Compare time at each size with pngquant's, and how it grows; draw the chart."""
    peer = processes.pngquants()[0].name
    setup.versions.append(peer)
    found = {
        series: [timed(setup.as_png(name, divisor), setup) for divisor in divisors]
        for series, (name, divisors) in SERIES.items()
    }
    if setup.chart:
        draw(setup.chart, found)
    for series, sizes in found.items():
        for megapixels, times in sizes:
            what = f"{series}, {megapixels:.2g} megapixels: time per megapixel / {peer}"
            yield compare(what, "s", ({what: turns} for turns in times.values()))
        ours, theirs = (largest_rise(sizes, name) for name in sizes[0][1])
        what = f"{series}: largest rise of time per megapixel to a larger size"
        yield Figure(what, "", [ours], [theirs], Spread(ours, ours, ours), Bar("≤", 1.1))


def timed(file: Path, setup: Setup) -> tuple[float, Times]:
    """Let both programs take turns on one file; return its megapixels, too."""
    programs = [processes.huepress(), processes.pngquants()[0]]
    outputs = processes.compress(programs, file, setup.scratch, setup.repeat)
    with Image.open(file) as image:
        megapixels = image.width * image.height / 1e6
    return megapixels, {name: tuple(s / megapixels for s in made.seconds)
                        for name, made in outputs.items()}  # fmt: skip


def largest_rise(sizes: Iterable[tuple[float, Times]], program: str) -> float:
    """Return the largest ratio of time per megapixel from any size to any larger one."""
    ordered = [median(times[program]) for _, times in sorted(sizes, key=lambda one: one[0])]
    return max(later / earlier for earlier, later in combinations(ordered, 2))


def draw(path: Path, found: Mapping[str, Sequence[tuple[float, Times]]]) -> None:
    """Draw seconds per megapixel over megapixels: a colour for each program."""
    from matplotlib import figure as drawing
    from matplotlib import rc_context

    # Text stays text, and the same figures give the same file.
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": "huepress"}):
        figure = drawing.Figure(figsize=(8, 4.5), layout="constrained")
        axes = figure.add_subplot(xscale="log", yscale="log", xlabel="megapixels",
                                  ylabel="seconds per megapixel, whole process")  # fmt: skip
        for series, style in zip(found, STYLES, strict=True):
            for number, program in enumerate(found[series][0][1]):
                points = sorted((size, median(times[program])) for size, times in found[series])
                axes.plot(*zip(*points, strict=True), style, color=f"C{number}", marker="o",
                          label=f"{program}, {series}")  # fmt: skip
        axes.grid(which="both", alpha=0.3)
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter("{x:g}")
        axes.yaxis.set_minor_formatter("{x:.2g}")
        axes.legend()
        figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)
