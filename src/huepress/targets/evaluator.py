"""Candidates: an image quantized with some options, and perhaps encoded and scored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from huepress.engine.constraints import uses_oklab
from huepress.engine.fitting import Fit, exact_k, fit, points_of
from huepress.engine.mapping import map_pixels
from huepress.options import MAX_COLORS, Options
from huepress.quantized import Quantized
from huepress.reading import Pixels

if TYPE_CHECKING:
    from collections.abc import Callable

    from huepress._kernels.gate import Points
    from huepress.engine.constraints import Prepared
    from huepress.engine.histogram import Histogram
    from huepress.engine.timing import StageTimer
    from huepress.metrics import Reference

__all__ = ["Candidate", "Evaluator"]

_LEAST_SIDE = 8  # that SSIMULACRA 2 can judge


class Candidate(NamedTuple):
    """One result, and what is known of it so far.

    Attributes
    ----------
    options : Options
        How it was made.
    quantized : Quantized
        The colours and labels.
    files : tuple of bytes or None
        It once encoded.
    score : float or None
        How it looks beside the original: SSIMULACRA 2.
    """

    options: Options
    quantized: Quantized
    files: tuple[bytes, ...] | None = None
    score: float | None = None

    def searched(self) -> Candidate:
        """Return the same, for an encoding that is searched for: not by what labels are copies."""
        q = self.quantized
        plain = Quantized(q.width, q.height, q.label_bytes, q.codebook, q.mse)
        return Candidate(self.options, plain)

    @property
    def size(self) -> int:
        """The bytes of the files; the candidate must have been encoded."""
        assert self.files is not None
        return sum(map(len, self.files))


class Evaluator:
    """Makes candidates of one image, encodes them and scores them.

    It remembers fits, by every option that they depend on: several candidates share one. Each
    method does what its name says when it is called, and returns a new value.

    Parameters
    ----------
    name : str
        What messages call the image.
    prepared : Prepared
        The image.
    encode : callable
        Returns the files of a Quantized.
    timer : StageTimer
        Is told when a stage is over.
    original : Pixels, optional
        The image as it should look, if candidates will be scored.
    finish : callable, optional
        Returns a Quantized as its format shows it.
    """

    def __init__(
        self,
        name: str,
        prepared: Prepared,
        encode: Callable[[Quantized], tuple[bytes, ...]],
        timer: StageTimer,
        *,
        original: Pixels | None = None,
        finish: Callable[[Quantized], Quantized] | None = None,
    ) -> None:
        self.name = name
        self.prepared = prepared
        self._encode = encode
        self._timer = timer
        self._original = original
        self._finish = finish
        self._fits: dict[tuple[Any, ...], Fit] = {}
        self._weighted: dict[bool, tuple[Histogram, Points]] = {}
        self._reference: Reference | None = None
        self._exact_k: int | None = None

    @property
    def can_score(self) -> bool:
        """Whether the original is at hand, to compare candidates with."""
        return self._original is not None

    def exact_k(self) -> int:
        """Return how many colours hold the image exactly; more than 65,536 if that is too few."""
        if self._exact_k is None:
            prepared = self.prepared
            self._exact_k = exact_k(prepared.image.histogram, prepared.constraints, MAX_COLORS)
        return self._exact_k

    def min_k(self, options: Options) -> int:
        """Return how few colours may be asked for: as many as are given or kept."""
        return self.prepared.constraints.fewest(options.max_k)

    def candidate(self, options: Options) -> Candidate:
        """Quantize the image with these options."""
        fitted = self._fit(options)
        quantized = map_pixels(fitted, self.prepared.image, options)
        if self._finish is not None:
            quantized = self._finish(quantized)
        self._timer.end("map")
        return Candidate(options, quantized)

    def encoded(self, candidate: Candidate) -> Candidate:
        """Return a candidate with its files."""
        if candidate.files is not None:
            return candidate
        files = self._encode(candidate.quantized)
        self._timer.end("encode")
        return candidate._replace(files=files)

    def scored(self, candidate: Candidate) -> Candidate:
        """Return a candidate with its score."""
        if candidate.score is not None:
            return candidate
        q = candidate.quantized
        shown = Pixels(q.width, q.height, q.codebook.channels, q.pixel_bytes())
        score = self._prepared_reference(candidate.options).ssimulacra2(_padded(shown))
        self._timer.end("score")
        return candidate._replace(score=score)

    def evaluated(self, candidate: Candidate) -> Candidate:
        """Return a candidate with its files and its score."""
        return self.scored(self.encoded(candidate))

    def _fit(self, options: Options) -> Fit:
        key = _fit_key(options)
        if key not in self._fits:
            histogram, points = self._points(options)
            self._fits[key] = fit(histogram, options, self.prepared.constraints, points)
            self._timer.end("cluster")
        return self._fits[key]

    def _points(self, options: Options) -> tuple[Histogram, Points]:
        """Return the histogram and its points, which depend on the working space only."""
        key = uses_oklab(options, self.prepared.image.histogram)
        if key not in self._weighted:
            histogram = self.prepared.histogram(options)
            self._weighted[key] = histogram, points_of(histogram, options)
        return self._weighted[key]

    def _prepared_reference(self, options: Options) -> Reference:
        if self._reference is None:
            from huepress.metrics import Reference

            assert self._original is not None
            self._reference = Reference(_padded(self._original), threads=options.threads)
        return self._reference


def _fit_key(options: Options) -> tuple[Any, ...]:
    """Return the values of all options that a fit depends on."""
    values = (getattr(options, row.name) for row in Options.rows() if row.affects == "fit")
    return tuple(value if _is_hashable(value) else id(value) for value in values)


def _is_hashable(value: Any) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return True


def _padded(pixels: Pixels) -> Pixels:
    """Repeat the last column and row until the image can be judged."""
    if min(pixels.width, pixels.height) >= _LEAST_SIDE:
        return pixels
    channels, stride = pixels.channels, pixels.width * pixels.channels
    data = bytes(pixels.to_8_bits())
    rows = [data[at : at + stride] for at in range(0, len(data), stride)]
    width, height = max(pixels.width, _LEAST_SIDE), max(pixels.height, _LEAST_SIDE)
    rows = [row + row[-channels:] * (width - pixels.width) for row in rows]
    rows += rows[-1:] * (height - pixels.height)
    return Pixels(width, height, channels, b"".join(rows))
