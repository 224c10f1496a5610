"""One image, quantized in as many ways as are tried: the one place where the steps meet."""

from __future__ import annotations

from array import array

from huepress._kernels.gate import Clusters, PixelIndex, Points
from huepress.codebook import Codebook
from huepress.engine.constraints import (
    fixed_codebook,
    importance_of,
    kept_colors,
    number_of,
    numbers_of,
    prepared,
    with_clear_entry,
)
from huepress.engine.kmeans import assign, fit, fit_around, on_colors
from huepress.engine.mapping import MOST_COLORS, map_pixels
from huepress.engine.threads import run_parts, useful_threads
from huepress.engine.timing import Stages
from huepress.errors import OptionError
from huepress.lazy import lazy
from huepress.options import MAX_COLORS, Options
from huepress.quantized import Copies, Quantized
from huepress.reading import Pixels

__all__ = ["Study"]


class Study:
    """One image, looked at once and quantized in as many ways as needed.

    Parameters
    ----------
    pixels : Pixels
        The image.
    options : Options
        Those that all ways share; `quantized` may be asked for any ``k``, ``dither``,
        ``dither_strength`` and ``rd``.
    stages : Stages, optional
        Is told when each is over.

    Raises
    ------
    OptionError
        If more colours are to be kept than there is room for, or a mask has another size.
    InputError
        If a palette or a mask can't be read.
    """

    def __init__(self, pixels: Pixels, options: Options, stages: Stages | None = None) -> None:
        fixed = fixed_codebook(options.palette, options.max_pixels)
        if fixed and options.keep:
            raise OptionError("keep: contradicts palette; add the colours to that instead")
        importance = importance_of(options, pixels)
        # Nothing of the pixels is kept but their histogram: they may take a third of the memory.
        pixels = prepared(pixels, options, fixed)
        self._width, self._height, self._channels = pixels[:3]
        self._fixed = fixed and with_clear_entry(fixed, pixels)
        self._kept = kept_colors(options)
        self._threads = options.threads
        self._given = [number_of(color) for color in self._fixed or ()] or self._kept
        self._importance = importance
        self._index = PixelIndex(pixels.raw, pixels.channels, pixels.is_fine)
        self._points: dict[bool, Points] = {}
        self._clusters: dict[int, Clusters] = {}
        self._stages = stages or Stages()
        self._stages.end("histogram")

    @property
    def exact_from(self) -> int:
        """How many colours hold the image exactly; with given ones no number does."""
        if self._fixed:
            return MAX_COLORS + 1
        return self._unique + len(self._missing)

    @lazy
    def _unique(self) -> int:
        """How many colours of 8 bits there are."""
        return len(
            self._index.colors.rounded()[0] if self._index.colors.fine else self._index.colors
        )

    @lazy
    def _missing(self) -> list[int]:
        """The kept colours that no pixel has."""
        if not self._kept:
            return []
        data, _ = self._eight_bit_colors()
        present = set(numbers_of(Codebook.from_bytes(data, self._channels)))
        return [color for color in self._kept if color not in present]

    def fewest(self, options: Options) -> int:
        """Return how few colours may be asked for: as many as are given or kept."""
        return options.k if self._fixed else max(len(self._kept), 1)

    def quantized(self, options: Options) -> Quantized:
        """Return the image in `options.k` colours."""
        if len(self._kept) > options.k:
            raise OptionError(
                f"keep: {len(self._kept)} colours don't fit a codebook of {options.k}; raise k"
            )
        if self.exact_from <= options.k:
            return self._exact()
        clusters = self._clustered(options)
        self._stages.end("cluster")
        kept = array("I", self._kept)
        mapped = map_pixels(self._index, clusters, self._width, options, kept)
        colors = self._colors(clusters)
        if mapped is not None:
            return self._made(clusters, colors, *mapped)
        bound = self._channels == 4 or kept
        nearest = clusters.constrained_labels(kept) if bound else clusters
        return self._made(nearest, colors)

    def _colors(self, clusters: Clusters) -> bytes:
        """Return the codebook's colours; coordinates don't tell all of the given ones apart."""
        channels = self._channels
        rgba = clusters.colors()
        found = [rgba[at : at + channels] for at in range(4 * len(self._given), len(rgba), 4)]
        return b"".join([*(_packed(color, channels) for color in self._given), *found])

    def _exact(self) -> Quantized:
        """Every colour stands for itself; those of the kept ones that no pixel has come last."""
        data, numbers = self._eight_bit_colors()
        more = b"".join(_packed(color, self._channels) for color in self._missing)
        return self._made(numbers, data + more)

    def _eight_bit_colors(self) -> tuple[bytes, array[int]]:
        """Return the colours, rounded to 8 bits, and which of them each unique colour is."""
        colors = self._index.colors
        if not colors.fine:
            data, _ = colors.colors_and_counts()
            return data, array("i", range(len(colors)))
        rounded, numbers = colors.rounded()
        return rounded.colors_and_counts()[0], array("i", numbers)

    def _clustered(self, options: Options) -> Clusters:
        """Return clusters for these options; for each k they are found once."""
        if options.k not in self._clusters:
            clusters = self._fitted(self._points_in(options), options)
            if self._channels == 4 and self._fixed is None:
                clusters.snap_alpha(len(self._kept))
                assign(clusters)
            self._clusters[options.k] = clusters
        return self._clusters[options.k]

    def _fitted(self, points: Points, options: Options) -> Clusters:
        if self._fixed is not None:
            return on_colors(points, self._given)
        if self._kept:
            return fit_around(points, self._kept, options)
        return fit(points, options)

    def _points_in(self, options: Options) -> Points:
        """Return the points in the working space of these options."""
        oklab = options.space == "oklab" or (options.space == "auto" and options.k <= MOST_COLORS)
        if oklab not in self._points:
            straight = options.alpha == "straight"
            points = self._index.colors.points(oklab, straight)
            if self._importance is not None:
                importance = self._importance
                if importance == "auto":
                    importance = self._index.smoothness(points, self._width)
                weights = self._index.weights_by(importance)
                points = self._index.colors.weighted(weights).points(oklab, straight)
            self._points[oklab] = points
        return self._points[oklab]

    def _made(
        self,
        source: array[int] | memoryview[int] | Clusters,
        colors: bytes,
        labels: bytes | None = None,
        copies: Copies | None = None,
    ) -> Quantized:
        """Count what the labels (or, if None, those of the colours) come to, and sort by it.

        The codebook is sorted by population, without unused entries unless they are kept; given
        colours stay all and in their order.
        """
        channels = self._channels
        entries = [colors[at : at + channels] for at in range(0, len(colors), channels)]
        if labels is None:
            identity = array("i", range(len(entries)))
            labels = self._index.spread(source, identity, len(entries))
        mse, populations = self._tallied(labels, colors)
        order = list(range(len(entries)))
        if self._fixed is None:
            order.sort(key=lambda j: (-populations[j], entries[j]))
            kept = {_packed(color, channels) for color in self._kept}
            order = [j for j in order if populations[j] or entries[j] in kept]
        rank = [0] * len(entries)
        for place, j in enumerate(order):
            rank[j] = place
        if len(entries) > 256:
            labels = self._index.spread(source, array("i", rank), len(order))
        else:
            labels = labels.translate(bytes(rank).ljust(256, b"\0"))
        codebook = Codebook.from_bytes(
            b"".join(entries[j] for j in order), channels, [populations[j] for j in order]
        )
        self._stages.end("map")
        return Quantized(self._width, self._height, labels, codebook, mse, copies)

    def _tallied(self, labels: bytes, colors: bytes) -> tuple[float, list[int]]:
        """Return the mean squared error and how many pixels have each colour."""
        found: list[tuple[int, list[int]]] = []

        def count(part: int, parts: int) -> None:
            found.append(self._index.tally(labels, colors, part, parts))

        size = self._index.size
        run_parts(count, useful_threads(size, self._threads))
        error = sum(total for total, _ in found)
        populations = [sum(counts) for counts in zip(*(each for _, each in found), strict=True)]
        return error / (65_025 * size), populations


def _packed(color: int, channels: int) -> bytes:
    """Return a colour 0xAARRGGBB as bytes, alpha last."""
    return bytes(color >> shift & 255 for shift in (16, 8, 0, 24)[:channels])
