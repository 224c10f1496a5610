"""What guides a codebook from outside: given colours, kept colours, and importance."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any, Literal

from huepress._kernels.gate import Histogram, cleared
from huepress.codebook import Codebook
from huepress.errors import OptionError
from huepress.files import name_of
from huepress.options import MAX_COLORS, Options
from huepress.reading import Pixels, read_pixels

__all__ = [
    "fixed_codebook",
    "importance_of",
    "kept_colors",
    "number_of",
    "numbers_of",
    "prepared",
    "with_clear_entry",
]

_CLEAR = (0, 0, 0, 0)


def fixed_codebook(palette: Any, max_pixels: int) -> Codebook | None:
    """Return the colours to map onto, if any are given.

    Parameters
    ----------
    palette : None, Codebook, array_like of shape (K, 3) or (K, 4), palette file, or image
        Of an image it is the colours that occur, most used first.
    max_pixels : int
        Refuse an image that declares more pixels.

    Raises
    ------
    OptionError
        If an image has more than 65,536 colours.
    InputError
        If a file can't be read.
    """
    if palette is None or isinstance(palette, Codebook):
        return palette
    if isinstance(palette, str | os.PathLike):
        from huepress import palettes

        if palettes.format_of(os.fspath(palette)):
            return Codebook.load(palette)
    elif isinstance(palette, list | tuple) or getattr(palette, "ndim", 3) == 2:
        return Codebook(palette)
    pixels = read_pixels(palette, max_pixels, first_frame=True)
    histogram = Histogram(pixels.data, pixels.channels)
    if histogram.unique > MAX_COLORS:
        raise OptionError(
            f"palette: {name_of(palette)} has {histogram.unique:,} colours, more than "
            f"{MAX_COLORS:,}; compress it first, or give a palette file"
        )
    data, counts = histogram.colors_and_counts()
    found = list(Codebook.from_bytes(data, pixels.channels))
    order = sorted(range(len(found)), key=lambda i: -counts[i])
    return Codebook([found[i] for i in order], [counts[i] for i in order])


def prepared(pixels: Pixels, options: Options, fixed: Codebook | None) -> Pixels:
    """Return the pixels as they are clustered.

    What alpha 0 hides is cleared, unless colours count under any alpha. Opaque pixels get an alpha
    if colours with alpha are given.
    """
    if pixels.channels == 3:
        colors = [*(fixed or ()), *options.keep]
        if all(color[3:] in ((), (255,)) for color in colors):
            return pixels
        data = bytearray(b"\xff" * (pixels.width * pixels.height * 4))
        rgb = bytes(pixels.data)
        for channel in range(3):
            data[channel::4] = rgb[channel::3]
        return pixels._replace(channels=4, raw=bytes(data), is_fine=False)
    if options.alpha == "straight":
        return pixels
    return pixels._replace(raw=cleared(pixels.raw))


def with_clear_entry(fixed: Codebook, pixels: Pixels) -> Codebook:
    """Return given colours as they can stand for the pixels: with alpha, and one entry clear.

    A sprite's background stays clear even if the palette has no alpha.
    """
    if pixels.channels == 3 or fixed.channels == 4:
        return fixed
    colors = [(*color, 255) for color in fixed]
    if 0 in pixels.data[3::4]:
        colors.append(_CLEAR)
    return Codebook(colors)


def kept_colors(options: Options) -> list[int]:
    """Return the colours to be kept as numbers 0xAARRGGBB, each once, as the pixels are prepared.

    Examples
    --------
    >>> [hex(number) for number in kept_colors(Options(keep=["#010203", "#01020300"]))]
    ['0xff010203', '0x0']
    """
    hides = options.alpha != "straight"
    return numbers_of(_CLEAR if hides and color[3] == 0 else color for color in options.keep)


def numbers_of(colors: Any) -> list[int]:
    """Return colours as numbers 0xAARRGGBB, each once.

    Examples
    --------
    >>> [hex(number) for number in numbers_of([(1, 2, 3), (1, 2, 3, 255), (0, 0, 0, 0)])]
    ['0xff010203', '0x0']
    """
    return list(dict.fromkeys(map(number_of, colors)))


def number_of(color: Sequence[int]) -> int:
    """Return a colour, with or without alpha, as a number 0xAARRGGBB."""
    red, green, blue, alpha = (*color, 255)[:4]
    return alpha << 24 | red << 16 | green << 8 | blue


def importance_of(options: Options, pixels: Pixels) -> bytes | Literal["auto"] | None:
    """Return a byte of importance for each pixel; 'auto' or None if that was asked for.

    Raises
    ------
    OptionError
        If the mask isn't of the same size.
    InputError
        If it can't be read.
    """
    mask: Any = options.importance
    if mask is None or (isinstance(mask, str) and mask == "auto"):
        return "auto" if mask else None
    found = read_pixels(mask, options.max_pixels, first_frame=True)
    if found[:2] != pixels[:2]:
        raise OptionError(
            f"importance: {name_of(mask)} is {found.width}x{found.height}, the image "
            f"{pixels.width}x{pixels.height}; give a mask of the same size"
        )
    return bytes(found.data[1 :: found.channels])  # of grey, any channel
