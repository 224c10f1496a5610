"""Command line of ``python -m bench looks``."""

from __future__ import annotations

import argparse
import shutil
from dataclasses import asdict
from pathlib import Path

from bench import tables
from bench.arguments import add_common, existing, named_value, names, number, numbers
from bench.looks import pictures, sheet
from bench.looks.comparing import Settings, compare_images
from bench.looks.encoders import Peer
from bench.looks.tables import LEGEND, looks_tables
from bench.processes import MissingError, huepress_version

PARTS = {
    "equal": "bytes at equal SSIMULACRA 2",
    "butteraugli": "bytes at equal Butteraugli too",
    "defaults": "dominance with no options",
    "plain": "scores without rate-distortion",
    "banding": "banding at equal bytes",
    "quality": "where quality targets land",
    "size": "whether size targets are kept",
}


def add_to(mode: argparse.ArgumentParser) -> None:
    """Declare the options of this mode."""
    add = mode.add_argument
    add("inputs", type=existing, nargs="+", metavar="FOLDER_OR_FILE",
        help="the shared images, or any folder or file")  # fmt: skip
    add("--sets", type=lambda text: text.split(","), metavar="A,B",
        help=f"only these of {','.join(pictures.SETS)}")  # fmt: skip
    add("--parts", type=names(PARTS, "part"), default=list(PARTS), metavar="A,B",
        help="what to measure: " + "; ".join(f"{n} ({what})" for n, what in PARTS.items())
        + "; or none (default: all)")  # fmt: skip
    add("--k", type=numbers, default=[256, 128, 64], help="default: 256,128,64")
    add("--option", type=named_value, action="append", default=[], metavar="NAME=VALUE",
        help="pass this to every huepress.compress, as in effort=10")  # fmt: skip
    add("-j", "--jobs", type=number, default=1, metavar="N", help="images at once (default: 1)")
    add("--pngquant", type=existing, metavar="FILE",
        help="the peer (default: that of pngquant-cli, or else on the PATH)")  # fmt: skip
    add("--cache", type=Path, metavar="FOLDER",
        help="keep the peer's files here, and don't make them again")  # fmt: skip
    add("--sheet", type=Path, metavar="FILE.png",
        help="draw the originals beside both encoders' results at 3x; of K colours with "
        "--option k=K")  # fmt: skip
    add_common(mode)
    mode.set_defaults(run=main)


def main(options: argparse.Namespace) -> int:
    """Measure and print the tables; 2 if a program is missing or no image could be judged."""
    try:
        peer = Peer.find(options.pngquant, options.cache)
    except MissingError as missing:
        return tables.nothing([str(missing)])
    found = pictures.find(options.inputs, options.sets, options.limit)
    if not found:
        return tables.nothing([f"no images of {', '.join(options.sets or ['any kind'])} there"])
    notes: list[str] = []
    parts = set(options.parts)
    if parts & {"butteraugli", "banding"}:
        parts.add("equal")  # whose curves they are read from
    if "butteraugli" in parts and not shutil.which("butteraugli"):
        parts.remove("butteraugli")
        notes.append("Butteraugli: not available, the program `butteraugli` is not installed")
    settings = Settings(frozenset(parts), options.k, dict(options.option))
    outcomes = compare_images(found, settings, peer, options.jobs, notes)
    if not any(o.files or (o.colors and not parts) for o in outcomes):
        return tables.nothing([*notes, "nothing was measured"])
    if options.sheet:
        page = sheet.draw(found, peer, settings.options, notes)
        if page:
            page.save(options.sheet, "PNG")
    given = f" with {settings.options}" if settings.options else ""
    versions = [huepress_version() + given, peer.versions]
    records = {"files": [asdict(file) for o in outcomes for file in o.files]}
    tables.publish(options, versions, looks_tables(outcomes), [LEGEND, *notes], records)
    return 0
