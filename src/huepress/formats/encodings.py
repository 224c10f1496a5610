"""Which of several ways to write the same image is the smallest.

Every way is filtered and compressed at a fast level, the most promising ones at a slower level,
and those that are left as they are to be written. How many of each depends on the effort and on
the size: what takes a millisecond may be tried often. The result never depends on time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import zip_longest
from typing import NamedTuple, TypeVar

from huepress._kernels.gate import filter_rows
from huepress.engine.threads import run_parts, useful_threads
from huepress.formats.deflate import deflated, quick_size

__all__ = ["Way", "smallest"]

T = TypeVar("T")
Rows = bytes | bytearray

# The filters of PNG for all rows, and four ways to choose each row's.
NONE, SUB, UP, AVERAGE, PAETH, LEAST_SUM, LEAST_ENTROPY, FEWEST_PAIRS, CHEAPEST_MATCHES = range(9)
ALL_CHOICES = tuple(range(9))
FILTERS = ALL_CHOICES[1:]
MOSTLY_NONE = (NONE, CHEAPEST_MATCHES)


class Way(NamedTuple):
    """One way to write an image.

    Attributes
    ----------
    draw : callable
        Returns its rows of packed samples.
    stride, pixel : int
        The length of a row and the distance of neighbouring pixels, in bytes.
    besides : int
        What else the file takes, at least in comparison with other ways.
    choices : tuple of int
        What filters to try, of those that the effort tries.
    """

    draw: Callable[[], bytes | bytearray]
    stride: int
    pixel: int = 1
    besides: int = 0
    choices: tuple[int, ...] = ALL_CHOICES


class Plan(NamedTuple):
    """What an effort tries.

    Attributes
    ----------
    choices : tuple of int
        Filters and ways to choose them, for each row by what is least.
    flat_choices : tuple of int
        More of them for images that compress well.
    trial, level : int
        libdeflate's levels: of the trials, and of what is written.
    flat_trial, flat_level : int
        The same for images that compress well. There slow levels gain 2 to 30 %, on photographs
        0.1 %; and fast ones, which take no time there, misjudge more.
    budget : int
        Bytes of rows that may be compressed as they would be written, if that is more than once.
    finals, flat_finals : int
        How many are compressed so even if that is beyond the budget.
    """

    choices: tuple[int, ...]
    flat_choices: tuple[int, ...]
    trial: int
    level: int
    flat_trial: int
    flat_level: int
    budget: int
    finals: int
    flat_finals: int

    @classmethod
    def of(cls, effort: int, size: int) -> Plan:
        """Return what an effort, 1 to 10, tries on so many bytes of rows."""
        if effort == 1:
            return cls((NONE,), (), 1, 6, 1, 6, 0, 1, 1)
        if effort == 2:
            return cls((NONE, LEAST_ENTROPY), (), 1, 6, 1, 6, 0, 1, 1)
        few = (NONE, SUB, LEAST_ENTROPY, FEWEST_PAIRS)
        if effort <= 4:
            return cls(few, (CHEAPEST_MATCHES,), 1, 10, 6, 10, 1 << 15, 1, 1)
        if effort <= 6:
            some = (*few, LEAST_SUM)
            if size > LARGE:
                return cls(some, (CHEAPEST_MATCHES,), 1, 9, 9, 9, 0, 1, 1)
            return cls(some, (CHEAPEST_MATCHES,), 1, 10, 9, 12, 1 << 18, 2, effort - 4)
        most = ALL_CHOICES[:-1]
        if effort <= 8:
            return cls(most, (CHEAPEST_MATCHES,), 9, 12, 9, 12, 1 << 22, 3, 4)
        return cls(most, (CHEAPEST_MATCHES,), 9, 12, 10, 12, 1 << 25, 8, 8)


class _Trial(NamedTuple):
    way: int
    choice: int


# Flat art takes less than a quarter of the bytes of its rows, photographs of 256 colours more.
# Small files, and those of a thirty-second, are worth a longer search.
FLAT = 4
FLATTEST = 32
SMALL = 1 << 16
# Up to effort 6 nobody waits for the slow levels on images of this size. What is flat there takes a
# fortieth of the time, and some 10 % more bytes.
LARGE = 1 << 23
# Those of larger images are tried by so many bytes of their rows, from bands all over the image.
SAMPLE = 1 << 20
BANDS = 16
# A trial that ends larger than the least by more than this never turned out the smallest.
CLOSE = 1.04


def smallest(
    ways: Sequence[Way], more: Callable[[], Sequence[Way]], height: int, effort: int
) -> tuple[int, bytes]:
    """Find the smallest of several ways.

    Parameters
    ----------
    ways : sequence of Way
        The earlier wins ties.
    more : callable
        Returns further ways, that may save some hundred bytes: for small files.
    height : int
        How many rows each draws.
    effort : int
        1 (fastest) to 10 (smallest).

    Returns
    -------
    way : int
        The index of the smallest that was found, in `ways` and `more` joined.
    stream : bytes
        Its filtered and compressed rows, the content of IDAT.
    """
    size = ways[0].stride * height
    plan = Plan.of(effort, size)
    trials = _trials(ways, plan.choices)
    quick, is_flat = 0, True
    bands = _bands(ways[0].stride, height)
    tried = ways[0].stride * sum(map(len, bands))
    if len(trials) > 1 and (size > SMALL or not plan.flat_choices):
        quick, trials = _ranked(ways, trials, bands, plan.trial)
        is_flat = quick * FLAT < tried
    if is_flat and plan.flat_choices:
        if tried == size and (quick < SMALL or quick * FLATTEST < size):
            ways = [*ways, *more()]
        trials = _trials(ways, plan.choices + plan.flat_choices)
        _, trials = _ranked(ways, trials, bands, plan.flat_trial)
    level = plan.flat_level if is_flat else plan.level
    at_least = plan.flat_finals if is_flat else plan.finals
    finals = (_various(trials) if is_flat else trials)[: max(plan.budget // size, at_least)]
    results = _all(ways, finals, [range(height)], lambda raw: deflated(raw, level))
    best = min(range(len(finals)), key=lambda i: ways[finals[i].way].besides + len(results[i]))
    return finals[best].way, results[best]


def _trials(ways: Sequence[Way], choices: tuple[int, ...]) -> list[_Trial]:
    return [
        _Trial(i, choice)
        for i, way in enumerate(ways)
        for choice in choices
        if choice in way.choices
    ]


def _ranked(
    ways: Sequence[Way], trials: list[_Trial], bands: list[range], level: int
) -> tuple[int, list[_Trial]]:
    """Return the least size of some rows at a level, and the trials close to it, smallest first."""

    def measure(raw: bytes) -> int:
        return quick_size(raw, level) if level < 6 else len(deflated(raw, level))

    streams = _all(ways, trials, bands, measure)
    # Rows of one way that take the same bytes are the same rows, or as good.
    different: dict[tuple[int, int], _Trial] = {}
    for trial, stream in zip(trials, streams, strict=True):
        total = ways[trial.way].besides + stream
        different.setdefault((total, trial.way), trial)
    least = min(total for total, _ in different)
    return least, [different[key] for key in sorted(different) if key[0] <= CLOSE * least]


def _various(trials: list[_Trial]) -> list[_Trial]:
    """Take turns among the best without filters, with some and with filters.

    Within each of these the order at a fast level is nearly that at a slow one, but flat art
    that is filtered gains more from slow levels.
    """
    kinds: dict[int, list[_Trial]] = {}
    for trial in trials:
        kind = trial.choice if trial.choice in MOSTLY_NONE else LEAST_SUM
        kinds.setdefault(kind, []).append(trial)
    turns = zip_longest(*kinds.values())
    return [trial for turn in turns for trial in turn if trial]


def _bands(stride: int, height: int) -> list[range]:
    """Return which rows are tried: all, or of large images some, the same of each way."""
    each = max(1, SAMPLE // BANDS // stride)
    if stride * height <= LARGE or each * BANDS >= height:
        return [range(height)]
    starts = [height * band // BANDS for band in range(BANDS)]
    return [range(start, start + each) for start in starts]


def _drawn(way: Way, bands: list[range]) -> Rows:
    """Return those rows."""
    rows = way.draw()
    if sum(map(len, bands)) * way.stride == len(rows):
        return rows
    return b"".join(rows[way.stride * band.start : way.stride * band.stop] for band in bands)


def _all(
    ways: Sequence[Way], trials: list[_Trial], bands: list[range], work: Callable[[bytes], T]
) -> list[T]:
    """Do the work on the filtered rows of each trial, some of them at the same time."""
    results: dict[int, T] = {}
    drawn = {i: _drawn(ways[i], bands) for i in {trial.way for trial in trials}}
    size = sum(len(drawn[trial.way]) for trial in trials)

    def run(part: int, parts: int) -> None:
        for i in range(part, len(trials), parts):
            way, rows = ways[trials[i].way], drawn[trials[i].way]
            results[i] = work(filter_rows(rows, way.stride, way.pixel, trials[i].choice))

    run_parts(run, min(len(trials), useful_threads(size, 0)))
    return [results[i] for i in range(len(trials))]
