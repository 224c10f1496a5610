"""One image: the files that both encoders make of it, and the figures that the tables need."""

from __future__ import annotations

import multiprocessing
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from bench.images import UnusableError, load
from bench.looks import encoders, pictures
from bench.looks.curves import figure_at, ratio_at
from bench.looks.encoders import Peer, RefusedError
from bench.looks.judge import MEASURES, Judge, Verdict
from bench.looks.pictures import Picture

PLAIN_KS = (256, 128, 64, 32, 16)
QUALITIES = (60, 70, 80, 85)
NEAR_SCORE = 1.0
SIZE_SHARES = (0.75, 0.5)
"""Target sizes, as shares of what huepress's defaults take."""

NEAR_SIZE = 0.97
DEFAULT_K = 256
"""What pngquant takes if it is told nothing."""

FIRST_RD = (0.5, 1.0, 2.0)
COARSEST_RD = 64.0
FINEST_RD = 0.1
"""Below that, the next finer value is 0."""

LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class Settings:
    """What to measure; `options` go to huepress in every call."""

    parts: frozenset[str]
    ks: Sequence[int] = (256, 128, 64)
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class File:
    """One file that was made and judged."""

    image: str
    encoder: str
    options: dict[str, Any]
    verdict: Verdict


class Pair(NamedTuple):
    """Our file of an image and the peer's."""

    ours: Verdict
    theirs: Verdict

    @property
    def gain(self) -> float | None:
        """How much better ours scores, if there are scores."""
        if self.ours.ssimulacra2 is None or self.theirs.ssimulacra2 is None:
            return None
        return self.ours.ssimulacra2 - self.theirs.ssimulacra2


class Landing(NamedTuple):
    """Where a target landed: near enough, above a size; and whether any file shows it in reach."""

    at: float
    near: bool
    above: bool
    reachable: bool


@dataclass(slots=True)
class Outcome:
    """All of one image; without a number of colours it could not be judged, and notes say why.

    `figures` are by table, then by column.
    """

    picture: Picture
    colors: int = 0
    figures: dict[str, dict[str, Any]] = field(default_factory=dict)
    files: list[File] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, table: str, column: str, figure: Any) -> None:
        """Take down a figure, if there is one."""
        if figure is not None:
            self.figures.setdefault(table, {})[column] = figure


def compare_image(picture: Picture, settings: Settings, peer: Peer) -> Outcome:
    """Make and judge all files of one image."""
    outcome = Outcome(picture)
    with TemporaryDirectory(prefix="bench-looks-") as name:
        folder = Path(name)
        try:
            pixels = load(picture.path)
            outcome.colors = pictures.count_colors(pixels)
            extra = {part: part in settings.parts for part in ("butteraugli", "banding")}
            file = pictures.plain_png(pixels, folder)
            _Comparison(outcome, file, Judge(pixels, folder, **extra), peer, settings).measure()
        except UnusableError as reason:
            outcome.notes.append(f"{picture.name}: skipped, {reason}")
        # A bug of one encoder on one image may not end a run of hours.
        except Exception as error:
            what = " ".join(f"{type(error).__name__}: {error}".split())[:LONGEST_REASON]
            outcome.notes.append(f"{picture.name}: given up ({what})")
    return outcome


@dataclass(slots=True)
class _Comparison:
    outcome: Outcome
    file: Path
    judge: Judge
    peer: Peer
    settings: Settings
    theirs: dict[int, Verdict | None] = field(default_factory=dict)

    def measure(self) -> None:
        parts, add = self.settings.parts, self.outcome.add
        for k in self.settings.ks if "equal" in parts else ():
            self.equal(k)
        whole = self.huepress() if parts & {"defaults", "size"} else None
        if "defaults" in parts:
            add("defaults", "better", _pair(whole, self.pngquant(DEFAULT_K)))
        for k in PLAIN_KS if "plain" in parts else ():
            pair = _pair(self.huepress(k=k, rd=0), self.pngquant(k))
            if pair and pair.gain is not None and not (pair.ours.lossless and pair.theirs.lossless):
                add("plain", f"K={k}", pair)
        targets = [("quality", f"Q={q}", q, self.huepress(quality=str(q)))
                   for q in QUALITIES if "quality" in parts]  # fmt: skip
        if whole and "size" in parts:
            sizes = {f"{share:.0%}": int(whole.bytes * share) for share in SIZE_SHARES}
            targets += [("size", share, size, self.huepress(target_size=str(size)))
                        for share, size in sizes.items()]  # fmt: skip
        for table, column, wanted, verdict in targets:
            add(table, column, verdict and self.landing(table, wanted, verdict))

    def equal(self, k: int) -> None:
        theirs = self.pngquant(k)
        if theirs is None:
            return
        column = f"K={k}"
        if self.outcome.colors <= k:
            self.outcome.add("exact", column, _pair(self.huepress(k=k), theirs))
            return
        curve = self.curve(theirs, k)
        for part in ("equal", "butteraugli"):
            target = MEASURES[part](theirs)
            points = [(at, v.bytes) for v in curve if (at := MEASURES[part](v)) is not None]
            if target is not None:
                self.outcome.add(part, column, ratio_at(points, (target, theirs.bytes)))
        bands = [(v.ssimulacra2, v.bytes, v.banding) for v in curve
                 if v.ssimulacra2 is not None and v.banding is not None]  # fmt: skip
        ours = figure_at(bands, theirs.bytes)
        if ours is not None and theirs.banding is not None:
            self.outcome.add("banding", column, (ours, theirs.banding))

    def curve(self, theirs: Verdict, k: int) -> list[Verdict]:
        """Vary `rd` until the curve lies on both sides of the peer, in each respect asked for."""
        wanted = {"equal", *self.settings.parts}
        respects = [measure for part, measure in MEASURES.items() if part in wanted]
        found: dict[float, Verdict | None] = {}
        waiting = list(FIRST_RD)
        while waiting:
            rd = waiting.pop(0)
            found[rd] = self.huepress(k=k, rd=rd)
            if not waiting:
                made = [verdict for verdict in found.values() if verdict]
                following = (next_rd(found, [m(v) for v in made], m(theirs)) for m in respects)
                waiting = [rd for rd in following if rd is not None][:1]
        return [verdict for verdict in found.values() if verdict]

    def landing(self, table: str, wanted: float, verdict: Verdict) -> Landing | None:
        measure = (lambda v: v.bytes) if table == "size" else MEASURES["equal"]
        lossy = [f.verdict for f in self.outcome.files
                 if f.encoder == "huepress" and not f.verdict.lossless]  # fmt: skip
        reachable = any((measure(v) or 0.0) >= wanted for v in lossy)
        low, high = wanted - NEAR_SCORE, wanted + NEAR_SCORE
        if table == "size":
            low, high = NEAR_SIZE * wanted, wanted
        at = measure(verdict)
        if at is None:
            return None
        return Landing(at, low <= at <= high, table == "size" and at > high, reachable)

    def pngquant(self, k: int) -> Verdict | None:
        if k not in self.theirs:
            self.theirs[k] = self.judged("pngquant", {"k": k}, lambda: self.peer(self.file, k))
        return self.theirs[k]

    def huepress(self, **options: Any) -> Verdict | None:
        given = {**self.settings.options, **options}
        return self.judged("huepress", given, lambda: encoders.huepress(self.file, **given))

    def judged(
        self, encoder: str, options: dict[str, Any], encode: Callable[[], bytes]
    ) -> Verdict | None:
        name = self.outcome.picture.name
        try:
            verdict = self.judge(encode())
        except RefusedError as reason:
            given = " ".join(f"{option}={given}" for option, given in options.items()) or "defaults"
            self.outcome.notes.append(f"{name}: no file by {encoder}, {given} ({reason})")
            return None
        self.outcome.files.append(File(name, encoder, options, verdict))
        return verdict


def _pair(ours: Verdict | None, theirs: Verdict | None) -> Pair | None:
    return Pair(ours, theirs) if ours and theirs else None


def next_rd(
    tried: Iterable[float], reached: Iterable[float | None], target: float | None
) -> float | None:
    """Return a finer or coarser `rd` than all that were tried, until the target lies between.

    None if it does, or if there is nothing finer or coarser, or nothing to compare.
    """
    values = [value for value in reached if value is not None]
    if target is None or not values or min(values) <= target <= max(values):
        return None
    if target > max(values):
        least = min(tried)
        return None if least == 0 else least / 2 if least > FINEST_RD else 0.0
    coarser = max(2 * max(tried), FINEST_RD)
    return coarser if coarser <= COARSEST_RD else None


def compare_images(
    found: Sequence[Picture], settings: Settings, peer: Peer, jobs: int, notes: list[str]
) -> list[Outcome]:
    """Compare all images, `jobs` at a time; what was finished stays if the user interrupts."""
    outcomes: dict[str, Outcome] = {}
    try:
        for outcome in _finished(partial(compare_image, settings=settings, peer=peer), found, jobs):
            outcomes[outcome.picture.name] = outcome
            words = [f"[{len(outcomes)}/{len(found)}] {outcome.picture.name}", *outcome.notes[:1]]
            print(*words, file=sys.stderr, flush=True)
    except (KeyboardInterrupt, BrokenProcessPool) as ended:
        why = "interrupted" if isinstance(ended, KeyboardInterrupt) else "a process was killed"
        notes.append(f"{why}: the tables show what was finished")
    kept = [outcomes[picture.name] for picture in found if picture.name in outcomes]
    notes += [note for outcome in kept for note in outcome.notes]
    return kept


def _finished(
    one: Callable[[Picture], Outcome], found: Sequence[Picture], jobs: int
) -> Iterator[Outcome]:
    if jobs == 1:
        yield from map(one, found)
        return
    # Not forked: the thread pools of oxipng and huepress don't survive that.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(jobs, context, initializer=_ignore_interrupts)
    try:
        waiting = [pool.submit(one, picture) for picture in found]
        yield from (future.result() for future in as_completed(waiting))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        for child in multiprocessing.active_children():
            child.terminate()


def _ignore_interrupts() -> None:
    # A handler, not SIG_IGN, which the programs started here would inherit.
    signal.signal(signal.SIGINT, lambda number, frame: None)
