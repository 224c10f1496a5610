"""Distortion, medians and means, and how runs are timed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, fsum, log
from statistics import median
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Result = TypeVar("Result")
Name = TypeVar("Name")

# OpenMP's workers go on spinning for some milliseconds after their last loop, at the expense of
# whoever is next.
SETTLE_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Spread:
    """A median and the range around it."""

    median: float
    low: float
    high: float


def spread(values: Iterable[float]) -> Spread:
    """Return median, minimum and maximum of at least one value."""
    found = list(values)
    return Spread(median(found), min(found), max(found))


def geometric_mean(values: Sequence[float]) -> float:
    """Return the geometric mean of at least one positive value."""
    return exp(fsum(map(log, values)) / len(values))


def mse(original: Pixels, result: Pixels) -> float:
    """Return the squared error summed over R, G and B, mean over pixels."""
    total = 0
    # By channel, so that a photograph of 50 megapixels needs no wide copy of all its samples.
    for channel in range(3):
        difference = original[..., channel].astype(np.int32) - result[..., channel]
        total += int(np.square(difference).sum(dtype=np.int64))
    return total / original[..., 0].size


def rendered(codebook: NDArray[np.generic], labels: NDArray[np.integer]) -> Pixels:
    """Return the RGB pixels of a codebook, rounded to 8 bits, and its labels."""
    rounded = np.clip(np.rint(codebook.astype(np.float64)), 0, 255).astype(np.uint8)
    pixels: Pixels = rounded[labels][..., :3]
    return pixels


def timed(run: Callable[[], Any]) -> tuple[float, Any]:
    """Return the seconds of one run, and its result."""
    time.sleep(SETTLE_SECONDS)
    begin = time.perf_counter()
    result = run()
    return time.perf_counter() - begin, result


def interleaved(
    runs: Mapping[Name, Callable[[], Result]], repeat: int
) -> dict[Name, tuple[Result, ...]]:
    """Call all runs `repeat` times, in turns (A B C, C B A, ...); return the results of each."""
    results: dict[Name, list[Result]] = {name: [] for name in runs}
    for turn in range(repeat):
        for name in list(runs)[:: -1 if turn % 2 else 1]:
            results[name].append(runs[name]())
    return {name: tuple(found) for name, found in results.items()}
