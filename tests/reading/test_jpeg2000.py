"""JPEG 2000 of other than 8 bits: Pillow turned white into black."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from helpers.images import file_of, picture
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from huepress import InputError, NotAnImageError
from huepress.reading import read_pixels
from huepress.reading.deep import pixels_from_samples

LIMIT = 100_000
# Values around each rounding, and both ends, of which the last 128 became black.
ENDS = np.array([0, 1, 127, 128, 129, 32_767, 32_768, 51_400, 65_407, 65_408, 65_469, 65_535])
RANDOM = np.random.default_rng(5).integers(0, 65_536, (16, 16, 4)).astype(np.uint16)


def codestream(samples: np.ndarray, irreversible: bool = False) -> bytes:
    """Return a codestream of 16-bit channels, joined from one of each: Pillow writes only grey."""
    parts = [
        file_of(Image.fromarray(plane), "JPEG2000", no_jp2=True, irreversible=irreversible)
        for plane in np.moveaxis(samples, 2, 0)
    ]
    heads, bodies = [], []
    for part in parts:
        tile = part.index(b"\xff\x90")
        data = part.index(b"\xff\x93", tile) + 2
        heads.append(bytearray(part[:tile]))
        bodies.append(part[data:-2])
        assert part[-2:] == b"\xff\xd9"
    head, count = heads[0], len(parts)
    at = head.index(b"\xff\x52")
    head[at + 5] = 4  # all packets of a channel before those of the next
    size = head[4:42]
    size[:2], size[36:] = struct.pack(">H", 38 + 3 * count), struct.pack(">H", count)
    head[4:45] = size + head[42:45] * count
    body = b"".join(bodies)
    tile = b"\xff\x90" + struct.pack(">HHIBB", 10, 0, 14 + len(body), 0, 1)
    return bytes(head) + tile + b"\xff\x93" + body + b"\xff\xd9"


def jp2(stream: bytes, space: int = 16, extra: bytes = b"") -> bytes:
    """Return a codestream in its box."""

    def box(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", 8 + len(content)) + kind + content

    width, height = struct.unpack_from(">II", stream, 8)
    header = box(b"ihdr", struct.pack(">IIHBBBB", height, width, stream[41], 15, 7, 0, 0))
    color = box(b"colr", struct.pack(">BBBI", 1, 0, 0, space))
    return (
        box(b"jP  ", b"\r\n\x87\n")
        + box(b"ftyp", b"jp2 \0\0\0\0jp2 ")
        + box(b"jp2h", header + color + extra)
        + box(b"jp2c", stream)
    )


def with_depth(stream: bytes, depth: int) -> bytes:
    content = bytearray(stream)
    at = content.index(b"\xff\x4f\xff\x51")
    for place in range(content[at + 41]):
        content[at + 42 + 3 * place] = depth - 1
    return bytes(content)


def shown(content: bytes) -> np.ndarray:
    pixels = read_pixels(content, LIMIT)
    shape = (pixels.height, pixels.width, pixels.channels)
    return np.frombuffer(bytes(pixels.to_8_bits()), np.uint8).reshape(shape).astype(float)


@pytest.mark.parametrize("wrap", [bytes, jp2])
@pytest.mark.parametrize("channels", [3, 4])
def test_16_bits_keep_their_white(wrap, channels):
    samples = RANDOM[..., :channels].copy()
    samples[0, : len(ENDS)] = ENDS[:, None]
    error = shown(wrap(codestream(samples))) - samples / 257
    assert np.abs(error).max() < 1


def test_8_bits_stored_in_16_come_back_exactly():
    samples = (np.arange(256, dtype=np.uint16) * 257).reshape(16, 16)
    samples = np.stack([samples, samples[::-1], samples.T], axis=2)
    assert np.array_equal(shown(codestream(samples)), samples // 257)


def test_grey_with_alpha_and_inks():
    grey = codestream(np.repeat(ENDS[None, :, None], 2, axis=2).astype(np.uint16))
    assert np.abs(shown(jp2(grey, 17))[0][:, 3] - ENDS / 257).max() < 1
    ink = np.zeros((4, 4, 4), np.uint16)
    ink[..., 0] = 65_535  # its cyan became none, and the picture white
    assert shown(jp2(codestream(ink), 12))[0, 0].tolist() == [0, 255, 255]


@given(st.integers(9, 15))
def test_white_of_any_depth(depth):
    """Cut off at its own most by the decoder, brightest is white: that became black."""
    samples = np.zeros((8, 8, 3), np.uint16)
    samples[:4], samples[4:] = 65_535, 0
    found = shown(with_depth(codestream(samples), depth))
    assert (found[:4] == 255).all()
    assert (found[4:] == 0).all()


@pytest.mark.parametrize("depth", [9, 12, 16])
def test_white_where_pixels_are_lossy(depth):
    samples = np.full((16, 16, 3), 65_535, np.uint16)
    samples[:, ::3] = 0
    found = shown(with_depth(codestream(samples, irreversible=True), depth))
    assert np.abs(found - samples / 257).max() < 12


@pytest.mark.parametrize("depth", [1, 2, 4, 7])
def test_few_bits_reach_white(depth):
    """Pillow gave 192 for white of two bits."""
    image = Image.new("RGB", (8, 8), "white")
    image.paste((0, 0, 0), (0, 0, 4, 8))
    found = shown(with_depth(file_of(image, "JPEG2000", no_jp2=True), depth))
    assert (found[:, 4:] == 255).all()
    assert (found[:, :4] == 0).all()


def test_greys_of_fewer_than_16_bits_reach_white():
    samples = np.full((8, 8, 1), 65_535, np.uint16)
    assert read_pixels(with_depth(codestream(samples), 9), LIMIT) == pixels_from_samples(samples)


def test_8_bits_are_what_pillow_gives():
    image = picture()
    for content in (file_of(image, "JPEG2000"), file_of(image, "JPEG2000", no_jp2=True)):
        assert bytes(read_pixels(content, LIMIT).to_8_bits()) == image.tobytes()


def test_what_can_not_be_mended_is_refused():
    deep = codestream(RANDOM[..., :3])
    palette = struct.pack(">I", 13) + b"pclr" + bytes(5)
    for content, why in (
        (jp2(deep, 18), "YCbCr of other than 8 bits"),
        (jp2(codestream(RANDOM[..., :1]), 17, palette), "a palette of more than 8 bits"),
        (with_depth(codestream(RANDOM[..., :1]), 20), "grey of more than 16 bits"),
    ):
        with pytest.raises(NotAnImageError, match=why + r"\); convert it"):
            read_pixels(content, LIMIT)


def test_boxes_without_end_are_refused():
    """Eight bytes each, they would be stepped through by the million."""
    content = jp2(codestream(RANDOM[..., :3]))
    at = content.index(b"jp2c") - 4
    for count in (500, 1001):
        many = content[:at] + b"\0\0\0\x08free" * count + content[at:]
        if count < 1000:
            assert read_pixels(many, LIMIT) == read_pixels(content, LIMIT)
            continue
        with pytest.raises(NotAnImageError, match="more than 1000 boxes"):
            read_pixels(many, LIMIT)


@pytest.mark.parametrize("wrap", [bytes, jp2])
def test_a_file_that_ends_at_its_first_tile_is_refused(wrap):
    """Cut off behind the tile's marker, it was decoded to black."""
    for image in (picture(16, 16), Image.fromarray(RANDOM[..., 0])):
        content = wrap(file_of(image, "JPEG2000", no_jp2=True))
        tile = content.index(b"\xff\x90")
        for length in range(tile, tile + 13):
            with pytest.raises(NotAnImageError, match="cut short"):
                read_pixels(content[:length], LIMIT)


@given(st.data())
def test_damage_to_the_headers_ends_in_an_image_or_an_error(data):
    content = bytearray(jp2(codestream(RANDOM[:4, :4, :3])))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, 140))] = data.draw(st.integers(0, 255))
    try:
        assert read_pixels(bytes(content), LIMIT).width > 0
    except InputError as error:
        assert "; " in str(error)
