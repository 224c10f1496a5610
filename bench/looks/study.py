"""One image: what both coders make of it, at all the settings that the tables need."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.images import UnusableError
from bench.looks import coders, subjects
from bench.looks.coders import Peer, RefusedError
from bench.looks.dials import Dial
from bench.looks.judge import Judge, Verdict
from bench.looks.subjects import Candidate, Subject

PLAIN_KS = (256, 128, 64, 32, 16)
QUALITIES = (60, 70, 80, 85)
SIZE_SHARES = (0.75, 0.5)
"""Target sizes, as shares of what huepress's defaults take."""

DEFAULT_K = 256
"""What pngquant takes if it is told nothing."""

LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class Settings:
    """What to measure. `extra` is passed to huepress in every call, whatever is measured."""

    parts: frozenset[str]
    ks: Sequence[int]
    efforts: Sequence[int]
    dial: Dial | None
    extra: dict[str, Any] = field(default_factory=dict)
    missing: frozenset[str] = frozenset()
    """Options that this huepress does not have, without which the rest is still worth knowing."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One file that was made and judged.

    `part` is why: ``peer`` (pngquant's), ``curve``, ``exact`` (K holds all colours), ``defaults``,
    ``plain`` (no rate-distortion), ``quality`` or ``size``; `value` is what was set for it.
    """

    image: str
    part: str
    k: int | None
    effort: int | None
    value: float | None
    bytes: int
    lossless: bool
    ssimulacra2: float | None
    butteraugli: float | None
    banding: float | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """All of one image; without a subject it could not be judged, and the notes say why."""

    subject: Subject | None
    samples: list[Sample]
    notes: list[str]


def study(candidate: Candidate, settings: Settings, peer: Peer, scratch: Path) -> Outcome:
    """Make and judge all files of one image; temporary ones lie in `scratch`."""
    try:
        pixels = subjects.load(candidate.path)
    except UnusableError as reason:
        return Outcome(None, [], [f"{candidate.name}: skipped, {reason}"])
    subject = subjects.subject(candidate, pixels)
    with TemporaryDirectory(dir=scratch) as name:
        folder = Path(name)
        judge = Judge(
            pixels,
            folder,
            butteraugli="butteraugli" in settings.parts,
            banding="banding" in settings.parts,
        )
        desk = Desk(subject, subjects.plain_png(candidate.path, pixels, folder), judge, peer)
        try:
            desk.work(settings)
        # A bug of one coder on one image may not end a run of hours.
        except Exception as error:
            what = " ".join(f"{type(error).__name__}: {error}".split())[:LONGEST_REASON]
            desk.notes.append(f"{candidate.name}: given up ({what})")
    return Outcome(subject, desk.samples, desk.notes)


@dataclass(slots=True)
class Desk:
    """Where one image is worked on: its samples and notes gather here."""

    subject: Subject
    file: Path
    judge: Judge
    peer: Peer
    samples: list[Sample] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    _peers: dict[int, Sample | None] = field(default_factory=dict)

    def work(self, settings: Settings) -> None:
        """Measure all parts that are asked for."""
        if "equal" in settings.parts:
            for k in settings.ks:
                self._equal(k, settings)
        if "defaults" in settings.parts:
            self._theirs(DEFAULT_K)
            self._ours(settings, "defaults")
        if "plain" in settings.parts:
            for k in PLAIN_KS:
                self._theirs(k)
                off = {} if "rd" in settings.missing else {"rd": 0}
                self._ours(settings, "plain", k=k, **off)
        if "quality" in settings.parts:
            for quality in QUALITIES:
                self._ours(settings, "quality", quality, quality=str(quality))
        if "size" in settings.parts:
            self._sizes(settings)

    def _equal(self, k: int, settings: Settings) -> None:
        theirs = self._theirs(k)
        if theirs is None:
            return
        for effort in settings.efforts:
            if self.subject.colors <= k:
                self._ours(settings, "exact", k=k, effort=effort)
            elif settings.dial:
                self._trace(settings, settings.dial, theirs, effort)

    def _trace(self, settings: Settings, dial: Dial, theirs: Sample, effort: int) -> None:
        """Measure the curve on both sides of the peer, in each respect that is asked for."""
        samples: dict[float, Sample | None] = {}

        def measure(value: float) -> None:
            options = {"k": theirs.k, "effort": effort, dial.option: dial.argument(value)}
            samples[value] = self._ours(settings, "curve", value, **options)

        for value in dial.start(theirs.ssimulacra2):
            measure(value)
        for respect in _respects(settings.parts):
            target = respect(theirs)
            while target is not None:
                reached = [r for s in samples.values() if s and (r := respect(s)) is not None]
                step = _direction(reached, target)
                following = dial.beyond(samples, step) if step else None
                if following is None:
                    break
                measure(following)

    def _sizes(self, settings: Settings) -> None:
        whole = next((s for s in self.samples if s.part == "defaults"), None)
        whole = whole or self._ours(settings, "defaults")
        if whole:
            for share in SIZE_SHARES:
                target = int(whole.bytes * share)
                self._ours(settings, "size", target, target_size=str(target))

    def _theirs(self, k: int) -> Sample | None:
        if k not in self._peers:
            self._peers[k] = self._sample("peer", k, None, None, lambda: self.peer(self.file, k))
        return self._peers[k]

    def _ours(
        self, settings: Settings, part: str, value: float | None = None, **options: Any
    ) -> Sample | None:
        given = {**settings.extra, **options}
        return self._sample(
            part, given.get("k"), given.get("effort"), value,
            lambda: coders.huepress(self.file, **given),
        )  # fmt: skip

    def _sample(
        self, part: str, k: int | None, effort: int | None, value: float | None,
        encode: Callable[[], bytes],
    ) -> Sample | None:  # fmt: skip
        begin = time.perf_counter()
        try:
            png = encode()
        except RefusedError as reason:
            values = {"K": k, "effort": effort, "at": value}
            at = "".join(f" {name}={v}" for name, v in values.items() if v is not None)
            self.notes.append(f"{self.subject.image}: no file for {part}{at} ({reason})")
            return None
        seconds = time.perf_counter() - begin
        sample = _sample(self.subject, part, k, effort, value, self.judge(png), seconds)
        self.samples.append(sample)
        return sample


def _sample(
    subject: Subject, part: str, k: int | None, effort: int | None, value: float | None,
    verdict: Verdict, seconds: float,
) -> Sample:  # fmt: skip
    return Sample(
        subject.image, part, k, effort, value, verdict.bytes, verdict.lossless,
        verdict.ssimulacra2, verdict.butteraugli, verdict.banding, round(seconds, 3),
    )  # fmt: skip


def _respects(parts: frozenset[str]) -> list[Callable[[Sample], float | None]]:
    """Return in what the curve has to reach the peer, each higher the finer the setting."""
    respects: list[Callable[[Sample], float | None]] = [lambda sample: sample.ssimulacra2]
    if "butteraugli" in parts:
        respects.append(lambda s: None if s.butteraugli is None else -s.butteraugli)
    if "banding" in parts:
        respects.append(lambda s: None if s.banding is None else float(s.bytes))
    return respects


def _direction(reached: Sequence[float], target: float) -> int:
    """Return 1 if a finer setting is needed, -1 if a coarser one, 0 if the target is bracketed."""
    if not reached or min(reached) <= target <= max(reached):
        return 0
    return 1 if target > max(reached) else -1
