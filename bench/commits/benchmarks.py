"""Start-up, quantizing in memory, and compressing: time, memory, bytes, distortion and looks.

Only public functions and the command line are used, so that older commits run, too.
"""

from __future__ import annotations

import subprocess
import sys
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

import huepress
from huepress.metrics import ssimulacra2

CHECKOUT = Path(__file__).parents[2]
SHARED = CHECKOUT.parent / "shared" / "images"
FILES = (
    CHECKOUT / "examples" / "scene.png",
    SHARED / "kodak" / "kodim05.png",
    SHARED / "kodak" / "kodim23.png",
    SHARED / "photos_large" / "wikipedia_1MP_lossless" / "016.png",
    SHARED / "alpha" / "sharp" / "image-in-alpha.png",
)
IMAGES = {path.name: path for path in FILES if path.exists()}


class Commands:
    """Whole processes; as in all classes here, each sample is one run, in four rounds of five."""

    number, repeat, rounds, warmup_time = 1, 5, 4, 0.0

    def time_version(self) -> None:
        """Start, and do nothing."""
        _run("--version")

    def time_help(self) -> None:
        """Start, and show the help."""
        _run("--help")


class Images:
    """One image at one effort."""

    number, repeat, rounds, warmup_time = 1, 5, 4, 0.0
    params = (list(IMAGES), [1, 5])
    param_names = ("image", "effort")

    def setup(self, image: str, effort: int) -> None:
        """Read the image, outside the clock."""
        self.path = IMAGES[image]
        self.pixels = np.asarray(Image.open(self.path).convert("RGB"))

    def time_command(self, image: str, effort: int) -> None:
        """Compress in a process of its own."""
        _run("compress", "--effort", str(effort), "-f", "-o", "out.png", str(self.path))

    def time_quantize(self, image: str, effort: int) -> None:
        """Find codebook and nearest labels of pixels in memory, in RGB."""
        self._quantized(effort).labels  # noqa: B018 (may be computed only when asked for)

    def track_mse(self, image: str, effort: int) -> float | None:
        """Return the distortion of that."""
        return self._quantized(effort).mse

    def peakmem_compress(self, image: str, effort: int) -> None:
        """Compress in this process, whose peak memory asv takes."""
        self._compressed(effort)

    def track_bytes(self, image: str, effort: int) -> int:
        """Return the size of the compressed file."""
        return len(self._compressed(effort))

    def track_ssimulacra2_lost(self, image: str, effort: int) -> float:
        """Return how much its score lacks of 100, as asv takes less for better."""
        return 100 - ssimulacra2(self.path, self._compressed(effort))

    def _quantized(self, effort: int) -> huepress.Quantized:
        return huepress.quantize(self.pixels, effort=effort, space="rgb", dither="none", rd=0)

    def _compressed(self, effort: int) -> bytes:
        file = BytesIO()
        huepress.compress(self.path, file, effort=effort)
        return file.getvalue()


def _run(*words: str) -> None:
    command = [str(Path(sys.executable).with_name("huepress")), *words]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
