"""Figures → the Markdown table and JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from statistics import median

from bench.report import markdown_table
from bench.speed.bars import Figure

HEADER = ("row", "what", "huepress", "peer", "figure (min to max)", "bar", "met")
NOTHING = "-"
LEGEND = (
    "huepress and peer: the median over subjects. Figure: of one subject the ratio of medians, "
    "with the least and the greatest ratio of a turn; of several the median of their ratios, with "
    "the range over subjects (of bytes and errors the ratio of their sums, of scores the mean "
    "difference)."
)


def text(
    description: str, found: Mapping[str, Sequence[Figure]], repeat: int, notes: Sequence[str]
) -> str:
    """Return the table, preceded by the machine and followed by the notes."""
    rows = [cells(row, figure) for row, figures in found.items() for figure in figures]
    legend = f"{LEGEND} Turns: {repeat}, more of what takes milliseconds."
    listed = "\n".join(f"- {note}" for note in [legend, *notes])
    return "\n\n".join([description, markdown_table(HEADER, rows), listed]) + "\n"


def cells(row: str, figure: Figure) -> list[str]:
    """Return one line of the table."""
    low, high = number(figure.value.low), number(figure.value.high)
    bar = f"{figure.bar.relation} {figure.bar.limit:.4g}" if figure.bar else NOTHING
    met = {None: NOTHING, True: "yes", False: "**no**"}[figure.met]
    return [
        row,
        figure.what,
        quantity(median(figure.ours), figure.unit),
        quantity(median(figure.theirs), figure.unit),
        f"{number(figure.value.median)} ({low} to {high})",
        bar,
        met,
    ]


def quantity(value: float, unit: str) -> str:
    """Return a number with its unit: seconds below one as milliseconds, large bytes as MB."""
    if unit == "s" and value < 1:
        return f"{value * 1000:.3g} ms"
    if unit == "B":
        return f"{value / 1e6:.4g} MB" if value >= 1e6 else f"{value / 1e3:.4g} kB"
    return f"{value:.4g} {unit}".rstrip()


def number(value: float) -> str:
    """Return three digits, or the whole number if it is larger."""
    return f"{value:.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def to_json(description: str, found: Mapping[str, Sequence[Figure]], notes: Sequence[str]) -> str:
    """Return everything that was measured, unrounded."""
    rows = {
        row: [{**asdict(figure), "met": figure.met} for figure in figures]
        for row, figures in found.items()
    }
    content = {"machine": description, "notes": list(notes), "rows": rows}
    return json.dumps(content, indent=1) + "\n"
