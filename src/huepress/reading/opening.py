"""Which decoder reads a file, and how its complaints reach a person.

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

    from huepress.reading import Source

__all__ = ["check_size", "decoding", "is_array", "is_pillow", "opened", "openings"]

# Most images need one decoder; importing the common five, or all forty, takes its time.
_FIRST_TRIED = {
    b"\x89PNG": "PIL.PngImagePlugin", b"\xff\xd8\xff": "PIL.JpegImagePlugin",
    b"RIFF": "PIL.WebPImagePlugin", b"GIF8": "PIL.GifImagePlugin",
}  # fmt: skip
# These start other programs or only recognise a format; the rest of Pillow's decoders may try.
_NOT_TRIED = {"EPS", "WMF", "BUFR", "GRIB", "HDF5"}
# What decoders say of files that are whole, but of a kind they don't know.
_UNKNOWN = ("unsupported", "not supported", "unknown", "not implemented", "cannot handle")

_MOST_SIDE = 1 << 28  # as the kernels can map
_NO_IMAGE = "not an image of a known format, or damaged; check that it opens elsewhere"


@contextmanager
def opened(source: Source, max_pixels: int) -> Iterator[Image.Image]:
    """Open an image without decoding it; its declared size has been checked.

    Parameters and errors are those of `huepress.reading.read_pixels`, arrays excepted.
    """
    with openings(source, max_pixels) as once:
        yield once()


@contextmanager
def openings(source: Source, max_pixels: int) -> Iterator[Callable[[], Image.Image]]:
    """Yield what opens the same image anew each time it is called; else like `opened`."""
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
        if file.tell():  # tables in files count from their beginning
            file = io.BytesIO(read_all(file))

        def once() -> Image.Image:
            file.seek(0)
            with decoding(name):
                image = _identified(file, name)
            images.enter_context(image)  # unlike `close`, leaves a file that was given open
            check_size(name, image.size, max_pixels)
            return image

        yield once


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


def check_size(name: str, size: tuple[int, int], max_pixels: int) -> None:
    """Raise an error if an image has no pixels, or more than are allowed."""
    width, height = size
    if width < 1 or height < 1:
        raise NotAnImageError(f"{name}: has no pixels; get an undamaged copy")
    if max(width, height) > _MOST_SIDE:
        raise TooLargeError(
            f"{name}: {width}x{height} has a side of more than {_MOST_SIDE:,} pixels; cut it up"
        )
    if width * height > max_pixels:
        raise TooLargeError(
            f"{name}: {width}x{height} is more than {max_pixels:,} pixels; "
            "raise --max-pixels if you trust it"
        )


@contextmanager
def decoding(name: str) -> Iterator[None]:
    """Turn whatever a decoder raises into one of huepress's errors."""
    try:
        yield
    except (HuepressError, MemoryError):
        raise
    except Exception as error:  # decoders of hostile data raise nearly every builtin
        if "closed image" in _first_line(error):
            raise UnreadableError(f"{name}: is closed; open it again") from error
        if type(error).__name__ == "DecompressionBombError":
            raise TooLargeError(f"{name}: too large for Pillow's decoder; scale it down") from error
        raise NotAnImageError(f"{name}: {_trouble(_first_line(error))}") from error


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__


def _trouble(reason: str) -> str:
    """Say what is wrong with a file, and what to do about it."""
    if any(word in reason.lower() for word in _UNKNOWN):
        return f"of a kind that can't be read ({reason}); convert it with another program"
    return f"damaged or cut short ({reason}); get an undamaged copy"


def _identified(file: BinaryIO, name: str) -> Image.Image:
    """Let the first decoder that recognises the file read its header."""
    prefix = file.read(16)
    file.seek(0)
    if not isinstance(prefix, bytes):
        raise OptionError(f"{name}: is open for text; open it in mode 'rb'")
    if not prefix:
        raise NotAnImageError(f"{name}: is empty; get an undamaged copy")
    pnm.check(file, prefix, name)
    inner = icons.inner_file(file, prefix)
    if inner:
        return _identified(inner, name)
    for beginning, decoder in _FIRST_TRIED.items():
        if prefix.startswith(beginning):
            import_module(decoder)  # registers it
    image, reason = _first_to_accept(file, name, prefix)
    if image is None:
        from huepress.reading import optional

        file.seek(0)
        image = optional.opened(file, name, prefix)
    if image is None:
        raise NotAnImageError(f"{name}: {_trouble(reason) if reason else _NO_IMAGE}")
    if image.format == "TIFF":
        _hush_libtiff()
    elif image.format == "PPM":
        pnm.decode_at_once(image)
    elif image.format == "FITS":
        tiles: Any = image.tile  # type: ignore[attr-defined]
        image.info["zero"] = fits.zero_of(file, tiles[0][2], image.mode, name)
    _note_code_points(image, file)
    return image


def _first_to_accept(
    file: BinaryIO, name: str, prefix: bytes
) -> tuple[Image.Image | None, str | None]:
    """Return an image; or None and what the decoder said that knows the format, but not the kind.

    ``Image.open`` goes through the decoders in the same way.
    """
    from PIL import Image

    logger = logging.getLogger("PIL")
    if not logger.handlers:  # as libraries should: else logging writes to stderr what it is told
        logger.addHandler(logging.NullHandler())
    tried: set[str] = set(_NOT_TRIED)
    reason = None
    for load_more in (lambda: None, Image.preinit, Image.init):
        load_more()
        for kind in [kind for kind in Image.ID if kind not in tried]:
            tried.add(kind)
            factory, accept = Image.OPEN[kind]
            try:
                if accept and accept(prefix) is not True:  # a string says what is missing
                    continue
                file.seek(0)
                return factory(file, name), None
            except (SyntaxError, IndexError, TypeError, KeyError, EOFError, struct.error) as error:
                said = _first_line(error)
                if accept and any(word in said.lower() for word in _UNKNOWN):
                    reason = f"{kind}: {said}"
    return None, reason


def _note_code_points(image: Image.Image, file: BinaryIO) -> None:
    """Add to an image's `info` what says what its colours mean, where Pillow leaves that out."""
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


def _hush_libtiff() -> None:
    """Keep libtiff from writing to standard error: Pillow raises an error anyway."""
    with suppress(Exception):  # where the library isn't reached like that, it stays talkative
        import ctypes

        from PIL import _imaging

        ctypes.CDLL(_imaging.__file__).TIFFSetErrorHandler(None)
