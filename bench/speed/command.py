"""Command line: ``python -m bench speed``."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import machine, programs
from bench.arguments import existing, names, number
from bench.programs import MissingError
from bench.report import publish
from bench.speed import folder, growth, large, lloyd, photographs, quantizing, startup, tables
from bench.speed.bars import Figure
from bench.speed.setting import Setting

Row = Callable[[Setting], Iterator[Figure]]

ROWS: dict[str, tuple[str, Row]] = {
    "start": ("start-up", startup.measure),
    "quantize": ("pixels to codebook and labels", quantizing.measure),
    "lloyd": ("one Lloyd iteration", lloyd.measure),
    "kodak": ("whole processes on small photographs", photographs.defaults),
    "large": ("a photograph of 24 megapixels", large.photograph),
    "gradient": ("a gradient of 45 megapixels", large.gradient),
    "folder": ("200 images, two at a time", folder.measure),
    "effort1": ("the lowest effort", photographs.lowest_effort),
    "growth": ("time over size", growth.measure),
}


def add_to(mode: argparse.ArgumentParser) -> None:
    """Declare the options of this mode."""
    add = mode.add_argument
    add("root", type=existing, metavar="IMAGES_ROOT",
        help="the shared images: the folder that holds kodak, cq100 and photos_large")  # fmt: skip
    add("--rows", type=names(ROWS, "row"), default=list(ROWS), metavar="A,B",
        help="what to measure: " + "; ".join(f"{n} ({what})" for n, (what, _) in ROWS.items())
        + " (default: all)")  # fmt: skip
    add("--repeat", type=number(1), default=5, metavar="N", help="turns (default: 5)")
    add("--limit", type=number(1), metavar="N", help="no more than N images of each set")
    add("--chart", type=Path, metavar="FILE.svg", help="draw the row `growth` here")
    add("--markdown", type=Path, metavar="FILE", help="write the printed table here too")
    add("--json", type=Path, metavar="FILE", help="write every figure here")
    mode.set_defaults(run=run_speed)


def run_speed(options: argparse.Namespace) -> int:
    """Measure the rows; 2 if none could be."""
    with TemporaryDirectory(prefix="bench-speed-") as scratch:
        setting = Setting(
            options.root, Path(scratch), options.repeat, options.limit, options.chart
        )  # fmt: skip
        found = measured({name: ROWS[name][1] for name in options.rows}, setting)
    if not any(found.values()):
        print("\n".join([*setting.notes, "nothing was measured"]), file=sys.stderr)
        return 2
    description = machine.description(_versions())
    publish(
        options,
        tables.text(description, found, options.repeat, setting.notes),
        tables.to_json(description, found, setting.notes),
    )
    return 0


def measured(rows: Mapping[str, Row], setting: Setting) -> dict[str, list[Figure]]:
    """Return the figures of each row; why some are missing is noted."""
    found: dict[str, list[Figure]] = {}
    for name, row in rows.items():
        print(f"{name} ...", file=sys.stderr, flush=True)
        found[name] = []
        with TemporaryDirectory(dir=setting.scratch) as own:
            try:
                # One by one, so that those before a failure stay.
                found[name].extend(row(replace(setting, scratch=Path(own))))
            except (MissingError, lloyd.DisagreementError) as error:
                setting.notes.append(f"{name}: not measured, {error}")
            except subprocess.CalledProcessError as error:
                setting.notes.append(f"{name}: not measured, {programs.complaint(error)}")
            except KeyboardInterrupt:
                setting.notes.append("interrupted: the table shows what was finished")
                break
    return found


def _versions() -> list[str]:
    versions = []
    for version in (programs.huepress_version, programs.pngquant_version):
        try:
            versions.append(version())
        except MissingError as missing:
            versions.append(str(missing))
    return versions
