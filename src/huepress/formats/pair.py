"""The textbook pair: a label map as a greyscale PNG, a codebook as a NumPy file.

The label map has 8 bits per pixel up to 256 colours and 16 above. Labels are numbers, not
shades: they are only ever stored and read losslessly, since a changed label is a wrong colour.
"""

from __future__ import annotations

import sys
from array import array
from typing import TYPE_CHECKING

from huepress.codebook import Codebook
from huepress.errors import PairError
from huepress.formats.png_writer import GREY, write_png
from huepress.quantized import Quantized, label_size
from huepress.reading import decoding

if TYPE_CHECKING:
    from PIL import Image

    from huepress.formats.metadata import Metadata

__all__ = ["check_lossless", "decode", "encode"]

# Formats that always keep grey values as they are. (PGM scales them by its declared maximum.)
_LOSSLESS = {"PNG", "GIF", "BMP", "TIFF"}
_LOSSY_TIFF = {"jpeg", "old-jpeg", "webp"}


def encode(
    q: Quantized, effort: int, metadata: Metadata | None = None, threads: int = 0
) -> tuple[bytes, bytes]:
    """Write a label map and its codebook.

    Parameters
    ----------
    q : Quantized
        Any.
    effort : int
        1 (fastest) to 10 (smallest).
    metadata : None
        A pair takes none.
    threads : int, default 0
        As many at most; 0: as many as pay.

    Returns
    -------
    labels : bytes
        A greyscale PNG of 8 bits per pixel, or 16 if there are more than 256 colours.
    codebook : bytes
        A ``.npy`` file: uint8, shape (K, 3) or (K, 4).
    """
    labels = q.label_bytes
    size = label_size(len(q.codebook))
    if size == 2 and sys.byteorder == "little":
        swapped = array("H", bytes(labels))
        swapped.byteswap()
        labels = swapped.tobytes()
    png = write_png(labels, q.width, q.height, GREY, 8 * size, effort, threads=threads)
    return png, q.codebook.file_content("codebook.npy")


def decode(image: Image.Image, name: str, book: Codebook, book_name: str) -> Quantized:
    """Read a label map and join it with its codebook.

    Parameters
    ----------
    image : PIL.Image.Image
        The label map, opened, its declared size and format checked: greyscale of 8 or 16 bits,
        or indexed with its labels for greys.
    name : str
        What to call it in messages.
    book : Codebook
        The codebook.
    book_name : str
        What to call that.

    Returns
    -------
    Quantized
        Its codebook has the populations; `mse` is None.

    Raises
    ------
    PairError
        If the label map isn't one, or has labels that the codebook has no colour for.
    NotAnImageError
        If the image is damaged.
    """
    import numpy as np

    _check_kind(image, name)
    with decoding(name):
        image.load()
        # PNG optimizers may write a map of few labels as indexed, with greys for its palette.
        labels = np.asarray(image.convert("L") if image.mode in ("P", "1") else image)
    highest = int(labels.max())
    if highest >= len(book):
        raise PairError(
            f"{name}: label {highest:,} has no colour in {book_name}, which has {len(book):,}; "
            "give the codebook that was written with it"
        )
    populations = np.bincount(labels.ravel(), minlength=len(book)).tolist()
    known = Codebook.from_bytes(book.data, book.channels, populations)
    dtype = np.uint8 if label_size(len(book)) == 1 else np.uint16
    height, width = labels.shape
    return Quantized(width, height, labels.astype(dtype).tobytes(), known)


def check_lossless(image: Image.Image, name: str) -> None:
    """Refuse a format that can't hold labels, before decoding it.

    Raises
    ------
    PairError
        Saying why.
    """
    if image.format == "WEBP":
        raise PairError(
            f"{name}: a WebP keeps pixels and no labels, so it takes no other colours; "
            "give the indexed PNG, or the label map"
        )
    if image.format not in _LOSSLESS or image.info.get("compression") in _LOSSY_TIFF:
        raise PairError(
            f"{name}: {image.format} may change the labels it stores, and a changed label is "
            "a wrong colour; keep labels as PNG"
        )


def _check_kind(image: Image.Image, name: str) -> None:
    if image.mode not in ("1", "L", "P", "I;16", "I;16B", "I"):
        raise PairError(
            f"{name}: a label map is greyscale, this has colours or alpha ({image.mode}); "
            "to map a picture onto a codebook, use compress --palette"
        )
