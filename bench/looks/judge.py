"""How good a file looks beside its original: SSIMULACRA 2, Butteraugli, banding, or lossless."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from bench.looks import subjects
from bench.looks.banding import Banding
from bench.looks.subjects import Pixels

if TYPE_CHECKING:
    from huepress.metrics import Reference

LEAST_SIDE = 8
"""Below that, neither measure has a meaning, and Debian's butteraugli aborts."""

BUTTERAUGLI_PIXELS = 4_000_000
"""Above that, `butteraugli` takes so long that one image of many points takes ten minutes."""

BACKGROUNDS = (255, 0x20)
"""White and dark grey; translucent images are judged on both, and the worse counts."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a file weighs and how it looks; None where a measure was not taken or has no meaning."""

    bytes: int
    lossless: bool
    ssimulacra2: float | None = None
    butteraugli: float | None = None
    banding: float | None = None


class Judge:
    """Judges files beside one original, of which it keeps what can be prepared once.

    Parameters
    ----------
    original : (H, W, 3) or (H, W, 4) uint8
    folder : Path
        Where temporary files for `butteraugli` may lie.
    butteraugli, banding : bool
        Whether to take these measures too.
    """

    def __init__(
        self, original: Pixels, folder: Path, *, butteraugli: bool = False, banding: bool = False
    ) -> None:
        height, width = original.shape[:2]
        self._original = original
        self._folder = folder
        self._large_enough = min(height, width) >= LEAST_SIDE
        self._butteraugli = (
            butteraugli and self._large_enough and height * width <= BUTTERAUGLI_PIXELS
        )
        self._banding = banding and self._large_enough

    def __call__(self, png: bytes) -> Verdict:
        """Judge a file by its content."""
        result = subjects.load(BytesIO(png))
        if np.array_equal(subjects.visible(result), self._visible):
            looks = 100.0 if self._large_enough else None
            return Verdict(
                len(png),
                lossless=True,
                ssimulacra2=looks,
                butteraugli=0.0 if self._butteraugli else None,
                banding=0.0 if self._gradients else None,
            )
        return Verdict(
            len(png),
            lossless=False,
            ssimulacra2=self._reference.ssimulacra2(png) if self._large_enough else None,
            butteraugli=self._distance(result) if self._butteraugli else None,
            banding=self._bands(result),
        )

    @cached_property
    def _visible(self) -> subjects.Colors:
        return subjects.visible(self._original)

    @cached_property
    def _reference(self) -> Reference:
        from huepress.metrics import Reference

        return Reference(self._original)

    @cached_property
    def _originals(self) -> list[Path]:
        """The original on each background, as files for `butteraugli`."""
        return [
            _saved(shown, self._folder / f"original-{number}.png")
            for number, shown in enumerate(self._shown(self._original))
        ]

    @cached_property
    def _gradients(self) -> list[tuple[int, Banding]]:
        """What measures banding on each background where there are smooth gradients."""
        if not self._banding:
            return []
        shown = enumerate(map(Banding, self._shown(self._original)))
        return [(number, banding) for number, banding in shown if banding.applies]

    def _bands(self, result: Pixels) -> float | None:
        shown = self._shown(result) if self._gradients else []
        return max((banding(shown[number]) for number, banding in self._gradients), default=None)

    def _distance(self, result: Pixels) -> float:
        files = (_saved(shown, self._folder / "result.png") for shown in self._shown(result))
        return max(map(butteraugli, self._originals, files))

    def _shown(self, pixels: Pixels) -> list[Pixels]:
        """Return an image on each background; one will do where the original is opaque."""
        greys = BACKGROUNDS if self._original.shape[2] == 4 else BACKGROUNDS[:1]
        return [on_background(pixels, grey) for grey in greys]


def on_background(pixels: Pixels, grey: int) -> Pixels:
    """Return what a viewer shows: (H, W, 3) uint8, blended in sRGB as viewers do."""
    if pixels.shape[2] == 3:
        return pixels
    alpha = pixels[..., 3:].astype(np.uint32)
    blended = pixels[..., :3] * alpha + grey * (255 - alpha)
    return ((blended + 127) // 255).astype(np.uint8)


def butteraugli(original: Path, result: Path) -> float:
    """Return the distance that Debian's ``butteraugli`` prints; 0 if nothing differs."""
    done = subprocess.run(
        ["butteraugli", str(original), str(result)], capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def butteraugli_version() -> str | None:
    """Return the name of what measures, or None if it is not installed."""
    return "butteraugli (Debian)" if shutil.which("butteraugli") else None


def _saved(pixels: Pixels, path: Path) -> Path:
    Image.fromarray(pixels).save(path, compress_level=1)
    return path
