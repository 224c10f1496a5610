"""One GIF: our palette, our labels, compressed by Pillow's LZW coder.

Pillow's own GIF writer always starts with codes of 9 bits, whatever the number of colours; with
codes as short as they can be files are 3 to 4 % smaller up to 64 colours, tiny ones up to 15 %.
It also interlaces by default, which costs another 1 to 9 %.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from huepress.codebook import Codebook
from huepress.errors import OptionError
from huepress.formats import pixels_only
from huepress.formats.indexed_png import palette_of
from huepress.quantized import Quantized
from huepress.reading import decoding, to_pillow

if TYPE_CHECKING:
    from PIL import Image

    from huepress.formats.metadata import Metadata
    from huepress.reading import Pixels

__all__ = ["as_shown", "decode", "encode", "thresholded"]

_OPAQUE_FROM = 128  # the least alpha that becomes opaque; what is below it becomes clear

_LONGEST_SIDE = 65_535


def encode(q: Quantized, effort: int, metadata: Metadata | None = None, threads: int = 0) -> bytes:
    """Write a GIF of one frame, not interlaced.

    Colours that no pixel uses are left out and equal ones merged; all that are less than half
    opaque become the one that is fully transparent, all others opaque.

    Parameters
    ----------
    q : Quantized
        With a codebook of at most 256 colours, and at most 65,535 pixels to a side.
    effort : int
        Makes no difference: there is one way to compress a GIF without loss.
    metadata : Metadata, optional
        What else to put into the file: of it the comment.
    threads : int, default 0
        Makes no difference.

    Returns
    -------
    bytes
        The file.

    Raises
    ------
    OptionError
        If there are too many colours or pixels.
    """
    from PIL import Image

    _check_fit(q)
    colors, places = _trimmed(q)
    bits = max(1, (len(colors) - 1).bit_length())
    labels = q.label_bytes.translate(bytes(places))
    image = Image.frombytes("P", (q.width, q.height), bytes(labels))
    code_size = max(2, bits)  # what GIF asks for, even of two colours
    table = b"".join(bytes(color[:3]) for color in colors).ljust(3 << bits, b"\0")
    parts = [
        b"GIF89a",
        struct.pack("<HHBBB", q.width, q.height, 0xF0 | (bits - 1), 0, 0),
        table,
        _comment(metadata),
        _transparency(colors),
        struct.pack("<cHHHHB", b",", 0, 0, q.width, q.height, 0),
        bytes([code_size]),
        image.tobytes("gif", "P", code_size, 0),
        b"\0;",
    ]
    return b"".join(parts)


def decode(image: Image.Image, name: str) -> Quantized:
    """Read a GIF of one frame, whoever wrote it.

    Parameters
    ----------
    image : PIL.Image.Image
        A GIF, opened, its declared size checked.
    name : str
        What to call it in messages.

    Returns
    -------
    Quantized
        Its codebook is the file's palette up to the last colour that is used, since the rest may
        be padding, with populations; `mse` is None.

    Raises
    ------
    NotAnImageError
        If it is damaged, or an animation.
    """
    pixels_only.check_still(image, name)
    with decoding(name):
        image.load()
        labels = image.tobytes()
    populations = [labels.count(i) for i in range(256)] if image.mode in ("P", "L") else []
    used = max((i + 1 for i, count in enumerate(populations) if count), default=0)
    colors = palette_of(image, used) if image.mode == "P" else _greys(image, used)
    if not used or len(colors) < used:  # labels without a colour, which viewers show somehow
        return pixels_only.decode(image, name)
    return Quantized(image.width, image.height, labels, Codebook(colors, populations[:used]))


def thresholded(pixels: Pixels) -> tuple[Pixels, int]:
    """Make all pixels opaque or clear, as a GIF will show them.

    Doing so before colours are chosen leaves more of them for what is seen.

    Parameters
    ----------
    pixels : Pixels
        Any.

    Returns
    -------
    pixels : Pixels
        With alphas of 0 and 255 only.
    count : int
        How many pixels had another alpha.
    """
    if pixels.channels == 3:
        return pixels, 0
    return pixels._replace(raw=_hardened(pixels.raw)), _translucent(pixels.raw)


def as_shown(q: Quantized, original: Pixels) -> Quantized:
    """Return a quantized image as its GIF shows it.

    Parameters
    ----------
    q : Quantized
        Any.
    original : Pixels
        What was to be quantized, before any alpha was changed.

    Returns
    -------
    Quantized
        With alphas of 0 and 255 only, and the error as `huepress.quantize` measures it, against
        the original. If alphas were changed it is measured on rounded premultiplied colours.
    """
    book = q.codebook
    if book.channels == 4 and _translucent(book.data):
        book = Codebook.from_bytes(_hardened(book.data), 4, book.counts())
    elif original.channels == 3 or not _translucent(original.to_8_bits()):
        return q
    from PIL import ImageChops

    shown = Quantized(q.width, q.height, q.label_bytes, book)
    meant = to_pillow(*original[:3], original.to_8_bits())
    first, second = (image.convert("RGBA").convert("RGBa") for image in (meant, shown.image()))
    counts = ImageChops.difference(first, second).histogram()
    error = sum(n * (i % 256) ** 2 for i, n in enumerate(counts))
    mse = error / (q.width * q.height)
    return Quantized(q.width, q.height, q.label_bytes, book, mse)


def _greys(image: Image.Image, most: int) -> list[tuple[int, ...]]:
    """Return the first greys: what Pillow leaves of a palette of all greys in their order."""
    clear = image.info.get("transparency", most)
    if clear >= most:
        return [(i, i, i) for i in range(most)]
    return [(i, i, i, 0 if i == clear else 255) for i in range(most)]


def _hardened(rgba: bytes | memoryview) -> bytes:
    data = bytearray(rgba)
    data[3::4] = data[3::4].translate(bytes(_OPAQUE_FROM) + b"\xff" * (256 - _OPAQUE_FROM))
    return bytes(data)


def _translucent(rgba: bytes | memoryview) -> int:
    """Count the pixels that are neither opaque nor clear."""
    alpha = bytes(rgba[3::4])
    return len(alpha) - alpha.count(0) - alpha.count(255)


def _check_fit(q: Quantized) -> None:
    if len(q.codebook) > 256:
        raise OptionError(
            f"{len(q.codebook):,} colours don't fit a GIF, which holds at most 256; "
            "use `format` pair or webp",
            "k",
        )
    if max(q.width, q.height) > _LONGEST_SIDE:
        raise OptionError(
            f"{q.width}x{q.height} pixels don't fit a GIF, whose sides are at most "
            f"{_LONGEST_SIDE:,}; use png",
            "format",
        )


def _trimmed(q: Quantized) -> tuple[list[tuple[int, ...]], list[int]]:
    """Return the palette to write, with alphas of 0 and 255, and the place in it of each label."""
    labels = q.label_bytes
    palette: dict[tuple[int, ...], int] = {}
    clear: tuple[int, ...] | None = None
    places = [0] * 256
    for i, color in enumerate(q.codebook):
        if i not in labels:
            continue
        if color[3:] and color[3] < _OPAQUE_FROM:
            entry = clear = clear or (*color[:3], 0)
        else:
            entry = (*color[:3], 255)
        places[i] = palette.setdefault(entry, len(palette))
    return list(palette), places


def _transparency(colors: list[tuple[int, ...]]) -> bytes:
    """Return the block that names the transparent colour, if there is one."""
    for i, color in enumerate(colors):
        if color[3] == 0:
            return struct.pack("<4sHBB", b"!\xf9\x04\x01", 0, i, 0)
    return b""


def _comment(metadata: Metadata | None) -> bytes:
    text = metadata.comment().encode() if metadata else b""
    if not text:
        return b""
    blocks = (text[at : at + 255] for at in range(0, len(text), 255))
    return b"!\xfe" + b"".join(bytes([len(block)]) + block for block in blocks) + b"\0"
