"""Icons: the largest picture of an ICO or ICNS, if it is a PNG or JPEG 2000 file in there.

Pillow returns the pixels of such a file, but neither its profile nor more than 8 bits.
"""

from __future__ import annotations

import io
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import BinaryIO

__all__ = ["inner_file"]

_PNG = b"\x89PNG\r\n\x1a\n"
_SIGNATURES = (_PNG, b"\xff\x4f\xff\x51", b"\0\0\0\x0cjP  \r\n\x87\n")


def inner_file(file: BinaryIO, prefix: bytes) -> BinaryIO | None:
    """Return the largest picture of an icon, if it is a file of its own; else None.

    Parameters
    ----------
    file : binary file object
        Seekable, with the icon from its beginning.
    prefix : bytes
        Its first bytes.
    """
    with suppress(Exception):  # hostile tables raise anything; the decoder will report it
        file.seek(0)
        if prefix.startswith(b"\0\0\1\0"):
            content = _largest_of_ico(file)
        elif prefix.startswith(b"icns"):
            content = _largest_of_icns(file)
        else:
            return None
        return io.BytesIO(content) if content.startswith(_SIGNATURES) else None
    return None


def _largest_of_ico(file: BinaryIO) -> bytes:
    from PIL.IcoImagePlugin import IcoFile

    file.seek(IcoFile(file).entry[0].offset)
    return file.read() if file.read(len(_PNG)) == _PNG and file.seek(-len(_PNG), 1) else b""


def _largest_of_icns(file: BinaryIO) -> bytes:
    from PIL.IcnsImagePlugin import IcnsFile

    icon = IcnsFile(file)
    for code, _ in icon.SIZES[icon.bestsize()]:
        at, length = icon.dct.get(code, (0, 0))
        file.seek(at)
        content = file.read(length)
        if content.startswith(_SIGNATURES):
            return content
    return b""
