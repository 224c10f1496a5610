"""What DEFLATE takes for literals and matches, as far as it can be told beforehand.

A literal costs what its label's frequency tells. A match costs a code for its length, a code for
its distance and the distance's extra bits (RFC 1951, 3.2.5). What the codes take is not known
before the image is encoded. It was measured on encoded photographs (about 3 bits for short
lengths, 3 for common distances, 8 or 9 for literals), but labels chosen by these figures take some
5 % more bytes at equal looks than by those below, which make matches dearer to begin: fewer and
longer matches leave fewer symbols, and the codes of those grow shorter. A second pass with the
costs of a first one gains nothing either, for the same reason.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence

from huepress._kernels.gate import COST_PER_BIT, FORBIDDEN, MAX_RUN_DISTANCE

__all__ = ["STEP", "WINDOW", "literal_costs", "match_costs", "match_distances"]

STEP = COST_PER_BIT // 4
"""A pixel more in a match: codes of greater lengths take more bits."""

WINDOW = 32_768
"""How far back a match may reach."""

_MATCH = 11.0  # bits to begin a match in the rows above, but for the extra bits of its distance
_NEAR_MATCH = 10.0  # the same within the row: short distances have the shorter codes
_LEAST, _MOST = 3.0, 12.0


def literal_costs(populations: Sequence[float]) -> array[int]:
    """Return the cost of each label as a literal, in units of 1/COST_PER_BIT bits.

    Parameters
    ----------
    populations : sequence of float
        How many pixels each label is expected to have.

    Examples
    --------
    >>> [cost / COST_PER_BIT for cost in literal_costs([96, 28, 2, 0])]
    [3.0, 3.171875, 6.4375, 8.015625]
    """
    total = sum(populations) + len(populations)
    bits = (1 - math.log2((count + 1) / total) for count in populations)
    return array("i", [round(min(max(b, _LEAST), _MOST) * COST_PER_BIT) for b in bits])


def match_costs(width: int, rows: int, span: int, per_byte: int) -> array[int]:
    """Return the cost to begin each match that a `Trellis` considers.

    Parameters
    ----------
    width : int
        Pixels in a row of the image.
    rows, span : int
        Candidates lie in so many rows above, in so many columns around the pixel.
    per_byte : int
        Labels that are packed into a byte: DEFLATE copies whole bytes only.

    Returns
    -------
    array of int
        In units of 1/COST_PER_BIT bits; `FORBIDDEN` where the candidate's labels lie across bytes.
    """
    distances = match_distances(width, rows, span, per_byte)
    above = rows * span
    return array(
        "i",
        [
            _cost(_MATCH if i < above else _NEAR_MATCH, distance) if distance else FORBIDDEN
            for i, distance in enumerate(distances)
        ],
    )


def match_distances(width: int, rows: int, span: int, per_byte: int) -> list[int]:
    """Return how many bytes before the pixel each match begins; 0 if it is within one.

    Parameters
    ----------
    width, rows, span, per_byte : int
        As in `match_costs`.
    """
    stride = -(-width // per_byte) + 1  # each row begins with the number of its filter
    distances = [
        row * stride - column // per_byte if column % per_byte == 0 else 0
        for row in range(1, rows + 1)
        for column in range(-(span // 2), span - span // 2)
    ]
    return distances + [
        past // per_byte if past % per_byte == 0 else 0 for past in range(1, MAX_RUN_DISTANCE + 1)
    ]


def _cost(base: float, distance: int) -> int:
    if not 1 <= distance <= WINDOW:
        return FORBIDDEN
    return round((base + max(0, (distance - 1).bit_length() - 2)) * COST_PER_BIT)
