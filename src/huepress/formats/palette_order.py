"""In which order the colours of an indexed PNG are numbered.

Pixels stay the same, but bytes don't. Where rows are not filtered, the order only tells in how the
codes of DEFLATE are described, and in the first number, which should be that of the pixels at the
start of the rows: a row that isn't filtered begins with a zero of its own. Where they are
filtered, numbers are predicted from those around, and neighbouring pixels should have near ones.
The table of alphas ends with the last translucent colour.
"""

from __future__ import annotations

from collections.abc import Sequence

from huepress._kernels.gate import BlockSplitter, filter_rows, reorder_palette

__all__ = ["for_filters", "for_no_filters", "starting_with_start", "with_translucent_first"]

Order = tuple[int, ...]


def for_filters(labels: bytes | bytearray, width: int, k: int, rounds: int) -> Order:
    """Return the labels in an order in which neighbouring pixels have near numbers.

    Parameters
    ----------
    labels : bytes or bytearray
        The label map, each label below `k`.
    width : int
        Its width.
    k : int
        1 to 256.
    rounds : int
        How often each label looks for a better place; after 3 there is little left to gain.

    Returns
    -------
    tuple of int
        Each label once.
    """
    return tuple(reorder_palette(labels, width, k, rounds))


def for_no_filters(
    labels: bytes | bytearray, width: int, colors: Sequence[tuple[int, ...]]
) -> list[Order]:
    """Return orders for rows that are not filtered, the smallest first.

    What DEFLATE finds to match doesn't depend on the order, nearly. So the image is compressed
    once, and for each order it is found out how long the descriptions of its codes would be.

    Parameters
    ----------
    labels : bytes or bytearray
        The label map.
    width : int
        Its width.
    colors : sequence of (int, int, int, int)
        The colour of each label, red, green, blue and alpha.

    Returns
    -------
    list of tuple of int
        Orders; in each every label once.
    """
    from deflate import deflate_compress

    k = len(colors)
    by_count = sorted(range(k), key=lambda label: -labels.count(label))
    given = starting_with_start(by_count, labels, width)
    rows = filter_rows(labels.translate(_names(given)), width, 1, 0)
    blocks = BlockSplitter(0)
    blocks.add_stream(deflate_compress(rows, 12 if len(rows) < 1 << 14 else 9), rows, 0)
    counts = blocks.symbol_counts()
    remaining = {label: counts[i] for i, label in enumerate(given)}
    appearance = [labels.find(label) for label in range(k)]
    brightness = [299 * r + 587 * g + 114 * b for r, g, b, _ in colors]
    found: dict[Order, None] = {}
    for order in (
        sorted(given, key=lambda label: (colors[label][3], brightness[label])),
        sorted(given, key=lambda label: appearance[label]),
        sorted(given, key=lambda label: -remaining[label]),
        given,
    ):
        starting = starting_with_start(order, labels, width)
        for better in (*with_translucent_first(starting, colors, kept=1), starting):
            found[better] = None
    orders = list(found)
    bits = blocks.permuted_bits([_renamed(given, order) for order in orders])
    alphas = [
        max((i + 1 for i, x in enumerate(o) if colors[x][3] < 255), default=0) for o in orders
    ]
    ranking = sorted(range(len(orders)), key=lambda i: bits[i] + 8 * alphas[i])
    return [orders[i] for i in ranking]


def starting_with_start(order: Sequence[int], labels: bytes | bytearray, width: int) -> Order:
    """Return the order with that label first with which most rows start.

    Parameters
    ----------
    order : sequence of int
        Labels.
    labels : bytes or bytearray
        The label map.
    width : int
        Its width.

    Returns
    -------
    tuple of int
        The same labels.
    """
    column = labels[::width]
    first = max(order, key=column.count)
    return (first, *(label for label in order if label != first))


def with_translucent_first(
    order: Order, colors: Sequence[tuple[int, ...]], kept: int = 0
) -> list[Order]:
    """Return the order with the translucent colours first, if it has any that aren't.

    Parameters
    ----------
    order : tuple of int
        Labels.
    colors : sequence of (int, int, int, int)
        The colour of each label.
    kept : int, default 0
        How many labels stay at the front nevertheless.

    Returns
    -------
    list of tuple of int
        One order, or none.
    """
    rest = sorted(order[kept:], key=lambda label: colors[label][3] == 255)
    better = (*order[:kept], *rest)
    return [] if better == order else [better]


def _names(order: Sequence[int]) -> bytes:
    """Return the number of each label, and for other bytes what is left."""
    names = bytearray(256)
    labels = set(order)
    for i, label in enumerate([*order, *(x for x in range(256) if x not in labels)]):
        names[label] = i
    return bytes(names)


def _renamed(given: Sequence[int], order: Sequence[int]) -> bytes:
    """Return for each number in one order the number in another."""
    names = _names(order)
    return bytes([*(names[label] for label in given), *range(len(given), 256)])
