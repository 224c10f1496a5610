"""Images of few colours whose labels are gone: WebP keeps pixels only."""

from __future__ import annotations

import sys
from array import array
from typing import TYPE_CHECKING, cast

from huepress.codebook import Codebook
from huepress.errors import NotAnImageError
from huepress.options import MAX_COLORS
from huepress.quantized import Quantized, label_size
from huepress.reading import decoding, read_pixels, to_pillow

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["check_still", "decode"]


def decode(image: Image.Image, name: str) -> Quantized:
    """Find the colours of an image, and for each pixel which of them it has.

    Parameters
    ----------
    image : PIL.Image.Image
        Opened, its declared size checked.
    name : str
        What to call it in messages.

    Returns
    -------
    Quantized
        The same pixels. The codebook is sorted by population, most first; `mse` is None.

    Raises
    ------
    NotAnImageError
        If it is damaged, an animation, or has more than 65,536 colours.
    """
    check_still(image, name)
    pixels = read_pixels(image, image.width * image.height, keep_profile=True)
    flat = to_pillow(*pixels[:4]).convert("RGBA")
    colors = cast("list[tuple[int, tuple[int, ...]]] | None", flat.getcolors(MAX_COLORS))
    if colors is None:
        raise NotAnImageError(
            f"{name}: has more than {MAX_COLORS:,} colours, so it is no compressed image; "
            "compress it first"
        )
    colors.sort(key=lambda entry: (-entry[0], entry[1]))
    # Four bytes at a time, as numbers: half the time of slices.
    codes = [int.from_bytes(bytes(color), sys.byteorder) for _, color in colors]
    place = {code: i for i, code in enumerate(codes)}
    words = memoryview(flat.tobytes()).cast("I")
    kind = "B" if label_size(len(colors)) == 1 else "H"
    labels = array(kind, map(place.__getitem__, words)).tobytes()
    book = Codebook([color[: pixels.channels] for _, color in colors], [n for n, _ in colors])
    return Quantized(pixels.width, pixels.height, labels, book)


def check_still(image: Image.Image, name: str) -> None:
    """Refuse animations.

    Raises
    ------
    NotAnImageError
        If it is one.
    """
    with decoding(name):
        if getattr(image, "is_animated", False):
            raise NotAnImageError(
                f"{name}: an animation, and huepress reads single images; take one frame of it"
            )
