"""Icons whose picture is a file of its own."""

from __future__ import annotations

import io
import struct

import numpy as np
import pytest
from helpers.image_formats import icns
from helpers.images import file_of, picture
from helpers.profiles import matrix_profile
from PIL import Image

from huepress import NotAnImageError
from huepress.reading import read_pixels

LIMIT = 100_000
GREY = Image.fromarray(np.linspace(0, 65_535, 128 * 128).astype(np.uint16).reshape(128, 128))


def ico(*contents: bytes) -> bytes:
    """Return an icon whose pictures have 16, 32, 48 … pixels a side, as its table says."""
    table, body = struct.pack("<HHH", 0, 1, len(contents)), b""
    for place, content in enumerate(contents):
        side = 16 * (place + 1)
        at = 6 + 16 * len(contents) + len(body)
        table += struct.pack("<BBBBHHII", side, side, 0, 0, 1, 32, len(content), at)
        body += content
    return table + body


WRAPPED = {
    "ICNS": lambda content: icns((b"icp4", file_of(picture(16, 16))), (b"ic07", content)),
    "ICO": lambda content: ico(file_of(picture(16, 16)), content),
}
INNER = {
    "16-bit grey": file_of(GREY),  # became white all over in an ICNS
    "one grey is transparent": file_of(GREY, transparency=0),
    "a palette with alpha": file_of(picture(128, 128).quantize(20), transparency=bytes(9)),
    "a profile": file_of(picture(128, 128), icc_profile=matrix_profile()),
    "RGBA": file_of(picture(128, 128, "RGBA")),
}


@pytest.mark.parametrize("kind", WRAPPED)
@pytest.mark.parametrize("what", INNER)
def test_it_is_read_as_what_it_is(kind, what):
    assert read_pixels(WRAPPED[kind](INNER[what]), LIMIT) == read_pixels(INNER[what], LIMIT)


def test_jpeg_2000_in_an_icon():
    content = file_of(picture(128, 128, "RGBA"), "JPEG2000")
    assert read_pixels(icns((b"ic07", content)), LIMIT) == read_pixels(content, LIMIT)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA"])
def test_pictures_that_are_none_are_left_to_pillow(mode):
    content = file_of(picture(32, 32, mode), "ICO", sizes=[(32, 32)], bitmap_format="bmp")
    pixels = read_pixels(content, LIMIT)
    assert (pixels.width, pixels.height) == (32, 32)
    with Image.open(io.BytesIO(content)) as image:
        shown = image.convert("RGBA").convert("RGB" if pixels.channels == 3 else "RGBA")
    assert bytes(pixels.to_8_bits()) == shown.tobytes()


@pytest.mark.parametrize("kind", WRAPPED)
def test_damaged_ones_are_refused(kind):
    content = WRAPPED[kind](INNER["RGBA"])
    for length in (7, 20, 60, len(content) // 2):
        with pytest.raises(NotAnImageError):
            read_pixels(content[:length], LIMIT)
