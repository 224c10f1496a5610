"""Files of several images: which of them is taken, and what to say of the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from huepress.errors import OptionError

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["turn_to"]

# What more images in these mean. In others they are sizes (ICO), layers (PSD), or what belongs to
# the first: a phone's JPEG holds depth or brightness of the same picture.
_UNITS = {
    "TIFF": "page", "DCX": "page", "HEIF": "image", "GIF": "frame", "PNG": "frame",
    "WEBP": "frame", "AVIF": "frame", "FLI": "frame",
}  # fmt: skip
_MOST_PAGES = 100_000


def turn_to(image: Image.Image, page: int | None, name: str) -> tuple[str, ...]:
    """Turn an opened file to one of its images.

    Parameters
    ----------
    image : PIL.Image.Image
        Opened but not decoded.
    page : int or None
        Which, from 1; None is the first, or the one that the file names as its main one.
    name : str
        For messages.

    Returns
    -------
    tuple of str
        Notices.

    Raises
    ------
    OptionError
        If there are fewer.
    """
    unit = _UNITS.get(image.format or "")
    if page is None:
        if not unit or not _has_more(image):
            return ()
        return (f"holds several {unit}s; only the first is taken (--page N takes another)",)
    if page > _MOST_PAGES:  # each is stepped through
        raise OptionError(f"page: no more than {_MOST_PAGES:,} are looked at; split {name}")
    try:
        if page > 1 and not unit:
            raise EOFError
        if unit and _has_more(image):
            image.seek(page - 1)
        elif page > 1:
            raise EOFError
    except EOFError:
        raise OptionError(f"page: {name} has fewer than {page}; give a lower number") from None
    return ()


def _has_more(image: Image.Image) -> bool:
    try:
        return bool(getattr(image, "is_animated", False))
    except Exception:  # decoders of hostile data raise nearly every builtin; this looks ahead
        return False
