"""What moves huepress along its curve of bytes and looks."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

COARSEST_RD = 64.0
FINEST_RD = 0.1
"""Below that, the next finer value is 0."""

QUALITY_STEP = 4


class Dial(Protocol):
    """An option of huepress, and which of its values to try."""

    @property
    def option(self) -> str:
        """Its name."""

    def argument(self, value: float) -> float | str:
        """Return a value as huepress takes it."""

    def start(self, looks: float | None) -> Sequence[float]:
        """Return the values to begin with, for a peer of so much SSIMULACRA 2."""

    def beyond(self, tried: Collection[float], step: int) -> float | None:
        """Return the next value, finer (step 1) or coarser (-1) than all that were tried."""


@dataclass(frozen=True, slots=True)
class RateDistortion:
    """The strength of rate-distortion; 0 is the finest."""

    values: Sequence[float]
    option: str = "rd"

    def argument(self, value: float) -> float | str:
        """Return a value as huepress takes it."""
        return value

    def start(self, looks: float | None) -> Sequence[float]:
        """Return the values to begin with."""
        return self.values

    def beyond(self, tried: Collection[float], step: int) -> float | None:
        """Return half the least or twice the greatest, within reason."""
        least, greatest = min(tried), max(tried)
        if step > 0:
            return None if least == 0 else least / 2 if least > FINEST_RD else 0.0
        following = max(greatest * 2, FINEST_RD)
        return following if following <= COARSEST_RD else None


@dataclass(frozen=True, slots=True)
class Quality:
    """The wanted SSIMULACRA 2; with it, K is only the most."""

    option: str = "quality"

    def argument(self, value: float) -> float | str:
        """Return a value as huepress takes it."""
        return str(round(value))

    def start(self, looks: float | None) -> Sequence[float]:
        """Return the peer's own score, a bit less and a bit more."""
        middle = min(98, max(2, round(looks or 0)))
        return [middle - 2, middle, middle + 2]

    def beyond(self, tried: Collection[float], step: int) -> float | None:
        """Return a few points more or less, up to the ends of the scale."""
        value = max(tried) + QUALITY_STEP if step > 0 else min(tried) - QUALITY_STEP
        return value if 0 <= value <= 100 else None
