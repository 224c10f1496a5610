"""Did something move, or was it noise? Pairs of figures of two commits → a verdict.

A figure that varies is taken in turns. The median of the ratios turn by turn says how far it moved;
an interval that holds the true median with a probability of at least `CONFIDENCE`, whatever the
distribution is, says whether that is more than noise. The median lies between the k-th least and
the k-th greatest ratio unless fewer than k of them fell on one side of it: a toss of coins.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from math import comb
from statistics import median

from bench.figures import Spread

CONFIDENCE = 0.95
LEAST_TURNS = 6
"""Of fewer, even the whole range does not hold the median with that probability."""


class Kind(Enum):
    """What a figure is, and therefore which way is worse."""

    SECONDS = "s"
    BYTES = "B"
    SCORE = "SSIMULACRA 2"
    ERROR = "MSE"


class Verdict(Enum):
    """What became of a figure."""

    SAME = "same"
    NOISE = "within noise"
    BETTER = "better"
    WORSE = "worse"
    TOO_MUCH_WORSE = "too much worse"


@dataclass(frozen=True, slots=True)
class Pair:
    """A figure of both commits, turn by turn; a single turn if it does not vary."""

    what: str
    kind: Kind
    base: tuple[float, ...]
    head: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Move:
    """How far a figure moved, and what that means: head / base, of scores head - base."""

    pair: Pair
    change: Spread
    verdict: Verdict


def judged(pair: Pair, threshold: float, score_threshold: float) -> Move:
    """Judge a figure.

    Parameters
    ----------
    pair : Pair
    threshold : float
        The share by which anything but a score may get worse, as in 0.05.
    score_threshold : float
        By how much a score may fall.
    """
    turns = zip(pair.base, pair.head, strict=True)
    if pair.kind is Kind.SCORE:
        change = interval([head - base for base, head in turns])
        loss = Spread(-change.median, -change.high, -change.low)
        neutral, most = 0.0, score_threshold
    else:
        loss = change = interval([_ratio(head, base) for base, head in turns])
        neutral, most = 1.0, 1 + threshold
    if loss.low == loss.high == neutral:
        return Move(pair, change, Verdict.SAME)
    if loss.low > neutral:
        worse = Verdict.TOO_MUCH_WORSE if loss.median > most else Verdict.WORSE
        return Move(pair, change, worse)
    return Move(pair, change, Verdict.BETTER if loss.high < neutral else Verdict.NOISE)


def interval(values: Sequence[float]) -> Spread:
    """Return the median, and the interval around it; all of the range if values are few."""
    ordered = sorted(values)
    cut = trimmed(len(ordered))
    return Spread(median(ordered), ordered[cut], ordered[-1 - cut])


def trimmed(number: int) -> int:
    """Return how many values may be left out at either end for `CONFIDENCE` to remain."""
    misses = (
        2 * sum(comb(number, few) for few in range(cut + 1)) / 2**number
        for cut in range((number + 1) // 2)
    )
    return max((cut for cut, miss in enumerate(misses) if miss <= 1 - CONFIDENCE), default=0)


def _ratio(head: float, base: float) -> float:
    return head / base if base else 1.0 if head == base else float("inf")
