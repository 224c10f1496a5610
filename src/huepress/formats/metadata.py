"""What image files hold besides pixels: read from any, to be put into those we write.

Pixels have been turned upright by then, so nothing here may say otherwise. All of it comes from
outside: what is damaged or larger than `MAX_BYTES` is left out, and never stops an image.
"""

from __future__ import annotations

import math
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from huepress.files import open_seekable
from huepress.formats import exif
from huepress.reading import is_array, is_pillow, opened, orientation_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from PIL import Image

    from huepress.reading import Source

__all__ = ["MAX_BYTES", "Metadata", "Text", "fitting", "read_metadata", "upright"]

MAX_BYTES = 1 << 20
"""EXIF, XMP and ICC profile may each be so large, and all texts together.

Pillow reads no larger ones from PNGs, so a larger one would make a file that it can't open.
"""

# Those of a TIFF's tags that describe the picture, not how the file stores it, and where it keeps
# what cameras noted.
_DESCRIPTIVE = (270, 271, 272, 305, 306, 315, 316, 33432)
_DIRECTORIES = (0x8769, 0x8825)

# As Pillow looks for it: what it doesn't find has turned nothing.
_XMP_ORIENTATION = re.compile(rb'(tiff:Orientation(?:="|>))([0-9])')
_XMP_IN_JPEG = b"http://ns.adobe.com/xap/1.0/\0"
_XMP_IN_TIFF = 700


class Text(NamedTuple):
    """One text chunk of a PNG."""

    keyword: str
    text: str
    language: str = ""
    translated: str = ""
    """The keyword in that language."""


class Metadata(NamedTuple):
    """What there is to keep.

    Attributes
    ----------
    exif : bytes
        Without the mark ``Exif`` before it.
    xmp : bytes
        UTF-8.
    icc : bytes
        A profile of RGB colours.
    density : (int, int, int) or None
        Pixels per unit across and down, and the unit: 1 is the metre, 0 none (a pixel's shape
        only).
    texts : tuple of Text
        In the file's order.
    color_chunks : tuple of (bytes, bytes)
        Names and contents of a PNG's chunks about what its colours mean.
    """

    exif: bytes = b""
    xmp: bytes = b""
    icc: bytes = b""
    density: tuple[int, int, int] | None = None
    texts: tuple[Text, ...] = ()
    color_chunks: tuple[tuple[bytes, bytes], ...] = ()

    def comment(self) -> str:
        """Return the first comment, or nothing."""
        return next((text.text for text in self.texts if text.keyword == "Comment"), "")


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
                from huepress.formats.png_metadata import read_chunks

                found = read_chunks(file)
                return upright(found, _orientation(found))
            file.seek(start)
            with opened(source, max_pixels) as image:
                return upright(_of_pillow(image), orientation_of(image))
        finally:
            file.seek(start)


def upright(found: Metadata, orientation: int) -> Metadata:
    """Return the same for an image that was turned upright, without what is of no more use.

    Parameters
    ----------
    found : Metadata
        As it was read.
    orientation : int
        EXIF's number for how the pixels lay before.
    """
    swapped = orientation in (5, 6, 7, 8)
    density = found.density
    if density and swapped:
        density = (density[1], density[0], density[2])
    return found._replace(
        exif=_bounded(exif.upright(found.exif, swapped)),
        xmp=_bounded(_XMP_ORIENTATION.sub(rb"\g<1>1", found.xmp)),
        icc=_bounded(found.icc) if _is_rgb(found.icc) else b"",
        density=density if density and all(0 < d < 1 << 31 for d in density[:2]) else None,
    )


def fitting(texts: Iterable[Text]) -> tuple[Text, ...]:
    """Return the texts up to the one with which they exceed `MAX_BYTES`."""
    room = MAX_BYTES
    kept = []
    for text in texts:
        room -= sum(len(part.encode(errors="replace")) for part in text)
        if room < 0:
            break
        kept.append(text)
    return tuple(kept)


def _orientation(found: Metadata) -> int:
    """Return the orientation that Pillow finds in the same PNG."""
    way = exif.orientation(found.exif)
    if way is None and (match := _XMP_ORIENTATION.search(found.xmp)):
        way = int(match[2])
    return way or 1


def _bounded(data: bytes) -> bytes:
    return data if len(data) <= MAX_BYTES else b""


def _is_rgb(profile: bytes) -> bool:
    """Tell whether an ICC profile is about RGB: that of a CMYK or grey file fits no longer."""
    return profile[16:20] == b"RGB " and profile[36:40] == b"acsp"


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
