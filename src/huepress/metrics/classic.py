"""Mean squared error, PSNR, SSIM and CIEDE2000; their arithmetic is in `array_math`."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from huepress.metrics.pairs import Picture, backgrounds, on_background, read_pair

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from huepress.reading import Pixels

__all__ = ["MIN_SIDE_SSIM", "ciede2000", "mse", "psnr", "ssim"]

MIN_SIDE_SSIM = 11  # that of one window


def mse(a: Picture, b: Picture) -> float:
    """Return the mean squared error per pixel, summed over red, green and blue.

    Parameters
    ----------
    a, b : array_like, PIL.Image.Image, path, bytes or file object
        Two images of equal size.

    Returns
    -------
    float
        From 0 (nothing differs) to 195,075 (black and white). With alpha, the greater on both
        backgrounds.

    Raises
    ------
    OptionError
        If the sizes differ.
    InputError
        If an image can't be read.

    Examples
    --------
    >>> import numpy as np
    >>> mse(np.zeros((2, 2), np.uint8), np.full((2, 2), 2, np.uint8))
    12.0
    """
    from huepress.metrics.array_math import mean_squared_error

    return max(_on_backgrounds(a, b, mean_squared_error))


def psnr(a: Picture, b: Picture) -> float:
    """Return the peak signal-to-noise ratio in dB over red, green and blue.

    Parameters
    ----------
    a, b : array_like, PIL.Image.Image, path, bytes or file object
        Two images of equal size.

    Returns
    -------
    float
        From 0 (black and white) to infinity (nothing differs): 10 log10(3 x 255^2 / `mse`).

    Raises
    ------
    OptionError
        If the sizes differ.
    InputError
        If an image can't be read.

    Examples
    --------
    >>> import numpy as np
    >>> round(psnr(np.zeros((2, 2), np.uint8), np.full((2, 2), 2, np.uint8)), 2)
    42.11
    """
    error = mse(a, b)
    return 10 * math.log10(3 * 255**2 / error) if error else math.inf


def ssim(a: Picture, b: Picture) -> float:
    """Return the mean structural similarity over all pixels and red, green and blue.

    Parameters
    ----------
    a, b : array_like, PIL.Image.Image, path, bytes or file object
        Two images of equal size, at least 11x11 pixels.

    Returns
    -------
    float
        From -1 to 1 (nothing differs). With alpha, the lesser on both backgrounds.

    Raises
    ------
    OptionError
        If the sizes differ or are below 11x11.
    InputError
        If an image can't be read.

    Notes
    -----
    Z. Wang, A. Bovik, H. Sheikh, E. Simoncelli, "Image quality assessment: from error visibility
    to structural similarity", IEEE Transactions on Image Processing 13 (4), 2004: windows of
    11x11 pixels, a Gaussian of sigma 1.5, K1 = 0.01, K2 = 0.03; pixels less than a half window
    from the edge are centres of none.

    Examples
    --------
    >>> import numpy as np
    >>> stripes = np.zeros((16, 16), np.uint8)
    >>> stripes[::2] = 255
    >>> ssim(stripes, stripes), round(ssim(stripes, 255 - stripes), 3)
    (1.0, -0.996)
    """
    from huepress.metrics.array_math import structural_similarity

    return min(_on_backgrounds(a, b, structural_similarity, MIN_SIDE_SSIM))


def ciede2000(a: Picture, b: Picture) -> float:
    """Return the mean CIEDE2000 colour difference per pixel.

    Parameters
    ----------
    a, b : array_like, PIL.Image.Image, path, bytes or file object
        Two images of equal size.

    Returns
    -------
    float
        From 0 (nothing differs) to about 120; a difference of 1 is just noticed between large
        patches side by side. With alpha, the greater on both backgrounds.

    Raises
    ------
    OptionError
        If the sizes differ.
    InputError
        If an image can't be read.

    Notes
    -----
    G. Sharma, W. Wu, E. Dalal, "The CIEDE2000 color-difference formula: implementation notes,
    supplementary test data, and mathematical observations", Color Research and Application 30
    (1), 2005; CIE L*a*b* of sRGB with white D65.

    Examples
    --------
    >>> import numpy as np
    >>> round(ciede2000(np.zeros((2, 2), np.uint8), np.full((2, 2), 255, np.uint8)), 3)
    100.0
    """
    from huepress.metrics.array_math import mean_color_difference

    return max(_on_backgrounds(a, b, mean_color_difference))


def _on_backgrounds(
    a: Picture,
    b: Picture,
    measure: Callable[[NDArray[np.uint8], NDArray[np.uint8]], float],
    min_side: int = 1,
) -> list[float]:
    """Compare two images on each background, and return all results."""
    pair = read_pair(a, b, min_side)
    return [measure(*(_array(image, grey) for image in pair)) for grey in backgrounds(*pair)]


def _array(image: Pixels, grey: int) -> NDArray[np.uint8]:
    import numpy as np

    rgb = np.frombuffer(on_background(image, grey), np.uint8)
    return rgb.reshape(image.height, image.width, 3)
