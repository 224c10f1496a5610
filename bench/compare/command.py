"""Command line: ``python -m bench compare``."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench import images, machine, programs
from bench.arguments import existing, number, numbers
from bench.compare import builds, measuring, moves
from bench.compare.builds import BuildError
from bench.compare.moves import Kind, Move, Pair, Verdict
from bench.report import markdown_table
from bench.speed.tables import quantity

CHECKOUT = Path(__file__).parents[2]
SHARED = CHECKOUT.parent / "shared" / "images"
FIXED = (
    CHECKOUT / "examples" / "scene.png",
    SHARED / "kodak" / "kodim05.png",
    SHARED / "kodak" / "kodim23.png",
    SHARED / "photos_large" / "wikipedia_1MP_lossless" / "016.png",
    SHARED / "alpha" / "sharp" / "image-in-alpha.png",
)
HEADER = ("what", "of", "base", "head", "head / base (interval)", "verdict")
LEGEND = (
    "Medians; of scores the difference. The interval holds the true median with a probability of "
    f"{moves.CONFIDENCE:.0%} or more; what it tells apart from no change may, in so many figures, "
    "still be chance once or twice."
)


def add_to(mode: argparse.ArgumentParser) -> None:
    """Declare the options of this mode."""
    add = mode.add_argument
    add("base", metavar="BASE", help="a commit of this repository")
    add("head", nargs="?", default="HEAD", metavar="HEAD", help="another one (default: HEAD)")
    add("--images", type=existing, nargs="+", default=None, metavar="FILE_OR_FOLDER",
        help="default: a small fixed set, as far as it is there")  # fmt: skip
    add("--efforts", type=numbers(1, 10), default=[1, 5], metavar="A,B", help="default: 1,5")
    add("--repeat", type=number(moves.LEAST_TURNS), default=11, metavar="N", help="default: 11")
    add("--threshold", type=number(0, 1000), default=5, metavar="PERCENT",
        help="exit 1 if time, memory, bytes or error got worse by more (default: 5)")  # fmt: skip
    add("--score-threshold", type=float, default=0.5, metavar="POINTS",
        help="the same for SSIMULACRA 2 (default: 0.5)")  # fmt: skip
    add("--all", action="store_true", help="show what did not move, too")
    mode.set_defaults(run=run_compare)


def run_compare(options: argparse.Namespace) -> int:
    """Build and compare; 1 if something got too much worse, 2 if nothing could be compared."""
    notes: list[str] = []
    try:
        pairs = compared(options, notes)
    except BuildError as error:
        print(error, file=sys.stderr)
        return 2
    if not pairs:
        print("\n".join([*notes, "nothing was compared"]), file=sys.stderr)
        return 2
    found = [moves.judged(p, options.threshold / 100, options.score_threshold) for p in pairs]
    print(text(found, notes, everything=options.all))
    return 1 if any(move.verdict is Verdict.TOO_MUCH_WORSE for move in found) else 0


def compared(options: argparse.Namespace, notes: list[str]) -> list[Pair]:
    """Build both commits and measure them."""
    files = [path for path in images.find(options.images or FIXED) if path.exists()]
    absent = [path.name for path in FIXED if not options.images and path not in files]
    if absent:
        notes.append(f"not in {SHARED}, and left out: {', '.join(absent)}")
    with TemporaryDirectory(prefix="bench-compare-") as scratch:
        made = {}
        for role, name in (("base", options.base), ("head", options.head)):
            commit = builds.resolved(CHECKOUT, name)
            print(f"building {commit} ...", file=sys.stderr, flush=True)
            made[role] = builds.build(CHECKOUT, commit, Path(scratch, role))
        notes.append(f"base is {made['base'].commit}, head is {made['head'].commit}")
        return measured(made, files, options, Path(scratch), notes)


def measured(
    made: measuring.Builds,
    files: Sequence[Path],
    options: argparse.Namespace,
    folder: Path,
    notes: list[str],
) -> list[Pair]:
    """Return what could be measured of both; note what could not."""
    pairs: list[Pair] = []
    for name, found in measuring.every(made, files, options.efforts, folder, options.repeat):
        print(f"{name} ...", file=sys.stderr, flush=True)
        try:
            pairs += found
        except subprocess.CalledProcessError as error:
            notes.append(f"{name}: not compared, {programs.complaint(error)}")
        except KeyboardInterrupt:
            notes.append("interrupted: shown is what was finished")
            break
    return pairs


def text(found: Sequence[Move], notes: Sequence[str], *, everything: bool) -> str:
    """Return the table of what moved, and a count of what did not."""
    still = (Verdict.SAME, Verdict.NOISE)
    shown = [move for move in found if everything or move.verdict not in still]
    counts = [f"{sum(m.verdict is v for m in found)} {v.value}" for v in Verdict]
    table = markdown_table(HEADER, map(cells, shown)) if shown else "Nothing moved."
    listed = "\n".join(f"- {note}" for note in [LEGEND, *notes])
    description = machine.description([])
    return "\n\n".join([description, table, f"{len(found)} figures: {', '.join(counts)}", listed])


def cells(move: Move) -> list[str]:
    """Return one line of the table."""
    pair, change = move.pair, move.change
    score = pair.kind is Kind.SCORE
    sign = "+.2f" if score else ".3f"
    unit = pair.kind.value if pair.kind in (Kind.SECONDS, Kind.BYTES) else ""
    around = f" ({change.low:{sign}} to {change.high:{sign}})" if len(pair.base) > 1 else ""
    base, head = (quantity(median(turns), unit) for turns in (pair.base, pair.head))
    kind = {Kind.SECONDS: "time", Kind.BYTES: "size"}.get(pair.kind, pair.kind.value)
    return [pair.what, kind, base, head, f"{change.median:{sign}}{around}", move.verdict.value]
