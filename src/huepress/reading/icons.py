"""Icons: the largest picture of an ICO or ICNS, which may be a file of its own in there.

Pillow hands on the pixels of such a file, but neither what they mean nor more than 8 bits.
"""

from __future__ import annotations

import io
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import BinaryIO

__all__ = ["inner_file"]

_PNG = b"\x89PNG\r\n\x1a\n"
_FILES = (_PNG, b"\xff\x4f\xff\x51", b"\0\0\0\x0cjP  \r\n\x87\n")


def inner_file(file: BinaryIO, prefix: bytes) -> BinaryIO | None:
    """Return the largest picture of an icon, if it is a file of its own."""
    with suppress(Exception):  # hostile tables raise anything; the decoder will say what is wrong
        file.seek(0)
        if prefix.startswith(b"\0\0\1\0"):
            content = _of_ico(file)
        elif prefix.startswith(b"icns"):
            content = _of_icns(file)
        else:
            return None
        return io.BytesIO(content) if content.startswith(_FILES) else None
    return None


def _of_ico(file: BinaryIO) -> bytes:
    from PIL.IcoImagePlugin import IcoFile

    file.seek(IcoFile(file).entry[0].offset)
    return file.read() if file.read(len(_PNG)) == _PNG and file.seek(-len(_PNG), 1) else b""


def _of_icns(file: BinaryIO) -> bytes:
    from PIL.IcnsImagePlugin import IcnsFile

    icon = IcnsFile(file)
    for code, _ in icon.SIZES[icon.bestsize()]:
        at, length = icon.dct.get(code, (0, 0))
        file.seek(at)
        content = file.read(length)
        if content.startswith(_FILES):
            return content
    return b""
