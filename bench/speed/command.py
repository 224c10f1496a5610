"""Command line of ``python -m bench speed``, and the list of its rows."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import processes, tables
from bench.arguments import add_common, existing, names, number
from bench.processes import MissingError
from bench.speed.figures import HEADER, LEGEND, Figure
from bench.speed.folder import folder
from bench.speed.growth import growth
from bench.speed.in_memory import quantize, start
from bench.speed.setup import Setup
from bench.speed.whole_processes import effort1, gradient, kodak, large

Row = Callable[[Setup], Iterator[Figure]]

ROWS: dict[str, tuple[str, Row]] = {
    "start": ("start-up", start),
    "quantize": ("pixels to codebook and labels", quantize),
    "kodak": ("whole processes on small photographs", kodak),
    "large": ("a photograph of 24 megapixels", large),
    "gradient": ("a gradient of 45 megapixels", gradient),
    "folder": ("200 images, two at a time", folder),
    "effort1": ("the lowest effort", effort1),
    "growth": ("time over size", growth),
}


def add_to(mode: argparse.ArgumentParser) -> None:
    """Declare the options of this mode."""
    add = mode.add_argument
    add("root", type=existing, metavar="IMAGES_ROOT",
        help="the shared images: the folder that holds kodak, cq100 and photos_large")  # fmt: skip
    add("--rows", type=names(ROWS, "row"), default=list(ROWS), metavar="A,B",
        help="what to measure: " + "; ".join(f"{n} ({what})" for n, (what, _) in ROWS.items())
        + " (default: all)")  # fmt: skip
    add("--repeat", type=number, default=5, metavar="N", help="turns (default: 5)")
    add("--chart", type=Path, metavar="FILE.svg", help="draw the row `growth` here")
    add_common(mode)
    mode.set_defaults(run=main)


def main(options: argparse.Namespace) -> int:
    """Measure the rows and print the table; 2 if none could be."""
    with TemporaryDirectory(prefix="bench-speed-") as scratch:
        setup = Setup(options.root, Path(scratch), options.repeat, options.limit, options.chart)
        found = measured({name: ROWS[name][1] for name in options.rows}, setup)
    if not any(found.values()):
        return tables.nothing([*setup.notes, "nothing was measured"])
    lines = [figure.cells(row) for row, figures in found.items() for figure in figures]
    notes = [f"{LEGEND} Turns: {options.repeat}, more of what takes milliseconds.", *setup.notes]
    versions = [processes.huepress_version(), *setup.versions]
    rows = {row: [{**asdict(f), "met": f.met} for f in figures] for row, figures in found.items()}
    tables.publish(
        options, versions, [tables.markdown_table(HEADER, lines)], notes, {"rows": rows}
    )  # fmt: skip
    return 0


def measured(rows: Mapping[str, Row], setup: Setup) -> dict[str, list[Figure]]:
    """Return the figures of each row; why some are missing is noted."""
    found: dict[str, list[Figure]] = {}
    for name, row in rows.items():
        print(f"{name} ...", file=sys.stderr, flush=True)
        found[name] = []
        with TemporaryDirectory(dir=setup.scratch) as own:
            try:
                # One by one, so that those before a failure stay.
                found[name].extend(row(replace(setup, scratch=Path(own))))
            except MissingError as error:
                setup.notes.append(f"{name}: not measured, {error}")
            except subprocess.CalledProcessError as error:
                setup.notes.append(f"{name}: not measured, {processes.failure(error)}")
            except KeyboardInterrupt:
                setup.notes.append("interrupted: the table shows what was finished")
                break
    return found
