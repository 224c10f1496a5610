"""Contestants take turns on image after image; what comes out is measurements and notes."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path

from bench import images
from bench.figures import Measurement, Pixels, mse, rendered
from bench.peers import Contestant, Raw, Start
from bench.timing import take_turns, timed

LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class Settings:
    """What to race on, and how often."""

    inputs: Sequence[Path]
    ks: Sequence[int]
    repeat: int
    limit: int | None = None
    textbook_images: int = 1
    best_known: Path | None = None


@dataclass(slots=True)
class Race:
    """Those who race, the reference first, and what they have shown so far."""

    contestants: list[Contestant] = field(default_factory=list)
    measurements: list[Measurement] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def enter(self, contestants: Iterable[Contestant]) -> None:
        """Admit those whose library is installed; name the others in the notes."""
        for contestant in contestants:
            try:
                contestant.library()
            except ImportError as error:
                self.notes.append(f"{contestant.name}: missing ({error})")
            else:
                self.contestants.append(contestant)
        # The reference is the first; one that sees few images would leave the others no ratio.
        self.contestants.sort(key=lambda contestant: contestant.once)

    def run(self, settings: Settings) -> None:
        """Race on every image at every K."""
        self._note_limits(settings)
        pictures = images.pictures(settings.inputs, settings.best_known, self.notes)
        for number, picture in enumerate(islice(pictures, settings.limit)):
            for k in settings.ks:
                print(f"{picture.path} K={k} ...", file=sys.stderr, flush=True)
                self.heat(picture, k, settings.repeat)
                if number < settings.textbook_images:
                    self.single_runs(picture, k)

    def heat(self, picture: images.Picture, k: int, repeat: int) -> None:
        """Let all but the slowest take turns on one image, after an untimed turn each."""
        starts: dict[str, Start] = {}
        errors: dict[str, float] = {}
        for contestant in self._fit_for(k, once=False):
            with self._failures_noted(contestant, picture, k):
                start = contestant.start(contestant.library(), picture.pixels, k)
                errors[contestant.name] = _error(start, start.run(), picture.pixels)
                starts[contestant.name] = start
        runs = {name: partial(_seconds, start) for name, start in starts.items()}
        for name, seconds in take_turns(runs, repeat).items():
            self._record(name, picture, k, seconds, errors[name])

    def single_runs(self, picture: images.Picture, k: int) -> None:
        """Run the slowest on one image, once, with nothing untimed before it."""
        for contestant in self._fit_for(k, once=True):
            with self._failures_noted(contestant, picture, k):
                start = contestant.start(contestant.library(), picture.pixels, k)
                seconds, result = timed(start.run)
                error = _error(start, result, picture.pixels)
                self._record(contestant.name, picture, k, [seconds], error)

    def _fit_for(self, k: int, *, once: bool) -> list[Contestant]:
        return [c for c in self.contestants if c.once is once and k <= c.max_k]

    def _record(
        self, name: str, picture: images.Picture, k: int, seconds: Sequence[float], error: float
    ) -> None:
        best = picture.best_known.get(k)
        self.measurements.append(
            Measurement(name, str(picture.path), k, tuple(seconds), error, best)
        )

    @contextmanager
    def _failures_noted(
        self, contestant: Contestant, picture: images.Picture, k: int
    ) -> Iterator[None]:
        # A foreign library may raise anything, and that must not end a race of many hours.
        try:
            yield
        except Exception as error:
            reason = " ".join(f"{type(error).__name__}: {error}".split())[:LONGEST_REASON]
            self.notes.append(f"{contestant.name}: failed on {picture.path} at K={k} ({reason})")

    def _note_limits(self, settings: Settings) -> None:
        for contestant in self.contestants:
            too_many = [k for k in settings.ks if k > contestant.max_k]
            if too_many:
                ks = ", ".join(map(str, too_many))
                self.notes.append(f"{contestant.name}: no more than {contestant.max_k} colours; "
                                  f"not raced at K={ks}")  # fmt: skip
            if contestant.once:
                self.notes.append(
                    f"{contestant.name}: a single run, nothing untimed before it, on the first "
                    f"{settings.textbook_images} images at most; its row compares those only"
                )


def _seconds(start: Start) -> float:
    return timed(start.run)[0]


def _error(start: Start, result: Raw, pixels: Pixels) -> float:
    codebook, labels = start.answer(result)
    return mse(pixels, rendered(codebook, labels))
