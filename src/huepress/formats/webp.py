"""One lossless WebP: exactly the pixels that the labels stand for.

libwebp finds palette and labels again by itself, and codes them with better context than PNG can.
Its bytes depend on the version of libwebp that Pillow brings, on nothing else.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from huepress.errors import OptionError
from huepress.formats.pixels_only import decode
from huepress.presets import PRESETS

if TYPE_CHECKING:
    from huepress.formats.metadata import Metadata
    from huepress.quantized import Quantized

__all__ = ["decode", "encode"]

_LONGEST_SIDE = 16_383


def encode(q: Quantized, effort: int, metadata: Metadata | None = None, threads: int = 0) -> bytes:
    """Write a lossless WebP.

    Parameters
    ----------
    q : Quantized
        Any of at most 16,383 pixels to a side.
    effort : int
        1 (fastest) to 10 (smallest).
    metadata : Metadata, optional
        What else to put into the file: of it EXIF, XMP and the ICC profile.
    threads : int, default 0
        Makes no difference: libwebp takes one.

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
            f"{q.width}x{q.height} pixels don't fit a WebP, whose sides are at most "
            f"{_LONGEST_SIDE:,}; use png",
            "format",
        )
    if not features.check("webp"):
        raise OptionError("this Pillow was built without WebP; use png", "format")
    import PIL.WebPImagePlugin  # noqa: F401 - else `save` looks through all forty formats

    extra = {}
    if metadata:
        extra = {"exif": metadata.exif, "xmp": metadata.xmp, "icc_profile": metadata.icc}
    quality, method = PRESETS[effort].webp
    file = io.BytesIO()
    q.image().save(file, "WEBP", lossless=True, exact=True, quality=quality, method=method, **extra)
    return file.getvalue()
