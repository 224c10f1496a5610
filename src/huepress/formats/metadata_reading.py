"""Metadata out of image files of any format, as Pillow or a PNG's own chunks have them."""

from __future__ import annotations

import math
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from huepress.files import open_seekable
from huepress.formats import exif
from huepress.formats.metadata import XMP_ORIENTATION, Metadata, Text, fitting, upright
from huepress.formats.png_metadata import read_chunks
from huepress.reading import is_array, is_pillow, opened, orientation_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PIL import Image

    from huepress.reading import Source

__all__ = ["read_metadata"]

# Those of a TIFF's tags that describe the picture, not how the file stores it, and where it keeps
# what cameras noted.
_DESCRIPTIVE = (270, 271, 272, 305, 306, 315, 316, 33432)
_DIRECTORIES = (0x8769, 0x8825)

_XMP_IN_JPEG = b"http://ns.adobe.com/xap/1.0/\0"
_XMP_IN_TIFF = 700


def read_metadata(source: Source, max_pixels: int) -> Metadata:
    """Read what an image file holds besides pixels, without decoding these.

    Parameters
    ----------
    source : path, bytes, binary file object, PIL image or array
        As in `huepress.reading.read_pixels`; a file object is left where it stood. An array has
        no metadata.
    max_pixels : int
        Refuse what declares more pixels.

    Returns
    -------
    Metadata
        As for an image that has been turned upright.

    Raises
    ------
    UnreadableError, NotAnImageError, TooLargeError, OptionError
        As in `huepress.reading.read_pixels`, unless it is a PNG: that is read by itself.
    """
    if is_array(source):
        return Metadata()
    if is_pillow(source):
        return upright(_of_pillow(source), orientation_of(source))
    with open_seekable(source) as file:
        start = file.tell()
        try:
            if file.read(8) == b"\x89PNG\r\n\x1a\n":
                found = read_chunks(file)
                return upright(found, _orientation(found))
            file.seek(start)
            with opened(source, max_pixels) as image:
                return upright(_of_pillow(image), orientation_of(image))
        finally:
            file.seek(start)


def _orientation(found: Metadata) -> int:
    """Return the orientation that Pillow finds in the same PNG."""
    way = exif.orientation(found.exif)
    if way is None and (match := XMP_ORIENTATION.search(found.xmp)):
        way = int(match[2])
    return way or 1


def _of_pillow(image: Image.Image) -> Metadata:
    """Return what Pillow has found; nothing is decoded unless it is a PNG."""
    info = image.info
    return Metadata(
        _bytes(info.get("exif")) or _tiff_tags(image),
        _bytes(info.get("xmp")) or _older_xmp(image),
        _bytes(info.get("icc_profile")),
        _density(info),
        fitting((*_png_texts(image), *_comments(info))),
    )


def _bytes(value: Any) -> bytes:
    return bytes(value) if isinstance(value, bytes | bytearray) else b""


def _density(info: Mapping[Any, Any]) -> tuple[int, int, int] | None:
    """Return pixels per metre from dots per inch, which may be any two kinds of number."""
    if "exif" in info and info.get("jfif_unit") not in (1, 2):
        return None  # Pillow takes it from there or makes it up, and EXIF is kept anyway
    with suppress(Exception):
        x, y = (float(value) / 0.0254 for value in info["dpi"])
        if math.isfinite(x) and math.isfinite(y):
            return round(x), round(y), 1
    return None


def _older_xmp(image: Image.Image) -> bytes:
    """Return the packet from where Pillow before 11 has it: a JPEG's segments, a TIFF's tags."""
    for marker, content in getattr(image, "applist", ()):
        if marker == "APP1" and content.startswith(_XMP_IN_JPEG):
            return bytes(content.removeprefix(_XMP_IN_JPEG))
    with suppress(Exception):  # decoders of hostile data raise nearly every builtin
        return _bytes(image.tag_v2[_XMP_IN_TIFF])  # type: ignore[attr-defined]
    return b""


def _tiff_tags(image: Image.Image) -> bytes:
    """Return the descriptive tags of a TIFF as an EXIF block."""
    if not hasattr(image, "tag_v2"):
        return b""
    from PIL import Image

    with suppress(Exception):  # decoders of hostile data raise nearly every builtin
        tags, block = image.getexif(), Image.Exif()
        for tag in _DESCRIPTIVE:
            if tag in tags:
                block[tag] = tags[tag]
        for tag in _DIRECTORIES:
            if tag in tags:
                block[tag] = tags.get_ifd(tag)
        if len(block):
            return block.tobytes()
    return b""


def _png_texts(image: Image.Image) -> list[Text]:
    """Return the texts of a PNG that the caller has opened with Pillow."""
    if image.format != "PNG":
        return []
    with suppress(Exception):
        return [
            Text(key, str(text), *(str(getattr(text, name, "") or "") for name in ("lang", "tkey")))
            for key, text in image.text.items()  # type: ignore[attr-defined]
        ]
    return []


def _comments(info: Mapping[Any, Any]) -> list[Text]:
    """Return the comment of a JPEG or GIF."""
    comment = _bytes(info.get("comment")).rstrip(b"\0").replace(b"\0", b" ")
    if not comment:
        return []
    try:
        return [Text("Comment", comment.decode())]
    except UnicodeDecodeError:
        return [Text("Comment", comment.decode("latin-1"))]
