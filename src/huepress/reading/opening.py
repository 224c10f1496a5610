"""Opening images: which decoder reads a file, and its errors as huepress's.

Pillow's own limit on pixels is a global of its module, shared by all threads: instead of changing
it, the decoders are called one level below ``Image.open``, where it doesn't apply.
"""

from __future__ import annotations

import io
import logging
import struct
import sys
from contextlib import ExitStack, contextmanager, suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any, BinaryIO

from huepress.errors import (
    HuepressError,
    NotAnImageError,
    OptionError,
    TooLargeError,
    UnreadableError,
)
from huepress.files import check_open, name_of, open_seekable, read_all
from huepress.reading import fits, icons, pnm

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TypeGuard

    from PIL import Image

    from huepress.reading.pixels import Source

__all__ = ["check_size", "decoding", "is_array", "is_pillow", "opened", "reopenable"]

# Most images need one of these decoders: importing all forty takes long.
_COMMON_DECODERS = {
    b"\x89PNG": "PIL.PngImagePlugin", b"\xff\xd8\xff": "PIL.JpegImagePlugin",
    b"RIFF": "PIL.WebPImagePlugin", b"GIF8": "PIL.GifImagePlugin",
}  # fmt: skip
# Of Pillow's decoders, these start other programs or only recognise a format.
_EXCLUDED = {"EPS", "WMF", "BUFR", "GRIB", "HDF5"}
# Words in a decoder's error for files that are whole, but of a kind that it can't decode.
_UNSUPPORTED = ("unsupported", "not supported", "unknown", "not implemented", "cannot handle")

_MAX_SIDE = 1 << 28  # of what the kernels can map
_NO_IMAGE = "not an image of a known format, or damaged; check that it opens elsewhere"


@contextmanager
def opened(source: Source, max_pixels: int) -> Iterator[Image.Image]:
    """Open an image without decoding it, and check its declared size.

    Parameters and errors are those of `huepress.reading.read_pixels`, arrays excepted.
    """
    with reopenable(source, max_pixels) as reopen:
        yield reopen()


@contextmanager
def reopenable(source: Source, max_pixels: int) -> Iterator[Callable[[], Image.Image]]:
    """Yield a function that opens an image anew each time it is called; otherwise as `opened`."""
    name = name_of(source)
    check_open(source, name)
    readable = getattr(source, "readable", None)
    if callable(readable) and not readable():
        raise UnreadableError(f"{name}: is open for writing only; open it in mode 'rb'")
    if is_pillow(source):
        check_size(name, source.size, max_pixels)
        yield lambda: source
        return
    with open_seekable(source) as file, ExitStack() as images:
        if file.tell():  # offsets in files count from their beginning
            file = io.BytesIO(read_all(file))

        def reopen() -> Image.Image:
            file.seek(0)
            with decoding(name):
                image = _identify(file, name)
            images.enter_context(image)  # unlike its `close`, that leaves a given file open
            check_size(name, image.size, max_pixels)
            return image

        yield reopen


def is_array(source: object) -> bool:
    """Tell whether a source is an array of any library."""
    # PIL images have these too, but asking for the first would decode and copy them.
    return not is_pillow(source) and (
        hasattr(source, "__array_interface__") or hasattr(source, "__array__")
    )


def is_pillow(source: object) -> TypeGuard[Image.Image]:
    """Tell whether a source is a PIL image."""
    # Nobody can have made one without importing its module; but another thread may be in the
    # middle of that.
    kind = getattr(sys.modules.get("PIL.Image"), "Image", None)
    return kind is not None and isinstance(source, kind)


def check_size(name: str, size: tuple[int, int], max_pixels: int) -> None:
    """Check that an image has pixels, and no more than are allowed."""
    width, height = size
    if width < 1 or height < 1:
        raise NotAnImageError(f"{name}: has no pixels; get an undamaged copy")
    if max(width, height) > _MAX_SIDE:
        raise TooLargeError(
            f"{name}: {width}x{height} has a side of more than {_MAX_SIDE:,} pixels; cut it up"
        )
    if width * height > max_pixels:
        raise TooLargeError(
            f"{name}: {width}x{height} is more than {max_pixels:,} pixels; "
            "raise `max_pixels` if you trust it"
        )


@contextmanager
def decoding(name: str) -> Iterator[None]:
    """Turn whatever Pillow's decoders raise into one of huepress's errors."""
    try:
        yield
    except (HuepressError, MemoryError):
        raise
    except Exception as error:  # decoders of hostile data raise nearly every builtin
        if "closed image" in _first_line(error):
            raise UnreadableError(f"{name}: is closed; open it again") from error
        if type(error).__name__ == "DecompressionBombError":
            raise TooLargeError(f"{name}: too large for Pillow's decoder; scale it down") from error
        raise NotAnImageError(f"{name}: {_described(_first_line(error))}") from error


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__


def _described(reason: str) -> str:
    """Return what is wrong with a file and what to do about it, from a decoder's error."""
    if any(word in reason.lower() for word in _UNSUPPORTED):
        return f"of a kind that can't be read ({reason}); convert it with another program"
    return f"damaged or cut short ({reason}); get an undamaged copy"


def _identify(file: BinaryIO, name: str) -> Image.Image:
    """Open a file by the first decoder that recognises it; nothing but the header is read."""
    prefix = file.read(16)
    file.seek(0)
    if not isinstance(prefix, bytes):
        raise OptionError(f"{name}: is open for text; open it in mode 'rb'")
    if not prefix:
        raise NotAnImageError(f"{name}: is empty; get an undamaged copy")
    pnm.check_bounds(file, prefix, name)
    inner = icons.inner_file(file, prefix)
    if inner:
        return _identify(inner, name)
    for beginning, decoder in _COMMON_DECODERS.items():
        if prefix.startswith(beginning):
            import_module(decoder)  # registers it
    image, reason = _try_decoders(file, name, prefix)
    if image is None:
        from huepress.reading import optional

        file.seek(0)
        image = optional.open_optional(file, name, prefix)
    if image is None:
        raise NotAnImageError(f"{name}: {_described(reason) if reason else _NO_IMAGE}")
    if image.format == "TIFF":
        _silence_libtiff()
    elif image.format == "PPM":
        pnm.decode_raw(image)
    elif image.format == "FITS":
        tiles: Any = image.tile  # type: ignore[attr-defined]
        image.info["zero"] = fits.zero_offset(file, tiles[0][2], image.mode, name)
    _add_code_points(image, file)
    return image


def _try_decoders(
    file: BinaryIO, name: str, prefix: bytes
) -> tuple[Image.Image | None, str | None]:
    """Return the image of the first decoder that accepts the file, as ``Image.open`` does.

    If there is none, return None, and the error of a decoder that knows the format but not this
    kind of it.
    """
    from PIL import Image

    logger = logging.getLogger("PIL")
    if not logger.handlers:  # as libraries should have: else logging writes warnings to stderr
        logger.addHandler(logging.NullHandler())
    tried: set[str] = set(_EXCLUDED)
    reason = None
    for load_more in (lambda: None, Image.preinit, Image.init):
        load_more()
        for kind in [kind for kind in Image.ID if kind not in tried]:
            tried.add(kind)
            factory, accept = Image.OPEN[kind]
            try:
                if accept and accept(prefix) is not True:  # a string names a missing library
                    continue
                file.seek(0)
                return factory(file, name), None
            except (SyntaxError, IndexError, TypeError, KeyError, EOFError, struct.error) as error:
                message = _first_line(error)
                if accept and any(word in message.lower() for word in _UNSUPPORTED):
                    reason = f"{kind}: {message}"
    return None, reason


def _add_code_points(image: Image.Image, file: BinaryIO) -> None:
    """Add the code points of colours to an image's `info`, which Pillow leaves out."""
    before, found = file.tell(), None
    if image.format == "PNG":
        from huepress.reading import png_chunks

        file.seek(8)
        found = png_chunks.code_points_in(file)
    elif image.format == "AVIF" and "icc_profile" not in image.info:
        from huepress.reading import isobmff

        file.seek(0)
        found = isobmff.code_points_in(file)
    if found:
        image.info["code_points"] = found
    file.seek(before)


def _silence_libtiff() -> None:
    """Keep libtiff from writing to standard error: Pillow raises an error anyway."""
    with suppress(Exception):  # where the library isn't reached like this, it goes on writing
        import ctypes

        from PIL import _imaging

        ctypes.CDLL(_imaging.__file__).TIFFSetErrorHandler(None)
