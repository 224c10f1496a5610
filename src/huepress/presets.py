"""ONE table: what each effort buys, in clustering, mapping and encoding."""

from __future__ import annotations

from typing import NamedTuple

__all__ = [
    "ALL_FILTERS", "AVERAGE", "CHEAPEST_MATCHES", "FEWEST_PAIRS", "LEAST_ENTROPY", "LEAST_SUM",
    "NONE", "PAETH", "PRESETS", "SUB", "UP", "Clustering", "MatchSearch", "PngSearch", "Preset",
    "WebPSearch",
]  # fmt: skip

# PNG's filters for all rows, and ways to choose each row's (`huepress.formats.encodings`).
NONE, SUB, UP, AVERAGE, PAETH, LEAST_SUM, LEAST_ENTROPY, FEWEST_PAIRS, CHEAPEST_MATCHES = range(9)
ALL_FILTERS = tuple(range(9))


class Clustering(NamedTuple):
    """How hard K-means tries (`huepress.engine.kmeans`).

    Attributes
    ----------
    details : tuple of float
        Of the sketches polished in turn: the larger, the finer.
    breaths : int
        Splits and merges for each sketch.
    iterations : int
        Lloyd iterations in and out of each breath.
    max_iter, tol, n_init : int, float, int
        The defaults of the options of these names.
    """

    details: tuple[float, ...]
    breaths: int
    iterations: int
    max_iter: int
    tol: float
    n_init: int = 1


class MatchSearch(NamedTuple):
    """Where rate-distortion looks for matches (`huepress.engine.mapping`).

    Half the rows cost two thirds of the time and 1 to 2 % of the bytes (Kodak, K = 256).

    Attributes
    ----------
    rows, span : int
        Rows above the pixel, and columns around it.
    fewer_rows : tuple of (int, int)
        From so many pixels on, no more rows than that: nobody waits for them on large images.
    """

    rows: int
    span: int
    fewer_rows: tuple[tuple[int, int], ...] = ()


class PngSearch(NamedTuple):
    """What is tried to write an indexed PNG (`huepress.formats.encodings`, `indexed_png`).

    Attributes
    ----------
    filters : tuple of int
        Filters and ways to choose them.
    flat_filters : tuple of int
        More of them for images that compress well.
    trial_level, level : int
        libdeflate's levels: of the trials, and of what is written.
    flat_trial_level, flat_level : int
        The same for images that compress well. There slow levels gain 2 to 30 %, on photographs
        0.1 %; and fast ones, which take no time there, misjudge more.
    budget : int
        Bytes of rows that may be compressed as they would be written, if that is more than once.
    finals, flat_finals : int
        How many are compressed so even if that is beyond the budget.
    order_rounds : int
        How often each colour looks for a better place in the palette.
    plain_orders : int
        How many palette orders are tried where nothing is filtered and the file is small.
    plain_choices : tuple of int
        The filters that these are tried with.
    stores_copies : bool
        Whether labels that were chosen as copies are stored as such, without a search.
    hurries_if_large : bool
        Whether large images get the quick levels of `for_large`.
    """

    filters: tuple[int, ...]
    flat_filters: tuple[int, ...]
    trial_level: int
    level: int
    flat_trial_level: int
    flat_level: int
    budget: int
    finals: int
    flat_finals: int
    order_rounds: int
    plain_orders: int
    plain_choices: tuple[int, ...] = (NONE,)
    stores_copies: bool = False
    hurries_if_large: bool = False

    def for_large(self) -> PngSearch:
        """Return the same for images so large that nobody waits for the slow levels.

        What is flat there takes a fortieth of the time, and some 10 % more bytes.
        """
        return self._replace(
            trial_level=1, level=9, flat_trial_level=9, flat_level=9, budget=0, finals=1,
            flat_finals=1,
        )  # fmt: skip


class WebPSearch(NamedTuple):
    """How hard libwebp (1.6) searches: its `quality` and `method`.

    Bytes against the indexed PNG of effort 5 (geometric mean; K = 256, our labels) and seconds per
    megapixel, one of two cores::

        quality, method    kodak         cq100         screenshots   alpha
        20, 2              1.09  0.10    1.05  0.10    0.53  0.03    0.80  0.05
        50, 4              0.98  0.28    0.93  0.25    0.49  0.04    0.73  0.08
        75, 4              0.97  0.36    0.92  0.33    0.49  0.07    0.73  0.08
        100, 4             0.96  0.54    0.92  0.47    0.47  0.10    0.72  0.11
        75, 5              0.98  1.17    0.95  1.03    0.49  0.27    0.72  1.51
        100, 5             0.95  3.77    0.91  3.61    0.46  0.48    0.71  1.16

    Method 6 is worse than 4 at qualities below 100; 100, 6 takes 10 s for another 0.6 %. The
    smallest of twelve settings is 0.1 % smaller than 100, 5.
    """

    quality: int
    method: int


class Preset(NamedTuple):
    """What an effort buys."""

    clustering: Clustering
    mapping: MatchSearch
    png: PngSearch
    webp: WebPSearch
    verify: bool = False


_FEW = (NONE, SUB, LEAST_ENTROPY, FEWEST_PAIRS)
_SOME = (*_FEW, LEAST_SUM)
_MOST = (NONE, SUB, UP, AVERAGE, PAETH, LEAST_SUM, LEAST_ENTROPY, FEWEST_PAIRS)
_FLAT = (CHEAPEST_MATCHES,)
_FEWER_ROWS = ((4_000_000, 2), (16_000_000, 1))

# fmt: off
PRESETS = {
    1: Preset(
        Clustering((8,), 0, 2, 1, 1e-2),
        MatchSearch(1, 16, _FEWER_ROWS),
        PngSearch((NONE,), (), 1, 6, 1, 6, 0, 1, 1, 0, 0, stores_copies=True),
        WebPSearch(20, 2),
    ),
    2: Preset(
        Clustering((8,), 1, 2, 1, 1e-3),
        MatchSearch(2, 16, _FEWER_ROWS),
        PngSearch((NONE, LEAST_ENTROPY), (), 1, 6, 1, 6, 0, 1, 1, 1, 0, stores_copies=True),
        WebPSearch(20, 2),
    ),
    3: Preset(
        Clustering((12,), 2, 2, 2, 1e-3),
        MatchSearch(3, 16, _FEWER_ROWS),
        PngSearch(_FEW, _FLAT, 1, 10, 6, 10, 1 << 15, 1, 1, 1, 1, stores_copies=True),
        WebPSearch(50, 4),
    ),
    4: Preset(
        Clustering((16,), 3, 2, 2, 1e-3),
        MatchSearch(3, 16, _FEWER_ROWS),
        PngSearch(_FEW, _FLAT, 1, 10, 6, 10, 1 << 15, 1, 1, 1, 1, stores_copies=True),
        WebPSearch(50, 4),
    ),
    5: Preset(
        Clustering((20,), 4, 2, 2, 1e-3),
        MatchSearch(4, 16, _FEWER_ROWS),
        PngSearch(_SOME, _FLAT, 1, 10, 9, 12, 1 << 18, 2, 1, 3, 2, stores_copies=True,
                 hurries_if_large=True),
        WebPSearch(100, 4),
    ),
    6: Preset(
        Clustering((48,), 8, 2, 6, 1e-3),
        MatchSearch(8, 16),
        PngSearch(_SOME, _FLAT, 1, 10, 9, 12, 1 << 18, 2, 2, 3, 2, hurries_if_large=True),
        WebPSearch(100, 4),
    ),
    7: Preset(
        Clustering((64,), 16, 3, 10, 1e-4),
        MatchSearch(12, 16),
        PngSearch(_MOST, _FLAT, 9, 12, 9, 12, 1 << 22, 3, 4, 20, 4, (NONE, CHEAPEST_MATCHES)),
        WebPSearch(100, 4), verify=True,
    ),
    8: Preset(
        Clustering((64, 256), 24, 4, 30, 1e-5),
        MatchSearch(16, 32),
        PngSearch(_MOST, _FLAT, 9, 12, 9, 12, 1 << 22, 3, 4, 20, 4, (NONE, CHEAPEST_MATCHES)),
        WebPSearch(100, 4), verify=True,
    ),
    9: Preset(
        Clustering((64, 256), 48, 5, 100, 1e-5, n_init=2),
        MatchSearch(24, 32),
        PngSearch(_MOST, _FLAT, 9, 12, 10, 12, 1 << 25, 8, 8, 20, 8, (NONE, CHEAPEST_MATCHES)),
        WebPSearch(100, 5), verify=True,
    ),
    10: Preset(
        Clustering((64, 256, 2048), 100, 6, 1000, 0.0, n_init=4),
        MatchSearch(40, 32),
        PngSearch(_MOST, _FLAT, 9, 12, 10, 12, 1 << 25, 8, 8, 20, 8, (NONE, CHEAPEST_MATCHES)),
        WebPSearch(100, 5), verify=True,
    ),
}
# fmt: on
"""The presets by effort."""
