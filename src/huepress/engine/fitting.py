"""A histogram to the colours that stand best for it."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, NamedTuple

from huepress.engine.constraints import Constraints, uses_oklab
from huepress.engine.kmeans import assign, cluster, cluster_around, clusters_on
from huepress.errors import OptionError
from huepress.options import MAX_COLORS

if TYPE_CHECKING:
    from huepress._kernels.gate import Clusters, ColorCounts, Points
    from huepress.engine.histogram import Histogram
    from huepress.options import Options

__all__ = ["Fit", "exact_k", "fit", "labels_of_exact", "packed", "points_of"]

_FINE_PER_8_BITS = 64  # colours of 10 bits a channel that one of 8 bits stands for, at most


class Fit(NamedTuple):
    """The colours found for a histogram: fit once, map many images to them.

    Attributes
    ----------
    colors : bytes
        The entries, `channels` bytes each: given or kept ones first.
    channels : int
        3 (red, green, blue) or 4 (and alpha).
    constraints : Constraints
        What they had to obey.
    clusters : Clusters or None
        The entries as centroids, with the label of each of the histogram's colours. None if the
        histogram has no more colours than were asked for: then each stands for itself.
    is_oklab, is_straight : bool
        The working space of the centroids: Oklab or sRGB, and whether alpha is left out of it.
    """

    colors: bytes
    channels: int
    constraints: Constraints
    clusters: Clusters | None
    is_oklab: bool = False
    is_straight: bool = False

    @property
    def k(self) -> int:
        """How many entries there are."""
        return len(self.colors) // self.channels

    def entries(self) -> list[bytes]:
        """Return the entries one by one."""
        step = self.channels
        return [self.colors[at : at + step] for at in range(0, len(self.colors), step)]

    def clusters_for(self, counts: ColorCounts) -> Clusters:
        """Return clusters with these centroids on an image's colours, each with its label."""
        assert self.clusters is not None
        if self.clusters.points.holds(counts):
            return self.clusters
        points = counts.points(self.is_oklab, self.is_straight)
        clusters = type(self.clusters)(points, self.clusters.k)
        clusters.copy_centroids(self.clusters)
        assign(clusters)
        return clusters


def fit(
    histogram: Histogram,
    options: Options,
    constraints: Constraints | None = None,
    points: Points | None = None,
) -> Fit:
    """Find the colours that stand best for those of a histogram.

    Parameters
    ----------
    histogram : Histogram
        Of one image, of a part of it, or merged from many.
    options : Options
        ``k``, ``effort``, ``space``, ``alpha``, ``seeding``, ``seed``, ``n_init``, ``max_iter``,
        ``tol``, ``threads``; the rest makes no difference.
    constraints : Constraints, optional
        Colours that there must be.
    points : Points, optional
        The histogram's `points_of`, if they were made before.

    Returns
    -------
    Fit
        The same for equal histograms, whatever they were merged from.

    Raises
    ------
    OptionError
        If more colours are to be kept than there is room for.
    """
    constraints = constraints or Constraints()
    k = options.max_k
    if len(constraints.kept) > k:
        raise OptionError(
            f"{len(constraints.kept)} colours don't fit a codebook of {k}; raise `k`", "keep"
        )
    if exact_k(histogram, constraints, k) <= k:
        return _exact(histogram, constraints)
    points = points or points_of(histogram, options)
    if constraints.palette:
        clusters = clusters_on(points, constraints.palette)
    elif constraints.kept:
        clusters = cluster_around(points, constraints.kept, k, options)
    else:
        clusters = cluster(points, k, options)
    if histogram.channels == 4 and not constraints.palette:
        clusters.snap_alpha(len(constraints.kept))
        assign(clusters)
    colors = _colors_of(clusters, constraints, histogram.channels)
    return Fit(colors, histogram.channels, constraints, clusters, *_space_of(options))


def points_of(histogram: Histogram, options: Options) -> Points:
    """Return a histogram's colours as weighted points of the options' working space."""
    return histogram.counts.points(*_space_of(options))


def _space_of(options: Options) -> tuple[bool, bool]:
    """Tell whether distances are taken in Oklab, and whether without alpha."""
    return uses_oklab(options), options.alpha == "straight"


def exact_k(histogram: Histogram, constraints: Constraints, most: int = MAX_COLORS) -> int:
    """Return how many colours hold a histogram exactly; more than `most` if that is too few.

    With a given palette no number does.
    """
    if constraints.palette or len(histogram) > most * _FINE_PER_8_BITS:
        return MAX_COLORS + 1
    unique = histogram.unique_8_bits()
    if unique > most or not constraints.kept:
        return unique
    return unique + len(_missing(histogram, constraints))


def _exact(histogram: Histogram, constraints: Constraints) -> Fit:
    """Let every colour stand for itself; kept ones that no pixel has come last."""
    data, _ = histogram.colors_of_8_bits()
    more = _missing(histogram, constraints)
    channels = histogram.channels
    data += b"".join(packed(color, channels) for color in more)
    return Fit(data, channels, constraints, None)


def _missing(histogram: Histogram, constraints: Constraints) -> list[int]:
    """Return the kept colours that no pixel has."""
    data, _ = histogram.colors_of_8_bits()
    channels = histogram.channels
    present = {data[at : at + channels] for at in range(0, len(data), channels)}
    return [color for color in constraints.kept if packed(color, channels) not in present]


def _colors_of(clusters: Clusters, constraints: Constraints, channels: int) -> bytes:
    """Return the entries' colours; coordinates don't tell all of the given ones apart."""
    rgba, given = clusters.colors(), constraints.given
    found = [rgba[at : at + channels] for at in range(4 * len(given), len(rgba), 4)]
    return b"".join([*(packed(color, channels) for color in given), *found])


def packed(color: int, channels: int) -> bytes:
    r"""Return a colour 0xAARRGGBB as bytes, alpha last.

    Examples
    --------
    >>> packed(0x80010203, 4), packed(0xFF010203, 3)
    (b'\x01\x02\x03\x80', b'\x01\x02\x03')
    """
    return bytes(color >> shift & 255 for shift in (16, 8, 0, 24)[:channels])


def numbers_by_color(entries: list[bytes]) -> dict[bytes, int]:
    """Return the number of each entry by its colour; of equal ones the first."""
    return {entry: len(entries) - 1 - i for i, entry in enumerate(reversed(entries))}


def labels_of_exact(fitted: Fit, histogram: Histogram) -> array[int]:
    """Return the entry of each of a histogram's colours, all of which are entries.

    Raises
    ------
    OptionError
        If one isn't: the fit was of other images.
    """
    data, numbers = histogram.colors_of_8_bits()
    place = numbers_by_color(fitted.entries())
    channels = fitted.channels
    try:
        labels = [place[data[at : at + channels]] for at in range(0, len(data), channels)]
    except KeyError as error:
        color = error.args[0].hex()
        raise OptionError(
            f"image: has the colour #{color}, which none of the fitted images had; fit to it, too"
        ) from None
    return array("i", [labels[number] for number in numbers])
