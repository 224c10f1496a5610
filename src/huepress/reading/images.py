"""An image, wherever it is, as pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from huepress.errors import OptionError
from huepress.files import File, name_of
from huepress.reading import deep_samples, jpeg2000, modes, pages, pnm
from huepress.reading.opening import check_size, decoding, is_array, is_pillow, opened, openings
from huepress.reading.pixels import Pixels

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from PIL import Image

    from huepress.reading.profiles import Meaning

__all__ = [
    "Pixels", "Source", "decoding", "is_array", "is_pillow", "opened", "orientation_of",
    "read_pixels", "to_pillow",
]  # fmt: skip

Source: TypeAlias = "File | Image.Image | NDArray[Any]"
"""What can be given as an image."""

_ORIENTATION = 0x0112
# The turn or flip (Pillow's Transpose) that undoes each value of EXIF's orientation tag.
_UPRIGHT = {2: 0, 3: 3, 4: 1, 5: 5, 6: 4, 7: 6, 8: 2}

# What says in an image's `info` what its colours mean, and in PNGs without the first three.
_SAYINGS, _CHUNKS = {"icc_profile", "code_points", "nclx_profile"}, {"gamma", "chromaticity"}


class _Way(NamedTuple):
    """How a file is read."""

    name: str
    keep_profile: bool
    notices: tuple[str, ...] = ()


def read_pixels(
    source: Source,
    max_pixels: int,
    page: int | None = None,
    keep_profile: bool = False,
    first_frame: bool = False,
) -> Pixels:
    r"""Read an image, wherever it is.

    Parameters
    ----------
    source : path, bytes, binary file object, PIL image or array
        An image file's path, its content, a file open for reading, or an image in memory; an array
        must be bool, uint8, uint16 (up to 65,535) or floating point (0 to 1), of shape (H, W),
        (H, W, 1), (H, W, 3) or (H, W, 4), the first two meaning grey. EXIF's orientation is
        applied.
    max_pixels : int
        Refuse, before decoding, what declares more pixels.
    page : int, optional
        Which page of a TIFF or frame of an animation, from 1. By default the first page; of an
        image that the caller has opened with Pillow, the frame that it stands at.
    keep_profile : bool, default False
        Leave colours as the file means them, if they are of RGB, instead of converting them to
        sRGB.
    first_frame : bool, default False
        Without `page`, read the first frame of an animation instead of refusing it: for images
        that are only looked at, as palettes, masks and comparisons are.

    Returns
    -------
    Pixels

    Raises
    ------
    UnreadableError
        If the file is missing, is a directory, or may not be read.
    NotAnImageError
        If it is no image, is damaged, or ends too early.
    AnimationError
        If it is an animation, and neither `page` nor `first_frame` says which frame to take.
    TooLargeError
        If it declares more than `max_pixels` pixels.
    OptionError
        If an array has another shape or dtype, `source` is of another kind, or there is no such
        page.

    Examples
    --------
    >>> import numpy as np
    >>> pixels = read_pixels(np.array([[[0, 0, 0], [255, 0, 0]]], np.uint8), max_pixels=100)
    >>> pixels.width, pixels.height, pixels.channels, bytes(pixels.data)
    (2, 1, 3, b'\x00\x00\x00\xff\x00\x00')
    """
    if is_array(source) or is_pillow(source):
        if page not in (None, 1):
            raise OptionError("page: an image in memory has one only; leave it out")
        page = None
    if is_array(source):
        from huepress.reading.arrays import from_array

        return from_array(source, max_pixels)
    name = name_of(source)
    with openings(source, max_pixels) as once, decoding(name):
        image = once()
        notices: tuple[str, ...] = ()
        if not is_pillow(source):
            notices = pages.select_page(image, page, name, first_frame)
        check_size(name, image.size, max_pixels)  # pages differ
        way = _Way(name, keep_profile, notices)
        if deep_samples.is_deep(image) and (not is_pillow(source) or image.mode[0] in "IF"):

            def again() -> Image.Image:
                other = once()
                pages.select_page(other, page, name, first_frame)
                return other

            return _deep(image, again, way)
        return _plain(image, way)


def to_pillow(width: int, height: int, channels: int, data: bytes | memoryview) -> Image.Image:
    """Return a PIL image of mode RGB or RGBA with the given pixels."""
    from PIL import Image

    return Image.frombytes("RGB" if channels == 3 else "RGBA", (width, height), bytes(data))


def orientation_of(image: Image.Image) -> int:
    """Return EXIF's number for how the pixels lie, 1 to 8; 1 is upright."""
    if image.format == "JXL":  # its decoder has turned them, whatever EXIF says
        return 1
    try:
        number = image.getexif().get(_ORIENTATION)
        return number if number in _UPRIGHT else 1
    except Exception:  # decoders of hostile data raise nearly every builtin
        return 1


def _plain(image: Image.Image, way: _Way) -> Pixels:
    """Read what has 8 bits a channel or less."""
    key = modes.key_of(image)
    image = jpeg2000.load(image, way.name) if image.format == "JPEG2000" else pnm.load(image)
    meaning = _meaning_of(image)
    turn = _UPRIGHT.get(orientation_of(image))
    if turn is not None:
        from PIL import Image as Pillow

        image = image.transpose(Pillow.Transpose(turn))
    if meaning is None or meaning.space != "CMYK":
        image = modes.as_rgb(image, key)
    return _settled(image, meaning, way)


def _deep(image: Image.Image, again: Callable[[], Image.Image], way: _Way) -> Pixels:
    """Read what has more than 8 bits a channel."""
    from huepress.reading import depth

    meaning = _meaning_of(image)
    found, notices = deep_samples.read_samples(image, again, way.name)
    found = deep_samples.upright(found, orientation_of(image))  # Pillow has turned a TIFF by now
    way = way._replace(notices=way.notices + notices)
    shaper = None
    if meaning and meaning.profile and not (way.keep_profile and meaning.space == "RGB"):
        if meaning.shaper is None:  # colour management takes 8 bits
            rounded = depth.pixels_of(found)
            return _settled(to_pillow(*rounded[:3], rounded.data), meaning, way)
        shaper = meaning.shaper
    return _described(depth.pixels_of(found, shaper), meaning, way)


def _meaning_of(image: Image.Image) -> Meaning | None:
    """Return what an image's colours mean, if it says so and it isn't sRGB."""
    info = image.info
    if _SAYINGS.isdisjoint(info):
        if "srgb" in info or _CHUNKS.isdisjoint(info):
            return None
        from huepress.color.srgb import means_srgb

        if means_srgb(info.get("gamma"), info.get("chromaticity")):
            return None
    from huepress.reading import profiles

    return profiles.meaning_of(image)


def _settled(image: Image.Image, meaning: Meaning | None, way: _Way) -> Pixels:
    """Return pixels in sRGB, or as they are if their profile is kept."""
    is_converted = False
    if meaning and meaning.profile and not (way.keep_profile and meaning.space == "RGB"):
        from huepress.reading import profiles

        result = profiles.converted(image, meaning)
        if result is None:
            meaning = profiles.Meaning(notices=(profiles.DAMAGED,))
        else:
            image, is_converted = result, True
    image = modes.as_rgb(image)
    if image.mode == "RGBA" and image.getchannel("A").getextrema() == (255, 255):
        image = image.convert("RGB")
    pixels = Pixels(
        image.width, image.height, len(image.mode), _bytes_of(image), converted=is_converted
    )
    return _described(pixels, meaning, way)


def _described(pixels: Pixels, meaning: Meaning | None, way: _Way) -> Pixels:
    """Return pixels with what there is to say of their colours."""
    if meaning is None:
        return pixels._replace(notices=way.notices)
    notices, profile = way.notices + meaning.notices, b""
    remarks: tuple[str, ...] = ()
    if meaning.profile:
        title = f"{meaning.name} ({meaning.space})"
        if pixels.converted:
            remarks = (f"colours converted from {title} to sRGB",)
            if meaning.loss:
                notices += (meaning.loss,)
            if way.keep_profile:
                notices += (f"its profile {title} is for no palette; converted to sRGB",)
        else:
            profile = meaning.profile
            remarks = (f"colours and profile kept: {title}",)
    return pixels._replace(notices=notices, remarks=remarks, profile=profile)


# Pillow's own `tobytes` joins small pieces: for a moment the pixels take twice their memory.
_STRIP = 1 << 22


def _bytes_of(image: Image.Image) -> bytes | memoryview:
    """Return the pixels' bytes, of a large image copied in strips."""
    width, height = image.size
    if width * height <= _STRIP:
        return image.tobytes()
    row = width * len(image.mode)
    rows = max(1, _STRIP // width)
    data = bytearray(row * height)
    for y in range(0, height, rows):
        strip = image.crop((0, y, width, min(y + rows, height)))
        data[row * y : row * min(y + rows, height)] = strip.tobytes()
    return memoryview(data)
