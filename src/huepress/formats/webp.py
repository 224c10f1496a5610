"""One lossless WebP: exactly the pixels that the labels stand for.

libwebp finds palette and labels again by itself, and codes them with better context than PNG can.
Its bytes depend on the version of libwebp that Pillow brings, on nothing else.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from huepress.errors import OptionError
from huepress.formats.pixels_only import decode

if TYPE_CHECKING:
    from huepress.formats.metadata import Metadata
    from huepress.quantized import Quantized

__all__ = ["decode", "encode"]

_LONGEST_SIDE = 16_383


def encode(q: Quantized, effort: int, metadata: Metadata | None = None) -> bytes:
    """Write a lossless WebP.

    Parameters
    ----------
    q : Quantized
        Any of at most 16,383 pixels to a side.
    effort : int
        1 (fastest) to 10 (smallest).
    metadata : Metadata, optional
        What else to put into the file: of it EXIF, XMP and the ICC profile.

    Returns
    -------
    bytes
        The file; the colours of fully transparent pixels are kept, too.

    Raises
    ------
    OptionError
        If the image is too large, or this Pillow can't write WebP.
    """
    from PIL import features

    if max(q.width, q.height) > _LONGEST_SIDE:
        raise OptionError(
            f"format: {q.width}x{q.height} pixels don't fit a WebP, whose sides are at most "
            f"{_LONGEST_SIDE:,}; use --format png"
        )
    if not features.check("webp"):
        raise OptionError("format: this Pillow was built without WebP; use --format png")
    import PIL.WebPImagePlugin  # noqa: F401 - else `save` looks through all forty formats

    extra = {}
    if metadata:
        extra = {"exif": metadata.exif, "xmp": metadata.xmp, "icc_profile": metadata.icc}
    quality, method = _search(effort)
    file = io.BytesIO()
    q.image().save(file, "WEBP", lossless=True, exact=True, quality=quality, method=method, **extra)
    return file.getvalue()


def _search(effort: int) -> tuple[int, int]:
    """Choose how hard libwebp searches (libwebp 1.6).

    Bytes against the indexed PNG of effort 5 (geometric mean; K = 256, our labels) and seconds per
    megapixel, one of two cores::

        quality, method    kodak         cq100         screenshots   alpha
        20, 2              1.09  0.10    1.05  0.10    0.53  0.03    0.80  0.05
        50, 4              0.98  0.28    0.93  0.25    0.49  0.04    0.73  0.08
        75, 4              0.97  0.36    0.92  0.33    0.49  0.07    0.73  0.08
        100, 4             0.96  0.54    0.92  0.47    0.47  0.10    0.72  0.11
        75, 5              0.98  1.17    0.95  1.03    0.49  0.27    0.72  1.51
        100, 5             0.95  3.77    0.91  3.61    0.46  0.48    0.71  1.16

    Method 6 is worse than 4 at qualities below 100; 100, 6 takes 10 s for another 0.6 %. The
    smallest of twelve settings is 0.1 % smaller than 100, 5.
    """
    if effort <= 2:
        return 20, 2
    if effort <= 4:
        return 50, 4
    return (100, 4) if effort <= 8 else (100, 5)
