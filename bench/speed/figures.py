"""One line of the table: figures of ours beside a peer's, and the bar that they have to pass."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median

from bench.measures import Spread, spread
from bench.tables import NOTHING, number, quantity

HEADER = ("row", "what", "huepress", "peer", "figure (min to max)", "worst", "bar", "met")
LEGEND = (
    "huepress and peer: the median over images. Figure: of each image the median ratio of all "
    "turns, then the median over images; of bytes and errors the ratio of sums, of scores the mean "
    "difference. Its range is that over images, or of a single one over turns."
)

Turns = Mapping[str, Sequence[float]]
"""What a program took on each image, turn by turn; a single turn if it does not vary."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A limit; `relation` is one of ≤, <, ≥ and >."""

    relation: str
    limit: float

    def met(self, value: float) -> bool:
        """Tell whether a value passes."""
        beyond = value > self.limit if self.relation in "≥>" else value < self.limit
        return beyond or (value == self.limit and self.relation in "≤≥")


@dataclass(frozen=True, slots=True)
class Figure:
    """What is compared, both sides' numbers (one for each image), and what they come to.

    `value` has to reach the bar, if there is one; `worst` names the image of its worst.
    """

    what: str
    unit: str
    ours: Sequence[float]
    theirs: Sequence[float]
    value: Spread
    bar: Bar | None = None
    worst: str = NOTHING

    @property
    def met(self) -> bool | None:
        """Whether the bar is passed, if there is one."""
        return self.bar.met(self.value.median) if self.bar else None

    def cells(self, row: str) -> list[str]:
        """Return the line of the table."""
        low, high = number(self.value.low), number(self.value.high)
        return [
            row,
            self.what,
            quantity(median(self.ours), self.unit),
            quantity(median(self.theirs), self.unit),
            f"{number(self.value.median)} ({low} to {high})",
            self.worst,
            f"{self.bar.relation} {self.bar.limit:.4g}" if self.bar else NOTHING,
            {None: NOTHING, True: "yes", False: "**no**"}[self.met],
        ]


def compare(
    what: str, unit: str, sides: Iterable[Turns], bar: Bar | None = None, *,
    sums: bool = False, difference: bool = False, high_is_good: bool = False,
) -> Figure:  # fmt: skip
    """Compare two sides as ours / theirs, turn by turn and image by image.

    Parameters
    ----------
    sums : bool
        Sum up both sides over images first.
    difference : bool
        Compare as ours - theirs instead, and take the mean.
    high_is_good : bool
        The lowest is the worst.
    """
    ours, theirs = sides
    turns = {
        image: [a - b if difference else a / b for a, b in zip(own, theirs[image], strict=True)]
        for image, own in ours.items()
    }
    medians = {image: median(found) for image, found in turns.items()}
    around = spread(medians.values() if len(medians) > 1 else next(iter(turns.values())))
    left, right = ([median(side[image]) for image in ours] for side in (ours, theirs))
    middle = around.median
    if difference:
        middle = fmean(medians.values())
    elif sums:
        middle = sum(left) / sum(right)
    pick = min if high_is_good else max
    worst = pick(medians, key=lambda image: medians[image]) if len(medians) > 1 else NOTHING
    return Figure(what, unit, left, right, Spread(middle, around.low, around.high), bar, worst)
