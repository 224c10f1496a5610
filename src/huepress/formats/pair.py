"""The textbook pair: a label map as a greyscale PNG, a codebook as a NumPy file.

The label map has 8 bits per pixel up to 256 colours and 16 above. Labels are numbers, not
shades: they are only ever stored and read losslessly, since a changed label is a wrong colour.
"""

from __future__ import annotations

import os
import sys
from array import array
from typing import TYPE_CHECKING

from huepress.codebook import Codebook
from huepress.errors import PairError
from huepress.files import name_of
from huepress.formats.png import GREY, write_png
from huepress.image_io import decoding, opened
from huepress.quantized import Quantized, label_size

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

    from huepress.files import File

__all__ = ["decode", "encode"]

# Formats that always keep grey values as they are. (PGM scales them by its declared maximum.)
_LOSSLESS = {"PNG", "BMP", "TIFF"}
_LOSSY_TIFF = {"jpeg", "old-jpeg", "webp"}


def encode(q: Quantized, effort: int) -> tuple[bytes, bytes]:
    """Write a label map and its codebook.

    Parameters
    ----------
    q : Quantized
        Any.
    effort : int
        1 (fastest) to 10 (smallest).

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
    png = write_png(labels, q.width, q.height, GREY, 8 * size, effort)
    return png, q.codebook.file_content("codebook.npy")


def decode(source: File, codebook: Codebook | str | os.PathLike[str], max_pixels: int) -> Quantized:
    """Read a label map and join it with its codebook.

    Parameters
    ----------
    source : path, bytes or binary file object
        The label map: lossless greyscale of 8 or 16 bits.
    codebook : Codebook or path
        The codebook, or where it is.
    max_pixels : int
        Refuse what declares more pixels.

    Returns
    -------
    Quantized
        Its codebook has the populations; `mse` is None.

    Raises
    ------
    PairError
        If the label map isn't one, or has labels that the codebook has no colour for.
    UnreadableError, NotAnImageError, TooLargeError
        If either can't be read.
    """
    import numpy as np

    name = name_of(source)
    book_name = "the codebook" if isinstance(codebook, Codebook) else os.fspath(codebook)
    book = codebook if isinstance(codebook, Codebook) else Codebook.load(codebook)
    with opened(source, max_pixels) as image:
        _check_kind(image, name)
        with decoding(name):
            image.load()
            labels = _labels_of(image, name)
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


def _check_kind(image: Image.Image, name: str) -> None:
    """Refuse what can't be a label map, before decoding it."""
    if image.format not in _LOSSLESS or image.info.get("compression") in _LOSSY_TIFF:
        raise PairError(
            f"{name}: {image.format} may change the labels it stores, and a changed label is "
            "a wrong colour; keep labels as PNG"
        )
    if image.mode not in ("1", "L", "P", "I;16", "I;16B", "I"):
        raise PairError(
            f"{name}: a label map is greyscale, this has colours or alpha ({image.mode}); "
            "leave out the codebook if it is a compressed image"
        )


def _labels_of(image: Image.Image, name: str) -> NDArray[np.integer]:
    import numpy as np

    if image.mode == "P":
        # PNG optimizers may write a map of few labels as indexed, with greys for its palette.
        flat = image.getpalette() or []
        if "transparency" in image.info or not flat[0::3] == flat[1::3] == flat[2::3]:
            raise PairError(
                f"{name}: an indexed image, which has its colours in it; leave out the codebook"
            )
    if image.mode in ("P", "1"):
        image = image.convert("L")
    return np.asarray(image)
