"""Bytes to pixels and back: the door through which images come in.

Everything that comes in is taken for hostile. The size that a file declares is checked before
anything is decoded; whatever a decoder raises becomes one of huepress's errors. Pillow's own
limit on pixels is a global of its module, shared by all threads: instead of changing it, the
decoders are called one level below ``Image.open``, where it doesn't apply.
"""

from __future__ import annotations

import struct
import sys
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple, TypeAlias, cast

from huepress.errors import HuepressError, NotAnImageError, OptionError, TooLargeError
from huepress.files import File, name_of, stream

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeGuard

    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

__all__ = [
    "Pixels", "Source", "decoding", "is_array", "is_pillow", "opened", "orientation_of",
    "read_pixels", "to_pillow",
]  # fmt: skip

Source: TypeAlias = "File | Image.Image | NDArray[Any]"
"""What can be given as an image."""

ARRAYS = "give uint8 of shape (H, W), (H, W, 1), (H, W, 3) or (H, W, 4)"

# Most images need one decoder; importing the common five, or all forty, takes its time.
_FIRST_TRIED = {
    b"\x89PNG": "PIL.PngImagePlugin", b"\xff\xd8\xff": "PIL.JpegImagePlugin",
    b"RIFF": "PIL.WebPImagePlugin", b"GIF8": "PIL.GifImagePlugin",
}  # fmt: skip
# These start other programs or only recognise a format; the rest of Pillow's decoders may try.
_NOT_TRIED = {"EPS", "WMF", "BUFR", "GRIB", "HDF5"}

_ORIENTATION = 0x0112
# The turn or flip (Pillow's Transpose) that undoes each value of EXIF's orientation tag.
_UPRIGHT = {2: 0, 3: 3, 4: 1, 5: 5, 6: 4, 7: 6, 8: 2}


class Pixels(NamedTuple):
    """An image as plain bytes: 8-bit sRGB, row after row.

    `channels` is 4 only if some pixel is translucent.
    """

    width: int
    height: int
    channels: int
    data: bytes | memoryview


def read_pixels(source: Source, max_pixels: int) -> Pixels:
    r"""Read an image, wherever it is.

    Parameters
    ----------
    source : path, bytes, binary file object, PIL image or array
        An image file's path, its content, a file open for reading, or an image in memory;
        an array must be uint8 of shape (H, W), (H, W, 1), (H, W, 3) or (H, W, 4), the first two
        meaning grey. Of an animation the first frame is taken. EXIF's orientation is applied.
    max_pixels : int
        Refuse, before decoding, what declares more pixels.

    Returns
    -------
    Pixels

    Raises
    ------
    UnreadableError
        If the file is missing, is a directory, or may not be read.
    NotAnImageError
        If it is no image, is damaged, or ends too early.
    TooLargeError
        If it declares more than `max_pixels` pixels.
    OptionError
        If an array has another shape or dtype, or `source` is of another kind.

    Examples
    --------
    >>> import numpy as np
    >>> pixels = read_pixels(np.array([[[0, 0, 0], [255, 0, 0]]], np.uint8), max_pixels=100)
    >>> pixels.width, pixels.height, pixels.channels, bytes(pixels.data)
    (2, 1, 3, b'\x00\x00\x00\xff\x00\x00')
    """
    if is_array(source):
        return _from_array(source, max_pixels)
    with opened(source, max_pixels) as image, decoding(name_of(source)):
        image.load()
        return _from_pillow(_upright(image), name_of(source))


def to_pillow(width: int, height: int, channels: int, data: bytes | memoryview) -> Image.Image:
    """Return a PIL image of mode RGB or RGBA with the given pixels."""
    from PIL import Image

    return Image.frombytes("RGB" if channels == 3 else "RGBA", (width, height), bytes(data))


@contextmanager
def opened(source: Source, max_pixels: int) -> Iterator[Image.Image]:
    """Open an image without decoding it; its declared size has been checked.

    Parameters and errors are those of `read_pixels`, arrays excepted.
    """
    if is_pillow(source):
        _check_size(name_of(source), source.size, max_pixels)
        yield source
        return
    name = name_of(source)
    with stream(source) as file:
        with decoding(name):
            image = _identified(file, name)
        with image:  # unlike `close`, this leaves a file that was given open
            _check_size(name, image.size, max_pixels)
            yield image


def is_array(source: object) -> bool:
    """Tell whether a source is an array of any library."""
    # PIL images have these too, but answering would decode and copy them.
    return not is_pillow(source) and (
        hasattr(source, "__array_interface__") or hasattr(source, "__array__")
    )


def is_pillow(source: object) -> TypeGuard[Image.Image]:
    """Tell whether a source is an image in Pillow's memory."""
    # Nobody can have made a PIL image without importing its module; but another thread may be
    # in the middle of that.
    kind = getattr(sys.modules.get("PIL.Image"), "Image", None)
    return kind is not None and isinstance(source, kind)


def _identified(file: BinaryIO, name: str) -> Image.Image:
    """Let the first decoder that recognises the file read its header."""
    from PIL import Image

    start = file.tell()
    prefix = file.read(16)
    file.seek(start)
    if not isinstance(prefix, bytes):
        raise OptionError(f"{name}: is open for text; open it in mode 'rb'")
    if not prefix:
        raise NotAnImageError(f"{name}: is empty; get an undamaged copy")
    for beginning, decoder in _FIRST_TRIED.items():
        if prefix.startswith(beginning):
            import_module(decoder)  # registers it
    tried: set[str] = set(_NOT_TRIED)
    for load_more in (lambda: None, Image.preinit, Image.init):
        load_more()
        for kind in [kind for kind in Image.ID if kind not in tried]:
            tried.add(kind)
            factory, accept = Image.OPEN[kind]
            try:
                if accept and accept(prefix) is not True:  # a string says what is missing
                    continue
                file.seek(start)
                return factory(file, name)
            except (SyntaxError, IndexError, TypeError, KeyError, EOFError, struct.error):
                continue  # as Image.open does: it wasn't this format after all
    raise NotAnImageError(
        f"{name}: not an image of a known format, or damaged; check that it opens elsewhere"
    )


@contextmanager
def decoding(name: str) -> Iterator[None]:
    """Turn whatever a decoder raises into one of huepress's errors."""
    try:
        yield
    except (HuepressError, MemoryError):
        raise
    except Exception as error:  # decoders of hostile data raise nearly every builtin
        if type(error).__name__ == "DecompressionBombError":
            raise TooLargeError(f"{name}: too large for Pillow's decoder; scale it down") from error
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise NotAnImageError(
            f"{name}: damaged or cut short ({reason}); get an undamaged copy"
        ) from error


def _check_size(name: str, size: tuple[int, int], max_pixels: int) -> None:
    width, height = size
    if width < 1 or height < 1:
        raise NotAnImageError(f"{name}: has no pixels; get an undamaged copy")
    if width * height > max_pixels:
        raise TooLargeError(
            f"{name}: {width}x{height} is more than {max_pixels:,} pixels; "
            "raise --max-pixels if you trust it"
        )


def orientation_of(image: Image.Image) -> int:
    """Return EXIF's number for how the pixels lie, 1 to 8; 1 is upright."""
    try:
        number = image.getexif().get(_ORIENTATION)
        return number if number in _UPRIGHT else 1
    except Exception:  # decoders of hostile data raise nearly every builtin
        return 1


def _upright(image: Image.Image) -> Image.Image:
    turn = _UPRIGHT.get(orientation_of(image))
    from PIL import Image

    return image if turn is None else image.transpose(Image.Transpose(turn))


def _from_pillow(image: Image.Image, name: str) -> Pixels:
    image = _as_rgb(image, name)
    if image.mode == "RGBA" and image.getchannel("A").getextrema() == (255, 255):
        image = image.convert("RGB")
    return Pixels(image.width, image.height, len(image.mode), image.tobytes())


def _as_rgb(image: Image.Image, name: str) -> Image.Image:
    """Convert any mode to RGB or RGBA."""
    if image.mode in ("RGB", "RGBA") and "transparency" not in image.info:
        return image
    if image.mode.startswith("I"):
        image = _eight_bit(image, name)
    elif image.mode == "F":
        raise NotAnImageError(
            f"{name}: its pixels are floating-point numbers; convert it to 8 or 16 bit"
        )
    elif image.mode == "La":
        image = image.convert("LA")
    translucent = image.mode in ("RGBA", "RGBa", "LA", "PA") or "transparency" in image.info
    return image.convert("RGBA" if translucent else "RGB")


def _eight_bit(image: Image.Image, name: str) -> Image.Image:
    """Keep the high byte of 16-bit grey, as Pillow does for 16-bit colour."""
    from PIL import Image, ImageChops

    if image.mode not in ("I;16", "I;16B"):
        image = image.convert("I")
        low, high = cast("tuple[int, int]", image.getextrema())
        if low < 0 or high > 65_535:  # 32 bits, of which most files use 16
            raise NotAnImageError(
                f"{name}: its grey values lie between {low} and {high}; convert it to 8 or 16 bit"
            )
    data = image.tobytes("raw", "I;16B")
    grey = Image.frombytes("L", image.size, data[::2])
    key = image.info.get("transparency")
    if isinstance(key, int):  # the one value that means "see-through"
        planes = [
            Image.frombytes("L", image.size, plane.translate(_all_but(byte)))
            for plane, byte in ((data[::2], key >> 8), (data[1::2], key & 255))
        ]
        grey.putalpha(ImageChops.lighter(*planes))
    return grey


def _all_but(byte: int) -> bytes:
    """Return a translation table: 0 for one value, 255 for all others."""
    return bytes(0 if value == byte else 255 for value in range(256))


def _from_array(source: Any, max_pixels: int) -> Pixels:
    import numpy as np

    array: NDArray[np.uint8] = np.asarray(source)
    if array.ndim == 2:
        array = array[:, :, None]
    if array.dtype != np.uint8 or array.ndim != 3 or array.shape[2] not in (1, 3, 4):
        raise OptionError(
            f"image: an array of {array.dtype}, shape {np.shape(source)}, is no image; {ARRAYS}"
        )
    height, width, channels = array.shape
    if not array.size:
        raise OptionError(f"image: an array of shape {np.shape(source)} has no pixels; {ARRAYS}")
    _check_size("image", (width, height), max_pixels)
    if channels == 1:
        array = np.repeat(array, 3, axis=2)
    elif channels == 4 and array[:, :, 3].min() == 255:
        array = array[:, :, :3]
    # The array's own memory where it will do: a copy takes a millisecond per megapixel.
    return Pixels(width, height, array.shape[2], np.ascontiguousarray(array).data.cast("B"))
