"""The arithmetic of the tables: errors, ratios, and what they come to over many images."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import exp, fsum, log
from statistics import fmean, median

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Spread:
    """A median and the range around it."""

    median: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class BestKnownRatio:
    """MSE relative to the best known, averaged in the two usual ways over `images` images."""

    of_means: float
    mean: float
    images: int


@dataclass(frozen=True, slots=True)
class Measurement:
    """One contestant on one image at one K; `best` is the least MSE known for that image."""

    contestant: str
    image: str
    k: int
    seconds: tuple[float, ...]
    mse: float
    best: float | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One contestant over all its images, relative to the reference on the same images."""

    contestant: str
    images: int
    seconds: float
    time_ratio: Spread | None
    mse: float
    mse_ratio: float | None
    best_ratio: BestKnownRatio | None


def mse(original: Pixels, result: Pixels) -> float:
    """Return the squared error summed over R, G and B, mean over pixels."""
    total = 0
    # By channel, so that a photograph of 50 megapixels needs no wide copy of all its samples.
    for channel in range(3):
        difference = original[..., channel].astype(np.int32) - result[..., channel]
        total += int(np.square(difference).sum(dtype=np.int64))
    return total / original[..., 0].size


def rendered(codebook: NDArray[np.generic], labels: NDArray[np.integer]) -> Pixels:
    """Return the pixels that a codebook, rounded to 8 bits, and its labels stand for."""
    rounded = np.clip(np.rint(codebook.astype(np.float64)), 0, 255).astype(np.uint8)
    pixels: Pixels = rounded[labels][..., :3]
    return pixels


def spread(values: Iterable[float]) -> Spread | None:
    """Return median, least and greatest, or None of nothing."""
    ordered = sorted(values)
    return Spread(median(ordered), ordered[0], ordered[-1]) if ordered else None


def geometric_mean(values: Sequence[float]) -> float | None:
    """Return the geometric mean of positive values, or None of nothing."""
    return exp(fsum(map(log, values)) / len(values)) if values else None


def best_known_ratio(measurements: Iterable[Measurement]) -> BestKnownRatio | None:
    """Compare with the best known, on those images that have one (an exact one has no ratio)."""
    pairs = [(m.mse, m.best) for m in measurements if m.best]
    if not pairs:
        return None
    of_means = fmean(mse for mse, _ in pairs) / fmean(best for _, best in pairs)
    return BestKnownRatio(of_means, fmean(mse / best for mse, best in pairs), len(pairs))


def summarize(own: Sequence[Measurement], reference: Sequence[Measurement]) -> Row:
    """Return the table row of one contestant at one K.

    Parameters
    ----------
    own
        Its measurements, one per image and at least one.
    reference
        The reference's measurements; images on which only one of the two ran form no ratio.
    """
    twins = {m.image: m for m in reference}
    pairs = [(m, twins[m.image]) for m in own if m.image in twins]
    return Row(
        contestant=own[0].contestant,
        images=len(own),
        seconds=median(median(m.seconds) for m in own),
        time_ratio=spread(median(m.seconds) / median(twin.seconds) for m, twin in pairs),
        mse=fmean(m.mse for m in own),
        # A zero has no place in a geometric mean; `report` names the images that this leaves out.
        mse_ratio=geometric_mean([m.mse / twin.mse for m, twin in pairs if m.mse and twin.mse]),
        best_ratio=best_known_ratio(own),
    )
