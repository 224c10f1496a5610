"""The sample picture is what its script draws, and hard enough to be worth compressing."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

EXAMPLES = Path(__file__).parents[1] / "examples"

# Float arithmetic differs between processors and releases of NumPy, which changes a pixel here and
# there by a level or two, and Pillow before 11.3 fills the edges of shapes a little differently:
# 0.4 % of the pixels change, by up to 14 levels, but no tile by more than 0.4 levels on average.
# A letter that is missing on the sign changes fewer pixels, but its tile by 16 levels.
TILE = 16
MOST_LEVELS = 1.0
MOST_PIXELS = 0.01


@pytest.fixture(scope="module")
def committed() -> Image.Image:
    """Return the picture as it lies in the repository."""
    with Image.open(EXAMPLES / "scene.png") as image:
        image.load()
    return image


@pytest.fixture(scope="module")
def pixels(committed: Image.Image) -> NDArray[np.uint8]:
    """Return the pixels of that picture."""
    return np.asarray(committed)


def test_size_and_mode(committed: Image.Image) -> None:
    """What the documentation says of it."""
    assert committed.size == (1280, 720)
    assert committed.mode == "RGB"


def test_has_many_distinct_colours(pixels: NDArray[np.uint8]) -> None:
    """A picture with few colours would be no work for a quantizer."""
    codes = pixels.astype(np.uint32) @ np.array([1 << 16, 1 << 8, 1], np.uint32)
    assert np.unique(codes).size >= 30_000


def test_sky_has_no_bands(pixels: NDArray[np.uint8]) -> None:
    """Dithering leaves hardly a run of equal pixels; bands would be made of them."""
    clear = pixels[150:180, 400:560].astype(int)
    equal = (np.abs(np.diff(clear, axis=1)).sum(axis=2) == 0).mean()
    assert equal < 0.6


def test_script_draws_the_committed_picture(
    pixels: NDArray[np.uint8], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody has changed the one and forgotten the other."""
    monkeypatch.syspath_prepend(str(EXAMPLES))
    import draw_scene  # found only now: the examples are scripts, not a package that is installed

    try:
        drawn = np.asarray(draw_scene.draw())
    finally:
        for name in [n for n in sys.modules if n == "draw_scene" or n.split(".")[0] == "scenery"]:
            del sys.modules[name]
    assert drawn.shape == pixels.shape
    difference = np.abs(drawn.astype(int) - pixels).max(axis=2)
    assert (difference > 0).mean() <= MOST_PIXELS
    height, width = difference.shape
    tiles = difference.reshape(height // TILE, TILE, width // TILE, TILE).mean(axis=(1, 3))
    assert tiles.max() <= MOST_LEVELS
