"""Measurements → Markdown and JSON."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict

import numpy as np

from bench import machine, process
from bench.figures import Measurement, Row, Spread, summarize
from bench.process import Pair, PairRow
from bench.race import Race

NOTHING = "-"
RACE_HEADER = (
    "contestant", "images", "median ms", "time ratio (min-max)", "mean MSE", "MSE ratio",
)  # fmt: skip
BEST_KNOWN_HEADER = ("MSE / best known: of means", "mean of ratios", "on images")
PROCESS_HEADER = (
    "image", "huepress ms", "pngquant ms", "time ratio (min-max)",
    "huepress bytes", "pngquant bytes", "bytes ratio",
)  # fmt: skip


def race_machine(race: Race) -> str:
    """Return the line on machine and versions that precedes the tables of a race."""
    versions = [contestant.version() for contestant in race.contestants]
    return machine.description([f"NumPy {np.__version__}", *versions])


def race_text(race: Race, repeat: int) -> str:
    """Return one table for each K, preceded by the machine and followed by the notes."""
    names = [c.name for c in race.contestants]
    any_best = any(m.best for m in race.measurements)
    header = RACE_HEADER + BEST_KNOWN_HEADER if any_best else RACE_HEADER
    parts = [race_machine(race)]
    for k in dict.fromkeys(m.k for m in race.measurements):
        measurements = [m for m in race.measurements if m.k == k]
        rows = [_race_cells(row)[: len(header)] for row in race_rows(names, measurements)]
        count = len({m.image for m in measurements})
        parts += [f"**K = {k}**, {count} image{'s' if count != 1 else ''}"]
        parts += [markdown_table(header, rows)]
    legend = (
        f"Ratios are to {names[0]}: above 1 means slower, or more distortion, than it. "
        f"Times are the median over images of the median on each (runs: {repeat}); "
        "time ratios are taken image by image, then their median; MSE ratios are geometric means."
    )
    return _joined(parts, [legend, *_exact(race.measurements), *race.notes])


def race_rows(names: Sequence[str], measurements: Sequence[Measurement]) -> list[Row]:
    """Return the rows of one K in the order of `names`, the first of which is the reference."""
    by_name: dict[str, list[Measurement]] = {name: [] for name in names}
    for measurement in measurements:
        by_name[measurement.contestant].append(measurement)
    return [summarize(own, by_name[names[0]]) for own in by_name.values() if own]


def process_text(description: str, pairs: Sequence[Pair], notes: Sequence[str]) -> str:
    """Return the table of whole processes, preceded by the machine and followed by the notes."""
    rows = [process.summarize(pair) for pair in pairs]
    if len(rows) > 1:
        rows.append(process.summarize_all(rows))
    table = markdown_table(PROCESS_HEADER, map(_process_cells, rows))
    legend = (
        "Ratios are pngquant's figure over huepress's: above 1 means slower, or larger. pngquant "
        "dithers by default, so bytes alone don't compare the two. Pairs of processes for each "
        f"image, in turns, after an untimed one: {len(pairs[0].ours)}."
    )
    return _joined([description, table], [legend, *notes])


def markdown_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table with the first column to the left, the others to the right."""
    body = [list(row) for row in rows]
    widths = [max(3, *map(len, column)) for column in zip(header, *body, strict=True)]
    rule = [":" + "-" * (widths[0] - 1), *("-" * (width - 1) + ":" for width in widths[1:])]

    def line(cells: Sequence[str]) -> str:
        first = cells[0].ljust(widths[0])
        rest = [cell.rjust(width) for cell, width in zip(cells[1:], widths[1:], strict=True)]
        return "| " + " | ".join([first, *rest]) + " |"

    return "\n".join([line(header), line(rule), *map(line, body)])


def to_json(description: str, notes: Sequence[str], **records: Sequence[Measurement | Pair]) -> str:
    """Return everything that was measured, unrounded."""
    lists = {name: [asdict(record) for record in found] for name, found in records.items()}
    content = {"machine": description, "notes": list(notes), **lists}
    return json.dumps(content, indent=1) + "\n"


def publish(options: argparse.Namespace, text: str, data: str) -> None:
    """Print the tables; write them and the data to the files that the user named."""
    print(text, end="")
    if options.markdown:
        options.markdown.write_text(text, encoding="utf-8")
    if options.json:
        options.json.write_text(data, encoding="utf-8")


def _race_cells(row: Row) -> list[str]:
    best = row.best_ratio
    return [
        row.contestant,
        str(row.images),
        f"{row.seconds * 1000:.1f}",
        _spread(row.time_ratio),
        f"{row.mse:.2f}",
        NOTHING if row.mse_ratio is None else f"{row.mse_ratio:.4f}",
        *([NOTHING] * 3 if best is None else
          [f"{best.of_means:.4f}", f"{best.mean:.4f}", str(best.images)]),
    ]  # fmt: skip


def _process_cells(row: PairRow) -> list[str]:
    return [
        row.name,
        f"{row.our_seconds * 1000:.1f}",
        f"{row.their_seconds * 1000:.1f}",
        _spread(row.ratio),
        str(row.our_bytes),
        str(row.their_bytes),
        f"{row.their_bytes / row.our_bytes:.3f}",
    ]


def _spread(spread: Spread | None) -> str:
    if spread is None:
        return NOTHING
    return f"{_short(spread.median)} ({_short(spread.low)}-{_short(spread.high)})"


def _short(ratio: float) -> str:
    return f"{ratio:.2f}" if ratio < 10 else f"{ratio:.1f}" if ratio < 100 else f"{ratio:.0f}"


def _exact(measurements: Iterable[Measurement]) -> list[str]:
    exact = {(m.image, m.k) for m in measurements if not m.mse}
    if not exact:
        return []
    cases = ", ".join(f"{image} at K={k}" for image, k in sorted(exact))
    return [f"reproduced exactly by a contestant, so that there is no MSE ratio: {cases}"]


def _joined(parts: Sequence[str], notes: Sequence[str]) -> str:
    return "\n\n".join([*parts, "\n".join(f"- {note}" for note in notes)]) + "\n"
