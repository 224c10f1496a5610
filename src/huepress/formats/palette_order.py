"""In which order the colours of an indexed PNG are numbered.

Pixels stay the same, but bytes don't. Where rows are not filtered, the order only tells in how the
codes of DEFLATE are described, and in the first number, which should be that of the pixels at the
start of the rows: a row that isn't filtered begins with a zero of its own. Where they are
filtered, numbers are predicted from those around, and neighbouring pixels should have near ones.
The table of alphas ends with the last translucent colour.
"""

from __future__ import annotations

from collections.abc import Sequence

from huepress._kernels.gate import Blocks, arrange, filter_rows

__all__ = ["for_filters", "for_no_filter", "plain_orders", "with_translucent_first"]

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
    return tuple(arrange(labels, width, k, rounds))


def plain_orders(
    labels: bytes | bytearray, width: int, colors: Sequence[tuple[int, ...]]
) -> list[Order]:
    """Return orders for rows that are not filtered, the likely best first.

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
    k = len(colors)
    appearance = {label: labels.find(label) for label in range(k)}
    brightness = [299 * r + 587 * g + 114 * b for r, g, b, _ in colors]
    by_brightness = sorted(range(k), key=lambda label: (colors[label][3], brightness[label]))
    by_appearance = sorted(range(k), key=lambda label: appearance[label])
    by_count = sorted(range(k), key=lambda label: -labels.count(label))
    literals = _literals(labels, width, for_no_filter(by_count, labels, width)[0])
    by_literals = sorted(by_count, key=lambda label: -literals[label])
    found: dict[Order, None] = {}
    for order in (by_brightness, by_appearance, by_literals, by_count):
        starting = for_no_filter(order, labels, width)
        for better in (*with_translucent_first(starting, colors, kept=1), starting):
            found[better] = None
    return list(found)


def for_no_filter(order: Sequence[int], labels: bytes | bytearray, width: int) -> Order:
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


def _literals(labels: bytes | bytearray, width: int, first: int) -> list[int]:
    """Return how often each label remains where DEFLATE finds no match."""
    from deflate import deflate_compress

    swapped = bytearray(range(256))
    swapped[0], swapped[first] = first, 0  # as in the orders that this is for
    rows = filter_rows(labels.translate(bytes(swapped)), width, 1, 0)
    blocks = Blocks(0)
    level = 12 if len(rows) < 1 << 16 else 9
    blocks.add(deflate_compress(rows, level), rows, 0)
    counts = blocks.counts()
    return [counts[swapped[label]] for label in range(256)]
