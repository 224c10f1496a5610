"""Unique colours with their pixel counts: what K-means works on. Histograms add up."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, NamedTuple

from huepress._kernels.gate import ColorCounts, PixelIndex

if TYPE_CHECKING:
    from huepress.reading import Pixels

__all__ = ["Histogram", "IndexedImage"]


class Histogram:
    r"""The unique colours of one image or of many, and how many pixels have each. Immutable.

    The histogram of an image is the `merge` of those of its tiles, whatever the tiles and their
    order; and what is fitted to one is fitted to the other, byte for byte.

    Parameters
    ----------
    counts : ColorCounts
        Colours and counts in native memory; `of` makes them from pixels.

    Examples
    --------
    >>> from huepress.reading import Pixels
    >>> black, red = bytes(3), b"\xff\0\0"
    >>> whole = Histogram.of(Pixels(3, 1, 3, black + red + black))
    >>> whole
    <Histogram of 2 colours, 3 pixels>
    >>> left = Histogram.of(Pixels(2, 1, 3, black + red))
    >>> right = Histogram.of(Pixels(1, 1, 3, black))
    >>> right.merge(left) == whole
    True
    """

    __slots__ = ("counts",)

    counts: ColorCounts

    def __init__(self, counts: ColorCounts) -> None:
        object.__setattr__(self, "counts", counts)

    @classmethod
    def of(cls, pixels: Pixels) -> Histogram:
        """Count the colours of pixels."""
        return IndexedImage.of(pixels).histogram

    def merge(self, *others: Histogram) -> Histogram:
        """Return the histogram of all these pixels together. Exact: counts have 64 bits.

        Raises
        ------
        ValueError
            If some colours have an alpha or more than 8 bits, and others don't.
        """
        counts = self.counts
        for other in others:
            counts = counts.merge(other.counts)
        return Histogram(counts)

    @property
    def channels(self) -> int:
        """3 (red, green, blue) or 4 (and alpha)."""
        return self.counts.channels

    @property
    def total(self) -> int:
        """How many pixels there are."""
        return self.counts.total

    def __len__(self) -> int:
        """Return how many unique colours there are."""
        return len(self.counts)

    def colors_of_8_bits(self) -> tuple[bytes, array[int]]:
        """Return the unique 8-bit colours, and which of them each unique colour is.

        Returns
        -------
        bytes
            `channels` bytes for each colour.
        array of int
            One number for each unique colour. Colours of more than 8 bits share 8-bit ones.
        """
        if not self.counts.fine:
            return self.counts.colors_and_counts()[0], array("i", range(len(self)))
        rounded, numbers = self.counts.rounded()
        return rounded.colors_and_counts()[0], array("i", numbers)

    def unique_8_bits(self) -> int:
        """Return how many unique colours are left when they are rounded to 8 bits."""
        return len(self.counts.rounded()[0]) if self.counts.fine else len(self)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a histogram doesn't change")

    def __eq__(self, other: object) -> bool:
        return self.counts == other.counts if isinstance(other, Histogram) else NotImplemented

    def __hash__(self) -> int:
        return hash((len(self), self.total, self.channels))

    def __reduce__(self) -> tuple[type[Histogram], tuple[ColorCounts]]:
        return Histogram, (self.counts,)

    def __repr__(self) -> str:
        return f"<Histogram of {len(self):,} colours, {self.total:,} pixels>"


class IndexedImage(NamedTuple):
    """An image as its unique colours, and for each pixel which of them it has.

    That is all that fitting and mapping need; the pixels themselves may be forgotten.

    Attributes
    ----------
    width, height : int
        Size in pixels.
    pixel_index : PixelIndex
        The number of each pixel's colour, in native memory.
    histogram : Histogram
        The colours and their counts.
    """

    width: int
    height: int
    pixel_index: PixelIndex
    histogram: Histogram

    @classmethod
    def of(cls, pixels: Pixels) -> IndexedImage:
        """Count the colours of pixels, and note which one each pixel has."""
        index = PixelIndex(pixels.raw, pixels.channels, pixels.is_fine)
        return cls(pixels.width, pixels.height, index, Histogram(index.colors))
