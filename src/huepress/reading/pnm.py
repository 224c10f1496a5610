"""PBM, PGM and PPM, which Pillow reads byte by byte or number by number where it needn't.

Headers without end and plain text are bounded; binary samples of any maximum are decoded at once.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from huepress.errors import TooLargeError

if TYPE_CHECKING:
    from typing import BinaryIO

    from PIL import Image

__all__ = ["check", "decode_at_once", "load"]

_MOST_HEADER = 1 << 16
_MOST_TEXT = 1 << 25  # Pillow takes 5 seconds for that
_MOST_COMMENTS = 1000  # for each, it copies what is left of a block
_COMMENT = re.compile(rb"#[^\r\n]*")


def check(file: BinaryIO, prefix: bytes, name: str) -> None:
    """Raise an error if Pillow would take too long for a file, given from its beginning."""
    if not re.match(rb"P[1-6Ff]\s", prefix):
        return
    file.seek(0)
    header = file.read(_MOST_HEADER)
    words = 3 if prefix[1:2] in b"14" else 4
    if len(header) == _MOST_HEADER and len(_COMMENT.sub(b" ", header).split(None, words)) <= words:
        raise TooLargeError(f"{name}: its header takes more than 64 kB; remove the comments")
    if prefix[1:2] not in b"123":
        return
    file.seek(0)
    text = file.read(_MOST_TEXT + 1)
    if len(text) > _MOST_TEXT or text.count(b"#") > _MOST_COMMENTS:
        raise TooLargeError(
            f"{name}: more than 32 MB of plain text, or {_MOST_COMMENTS:,} comments; "
            "convert it to a binary one"
        )


def decode_at_once(image: Image.Image) -> None:
    """Have samples of an unusual maximum decoded as they are; `info["white"]` is that maximum."""
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
    """Decode an image of 8 bits of any format; return it with levels up to 255."""
    image.load()
    white = image.info.get("white", 255)
    if white == 255 or image.format != "PPM":
        return image
    table = [min(255, (level * 255 + white // 2) // white) for level in range(256)]
    return image.point(table * len(image.mode))
