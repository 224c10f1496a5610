"""Files of several images: which of them is read, and what is said of the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from huepress.errors import AnimationError, OptionError

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["select_page"]

# What the further images of a file are. In other formats they are sizes (ICO), layers (PSD), or
# belong to the first: a phone's JPEG holds depth or brightness of the same picture.
_UNITS = {
    "TIFF": "page", "DCX": "page", "HEIF": "image", "GIF": "frame", "PNG": "frame",
    "WEBP": "frame", "AVIF": "frame", "FLI": "frame",
}  # fmt: skip
_MAX_PAGES = 100_000  # Pillow steps through a GIF: a million empty frames took 22 seconds
_MAX_GIF = 64 << 20  # bytes of a GIF in which its frames are counted


def select_page(
    image: Image.Image, page: int | None, name: str, first_frame: bool = False
) -> tuple[str, ...]:
    """Go to one of the images in a file.

    Parameters
    ----------
    image : PIL.Image.Image
        Opened but not decoded.
    page : int or None
        Which image, from 1; None is the first, or the one that the file names as its main one.
    name : str
        What messages call the file.
    first_frame : bool, default False
        Of an animation, None means the first frame, too.

    Returns
    -------
    tuple of str
        Notices.

    Raises
    ------
    AnimationError
        If it is an animation, and neither `page` nor `first_frame` says which frame to take.
    OptionError
        If there are fewer images than `page`.
    """
    unit = _UNITS.get(image.format or "")
    if page is None:
        if not unit or not _has_more(image):
            return ()
        if unit != "frame":
            return (f"holds several {unit}s; only the first is taken; `page` takes another",)
        if not first_frame:
            raise AnimationError(
                f"{name}: an animation of {_frame_count(image)} frames, and only single images "
                "are compressed; choose one frame by `page`"
            )
        return ()
    if page > _MAX_PAGES:
        raise OptionError(f"{name} is read only up to {_MAX_PAGES:,}; split it", "page")
    try:
        if page > 1 and not unit:
            raise EOFError
        if unit and _has_more(image):
            image.seek(page - 1)
        elif page > 1:
            raise EOFError
    except EOFError:
        units = f"{unit or 'image'}s"
        problem = f"{name} has fewer than {page} {units}; give a lower number"
        raise OptionError(problem, "page") from None
    return ()


def _has_more(image: Image.Image) -> bool:
    try:
        return bool(getattr(image, "is_animated", False))
    except Exception:  # decoders of hostile data raise nearly every builtin; this looks ahead
        return False


def _frame_count(image: Image.Image) -> str:
    """Return the number of frames for a message."""
    if image.format != "GIF":
        return f"{image.n_frames:,}"  # type: ignore[attr-defined]
    file: BinaryIO = image.fp  # type: ignore[attr-defined]
    file.seek(0)
    content = file.read(_MAX_GIF)
    count = _gif_frames(content)
    if count < 2:
        return "several"
    return f"{count:,}" if len(content) < _MAX_GIF else f"{count:,} or more"


def _gif_frames(content: bytes) -> int:
    """Count the frames of a GIF; Pillow would, but without a limit on how long it takes."""
    count = 0
    try:
        at = 13 + _color_table_size(content[10])
        while (block := content[at]) != 0x3B:  # the trailer
            if block == 0x21:  # an extension: its label
                at += 2
            elif block == 0x2C:  # an image: place, size, flags, colours, and code size of the data
                count += 1
                at += 11 + _color_table_size(content[at + 9])
            else:
                at += 1
                continue
            while size := content[at]:  # both go on in blocks of up to 255 bytes
                at += size + 1
            at += 1
    except IndexError:
        pass  # cut short
    return count


def _color_table_size(flags: int) -> int:
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0
