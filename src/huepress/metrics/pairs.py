"""What all measures share: reading two images, comparing their sizes, and alpha."""

from __future__ import annotations

from typing import TypeAlias

from huepress._kernels.gate import composite_on_grey
from huepress.errors import OptionError
from huepress.files import name_of
from huepress.options import MAX_PIXELS
from huepress.reading import Pixels, Source, read_pixels

__all__ = [
    "Picture", "backgrounds", "check_min_side", "check_same_size", "on_background", "read_pair",
    "read_picture",
]  # fmt: skip

Picture: TypeAlias = "Source | Pixels"
"""What can be compared: whatever can be read, or what was read already."""

_WHITE, _DARK_GREY = 255, 0x20


def read_picture(picture: Picture) -> Pixels:
    """Read an image, unless it was read already; of an animation its first frame."""
    if isinstance(picture, Pixels):
        return picture
    return read_pixels(picture, MAX_PIXELS, first_frame=True)


def read_pair(a: Picture, b: Picture, min_side: int = 1) -> tuple[Pixels, Pixels]:
    """Read two images of equal size, at least `min_side` pixels wide and high.

    Raises
    ------
    OptionError
        If the sizes differ, or are smaller.
    InputError
        If an image can't be read.
    """
    first, second = read_picture(a), read_picture(b)
    check_min_side(first, name_of(a), min_side)
    check_same_size(first, name_of(a), second, name_of(b))
    return first, second


def check_min_side(pixels: Pixels, name: str, min_side: int) -> None:
    """Raise an `OptionError` if an image is narrower or lower."""
    if min(pixels.width, pixels.height) < min_side:
        raise OptionError(
            f"{name}: {pixels.width}x{pixels.height} is too small to judge by this measure; "
            f"give at least {min_side}x{min_side} pixels"
        )


def check_same_size(first: Pixels, name: str, second: Pixels, other_name: str) -> None:
    """Raise an `OptionError` if two images differ in size."""
    if first[:2] != second[:2]:
        raise OptionError(
            f"{name}: is {first.width}x{first.height} and {other_name} "
            f"{second.width}x{second.height}; give images of equal size"
        )


def backgrounds(*images: Pixels) -> tuple[int, ...]:
    """Return the greys on which to compare images; white alone if none of them has alpha."""
    return (_WHITE, _DARK_GREY) if any(image.channels == 4 for image in images) else (_WHITE,)


def on_background(image: Pixels, grey: int) -> bytes | memoryview[int]:
    """Return the RGB pixels that a viewer shows of an image on a grey background."""
    data = image.to_8_bits()
    return composite_on_grey(data, grey) if image.channels == 4 else data
