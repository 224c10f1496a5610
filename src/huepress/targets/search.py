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
from huepress.targets.evaluator import Candidate, Evaluator

__all__ = ["best_for_quality", "best_for_size", "knee"]

# Of log2 of the strength. Below the first nothing is gained, above the last nothing can be seen.
_WEAKEST, _STRONGEST = -5.0, 9.0
_MOST_TRIES = 10  # for each number of colours
_NEAR_SCORE, _NEAR_SIZE = 0.4, 0.02  # good enough: points above, share below

_T = TypeVar("_T")


def best_for_quality(
    evaluator: Evaluator, options: Options, least: float, wanted: float
) -> Candidate:
    """Return the fewest bytes that look at least as good as wanted, or the best that there is.

    Raises
    ------
    BelowQualityError
        If nothing looks as good as the least; never if that is 0.
    """

    def meet(options: Options) -> Candidate | None:
        if evaluator.exact_k() <= options.max_k:
            return evaluator.evaluated(evaluator.candidate(options))

        def above(x: float) -> tuple[Candidate, float]:
            candidate = evaluator.scored(evaluator.candidate(options.replace(rd=2.0**x)))
            return candidate, (wanted - _score(candidate)) / 6

        found = _farthest(above, _NEAR_SCORE / 6)
        return found and evaluator.encoded(found)

    best = _along(
        evaluator,
        options,
        meet,
        merit=lambda candidate: -candidate.size,
        is_narrow=lambda candidate: _score(candidate) < wanted + 1,
        falls_with_k=True,
    )
    if best is None:
        strengths = (0.0, 2.0**_WEAKEST)
        nearest = [evaluator.candidate(options.replace(rd=rd)) for rd in strengths]
        best = evaluator.encoded(max(map(evaluator.scored, nearest), key=_score))
    if least > 0 and _score(best) < least:  # scores may be below 0, which nobody asks for
        raise BelowQualityError(
            f"{evaluator.name}: quality {_score(best):.1f} is the best with up to {options.k:,} "
            f"colours, less than {least:g}; lower `quality` or raise `k`"
        )
    return best


def best_for_size(evaluator: Evaluator, options: Options, limit: int) -> Candidate:
    """Return what looks best within a number of bytes.

    Raises
    ------
    TooManyBytesError
        If nothing fits.
    """

    def meet(options: Options) -> Candidate | None:
        plain = evaluator.encoded(evaluator.candidate(options.replace(rd=0.0)))
        if plain.size <= limit or evaluator.exact_k() <= options.max_k:
            return evaluator.scored(plain) if plain.size <= limit else None

        def below(z: float) -> tuple[Candidate, float]:
            candidate = evaluator.encoded(evaluator.candidate(options.replace(rd=2.0**-z)))
            return candidate, math.log(candidate.size / limit) / 0.35

        found = _farthest(below, _NEAR_SIZE / 0.35, -1)
        return found and evaluator.scored(found)

    best = _along(
        evaluator,
        options,
        meet,
        merit=_score,
        is_narrow=lambda candidate: candidate.size > 0.97 * limit,
        falls_with_k=False,
    )
    if best is None:
        fewest = min(evaluator.min_k(options), options.max_k)
        best = evaluator.evaluated(
            evaluator.candidate(options.replace(k=fewest, rd=2.0**_STRONGEST))
        )
        if best.size > limit:
            raise TooManyBytesError(
                f"{evaluator.name}: takes at least {best.size:,} bytes, more than {limit:,}; raise "
                "`target_size`, or scale the image down"
            )
    return best


def knee(evaluator: Evaluator, options: Options) -> Candidate:
    """Return the number of colours at the knee of the curve: more bring little.

    Of scores over log bytes, the point farthest above the line between the ends (V. Satopää et
    al. 2011, "Finding a kneedle in a haystack").
    """
    found = [
        evaluator.evaluated(evaluator.candidate(options.replace(k=k)))
        for k in _ladder(options.max_k, max(4, evaluator.min_k(options)))
    ]
    found = [each for each in found if _score(each) > _score(found[-1])] or found[:1]
    first, last = found[0], found[-1]
    if first.size == last.size or _score(first) <= _score(last):
        return first

    def height(candidate: Candidate) -> float:
        across = math.log(candidate.size / last.size) / math.log(first.size / last.size)
        up = (_score(candidate) - _score(last)) / (_score(first) - _score(last))
        return up - across

    return max(found, key=height)


def _score(candidate: Candidate) -> float:
    assert candidate.score is not None
    return candidate.score


def _ladder(k: int, fewest: int) -> Iterator[int]:
    """Yield numbers of colours: k, its half, and so on."""
    while k >= max(fewest, 1):
        yield k
        k //= 2


def _along(
    evaluator: Evaluator,
    options: Options,
    meet: Callable[[Options], Candidate | None],
    *,
    merit: Callable[[Candidate], float],
    is_narrow: Callable[[Candidate], bool],
    falls_with_k: bool,
) -> Candidate | None:
    """Return the candidate of most merit: down the ladder of colours, around it, undithered.

    Parameters
    ----------
    evaluator, options : Evaluator, Options
        As for `huepress.targets.search`.
    meet : callable
        Returns the candidate that meets the target with `options.k` colours, or None.
    merit, is_narrow : callable
        How good a candidate is that meets the target, and whether it does so narrowly.
    falls_with_k : bool
        Whether fewer colours can't meet the target if more can't.
    """
    lossless_k, fewest = evaluator.exact_k(), evaluator.min_k(options)
    exact = meet(options) if lossless_k <= options.max_k else None
    best: Candidate | None = None
    for k in _ladder(min(options.max_k, max(lossless_k - 1, 1)), fewest):
        found = meet(options.replace(k=k))
        if (found is None and (best or falls_with_k)) or (
            found and best and merit(found) <= merit(best)
        ):
            break
        best = found
    if best and not is_narrow(best) and fewest < best.options.max_k:
        middle = best.options.max_k
        low, high = middle // 2, middle
        if not falls_with_k:
            low, high = middle, min(2 * middle, options.max_k)
        best = _between(max(low, fewest), high, best, meet, merit)
    if best and options.dither == "auto":
        best = _undithered(best, evaluator, meet, merit)
    return max((each for each in (exact, best) if each), key=merit, default=None)


def _between(
    low: int,
    high: int,
    best: Candidate,
    meet: Callable[[Options], Candidate | None],
    merit: Callable[[Candidate], float],
) -> Candidate:
    """Look between two rungs of the ladder for the fewest, or the most, colours that do better."""
    downwards = best.options.max_k == high
    for _ in range(3):
        k = (low + high) // 2
        if k in (low, high):
            break
        found = meet(best.options.replace(k=k))
        if found is not None and merit(found) > merit(best):
            best = found
        if (found is not None) == downwards:
            high = k
        else:
            low = k
    return best


def _undithered(
    best: Candidate,
    evaluator: Evaluator,
    meet: Callable[[Options], Candidate | None],
    merit: Callable[[Candidate], float],
) -> Candidate:
    """Return the same without dithering, if it does better."""
    options = best.options.replace(dither="none")
    if evaluator.candidate(options).quantized.label_bytes == best.quantized.label_bytes:
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
    for _ in range(_MOST_TRIES):
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
