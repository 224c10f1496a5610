"""Makes the mask of blue noise in src/huepress/masks.py: ``python tools/blue_noise.py``.

The void-and-cluster method of R. Ulichney ("The void-and-cluster method for dither array
generation", 1993): points are taken out of the tightest clusters and put into the largest voids, as
a Gaussian filter on a torus tells them; the order in which that happens is the mask.
"""

from __future__ import annotations

import base64
import textwrap

import numpy as np

SIDE, THRESHOLD_LEVELS, SIGMA = 64, 16, 1.9


def ranks(side: int, sigma: float, seed: int) -> np.ndarray:
    """Return the numbers 0 .. side**2 - 1 in an order of blue noise."""
    away = np.minimum(np.arange(side), side - np.arange(side))
    bell = np.exp(-(away[:, None] ** 2 + away**2) / (2 * sigma**2))

    def put(density: np.ndarray, at: int, sign: int) -> None:
        density += sign * np.roll(bell, divmod(at, side), (0, 1))

    rng = np.random.default_rng(seed)
    first = rng.choice(side**2, side**2 // 10, replace=False)
    pattern = np.zeros(side**2, bool)
    pattern[first] = True
    density = np.zeros((side, side))
    for at in first:
        put(density, at, 1)

    def tightest() -> int:
        return int(np.where(pattern, density.ravel(), -np.inf).argmax())

    def emptiest() -> int:
        return int(np.where(pattern, np.inf, density.ravel()).argmin())

    while True:
        out = tightest()
        pattern[out] = False
        put(density, out, -1)
        into = emptiest()
        pattern[into] = True
        put(density, into, 1)
        if into == out:
            break
    order = np.zeros(side**2, int)
    kept, kept_density = pattern.copy(), density.copy()
    for rank in range(int(pattern.sum()) - 1, -1, -1):
        out = tightest()
        pattern[out], order[out] = False, rank
        put(density, out, -1)
    pattern, density = kept, kept_density
    for rank in range(int(pattern.sum()), side**2):
        into = emptiest()
        pattern[into], order[into] = True, rank
        put(density, into, 1)
    return order.reshape(side, side)


def main() -> None:
    """Print the mask, two ranks below THRESHOLD_LEVELS to a byte, as base64."""
    shades = ranks(SIDE, SIGMA, seed=1) * THRESHOLD_LEVELS // SIDE**2
    packed = (shades[:, 0::2] << 4 | shades[:, 1::2]).astype(np.uint8)
    print("\n".join(textwrap.wrap(base64.b64encode(packed.tobytes()).decode(), 96)))


if __name__ == "__main__":
    main()
