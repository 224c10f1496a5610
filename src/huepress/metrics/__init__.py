"""How alike two images look: SSIMULACRA 2, PSNR, SSIM, CIEDE2000 and mean squared error.

Each function takes two images of equal size as paths, bytes, files, PIL images or arrays; of an
animation, the first frame. Images with alpha are compared twice, as they look on white and on dark
grey (#202020), and the worse of the two counts. `Reference` compares many candidates with one
original. Import from here what `__all__` lists. SSIMULACRA 2 needs no NumPy; the others do.
"""

from __future__ import annotations

from huepress.metrics._ssimulacra2 import MIN_SIDE, Reference, ssimulacra2
from huepress.metrics.classic import MIN_SIDE_SSIM, ciede2000, mse, psnr, ssim
from huepress.metrics.pairs import Picture, read_pair

__all__ = ["Reference", "ciede2000", "compare", "mse", "psnr", "ssim", "ssimulacra2"]


def compare(a: Picture, b: Picture) -> dict[str, float | None]:
    """Return all measures by name, as ``huepress compare`` shows them.

    Parameters
    ----------
    a : array_like, PIL.Image.Image, path, bytes or file object
        The original.
    b : array_like, PIL.Image.Image, path, bytes or file object
        The image to judge, of the same size.

    Returns
    -------
    dict
        ``ssimulacra2``, ``psnr``, ``ssim``, ``ciede2000`` and ``mse``; None for those that need
        larger images.

    Raises
    ------
    OptionError
        If the sizes differ.
    InputError
        If an image can't be read.

    Examples
    --------
    >>> import numpy as np
    >>> compare(np.zeros((8, 8), np.uint8), np.zeros((8, 8), np.uint8))
    {'ssimulacra2': 100.0, 'psnr': inf, 'ssim': None, 'ciede2000': 0.0, 'mse': 0.0}
    """
    first, second = read_pair(a, b)
    side = min(first.width, first.height)
    return {
        "ssimulacra2": ssimulacra2(first, second) if side >= MIN_SIDE else None,
        "psnr": psnr(first, second),
        "ssim": ssim(first, second) if side >= MIN_SIDE_SSIM else None,
        "ciede2000": ciede2000(first, second),
        "mse": mse(first, second),
    }
