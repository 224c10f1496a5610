"""Modes of 8 bits or less, and transparent values of few bits."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from helpers.images import file_of, picture
from helpers.png_files import png_chunk
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from huepress.reading import read_pixels

LIMIT = 100_000


def grey_png(levels: list[int], bits: int, transparent: int | None) -> bytes:
    """Return a PNG of one row of grey."""
    row = int(
        "".join(f"{level:0{bits}b}" for level in levels).ljust(
            -(-len(levels) * bits // 8) * 8, "0"
        ),
        2,
    )
    packed = row.to_bytes(-(-len(levels) * bits // 8), "big")
    header = struct.pack(">IIBBBBB", len(levels), 1, bits, 0, 0, 0, 0)
    key = b"" if transparent is None else png_chunk(b"tRNS", struct.pack(">H", transparent))
    data = png_chunk(b"IDAT", zlib.compress(b"\0" + packed))
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + key + data + png_chunk(b"IEND", b"")


@given(st.data(), st.sampled_from([1, 2, 4, 8]))
def test_greys_of_few_bits_and_the_one_that_is_transparent(data, bits):
    most = (1 << bits) - 1
    levels = data.draw(st.lists(st.integers(0, most), min_size=1, max_size=20))
    key = data.draw(st.none() | st.integers(0, most))
    pixels = read_pixels(grey_png(levels, bits, key), LIMIT)
    shown = [(level * 255 // most, 0 if level == key else 255) for level in levels]
    if all(alpha == 255 for _, alpha in shown):
        assert bytes(pixels.to_8_bits()) == bytes(level for level, _ in shown for _ in range(3))
    else:
        assert bytes(pixels.to_8_bits()) == bytes(
            part for level, alpha in shown for part in (level, level, level, alpha)
        )


def test_an_image_in_memory_keeps_its_transparent_value():
    content = grey_png([0, 1, 2, 3], 2, 2)
    with Image.open(io.BytesIO(content)) as image:
        before = dict(image.info)
        assert read_pixels(image, LIMIT).to_8_bits()[3::4] == bytes([255, 255, 0, 255])
        assert image.info == before


@pytest.mark.parametrize("mode", ["LAB", "YCbCr", "HSV"])
def test_modes_of_other_colour_models(mode):
    image = picture().convert(mode) if mode != "LAB" else lab()
    expected = image.convert("RGB").tobytes()
    assert bytes(read_pixels(image, LIMIT).to_8_bits()) == expected
    if mode == "LAB":
        content = file_of(image, "TIFF")
        assert bytes(read_pixels(content, LIMIT).to_8_bits()) == expected


def lab() -> Image.Image:
    from PIL import ImageCms

    image = ImageCms.profileToProfile(
        picture(), ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), outputMode="LAB"
    )
    assert image is not None
    return image
