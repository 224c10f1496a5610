"""What a row shows: figures of ours beside a peer's, and the bar that they have to pass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, median

from bench.figures import Spread, spread

Turns = Sequence[float]
"""What one contestant took on one subject, turn by turn."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A limit; `relation` is one of ≤, <, ≥ and >."""

    relation: str
    limit: float

    def met(self, value: float) -> bool:
        """Whether a value passes."""
        beyond = value > self.limit if self.relation in "≥>" else value < self.limit
        return beyond or (value == self.limit and self.relation in "≤≥")


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of a table.

    Attributes
    ----------
    what : str
        What is compared, and how: as in ``wall time / pngquant's``.
    unit : str
        Of `ours` and `theirs`.
    ours, theirs : tuple of float
        One number for each subject.
    value : Spread
        What the two come to, and the range of that over subjects, or else over turns.
    bar : Bar, optional
        What `value` has to reach, if anything.
    """

    what: str
    unit: str
    ours: tuple[float, ...]
    theirs: tuple[float, ...]
    value: Spread
    bar: Bar | None = None

    @property
    def met(self) -> bool | None:
        """Whether the bar is passed, if there is one."""
        return self.bar.met(self.value.median) if self.bar else None


def ratio(
    what: str,
    unit: str,
    ours: Sequence[Turns],
    theirs: Sequence[Turns],
    bar: Bar | None = None,
) -> Figure:
    """Compare medians as ours / theirs: of several subjects the median ratio, and its range.

    Of one subject, the range is that of the ratios turn by turn.
    """
    our_medians, their_medians = tuple(map(median, ours)), tuple(map(median, theirs))
    quotients = [our / their for our, their in zip(our_medians, their_medians, strict=True)]
    pairs = zip(ours[0], theirs[0], strict=True) if len(ours) == 1 else ()
    around = spread([our / their for our, their in pairs] or quotients)
    assert around is not None
    value = Spread(median(quotients), around.low, around.high)
    return Figure(what, unit, our_medians, their_medians, value, bar)


def totals(
    what: str, unit: str, ours: Sequence[float], theirs: Sequence[float], bar: Bar | None = None
) -> Figure:
    """Compare sums as ours / theirs, with the range of the single ratios."""
    singles = [our / their for our, their in zip(ours, theirs, strict=True)]
    value = Spread(sum(ours) / sum(theirs), min(singles), max(singles))
    return Figure(what, unit, tuple(ours), tuple(theirs), value, bar)


def gain(
    what: str, unit: str, ours: Sequence[float], theirs: Sequence[float], bar: Bar | None = None
) -> Figure:
    """Compare means as ours - theirs, with the range of the single differences."""
    singles = [our - their for our, their in zip(ours, theirs, strict=True)]
    value = Spread(fmean(singles), min(singles), max(singles))
    return Figure(what, unit, tuple(ours), tuple(theirs), value, bar)
