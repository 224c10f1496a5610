"""What compressing an image came to."""

from __future__ import annotations

import math
from typing import Any

from huepress.values import Value

__all__ = ["Report"]


class Report(Value):
    """What compressing an image came to. Immutable; a frozen dataclass in all but its import.

    Attributes
    ----------
    input : str
        The image's name.
    outputs : tuple of str
        The files written: the image, or the label map and the codebook; empty if it went to a
        file object.
    width, height : int
        Size in pixels.
    bytes_in : int
        Size of the input file; of an image in memory the size of its pixels.
    bytes_out : int
        Size of all files written, metadata included.
    colors : int
        Colours in the file: those of its palette, or of a WebP those that occur.
    rd : float
        Rate-distortion strength.
    dither : str
        The way of dithering, as in `huepress.quantize`.
    ssimulacra2 : float or None
        How it looks, if that was measured to meet a target.
    mse : float
        Mean squared error per pixel, summed over red, green and blue.
    psnr : float
        Peak signal-to-noise ratio in dB; infinite if nothing was lost.
    seconds : float
        Wall time of the whole call.
    stages : dict of str to float
        The parts of it, in seconds: read, histogram, cluster, map, encode, write; where they were
        needed also score, verify and reconstruct.
    label_bytes, codebook_bytes : int or None
        Of a pair, the size of either file.
    reconstructed_bytes : int or None
        Size of the decompressed image as a PNG of full colours, if it was asked for.
    thresholded : int
        Pixels that a GIF made opaque or clear, as it has nothing between; else 0.
    notices : tuple of str
        What of the input was left out or changed, a line each: pages, a damaged profile.
    remarks : tuple of str
        The same of less weight: colours that were converted.
    """

    input: str
    outputs: tuple[str, ...] = ()
    width: int
    height: int
    bytes_in: int
    bytes_out: int
    colors: int
    mse: float
    psnr: float
    seconds: float
    stages: dict[str, float]
    rd: float = 0.0
    dither: str = "auto"
    ssimulacra2: float | None = None
    label_bytes: int | None = None
    codebook_bytes: int | None = None
    reconstructed_bytes: int | None = None
    thresholded: int = 0
    notices: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def ratio(self) -> float:
        """How many times smaller the output is than the input."""
        return self.bytes_in / self.bytes_out

    def as_dict(self) -> dict[str, Any]:
        """Return the fields and the ratio, ready for JSON: an infinite PSNR becomes None."""
        psnr = self.psnr if math.isfinite(self.psnr) else None
        return {**vars(self), "psnr": psnr, "ratio": round(self.ratio, 4)}
