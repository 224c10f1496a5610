"""A picture of a codebook: one square per colour."""

from __future__ import annotations

import sys
from math import isqrt

from huepress.codebook import Codebook
from huepress.formats import truecolor_png
from huepress.quantized import Quantized, label_size

__all__ = ["encode"]


def encode(book: Codebook) -> bytes:
    """Draw the colours as squares, most used first, row by row.

    Parameters
    ----------
    book : Codebook
        Any; the fewer colours, the larger the squares (64 to 4 pixels).

    Returns
    -------
    bytes
        A PNG of full colours; squares left over at the end are transparent.
    """
    counts = book.counts() or [0] * len(book)
    order = sorted(range(len(book)), key=lambda i: -counts[i])
    columns = isqrt(len(book) - 1) + 1
    rows = -(-len(book) // columns)
    side = max(4, min(64, 1024 // columns))
    # The picture is itself an image of labels, with one more colour for what is left over.
    colors = [(*book[i], 255)[:4] for i in order]
    spare = rows * columns - len(book)
    if spare:
        colors.append((0, 0, 0, 0))
    places = [*range(len(book)), *[len(book)] * spare]
    size = label_size(len(colors))
    squares = [place.to_bytes(size, sys.byteorder) * side for place in places]
    labels = b"".join(
        b"".join(squares[at : at + columns]) * side for at in range(0, len(squares), columns)
    )
    picture = Quantized(columns * side, rows * side, labels, Codebook(colors))
    return truecolor_png.encode(picture, effort=2)
