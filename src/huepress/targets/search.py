"""The search for a quality or a size: which colours, which dithering, how much rate-distortion.

A file is what counts: its bytes once encoded, and how it looks by SSIMULACRA 2. For each number of
colours on a ladder from `k` downwards, the rate-distortion strength is searched for by regula
falsi on its logarithm: looks and bytes both fall with it. Fewer colours are tried as long as they
do better; then numbers between two rungs, if the target is missed; then no dithering.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import TypeVar

from huepress.errors import BelowQualityError, TooManyBytesError
from huepress.options import Options
from huepress.targets.evaluator import Trial, Workbench

__all__ = ["best_for_quality", "best_for_size", "knee"]

# Of log2 of the strength. Below the first nothing is gained, above the last nothing can be seen.
_WEAKEST, _STRONGEST = -5.0, 9.0
_TRIALS = 10  # most for each number of colours
_NEAR_SCORE, _NEAR_SIZE = 0.4, 0.02  # good enough: points above, share below

_T = TypeVar("_T")


def best_for_quality(bench: Workbench, options: Options, least: float, wanted: float) -> Trial:
    """Return the fewest bytes that look at least as good as wanted, or the best that there is.

    Raises
    ------
    BelowQualityError
        If nothing looks as good as the least.
    """

    def meet(options: Options) -> Trial | None:
        if bench.exact_from <= options.k:
            return bench.trial(options)

        def above(x: float) -> tuple[Trial, float]:
            trial = bench.trial(options.replace(rd=2.0**x))
            return trial, (wanted - trial.score) / 6

        return _farthest(above, _NEAR_SCORE / 6)

    best = _along(
        bench,
        options,
        meet,
        merit=lambda trial: -trial.size,
        near=lambda trial: trial.score < wanted + 1,
        hopeless=True,
    )
    if best is None:
        plain = bench.trial(options.replace(rd=0.0))
        faint = bench.trial(options.replace(rd=2.0**_WEAKEST))
        best = max(plain, faint, key=lambda trial: trial.score)
    if best.score < least:
        raise BelowQualityError(
            f"{bench.name}: quality {best.score:.1f} is the best there is with up to {options.k} "
            f"colours, less than {least:g}; lower the least quality or allow more colours"
        )
    return best


def best_for_size(bench: Workbench, options: Options, limit: int) -> Trial:
    """Return what looks best within a number of bytes.

    Raises
    ------
    TooManyBytesError
        If nothing fits.
    """

    def meet(options: Options) -> Trial | None:
        plain = bench.trial(options.replace(rd=0.0))
        if plain.size <= limit or bench.exact_from <= options.k:
            return plain if plain.size <= limit else None

        def below(z: float) -> tuple[Trial, float]:
            trial = bench.trial(options.replace(rd=2.0**-z))
            return trial, math.log(trial.size / limit) / 0.35

        return _farthest(below, _NEAR_SIZE / 0.35, -1)

    best = _along(
        bench,
        options,
        meet,
        merit=lambda trial: trial.score,
        near=lambda trial: trial.size > 0.97 * limit,
        hopeless=False,
    )
    if best is None:
        fewest = min(bench.fewest, options.k)
        least = bench.trial(options.replace(k=fewest, rd=2.0**_STRONGEST))
        if least.size > limit:
            raise TooManyBytesError(
                f"{bench.name}: {limit:,} bytes are too few, it takes {least.size:,} at its worst; "
                "allow more, or scale it down"
            )
        return least
    return best


def knee(bench: Workbench, options: Options) -> Trial:
    """Return the number of colours at the knee of the curve: more bring little.

    Of scores over log bytes, the point farthest above the line between the ends (V. Satopää et
    al. 2011, "Finding a kneedle in a haystack").
    """
    trials = [bench.trial(options.replace(k=k)) for k in _ladder(options.k, max(4, bench.fewest))]
    trials = [trial for trial in trials if trial.score > trials[-1].score] or trials[:1]
    first, last = trials[0], trials[-1]
    if first.size == last.size or first.score <= last.score:
        return first

    def height(trial: Trial) -> float:
        across = math.log(trial.size / last.size) / math.log(first.size / last.size)
        return (trial.score - last.score) / (first.score - last.score) - across

    return max(trials, key=height)


def _ladder(k: int, fewest: int) -> Iterator[int]:
    """Yield numbers of colours: k, its half, and so on."""
    while k >= max(fewest, 1):
        yield k
        k //= 2


def _along(
    bench: Workbench,
    options: Options,
    meet: Callable[[Options], Trial | None],
    *,
    merit: Callable[[Trial], float],
    near: Callable[[Trial], bool],
    hopeless: bool,
) -> Trial | None:
    """Return the trial of most merit: down the ladder of colours, around it, without dithering.

    Parameters
    ----------
    bench, options : Workbench, Options
        As for `Goal.met`.
    meet : callable
        Returns the trial that meets the target with `options.k` colours, or None.
    merit, near : callable
        How good a trial is that meets the target, and whether it does so narrowly.
    hopeless : bool
        Whether fewer colours can't meet the target if more can't.
    """
    exact = meet(options) if bench.exact_from <= options.k else None
    best: Trial | None = None
    for k in _ladder(min(options.k, max(bench.exact_from - 1, 1)), bench.fewest):
        trial = meet(options.replace(k=k))
        if (trial is None and (best or hopeless)) or (
            trial and best and merit(trial) <= merit(best)
        ):
            break
        best = trial
    if best and not near(best) and bench.fewest < best.options.k:
        middle = best.options.k
        low, high = (middle // 2, middle) if hopeless else (middle, min(2 * middle, options.k))
        best = _between(max(low, bench.fewest), high, best, meet, merit)
    if best and options.dither == "auto":
        best = _undithered(best, bench, meet, merit)
    return max((trial for trial in (exact, best) if trial), key=merit, default=None)


def _between(
    low: int,
    high: int,
    best: Trial,
    meet: Callable[[Options], Trial | None],
    merit: Callable[[Trial], float],
) -> Trial:
    """Look between two rungs of the ladder for the fewest, or the most, colours that do better."""
    downwards = best.options.k == high
    for _ in range(3):
        k = (low + high) // 2
        if k in (low, high):
            break
        trial = meet(best.options.replace(k=k))
        if trial is not None and merit(trial) > merit(best):
            best = trial
        if (trial is not None) == downwards:
            high = k
        else:
            low = k
    return best


def _undithered(
    best: Trial,
    bench: Workbench,
    meet: Callable[[Options], Trial | None],
    merit: Callable[[Trial], float],
) -> Trial:
    """Return the same without dithering, if it does better."""
    options = best.options.replace(dither="none")
    if bench.trial(options).q.label_bytes == best.q.label_bytes:
        return best  # it wasn't dithered
    plain = meet(options)
    return plain if plain and merit(plain) > merit(best) else best


def _farthest(
    attempt: Callable[[float], tuple[_T, float]], near: float, sign: int = 1
) -> _T | None:
    """Return what comes of the largest x at which the excess isn't above 0, or None.

    Parameters
    ----------
    attempt : callable
        Returns a result and its excess at an x; the excess grows with x, by about 1 for each 1.
    near : float
        An excess between -near and 0 is good enough.
    sign : {1, -1}
        x is log2 of the strength, or that negated.
    """
    low, high = sorted((sign * _WEAKEST, sign * _STRONGEST))
    good: tuple[float, float] | None = None
    bad: tuple[float, float] | None = None
    found: _T | None = None
    x = 0.0
    for _ in range(_TRIALS):
        result, excess = attempt(x)
        if excess <= 0:
            good, found = (x, excess), result
            if excess >= -near or x >= high:
                break
        else:
            bad = (x, excess)
            if x <= low:
                break
        x = _next(good, bad, near / 2, low, high)
    return found


def _next(
    good: tuple[float, float] | None,
    bad: tuple[float, float] | None,
    aim: float,
    low: float,
    high: float,
) -> float:
    """Guess where the excess is -aim: between the two if both are known."""
    if good and bad:
        (a, below), (b, above) = good, bad
        share = (-aim - below) / (above - below)
        return a + (b - a) * min(max(share, 0.1), 0.9)
    if good:
        return min(good[0] + max(-good[1], 0.2) * 1.2, high)
    assert bad
    return max(bad[0] - max(bad[1] + aim, 0.2) * 1.2, low)
