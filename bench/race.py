"""``python -m bench race``: quantizers take turns on the same pixels in memory.

Timed is pixels to codebook and labels; what a library needs of an RGB array (a float copy, an RGBA
buffer, a Pillow image) is prepared before. Threads are left at each library's default. MSE is the
squared error summed over R, G and B, mean over pixels, of the codebook rounded to 8 bits, with the
labels as they were given.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from statistics import fmean, median
from typing import Any

from bench import images, tables
from bench.arguments import add_common, existing, names, number, numbers
from bench.measures import Pixels, geometric_mean, interleaved, mse, rendered, spread, timed
from bench.peers import PEERS, Quantizer, huepress
from bench.tables import NOTHING, markdown_table

LONGEST_REASON = 200
HEADER = (
    "quantizer", "images", "median ms", "time ratio (min to max)", "mean MSE", "MSE ratio",
    "worst MSE ratio", "MSE / best known (images)",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Measurement:
    """One quantizer on one image at one K; `best` is the least MSE known for that."""

    quantizer: str
    image: str
    k: int
    seconds: tuple[float, ...]
    mse: float
    best: float | None = None


@dataclass(slots=True)
class Race:
    """Quantizers, the reference first, and what was measured of them so far."""

    quantizers: list[Quantizer] = field(default_factory=list)
    measurements: list[Measurement] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def enter(self, quantizers: Iterable[Quantizer]) -> None:
        """Add those whose library is installed; name the others in the notes."""
        for quantizer in quantizers:
            try:
                quantizer.library()
            except ImportError as error:
                self.notes.append(f"{quantizer.name}: missing ({error})")
            else:
                self.quantizers.append(quantizer)
        # The reference is the first; one that sees few images would leave the others no ratio.
        self.quantizers.sort(key=lambda quantizer: quantizer.slow)

    def run(
        self, inputs: Iterable[Path], ks: Sequence[int], repeat: int, limit: int | None = None
    ) -> None:
        """Measure every image at every K, slow quantizers on the first image only."""
        done = 0
        for path in images.find(inputs):
            if done == limit:
                break
            try:
                pixels = images.load_opaque(path)
            except images.UnusableError as reason:
                self.notes.append(f"{path}: skipped, {reason}")
                continue
            for k in ks:
                print(f"{path} K={k} ...", file=sys.stderr, flush=True)
                self.measure(path, pixels, k, repeat, slow=not done)
            done += 1

    def measure(
        self, path: Path, pixels: Pixels, k: int, repeat: int, *, slow: bool = False
    ) -> None:
        """Let quantizers take turns on one image, after an untimed run each; slow ones run once."""
        runs: dict[str, Callable[[], float]] = {}
        errors: dict[str, float] = {}
        turns: dict[str, tuple[float, ...]] = {}
        for quantizer in self.quantizers:
            if k > quantizer.max_k or (quantizer.slow and not slow):
                continue
            name = quantizer.name
            # A foreign library may raise anything, and that must not end a run of many hours.
            try:
                run, answer = quantizer.prepare(quantizer.library(), pixels, k)
                seconds, result = timed(run)
                errors[name] = mse(pixels, rendered(*answer(result)))
            except Exception as error:
                reason = " ".join(f"{type(error).__name__}: {error}".split())[:LONGEST_REASON]
                self.notes.append(f"{name}: failed on {path} at K={k} ({reason})")
                continue
            if quantizer.slow:
                turns[name] = (seconds,)
            else:
                runs[name] = partial(_seconds, run)
        turns |= interleaved(runs, repeat)
        best = images.best_known(path).get(k)
        self.measurements += [
            Measurement(name, str(path), k, turns[name], error, best)
            for name, error in errors.items()
        ]


def _seconds(run: Callable[[], Any]) -> float:
    return timed(run)[0]


def add_to(mode: argparse.ArgumentParser) -> None:
    """Declare the options of this mode."""
    add = mode.add_argument
    add("inputs", type=existing, nargs="+", metavar="FOLDER_OR_FILE")
    add("--k", type=numbers, default=[256, 64, 16], help="default: 256,64,16")
    add("--effort", type=numbers, default=[5],
        help="one row each; ratios are to the first (default: 5)")  # fmt: skip
    add("--peers", type=names(PEERS, "peer"), default=list(PEERS),
        help=f"default: {','.join(PEERS)}; textbook takes minutes")  # fmt: skip
    add("--repeat", type=number, default=5, metavar="N", help="turns (default: 5)")
    add_common(mode)
    mode.set_defaults(run=main)


def main(options: argparse.Namespace) -> int:
    """Measure and print the tables; 2 if nothing could be measured."""
    race = Race()
    race.enter([*map(huepress, options.effort), *(PEERS[name] for name in options.peers)])
    try:
        race.run(options.inputs, options.k, options.repeat, options.limit)
    except KeyboardInterrupt:
        race.notes.append("interrupted: the tables show what was finished")
    if not race.measurements:
        return tables.nothing([*race.notes, "nothing was measured"])
    notes = [*legend(race, options.k, options.repeat), *race.notes]
    records = {"measurements": [asdict(m) for m in race.measurements]}
    versions = [quantizer.version() for quantizer in race.quantizers]
    tables.publish(options, versions, race_tables(race), notes, records)
    return 0


def race_tables(race: Race) -> list[str]:
    """Return a title and a table for each K."""
    found = []
    for k in dict.fromkeys(m.k for m in race.measurements):
        by_name = {q.name: [m for m in race.measurements if (m.quantizer, m.k) == (q.name, k)]
                   for q in race.quantizers}  # fmt: skip
        reference = by_name[race.quantizers[0].name]
        rows = [row(own, reference) for own in by_name.values() if own]
        count = len({m.image for own in by_name.values() for m in own})
        found += [f"**K = {k}**, {count} image{'s' if count != 1 else ''}"]
        found += [markdown_table(HEADER, rows)]
    return found


def row(own: Sequence[Measurement], reference: Sequence[Measurement]) -> list[str]:
    """Return one quantizer's line at one K; ratios are to the reference on the same images."""
    twins = {m.image: m for m in reference}
    pairs = [(m, twins[m.image]) for m in own if m.image in twins]
    times = spread(median(m.seconds) / median(t.seconds) for m, t in pairs) if pairs else None
    # A zero has no place in a geometric mean; the notes name the images that this leaves out.
    ratios = {Path(m.image).name: m.mse / t.mse for m, t in pairs if m.mse and t.mse}
    worst = max(ratios, key=lambda image: ratios[image], default="")
    best = [m.mse / m.best for m in own if m.best]
    return [
        own[0].quantizer,
        str(len(own)),
        f"{1000 * median(median(m.seconds) for m in own):.1f}",
        f"{times.median:.3g} ({times.low:.3g} to {times.high:.3g})" if times else NOTHING,
        f"{fmean(m.mse for m in own):.2f}",
        f"{geometric_mean(list(ratios.values())):.4f}" if ratios else NOTHING,
        f"{ratios[worst]:.4f} {worst}" if len(ratios) > 1 else NOTHING,
        f"{fmean(best):.4f} ({len(best)})" if best else NOTHING,
    ]


def legend(race: Race, ks: Sequence[int], repeat: int) -> list[str]:
    """Return what the reader of the tables has to know."""
    notes = [
        f"Ratios are to {race.quantizers[0].name}: above 1 means slower, or more distortion. Times "
        f"are the median over images of the median on each (turns: {repeat}); time ratios are "
        "taken image by image, then their median; MSE ratios are geometric means, those to the "
        "best known arithmetic ones."
    ]
    for quantizer in race.quantizers:
        too_many = ", ".join(str(k) for k in ks if k > quantizer.max_k)
        if too_many:
            notes.append(f"{quantizer.name}: no more than {quantizer.max_k} colours; not measured "
                         f"at K={too_many}")  # fmt: skip
        if quantizer.slow:
            notes.append(f"{quantizer.name}: a single run, nothing untimed before it, on the first "
                         "image only; its row compares that only")  # fmt: skip
    exact = sorted({f"{m.image} at K={m.k}" for m in race.measurements if not m.mse})
    if exact:
        notes.append("reproduced exactly by a quantizer, so that there is no MSE ratio: "
                     + ", ".join(exact))  # fmt: skip
    return notes
