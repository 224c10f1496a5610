"""What image files hold besides pixels, as a value.

Pixels have been turned upright by then, so nothing here may say otherwise. All of it comes from
outside: what is damaged or larger than `MAX_BYTES` is left out, and never stops an image.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from huepress.formats import exif

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["MAX_BYTES", "XMP_ORIENTATION", "Metadata", "Text", "fitting", "upright"]

MAX_BYTES = 1 << 20
"""EXIF, XMP and ICC profile may each be so large, and all texts together.

Pillow reads no larger ones from PNGs, so a larger one would make a file that it can't open.
"""

# As Pillow looks for it: what it doesn't find has turned nothing.
XMP_ORIENTATION = re.compile(rb'(tiff:Orientation(?:="|>))([0-9])')


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
        xmp=_bounded(XMP_ORIENTATION.sub(rb"\g<1>1", found.xmp)),
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


def _bounded(data: bytes) -> bytes:
    return data if len(data) <= MAX_BYTES else b""


def _is_rgb(profile: bytes) -> bool:
    """Tell whether an ICC profile is about RGB: that of a CMYK or grey file fits no longer."""
    return profile[16:20] == b"RGB " and profile[36:40] == b"acsp"
