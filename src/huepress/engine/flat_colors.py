"""Colours where people look: paper, panels, brand colours, which must not change by a level.

K-means minimizes a mean: an entry that is a level off costs it next to nothing, be it the white of
half the page. So colours that cover much of an image, or fill areas, are reserved as they are.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from huepress.engine.histogram import IndexedImage

__all__ = ["FlatColor", "find_flat_colors", "reserved"]

DOMINANT = 0.2  # of the pixels: such a colour is reserved at any K
NOTABLE = 0.01  # of the pixels: such a colour is, if it fills areas and there is room
FLAT = 0.8  # of its pixels that have four equal neighbours
ROOM = 8  # entries that must be left for all other colours


class FlatColor(NamedTuple):
    """A colour that covers much of an image.

    Attributes
    ----------
    color : int
        0xAARRGGBB.
    share : float
        Of the pixels.
    """

    color: int
    share: float


def find_flat_colors(image: IndexedImage) -> tuple[FlatColor, ...]:
    """Return the colours of an image that are dominant, or notable and flat; most pixels first.

    Photographs have none but for blown highlights and black frames. Colours of more than 8 bits
    are left alone.
    """
    counts, size = image.histogram.counts, image.pixel_index.size
    if counts.fine:
        return ()
    common = counts.common(math.ceil(NOTABLE * size))
    if not common:
        return ()
    exact, flat = counts.counts(), image.pixel_index.flat_counts(image.width)
    found = [
        FlatColor(counts.color(number), exact[number] / size)
        for number in common
        if exact[number] >= DOMINANT * size or flat[number] >= FLAT * exact[number]
    ]
    # What is clear stays clear anyway, unless it is crowded out: then it comes first.
    clear = [each for each in found if not each.color >> 24 and each.share >= DOMINANT]
    return (*clear, *(each for each in found if each.color >> 24))


def reserved(found: Sequence[FlatColor], k: int, others: int) -> tuple[int, ...]:
    """Return those colours that are reserved in a codebook of k, `others` of which are taken.

    All of them if that leaves room for the rest of the image; else those that dominate it.
    """
    room = k - others
    if k < 2:
        return ()  # a single colour stands for all best as their mean
    if room < len(found) + ROOM:
        found = [each for each in found if each.share >= DOMINANT]
    return tuple(each.color for each in found[: max(room, 0)])
