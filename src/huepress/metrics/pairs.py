"""What all measures share: reading two images, checking that they fit, alpha."""

from __future__ import annotations

from typing import TypeAlias

from huepress._kernels.gate import composite_on_grey
from huepress.errors import OptionError
from huepress.files.sources import name_of
from huepress.options import MAX_PIXELS
from huepress.reading import Pixels, Source, read_pixels

__all__ = ["Picture", "backgrounds", "check_size", "on_background", "pair_of", "pixels_of"]

Picture: TypeAlias = "Source | Pixels"
"""What can be compared: whatever can be read, or what was read already."""

_WHITE, _DARK_GREY = 255, 0x20


def pixels_of(picture: Picture) -> Pixels:
    """Read an image, unless it was read already."""
    return picture if isinstance(picture, Pixels) else read_pixels(picture, MAX_PIXELS)


def pair_of(a: Picture, b: Picture, least_side: int = 1) -> tuple[Pixels, Pixels]:
    """Read two images of equal size, of which no side may be less than `least_side`."""
    first, second = pixels_of(a), pixels_of(b)
    check_size(first, name_of(a), least_side)
    check_equal(first, name_of(a), second, name_of(b))
    return first, second


def check_size(pixels: Pixels, name: str, least_side: int) -> None:
    """Refuse what is smaller."""
    if min(pixels.width, pixels.height) < least_side:
        raise OptionError(
            f"{name}: {pixels.width}x{pixels.height} is too small to judge by this measure; "
            f"give at least {least_side}x{least_side} pixels"
        )


def check_equal(first: Pixels, name: str, second: Pixels, other_name: str) -> None:
    """Refuse two images of different sizes."""
    if first[:2] != second[:2]:
        raise OptionError(
            f"{name}: is {first.width}x{first.height} and {other_name} "
            f"{second.width}x{second.height}; give images of equal size"
        )


def backgrounds(*images: Pixels) -> tuple[int, ...]:
    """Return the greys on which to compare images: one if none of them is translucent."""
    return (_WHITE, _DARK_GREY) if any(image.channels == 4 for image in images) else (_WHITE,)


def on_background(image: Pixels, grey: int) -> bytes | memoryview[int]:
    """Return RGB pixels: what a viewer shows of an image on this background."""
    return composite_on_grey(image.data, grey) if image.channels == 4 else image.data
