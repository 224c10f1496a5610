"""HEIC and JPEG XL, read by optional packages (the extras ``heic`` and ``jxl``)."""

from __future__ import annotations

import io
from importlib import import_module
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from huepress.errors import NotAnImageError

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

__all__ = ["deep_samples", "open_optional"]

_HEIF_BRANDS = (
    b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1",
)  # fmt: skip
_JXL_SIGNATURES = (b"\xff\x0a", b"\0\0\0\x0cJXL \r\n\x87\n")


class _Format(NamedTuple):
    title: str
    extra: str
    package: str
    open: Callable[[Any, BinaryIO], Image.Image]


def open_optional(file: BinaryIO, name: str, prefix: bytes) -> Image.Image | None:
    """Open a file of one of these formats without decoding it; None if it is of another.

    Parameters
    ----------
    file : binary file object
        Positioned at its beginning.
    name : str
        What messages call it.
    prefix : bytes
        Its first bytes.

    Raises
    ------
    NotAnImageError
        If the package that reads the format isn't installed; the message says how to install it.
    """
    found = _format_of(prefix)
    if found is None:
        return None
    try:
        package = import_module(found.package)
    except ImportError as error:
        raise NotAnImageError(
            f"{name}: {found.title} is read by an extra that isn't installed; "
            f"pip install 'huepress[{found.extra}]'"
        ) from error
    return found.open(package, file)


def deep_samples(image: Image.Image) -> NDArray[np.uint16]:
    """Return all bits of an image that `open_optional` returned, shape (H, W, 1 to 4)."""
    samples: NDArray[np.uint16] = image.deep_samples()  # type: ignore[attr-defined]
    return samples[:, :, None] if samples.ndim == 2 else samples


def _format_of(prefix: bytes) -> _Format | None:
    if prefix[4:8] == b"ftyp" and prefix[8:12] in _HEIF_BRANDS:
        return _Format("HEIC", "heic", "pi_heif", _open_heif)
    if prefix.startswith(_JXL_SIGNATURES):
        return _Format("JPEG XL", "jxl", "pyjpegxl", _open_jxl)
    return None


def _open_heif(package: Any, file: BinaryIO) -> Image.Image:
    content = file.read()
    image: Any = package.HeifImageFile(io.BytesIO(content))
    image.deep_samples = lambda: _heif_samples(package, content, image.info["bit_depth"])
    opened: Image.Image = image
    return opened


def _heif_samples(package: Any, content: bytes, bits: int) -> NDArray[np.uint16]:
    import numpy as np

    opened = package.open_heif(io.BytesIO(content), convert_hdr_to_8bit=False)
    # They are shifted up to 16 bits, in which the highest is not white.
    levels = (np.asarray(opened) >> (16 - bits)).astype(np.uint32)
    return ((levels * 65_535 + (1 << (bits - 1))) // ((1 << bits) - 1)).astype(np.uint16)


def _open_jxl(package: Any, file: BinaryIO) -> Image.Image:
    from PIL import Image, ImageFile

    content = file.read()

    class JxlImageFile(ImageFile.ImageFile):
        """Like the package's own, but decodes only when it is told to."""

        format = "JXL"

        def _open(self) -> None:
            self._content = content
            found = package.probe(self._content)
            self._size = found.width, found.height
            colors = "L" if found.num_color_channels == 1 else "RGB"
            self._mode = colors + ("A" if found.has_alpha else "")
            self.tile = []
            self.info["bit_depth"] = found.bits_per_sample
            for key, value in (("icc_profile", found.icc), ("exif", found.exif)):
                if value:
                    self.info[key] = value

        def deep_samples(self) -> Any:
            return package.decode_to_numpy(self._content, dtype="uint16")[1]

        def load(self) -> Any:
            if self._content:
                array = package.decode_to_numpy(self._content, dtype="uint8")[1]
                self.im = Image.fromarray(array.squeeze(2) if array.shape[2] == 1 else array).im
                self._content = b""
            return super().load()

    return JxlImageFile(io.BytesIO(content))
