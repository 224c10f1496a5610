"""What binds a codebook from outside: given colours, kept colours, importance."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from huepress._kernels.gate import clear_hidden_colors
from huepress.codebook import Codebook
from huepress.engine.histogram import Histogram, IndexedImage
from huepress.errors import InputError, OptionError
from huepress.files import name_of
from huepress.options import MAX_COLORS, MAX_INDEXED, Options
from huepress.reading import Pixels, read_pixels

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = [
    "Constraints",
    "Prepared",
    "given_colors",
    "importance_of",
    "kept_colors",
    "number_of",
    "numbers_of",
    "prepare",
    "prepare_pixels",
    "uses_oklab",
    "with_clear_entry",
]

_CLEAR = (0, 0, 0, 0)


class Constraints(NamedTuple):
    """Colours that a codebook must have, as numbers 0xAARRGGBB.

    Attributes
    ----------
    palette : tuple of int
        All of the codebook, in its order; empty if colours are to be found.
    kept : tuple of int
        Colours that it holds beside those that are found, and that pixels of them keep.
    """

    palette: tuple[int, ...] = ()
    kept: tuple[int, ...] = ()

    @property
    def given(self) -> tuple[int, ...]:
        """The colours that come first in the codebook."""
        return self.palette or self.kept

    def fewest(self, k: int) -> int:
        """Return how few colours may be asked for instead of k."""
        return k if self.palette else max(len(self.kept), 1)


class Prepared(NamedTuple):
    """An image made ready for fitting, with what binds its codebook.

    Attributes
    ----------
    image : IndexedImage
        Its colours as they count.
    constraints : Constraints
        The colours that the codebook must have.
    importance : bytes, 'auto' or None
        How much each pixel counts, 0 to 255; 'auto': smooth areas count more.
    """

    image: IndexedImage
    constraints: Constraints
    importance: bytes | Literal["auto"] | None = None

    def histogram(self, options: Options) -> Histogram:
        """Return the histogram to fit: with importance, colours count by that of their pixels."""
        image = self.image
        if self.importance is None:
            return image.histogram
        importance = self.importance
        if importance == "auto":
            points = image.histogram.counts.points(uses_oklab(options), options.alpha == "straight")
            importance = image.pixel_index.smoothness(points, image.width)
        weights = image.pixel_index.weights_by(importance)
        return Histogram(image.histogram.counts.weighted(weights))


def uses_oklab(options: Options) -> bool:
    """Tell whether distances are taken in Oklab, or else in sRGB."""
    if options.space == "auto":
        return options.max_k <= MAX_INDEXED
    return options.space == "oklab"


def prepare(pixels: Pixels, options: Options) -> Prepared:
    """Count an image's colours, and collect what binds its codebook.

    Parameters
    ----------
    pixels : Pixels
        The image.
    options : Options
        ``palette``, ``keep``, ``importance``, ``alpha``, ``max_pixels``.

    Raises
    ------
    OptionError
        If an importance mask has another size than the image.
    InputError
        If a palette or a mask can't be read.
    """
    palette = given_colors(options.palette, options.max_pixels)
    importance = importance_of(options, pixels)
    pixels = prepare_pixels(pixels, options, palette)
    # As many entries as were given, even if some are equal.
    given = tuple(map(number_of, with_clear_entry(palette, pixels))) if palette else ()
    constraints = Constraints(given, kept_colors(options))
    return Prepared(IndexedImage.of(pixels), constraints, importance)


def given_colors(palette: Any, max_pixels: int) -> Codebook | None:
    """Return the colours to map onto: of an image those that occur, most used first."""
    if palette is None or isinstance(palette, Codebook):
        return palette
    if isinstance(palette, str | os.PathLike):
        from huepress import palettes

        if palettes.format_of(os.fspath(palette)):
            return Codebook.load(palette)
    elif isinstance(palette, list | tuple) or getattr(palette, "ndim", 3) == 2:
        return _codebook_of(palette)
    try:
        pixels = read_pixels(palette, max_pixels, first_frame=True)
    except InputError as error:
        raise error.about("palette") from error
    histogram = Histogram.of(pixels._replace(raw=pixels.to_8_bits(), is_fine=False))
    if len(histogram) > MAX_COLORS:
        raise OptionError(
            f"{name_of(palette)} has {len(histogram):,} colours, more than {MAX_COLORS:,}; "
            "compress it first, or give a palette file",
            "palette",
        )
    data, counts = histogram.counts.colors_and_counts()
    found = list(Codebook.from_bytes(data, pixels.channels))
    order = sorted(range(len(found)), key=lambda i: -counts[i])
    return Codebook([found[i] for i in order], [counts[i] for i in order])


def _codebook_of(colors: Any) -> Codebook:
    try:
        return Codebook(colors)
    except OptionError as error:
        raise OptionError(str(error).removeprefix("codebook: "), "palette") from error


def prepare_pixels(pixels: Pixels, options: Options, palette: Codebook | None) -> Pixels:
    """Return the pixels as they are clustered.

    What alpha 0 hides is cleared, unless colours count under any alpha. Opaque pixels get an alpha
    if colours with alpha are given.
    """
    if pixels.channels == 3:
        colors = [*(palette or ()), *options.keep]
        if all(color[3:] in ((), (255,)) for color in colors):
            return pixels
        data = bytearray(b"\xff" * (pixels.width * pixels.height * 4))
        rgb = bytes(pixels.to_8_bits())
        for channel in range(3):
            data[channel::4] = rgb[channel::3]
        return pixels._replace(channels=4, raw=bytes(data), is_fine=False)
    if options.alpha == "straight":
        return pixels
    return pixels._replace(raw=clear_hidden_colors(pixels.raw))


def with_clear_entry(palette: Codebook, pixels: Pixels) -> Codebook:
    """Return given colours as they can stand for the pixels: with alpha, and one entry clear.

    A sprite's background stays clear even if the palette has no alpha.
    """
    if pixels.channels == 3 or palette.channels == 4:
        return palette
    colors = [(*color, 255) for color in palette]
    return Codebook([*colors, _CLEAR] if 0 in pixels.to_8_bits()[3::4] else colors)


def kept_colors(options: Options) -> tuple[int, ...]:
    """Return the colours to be kept, each once, as the pixels are prepared."""
    hides = options.alpha != "straight"
    return numbers_of(_CLEAR if hides and color[3] == 0 else color for color in options.keep)


def numbers_of(colors: Iterable[Sequence[int]]) -> tuple[int, ...]:
    """Return colours as numbers 0xAARRGGBB, each once.

    Examples
    --------
    >>> [hex(number) for number in numbers_of([(1, 2, 3), (1, 2, 3, 255), (0, 0, 0, 0)])]
    ['0xff010203', '0x0']
    """
    return tuple(dict.fromkeys(map(number_of, colors)))


def number_of(color: Sequence[int]) -> int:
    """Return a colour, with or without alpha, as a number 0xAARRGGBB."""
    red, green, blue, alpha = (*color, 255)[:4]
    return alpha << 24 | red << 16 | green << 8 | blue


def importance_of(options: Options, pixels: Pixels) -> bytes | Literal["auto"] | None:
    """Return a byte of importance for each pixel; 'auto' or None if that was asked for."""
    mask: Any = options.importance
    if mask is None or (isinstance(mask, str) and mask == "auto"):
        return "auto" if mask else None
    try:
        found = read_pixels(mask, options.max_pixels, first_frame=True)
    except InputError as error:
        raise error.about("importance") from error
    if found[:2] != pixels[:2]:
        raise OptionError(
            f"{name_of(mask)} is {found.width}x{found.height}, the image "
            f"{pixels.width}x{pixels.height}; give a mask of the same size",
            "importance",
        )
    return bytes(found.to_8_bits()[1 :: found.channels])  # of grey, any channel
