"""How good a file looks beside its original: SSIMULACRA 2, Butteraugli, banding, or lossless."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from bench.images import load
from bench.looks.banding import Banding
from bench.looks.pictures import BACKGROUNDS, on_background, visible
from bench.measures import Pixels
from huepress.metrics import Reference

LEAST_SIDE = 8
"""Below that, neither measure has a meaning, and Debian's butteraugli aborts."""

BUTTERAUGLI_PIXELS = 4_000_000
"""Above that, `butteraugli` takes so long that one image of many points takes ten minutes."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The size of a file and how it looks; None where a measure was not taken or has no meaning."""

    bytes: int
    lossless: bool
    ssimulacra2: float | None = None
    butteraugli: float | None = None
    banding: float | None = None


MEASURES: dict[str, Callable[[Verdict], float | None]] = {
    "equal": lambda v: v.ssimulacra2,
    "butteraugli": lambda v: None if v.butteraugli is None else -v.butteraugli,
    "banding": lambda v: None if v.banding is None else float(v.bytes),
}
"""In what a curve has to reach the peer, by part of the tables; higher the finer the setting."""


class Judge:
    """Judges files beside one original; `folder` receives temporary files for ``butteraugli``."""

    def __init__(
        self, original: Pixels, folder: Path, *, butteraugli: bool = False, banding: bool = False
    ) -> None:
        height, width = original.shape[:2]
        self._original = original
        self._folder = folder
        self._scored = min(height, width) >= LEAST_SIDE
        self._butteraugli = butteraugli and self._scored and height * width <= BUTTERAUGLI_PIXELS
        self._banding = banding and self._scored

    def __call__(self, png: bytes) -> Verdict:
        """Judge a file by its content."""
        result = load(BytesIO(png))
        lossless = np.array_equal(visible(result), visible(self._original))
        score = distance = bands = None
        if self._scored:
            score = 100.0 if lossless else self._reference.ssimulacra2(png)
        shown = self._shown(result)
        if self._butteraugli:
            pairs = zip(self._shown(self._original), shown, strict=True)
            distance = 0.0 if lossless else max(self._distance(*pair) for pair in pairs)
        if self._gradients:
            bands = 0.0 if lossless else max(b(shown[n]) for n, b in self._gradients.items())
        return Verdict(len(png), lossless, score, distance, bands)

    @cached_property
    def _reference(self) -> Reference:
        return Reference(self._original)

    @cached_property
    def _gradients(self) -> dict[int, Banding]:
        """What measures banding on each background where there are smooth gradients."""
        found = map(Banding, self._shown(self._original) if self._banding else [])
        return {number: banding for number, banding in enumerate(found) if banding.applies}

    def _distance(self, original: Pixels, result: Pixels) -> float:
        """Return what Debian's ``butteraugli`` prints; 0 if nothing differs."""
        files = [self._folder / name for name in ("original.png", "result.png")]
        for pixels, file in zip((original, result), files, strict=True):
            Image.fromarray(pixels).save(file, compress_level=1)
        return float(subprocess.check_output(["butteraugli", *files], text=True))

    def _shown(self, pixels: Pixels) -> list[Pixels]:
        """Return an image on each background; one will do where the original is opaque."""
        greys = BACKGROUNDS if self._original.shape[2] == 4 else BACKGROUNDS[:1]
        return [on_background(pixels, grey) for grey in greys]
