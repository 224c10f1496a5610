"""Which of several encodings of the same image is the smallest.

Each is filtered and compressed at a fast level, the most promising ones at a slower level, and
those that are left as they are to be written. How many of each depends on the effort and on the
size: what takes a millisecond may be tried often. The result never depends on time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import zip_longest
from typing import NamedTuple, TypeVar

from huepress._kernels.gate import filter_rows
from huepress.engine.threads import run_parts, useful_threads
from huepress.formats.deflate import deflated, quick_size
from huepress.presets import ALL_FILTERS, CHEAPEST_MATCHES, LEAST_SUM, NONE, PRESETS

__all__ = ["LARGE", "Encoding", "best_encoding"]

T = TypeVar("T")
Rows = bytes | bytearray


class Encoding(NamedTuple):
    """One way to write an image.

    Attributes
    ----------
    pack : callable
        Returns its rows of packed samples.
    stride, pixel : int
        The length of a row and the distance of neighbouring pixels, in bytes.
    other_bytes : int
        What else the file takes, at least in comparison with other encodings.
    filters : tuple of int
        What filters to try, of those that the effort tries: 0 to 4 are PNG's own, for all rows;
        the others choose each row's.
    """

    pack: Callable[[], Rows]
    stride: int
    pixel: int = 1
    other_bytes: int = 0
    filters: tuple[int, ...] = ALL_FILTERS


class _Attempt(NamedTuple):
    encoding: int
    filter: int


# Flat art takes less than a quarter of the bytes of its rows, photographs of 256 colours more.
# Small files, and those of a thirty-second, are worth a longer search.
FLAT = 4
FLATTEST = 32
SMALL = 1 << 16
# Up to effort 6 nobody waits for the slow levels on images of this size.
LARGE = 1 << 23
# Encodings of larger images are tried by so many bytes of their rows, from bands all over the
# image.
SAMPLE = 1 << 20
BANDS = 16
# What ends larger than the least by more than this at first never turned out the smallest.
CLOSE = 1.04


def best_encoding(
    encodings: Sequence[Encoding],
    more: Callable[[], Sequence[Encoding]],
    height: int,
    effort: int,
    threads: int = 0,
) -> tuple[int, bytes]:
    """Find the smallest of several encodings.

    Parameters
    ----------
    encodings : sequence of Encoding
        The earlier wins ties.
    more : callable
        Returns further ones, that may save some hundred bytes: for small files.
    height : int
        How many rows each has.
    effort : int
        1 (fastest) to 10 (smallest).
    threads : int, default 0
        As many at most; 0: as many as pay. Never changes the result.

    Returns
    -------
    encoding : int
        The index of the smallest that was found, in `encodings` and `more` joined.
    stream : bytes
        Its filtered and compressed rows, the content of IDAT.
    """
    size = encodings[0].stride * height
    search = PRESETS[effort].png
    if search.hurries_if_large and size > LARGE:
        search = search.for_large()
    attempts = _attempts(encodings, search.filters)
    quick, is_flat = 0, True
    bands = _bands(encodings[0].stride, height)
    tried = encodings[0].stride * sum(map(len, bands))
    if len(attempts) > 1 and (size > SMALL or not search.flat_filters):
        quick, attempts = _ranked(encodings, attempts, bands, search.trial_level, threads)
        is_flat = quick * FLAT < tried
    if is_flat and search.flat_filters:
        if tried == size and (quick < SMALL or quick * FLATTEST < size):
            encodings = [*encodings, *more()]
        attempts = _attempts(encodings, search.filters + search.flat_filters)
        _, attempts = _ranked(encodings, attempts, bands, search.flat_trial_level, threads)
    level = search.flat_level if is_flat else search.level
    at_least = search.flat_finals if is_flat else search.finals
    finals = _in_turns(attempts) if is_flat else attempts
    finals = finals[: max(search.budget // size, at_least)]
    streams = _on_each(
        encodings, finals, [range(height)], lambda raw: deflated(raw, level, threads), threads
    )
    sizes = [
        encodings[final.encoding].other_bytes + len(stream)
        for final, stream in zip(finals, streams, strict=True)
    ]
    best = sizes.index(min(sizes))
    return finals[best].encoding, streams[best]


def _attempts(encodings: Sequence[Encoding], filters: tuple[int, ...]) -> list[_Attempt]:
    return [
        _Attempt(i, number)
        for i, encoding in enumerate(encodings)
        for number in filters
        if number in encoding.filters
    ]


def _ranked(
    encodings: Sequence[Encoding],
    attempts: list[_Attempt],
    bands: list[range],
    level: int,
    threads: int,
) -> tuple[int, list[_Attempt]]:
    """Return the least size of some rows at a level, and what comes close to it, smallest first."""

    def measure(raw: bytes) -> int:
        return quick_size(raw, level) if level < 6 else len(deflated(raw, level, threads))

    sizes = _on_each(encodings, attempts, bands, measure, threads)
    # Rows of one encoding that take the same bytes are the same rows, or as good.
    different: dict[tuple[int, int], _Attempt] = {}
    for attempt, size in zip(attempts, sizes, strict=True):
        total = encodings[attempt.encoding].other_bytes + size
        different.setdefault((total, attempt.encoding), attempt)
    least = min(total for total, _ in different)
    return least, [different[key] for key in sorted(different) if key[0] <= CLOSE * least]


def _in_turns(attempts: list[_Attempt]) -> list[_Attempt]:
    """Take turns among the best without filters, with some and with filters.

    Within each of these the order at a fast level is nearly that at a slow one, but flat art
    that is filtered gains more from slow levels.
    """
    kinds: dict[int, list[_Attempt]] = {}
    for attempt in attempts:
        kind = attempt.filter if attempt.filter in (NONE, CHEAPEST_MATCHES) else LEAST_SUM
        kinds.setdefault(kind, []).append(attempt)
    turns = zip_longest(*kinds.values())
    return [attempt for turn in turns for attempt in turn if attempt]


def _bands(stride: int, height: int) -> list[range]:
    """Return which rows are tried: all, or of large images some, the same of each encoding."""
    each = max(1, SAMPLE // BANDS // stride)
    if stride * height <= LARGE or each * BANDS >= height:
        return [range(height)]
    starts = [height * band // BANDS for band in range(BANDS)]
    return [range(start, start + each) for start in starts]


def _packed(encoding: Encoding, bands: list[range]) -> Rows:
    """Return the rows of these bands."""
    rows = encoding.pack()
    if sum(map(len, bands)) * encoding.stride == len(rows):
        return rows
    stride = encoding.stride
    return b"".join(rows[stride * band.start : stride * band.stop] for band in bands)


def _on_each(
    encodings: Sequence[Encoding],
    attempts: list[_Attempt],
    bands: list[range],
    work: Callable[[bytes], T],
    threads: int,
) -> list[T]:
    """Do the work on the filtered rows of each attempt, some of them at the same time."""
    results: dict[int, T] = {}
    packed = {i: _packed(encodings[i], bands) for i in {attempt.encoding for attempt in attempts}}
    size = sum(len(packed[attempt.encoding]) for attempt in attempts)

    def run(part: int, parts: int) -> None:
        for i in range(part, len(attempts), parts):
            encoding, rows = encodings[attempts[i].encoding], packed[attempts[i].encoding]
            filtered = filter_rows(rows, encoding.stride, encoding.pixel, attempts[i].filter)
            results[i] = work(filtered)

    run_parts(run, min(len(attempts), useful_threads(size, threads)))
    return [results[i] for i in range(len(attempts))]
