"""How long each stage of compressing one image takes: a bar of text, and one as SVG."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from statistics import median
from typing import Any

from bench import machine, programs
from bench.arguments import existing, named_value, number
from bench.chart import COLORS, document, text

BAR_WIDTH = 48
OTHER = "other"

SVG_WIDTH, SVG_LEFT, SVG_TOP, SVG_BAR, SVG_LINE = 720, 20, 44, 34, 22
COLUMNS = 3
"""Of the legend below the bar."""


def add_to(mode: argparse.ArgumentParser) -> None:
    """Declare the options of this mode."""
    add = mode.add_argument
    add("image", type=existing, metavar="FILE")
    add("--repeat", type=number(1), default=5, metavar="N", help="default: 5")
    add("--option", type=named_value, action="append", default=[], metavar="NAME=VALUE",
        help="pass this to huepress.compress, as in effort=1")  # fmt: skip
    add("--svg", type=Path, metavar="FILE.svg", help="draw the bar here")
    mode.set_defaults(run=run_stages)


def run_stages(options: argparse.Namespace) -> int:
    """Compress an image several times and show the medians; 2 if it can't be compressed."""
    from huepress.errors import HuepressError

    try:
        runs = [stages_of(options.image, **dict(options.option)) for _ in range(1 + options.repeat)]
    except HuepressError as error:
        print(error, file=sys.stderr)
        return 2
    seconds = medians(runs[1:])
    title = f"{options.image.name}: {1000 * sum(seconds.values()):.1f} ms"
    print(machine.description([programs.huepress_version()]), title, sep="\n\n")
    print("\n".join(bars(seconds)))
    if options.svg:
        options.svg.write_text(drawn(title, seconds), encoding="utf-8")
    return 0


def stages_of(image: Path, **options: Any) -> dict[str, float]:
    """Return the seconds of each stage of compressing an image, and of what is between them."""
    from huepress import compress

    report = compress(image, BytesIO(), **options)
    between = report.seconds - sum(report.stages.values())
    return {**report.stages, OTHER: max(0.0, between)}


def medians(runs: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Return the median of each stage."""
    return {name: median(run.get(name, 0.0) for run in runs) for name in runs[0]}


def bars(seconds: Mapping[str, float]) -> list[str]:
    """Return one line for each stage: its name, a bar, milliseconds and share."""
    total, longest = sum(seconds.values()), max(seconds.values())
    width = max(map(len, seconds))
    return [
        f"{name:<{width}} {'█' * round(BAR_WIDTH * taken / longest):<{BAR_WIDTH}} "
        f"{1000 * taken:8.1f} ms {taken / total:5.0%}"
        for name, taken in seconds.items()
    ]


def drawn(title: str, seconds: Mapping[str, float]) -> str:
    """Return one bar that the stages share, with a legend below it, as SVG."""
    total, at = sum(seconds.values()), float(SVG_LEFT)
    parts = [text(SVG_LEFT, 26, title, 'font-size="15"')]
    for index, (name, taken) in enumerate(seconds.items()):
        color, width = COLORS[index % len(COLORS)], taken / total * (SVG_WIDTH - 2 * SVG_LEFT)
        parts.append(_box(at, SVG_TOP, width, SVG_BAR, color))
        at += width
        row, column = divmod(index, COLUMNS)
        x = SVG_LEFT + column * (SVG_WIDTH - 2 * SVG_LEFT) / COLUMNS
        y = SVG_TOP + SVG_BAR + (row + 1) * SVG_LINE
        words = f"{name} {1000 * taken:.1f} ms, {taken / total:.0%}"
        parts += [_box(x, y - 10, 12, 12, color), text(x + 18, y, words)]
    rows = -(-len(seconds) // COLUMNS)
    return document(SVG_WIDTH, SVG_TOP + SVG_BAR + (rows + 1) * SVG_LINE, parts)


def _box(x: float, y: float, width: float, height: float, color: str) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height}" fill="{color}" '
        'stroke="white" stroke-width="0.5"/>'
    )
