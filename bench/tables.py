"""Measurements as Markdown and JSON, under one line that says what they were measured on."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

NOTHING = "-"


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


def machine(versions: Iterable[str]) -> str:
    """Return one line: processor, cores, Python, and the versions given, each once."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return "; ".join([f"{_processor()}, {cores} cores", python, *dict.fromkeys(versions)])


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    models = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(models, "") or platform.processor() or platform.machine()


def publish(
    options: argparse.Namespace,
    versions: Iterable[str],
    parts: Iterable[str],
    notes: Sequence[str],
    records: Mapping[str, Any],
) -> None:
    """Print tables between the machine and the notes; write them, and JSON, where asked to."""
    description = machine(versions)
    text = "\n\n".join([description, *parts, "\n".join(f"- {note}" for note in notes)]) + "\n"
    print(text, end="")
    if options.markdown:
        options.markdown.write_text(text, encoding="utf-8")
    if options.json:
        content = {"machine": description, "notes": list(notes), **records}
        options.json.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def nothing(reasons: Sequence[str]) -> int:
    """Say on standard error why there is no table; return the exit code."""
    print("\n".join(reasons), file=sys.stderr)
    return 2
