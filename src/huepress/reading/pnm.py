"""PBM, PGM and PPM within bounds, which Pillow reads byte by byte and number by number.

Endless headers and plain text are refused; binary samples of any maximum are decoded at once.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from huepress.errors import TooLargeError

if TYPE_CHECKING:
    from typing import BinaryIO

    from PIL import Image

__all__ = ["check_bounds", "decode_raw", "load"]

_MAX_HEADER = 1 << 16
_MAX_TEXT = 1 << 25  # Pillow takes 5 seconds for that
_MAX_COMMENTS = 1000  # for each, it copies the rest of a block
_COMMENT = re.compile(rb"#[^\r\n]*")


def check_bounds(file: BinaryIO, prefix: bytes, name: str) -> None:
    """Check that Pillow won't take too long for a file; files of other kinds pass.

    Parameters
    ----------
    file : binary file object
        Seekable, with the image from its beginning.
    prefix : bytes
        Its first bytes.
    name : str
        What messages call it.

    Raises
    ------
    TooLargeError
        If the header, plain text or comments exceed their bounds.
    """
    if not re.match(rb"P[1-6Ff]\s", prefix):
        return
    file.seek(0)
    header = file.read(_MAX_HEADER)
    words = 3 if prefix[1:2] in b"14" else 4
    if len(header) == _MAX_HEADER and len(_COMMENT.sub(b" ", header).split(None, words)) <= words:
        raise TooLargeError(f"{name}: its header takes more than 64 kB; remove the comments")
    if prefix[1:2] not in b"123":
        return
    file.seek(0)
    text = file.read(_MAX_TEXT + 1)
    if len(text) > _MAX_TEXT or text.count(b"#") > _MAX_COMMENTS:
        raise TooLargeError(
            f"{name}: more than 32 MB of plain text, or {_MAX_COMMENTS:,} comments; "
            "convert it to a binary one"
        )


def decode_raw(image: Image.Image) -> None:
    """Have Pillow decode samples of an unusual maximum as they are; store it in `info["white"]`."""
    tiles: Any = image.tile  # type: ignore[attr-defined]
    decoder, *place, arguments = tiles[0]
    if decoder != "ppm":
        return
    _, white = arguments
    raw_mode = image.mode
    if white > 255:
        raw_mode = "RGB;16B" if image.mode == "RGB" else "I;16B"
    image.tile = [("raw", *place, (raw_mode, 0, 1))]  # type: ignore[attr-defined]
    image.info["white"] = white


def load(image: Image.Image) -> Image.Image:
    """Decode an image of 8 bits of any format; scale samples of an unusual maximum to 255."""
    image.load()
    white = image.info.get("white", 255)
    if white == 255 or image.format != "PPM":
        return image
    table = [min(255, (level * 255 + white // 2) // white) for level in range(256)]
    return image.point(table * len(image.mode))
