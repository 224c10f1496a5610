"""EXIF blocks, patched where they lie."""

from __future__ import annotations

import struct

import pytest
from helpers.images import file_of, picture
from hypothesis import given
from hypothesis import strategies as st
from PIL import ExifTags, Image

from huepress.formats.exif import orientation, upright

ORIENTATION, WIDTH, HEIGHT, EXIF = 0x0112, 0xA002, 0xA003, 0x8769


def block(order: str = ">", way: int = 6, thumbnail: bytes = b"", padding: bytes = b"") -> bytes:
    """Return EXIF as a camera writes it: a directory, a second one below it, a thumbnail."""

    def directory(at: int, entries: list[tuple[int, int, int]], following: int) -> bytes:
        parts = [struct.pack(order + "H", len(entries))]
        for tag, kind, value in entries:
            packed = struct.pack(order + ("HH" if kind == 3 else "I"), value, *[0] * (kind == 3))
            parts.append(struct.pack(order + "HHI", tag, kind, 1) + packed)
        parts.append(struct.pack(order + "I", following))
        assert len(b"".join(parts)) == 6 + 12 * len(entries)
        return b"".join(parts)

    second = 8 + 6 + 24
    third = second + 6 + 24
    pixels = third + 6 + 24
    mark = {">": b"MM\0*", "<": b"II*\0"}[order]
    parts = [mark + struct.pack(order + "I", 8)]
    parts.append(
        directory(8, [(ORIENTATION, 3, way), (EXIF, 4, second)], third if thumbnail else 0)
    )
    parts.append(directory(second, [(WIDTH, 4, 60), (HEIGHT, 3, 40)], 0))
    if thumbnail:
        parts.append(directory(third, [(0x0201, 4, pixels), (0x0202, 4, len(thumbnail))], 0))
    return b"".join([*parts, thumbnail, padding])


def read(content: bytes) -> Image.Exif:
    exif = Image.Exif()
    exif.load(content)
    return exif


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("way", range(1, 9))
@pytest.mark.parametrize("mark", [b"", b"Exif\0\0"])
def test_it_says_how_the_picture_lies_until_it_is_upright(order, way, mark):
    before = mark + block(order, way)
    assert orientation(before) == way
    after = upright(before, sides_swapped=False)
    assert orientation(after) == 1
    assert read(after)[ORIENTATION] == 1
    assert after[:8] == block(order)[:8]
    changed = [i for i, (a, b) in enumerate(zip(after, block(order, 1), strict=True)) if a != b]
    assert changed == []


@pytest.mark.parametrize("order", "<>")
def test_sizes_that_a_camera_noted_are_turned_too(order):
    noted = [
        read(upright(block(order), sides_swapped=swapped)).get_ifd(EXIF)
        for swapped in (False, True)
    ]
    assert [(ifd[WIDTH], ifd[HEIGHT]) for ifd in noted] == [(60, 40), (40, 60)]


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("padding", [b"", bytes(100)])
def test_the_thumbnail_goes(order, padding):
    after = upright(block(order, thumbnail=file_of(picture(), "JPEG"), padding=padding), False)
    assert (
        len(after) == len(block(order)) + 30
    )  # of the thumbnail's directory only the place is left
    assert read(after).get_ifd(ExifTags.IFD.IFD1) == {}
    assert b"\xff\xd8" not in after


def test_what_follows_a_thumbnail_is_no_thumbnail():
    content = block(thumbnail=b"\xff\xd8 small", padding=b"a maker's note")
    after = upright(content, False)
    assert len(after) == len(content)
    assert after.endswith(b"a maker's note")
    assert struct.unpack_from(">I", after, 8 + 2 + 24) == (0,)  # but nothing leads there


def test_blocks_of_pillow_are_understood():
    exif = Image.Exif()
    exif[ORIENTATION], exif[0x010E] = 3, "A picture"
    again = read(upright(exif.tobytes(), False))
    assert (again[ORIENTATION], again[0x010E]) == (1, "A picture")


def test_a_block_without_an_orientation():
    exif = Image.Exif()
    exif[0x010E] = "A picture"
    content = exif.tobytes().removeprefix(b"Exif\0\0")
    assert orientation(content) is None
    assert upright(content, True) == content


@pytest.mark.parametrize(
    "content", [b"", b"Exif\0\0", b"MM", b"II*\0", b"XX*\0" + bytes(30), b"MM\0*\xff\xff\xff\xff"]
)
def test_damaged_blocks_are_dropped(content):
    assert orientation(content) is None
    assert upright(content, True) == b""


@given(st.data())
def test_any_damage_is_survived(data):
    content = bytearray(block(data.draw(st.sampled_from("<>")), thumbnail=b"\xff\xd8 small"))
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(content[: data.draw(st.integers(0, len(content)))])
    after = upright(cut, data.draw(st.booleans()))
    assert len(after) <= len(cut)
    assert orientation(after) in (None, 1)
