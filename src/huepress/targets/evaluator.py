"""Trials: an image quantized with some options, encoded, and judged."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from huepress.engine.timing import Stages
from huepress.lazy import lazy
from huepress.options import Options
from huepress.quantized import Quantized
from huepress.reading import Pixels

if TYPE_CHECKING:
    from huepress.metrics import Reference

__all__ = ["Trial", "Workbench"]

_LEAST_SIDE = 8  # that SSIMULACRA 2 can judge


class Workbench:
    """What trials on one image share.

    Parameters
    ----------
    name : str
        What messages call the image.
    original : Pixels or None
        The image, if results will be judged.
    make : callable
        Quantizes it with given options.
    encode : callable
        Returns the files of what was made.
    exact_from, fewest : int
        How many colours hold the image exactly, and how few may be asked for.
    threads : int
        As in `Options`.
    stages : Stages
        Is told when something was encoded or judged.
    """

    def __init__(
        self,
        name: str,
        original: Pixels | None,
        make: Callable[[Options], Quantized],
        encode: Callable[[Quantized], tuple[bytes, ...]],
        *,
        exact_from: int,
        fewest: int,
        threads: int,
        stages: Stages,
    ) -> None:
        self.name = name
        self.exact_from = exact_from
        self.fewest = fewest
        self.make = make
        self._encode = encode
        self._original = original
        self._threads = threads
        self._stages = stages

    def trial(self, options: Options) -> Trial:
        """Quantize with these options."""
        return Trial(self, options, self.make(options))

    def encode(self, q: Quantized) -> tuple[bytes, ...]:
        """Return the files of a result."""
        contents = self._encode(q)
        self._stages.end("encode")
        return contents

    def score(self, q: Quantized) -> float:
        """Return how a result looks beside the original: SSIMULACRA 2."""
        shown = Pixels(q.width, q.height, q.codebook.channels, q.pixel_bytes())
        score = self._reference.ssimulacra2(_padded(shown))
        self._stages.end("score")
        return score

    @lazy
    def _reference(self) -> Reference:
        from huepress.metrics import Reference

        assert self._original is not None
        return Reference(_padded(self._original), threads=self._threads)


class Trial:
    """One way to do it; encoded and judged when first asked for."""

    def __init__(self, bench: Workbench, options: Options, q: Quantized) -> None:
        self._bench = bench
        self.options = options
        self.q = q

    @lazy
    def contents(self) -> tuple[bytes, ...]:
        """The files."""
        return self._bench.encode(self.q)

    @property
    def size(self) -> int:
        """Their bytes."""
        return sum(map(len, self.contents))

    @lazy
    def score(self) -> float:
        """How it looks: SSIMULACRA 2."""
        return self._bench.score(self.q)


def _padded(pixels: Pixels) -> Pixels:
    """Repeat the last column and row until the image can be judged."""
    if min(pixels.width, pixels.height) >= _LEAST_SIDE:
        return pixels
    channels, stride = pixels.channels, pixels.width * pixels.channels
    data = bytes(pixels.data)
    rows = [data[at : at + stride] for at in range(0, len(data), stride)]
    width, height = max(pixels.width, _LEAST_SIDE), max(pixels.height, _LEAST_SIDE)
    rows = [row + row[-channels:] * (width - pixels.width) for row in rows]
    rows += rows[-1:] * (height - pixels.height)
    return Pixels(width, height, channels, b"".join(rows))
