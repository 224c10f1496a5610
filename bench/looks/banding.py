"""Banding: steps in smooth gradients that the original does not have.

After the idea of CAMBI (P. Tandon et al., "CAMBI: Contrast-aware multiscale banding index",
Picture Coding Symposium 2021, arXiv 2102.00079): contrast of steps that are too small to be edges,
on several scales, where dithering has averaged out. Unlike CAMBI, which judges a video alone, this
compares with the original, so that only steps that were added count.

- **Where**: pixels around which the original is close to a plane that is not level: in a window of
  `WINDOW` pixels its Oklab lightness deviates from the best plane by no more than `ROUGHEST`
  (root mean square), and the plane rises by at least `LEAST_RISE` from end to end.
- **What**: the error is result minus original, in Oklab lightness. A step is the difference of the
  error's means over two boxes that lie side by side; boxes of 4, 8 and 16 pixels, across and down.
  A gradient turned into bands has errors like a saw: slow ramps, which differ little between two
  boxes, and jumps, which differ by nearly the whole step. Noise and dithering average out.
- **How much**: of each pixel's largest step, what exceeds `VISIBLE`; the root mean square of that
  over all such pixels, in thousandths of Oklab lightness (white is 1000).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bench.measures import Pixels

Plane = NDArray[np.float64]
Mask = NDArray[np.bool_]

WINDOW = 17
ROUGHEST = 0.006  # about two steps of an 8-bit grey: noise of a camera, but no texture
LEAST_RISE = 0.002  # about half a step of an 8-bit grey
BOXES = (4, 8, 16)
VISIBLE = 0.002  # about 1 % of luminance, near the threshold for edges between large areas
LEAST_SHARE = 0.01  # an image with a lesser share of smooth gradients has no figure

# Oklab (B. Ottosson, 2020): linear RGB to cones, and their cube roots to lightness.
CONES = np.array(
    [
        [0.4122214708, 0.2119034982, 0.0883024619],
        [0.5363325363, 0.6806995451, 0.2817188376],
        [0.0514459929, 0.1073969566, 0.6299787005],
    ]
)
LIGHTNESS = np.array([0.2104542553, 0.7936177850, -0.0040720468])


class Banding:
    """Measures results beside one opaque original; `smooth` is where that is a smooth gradient."""

    def __init__(self, original: Pixels) -> None:
        self._lightness = lightness(original)
        self.smooth = smooth_gradients(self._lightness)

    @property
    def applies(self) -> bool:
        """Whether enough of the original is a smooth gradient."""
        return bool(self.smooth.mean() >= LEAST_SHARE)

    def __call__(self, result: Pixels) -> float:
        """Return how visible a result's steps are, in thousandths of Oklab lightness."""
        error = np.where(self.smooth, lightness(result) - self._lightness, 0.0)
        largest = np.zeros_like(error)
        for box in BOXES:
            _largest_steps(error, self.smooth, box, largest)
            _largest_steps(error.T, self.smooth.T, box, largest.T)
        visible = np.maximum(largest - VISIBLE, 0.0)[self.smooth]
        return float(1000 * np.sqrt(np.mean(visible**2)))


def lightness(pixels: Pixels) -> Plane:
    """Return Oklab lightness, 0 to 1, of (H, W, 3) sRGB."""
    values = np.arange(256) / 255
    linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    return np.asarray(np.cbrt(linear[pixels] @ CONES) @ LIGHTNESS)


def smooth_gradients(light: Plane) -> Mask:
    """Return where an image is close to a plane that is not level; never at its rim."""
    found: Mask = np.zeros(light.shape, np.bool_)
    if min(light.shape) < WINDOW:
        return found
    rim = WINDOW // 2
    variance_of_places = float(np.mean((np.arange(WINDOW) - rim) ** 2))
    variance = box_means(light**2, WINDOW, WINDOW) - box_means(light, WINDOW, WINDOW) ** 2
    slope = (_moments(light) ** 2 + _moments(light.T).T ** 2) / variance_of_places**2
    rough = variance - slope * variance_of_places
    smooth = (rough <= ROUGHEST**2) & (slope * WINDOW**2 >= LEAST_RISE**2)
    found[rim : light.shape[0] - rim, rim : light.shape[1] - rim] = smooth
    return found


def box_means(plane: NDArray[np.generic], height: int, width: int) -> Plane:
    """Return the means over all boxes inside: (H - height + 1, W - width + 1)."""
    return _sums(_sums(plane, width).T, height).T / (height * width)


def _sums(plane: NDArray[np.generic], length: int) -> Plane:
    """Return the sums of so many neighbours in a row."""
    total = np.cumsum(plane, axis=1, dtype=np.float64)
    sums = total[:, length - 1 :].copy()
    sums[:, 1:] -= total[:, :-length]
    return sums


def _moments(light: Plane) -> Plane:
    """Return the covariance of place along the row and lightness, for each window."""
    columns = _sums(light.T, WINDOW).T / WINDOW
    width = light.shape[1] - WINDOW + 1
    total = sum((at - WINDOW // 2) * columns[:, at : at + width] for at in range(WINDOW))
    return np.asarray(total / WINDOW)


def _largest_steps(error: Plane, smooth: Mask, box: int, largest: Plane) -> None:
    """Raise `largest` to the steps between boxes side by side that are smooth throughout."""
    height, width = error.shape
    if height < box or width < 2 * box:
        return
    means = box_means(error, box, box)
    whole = box_means(smooth, box, box) > 1 - 0.5 / box**2
    step = np.abs(means[:, box:] - means[:, :-box])
    step[~(whole[:, box:] & whole[:, :-box])] = 0.0
    # A step belongs to the pixel right of the line between the boxes, half way down.
    place = largest[box // 2 :, box:][: step.shape[0], : step.shape[1]]
    np.maximum(place, step, out=place)
