"""`read_pixels`: an image of any kind, wherever it is, as pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from huepress.errors import OptionError
from huepress.files import name_of
from huepress.reading import deep, jpeg2000, modes, pages, pnm
from huepress.reading.opening import check_size, decoding, is_array, is_pillow, reopenable
from huepress.reading.pixels import Pixels, Source

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL import Image

    from huepress.color import ColorProfile

__all__ = ["orientation_of", "read_pixels", "to_pillow"]

_ORIENTATION = 0x0112
# The turn or flip (Pillow's Transpose) that undoes each value of EXIF's orientation tag.
_UPRIGHT = {2: 0, 3: 3, 4: 1, 5: 5, 6: 4, 7: 6, 8: 2}

# The keys of an image's `info` that say what colours mean; without them, a PNG's other chunks do.
_PROFILE_KEYS = {"icc_profile", "code_points", "nclx_profile"}
_CHUNK_KEYS = {"gamma", "chromaticity"}


class _Request(NamedTuple):
    """What was asked of a file, and notices so far."""

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
    >>> pixels.width, pixels.height, pixels.channels, bytes(pixels.to_8_bits())
    (2, 1, 3, b'\x00\x00\x00\xff\x00\x00')
    """
    if is_array(source) or is_pillow(source):
        if page not in (None, 1):
            raise OptionError("an image in memory has only one; leave it out", "page")
        page = None
    if is_array(source):
        from huepress.reading.arrays import read_array

        return read_array(source, max_pixels)
    name = name_of(source)
    with reopenable(source, max_pixels) as reopen, decoding(name):
        image = reopen()
        notices: tuple[str, ...] = ()
        if not is_pillow(source):
            notices = pages.select_page(image, page, name, first_frame)
        check_size(name, image.size, max_pixels)  # pages differ
        request = _Request(name, keep_profile, notices)
        if deep.is_deep(image) and (not is_pillow(source) or image.mode[0] in "IF"):

            def again() -> Image.Image:
                other = reopen()
                pages.select_page(other, page, name, first_frame)
                return other

            return _read_deep(image, again, request)
        return _read_8_bits(image, request)


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


def _read_8_bits(image: Image.Image, request: _Request) -> Pixels:
    """Read an image of 8 bits a channel or less."""
    key = modes.transparent_key(image)
    image = jpeg2000.load(image, request.name) if image.format == "JPEG2000" else pnm.load(image)
    profile = _profile_of(image)
    turn = _UPRIGHT.get(orientation_of(image))
    if turn is not None:
        from PIL import Image as Pillow

        image = image.transpose(Pillow.Transpose(turn))
    if profile is None or profile.space != "CMYK":
        image = modes.to_rgb(image, key)
    return _to_srgb(image, profile, request)


def _read_deep(image: Image.Image, again: Callable[[], Image.Image], request: _Request) -> Pixels:
    """Read an image of more than 8 bits a channel."""
    profile = _profile_of(image)
    samples, notices = deep.read_samples(image, again, request.name)
    samples = deep.turn_upright(samples, orientation_of(image))  # Pillow has turned a TIFF by now
    request = request._replace(notices=request.notices + notices)
    shaper = None
    if profile and _is_converted(profile, request):
        if profile.shaper is None:  # colour management takes 8 bits
            rounded = deep.pixels_from_samples(samples)
            return _to_srgb(to_pillow(*rounded[:3], rounded.to_8_bits()), profile, request)
        shaper = profile.shaper
    return _with_notices(deep.pixels_from_samples(samples, shaper), profile, request)


def _profile_of(image: Image.Image) -> ColorProfile | None:
    """Return an image's colour profile; None, at once, if the file says nothing but sRGB."""
    info = image.info
    if _PROFILE_KEYS.isdisjoint(info):
        if "srgb" in info or _CHUNK_KEYS.isdisjoint(info):
            return None
        from huepress.color import means_srgb

        if means_srgb(info.get("gamma"), info.get("chromaticity")):
            return None
    from huepress.color import find_profile

    return find_profile(image.mode, info)


def _is_converted(profile: ColorProfile, request: _Request) -> bool:
    """Tell whether colours have to be converted to sRGB: a profile of RGB may be kept instead."""
    return bool(profile.icc) and not (request.keep_profile and profile.space == "RGB")


def _to_srgb(image: Image.Image, profile: ColorProfile | None, request: _Request) -> Pixels:
    """Return pixels in sRGB, or as they are if their profile is kept."""
    is_converted = False
    if profile and _is_converted(profile, request):
        from huepress.color import DAMAGED_PROFILE, ColorProfile
        from huepress.reading.conversion import convert_image

        converted = convert_image(image, profile)
        if converted is None:
            profile = ColorProfile(notices=(DAMAGED_PROFILE,))
        else:
            image, is_converted = converted, True
    image = modes.to_rgb(image)
    if image.mode == "RGBA" and image.getchannel("A").getextrema() == (255, 255):
        image = image.convert("RGB")
    pixels = Pixels(
        image.width, image.height, len(image.mode), _bytes_of(image), converted=is_converted
    )
    return _with_notices(pixels, profile, request)


def _with_notices(pixels: Pixels, profile: ColorProfile | None, request: _Request) -> Pixels:
    """Return pixels with notices and remarks on their colours, and the profile if it is kept."""
    if profile is None:
        return pixels._replace(notices=request.notices)
    notices, kept = request.notices + profile.notices, b""
    remarks: tuple[str, ...] = ()
    if profile.icc:
        title = f"{profile.name} ({profile.space})"
        if pixels.converted:
            remarks = (f"colours converted from {title} to sRGB",)
            if profile.loss:
                notices += (profile.loss,)
            if request.keep_profile:
                notices += (f"its profile {title} can't be kept for RGB; converted to sRGB",)
        else:
            kept = profile.icc
            remarks = (f"colours and profile kept: {title}",)
    return pixels._replace(notices=notices, remarks=remarks, profile=kept)


# Pillow's own `tobytes` joins small pieces: for a moment the pixels take twice their memory.
_STRIP = 1 << 22


def _bytes_of(image: Image.Image) -> bytes | memoryview:
    """Return the pixels' bytes; a large image is copied in strips."""
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
