"""SSIMULACRA 2: how good a compressed image looks to people. Needs no NumPy."""

from __future__ import annotations

from itertools import cycle

from huepress._kernels.gate import MIN_SIDE, Scales
from huepress.engine.threads import run_parts, useful_threads
from huepress.files import name_of
from huepress.metrics.pairs import (
    Picture,
    backgrounds,
    check_min_side,
    check_same_size,
    on_background,
    read_picture,
)
from huepress.metrics.pooling import channels_of_structure, score
from huepress.reading import Pixels

__all__ = ["MIN_SIDE", "Reference", "ssimulacra2"]


class Reference:
    """An original, prepared once to be compared with many candidates by SSIMULACRA 2.

    Takes about 40 bytes of memory per pixel, twice that with alpha, and a candidate 10 more while
    it is compared. Several threads may compare at the same time.

    Parameters
    ----------
    original : array_like, PIL.Image.Image, path, bytes or file object
        The image as it should be, as in `huepress.quantize`; at least 8x8 pixels.
    threads : int, default 0
        Threads for each comparison; 0 takes as many as pay. Never changes the result.

    Raises
    ------
    OptionError
        If the image is smaller than 8x8 pixels.
    InputError
        If it can't be read.

    Examples
    --------
    >>> import numpy as np
    >>> ramp = np.linspace(0, 255, 64 * 64 * 3).astype(np.uint8).reshape(64, 64, 3)
    >>> reference = Reference(ramp)
    >>> reference.ssimulacra2(ramp)
    100.0
    >>> round(reference.ssimulacra2(ramp & 0xF0), 1)
    92.9
    """

    def __init__(self, original: Picture, *, threads: int = 0) -> None:
        self._name = name_of(original)
        self._pixels = read_picture(original)
        check_min_side(self._pixels, self._name, MIN_SIDE)
        self._threads = useful_threads(self._pixels.width * self._pixels.height, threads)
        self._prepared = [
            self._scaled(self._pixels, grey, original=True) for grey in backgrounds(self._pixels)
        ]
        for scales in self._prepared:
            run_parts(scales.prepare_reference, self._threads)

    def ssimulacra2(self, candidate: Picture) -> float:
        """Return the score of a candidate, as `huepress.metrics.ssimulacra2` does.

        Parameters
        ----------
        candidate : array_like, PIL.Image.Image, path, bytes or file object
            Another image of the same size.

        Returns
        -------
        float
            100 if nothing differs, lower the worse it looks.

        Raises
        ------
        OptionError
            If the sizes differ.
        InputError
            If the candidate can't be read.
        """
        other = read_picture(candidate)
        check_same_size(self._pixels, self._name, other, name_of(candidate))
        greys = backgrounds(self._pixels, other)
        return min(
            self._score(original, self._scaled(other, grey, original=False))
            for original, grey in zip(cycle(self._prepared), greys, strict=False)
        )

    def _scaled(self, pixels: Pixels, grey: int, original: bool) -> Scales:
        """Return an image on a background, at all scales."""
        rgb = on_background(pixels, grey)
        scales = Scales(rgb, pixels.width, pixels.height, original, self._threads)
        run_parts(scales.downscale, self._threads)
        return scales

    def _score(self, original: Scales, candidate: Scales) -> float:
        channels = channels_of_structure(candidate.count)
        run_parts(
            lambda part, parts: candidate.compare(original, channels, part, parts), self._threads
        )
        return score(candidate.norms())


def ssimulacra2(a: Picture, b: Picture) -> float:
    """Return the SSIMULACRA 2 score of an image beside its original: how good it looks to people.

    Parameters
    ----------
    a : array_like, PIL.Image.Image, path, bytes or file object
        The original; at least 8x8 pixels. To compare more than one image with it, see `Reference`.
    b : array_like, PIL.Image.Image, path, bytes or file object
        The image to judge, of the same size.

    Returns
    -------
    float
        100 if nothing differs; 90 can't be told from the original; 70 is high, 50 medium and 30
        low quality; below 0 very strong distortion. With alpha, the worse of both backgrounds.

    Raises
    ------
    OptionError
        If the sizes differ or are below 8x8.
    InputError
        If an image can't be read.

    Notes
    -----
    Jon Sneyers, "SSIMULACRA 2", version 2.1, https://github.com/cloudinary/ssimulacra2. Follows
    the PyPI package ``ssimulacra2`` where it differs from the original program: the Gaussian is a
    weighted sum of 11 pixels instead of a recursion, and the image goes on beyond its upper and
    lower edges as its mirror image.

    Examples
    --------
    >>> import numpy as np
    >>> grey = np.full((32, 32, 3), 120, np.uint8)
    >>> ssimulacra2(grey, grey)
    100.0
    """
    return Reference(a).ssimulacra2(b)
