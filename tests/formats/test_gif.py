"""GIFs of one frame."""

from __future__ import annotations

import io
import struct

import numpy as np
import pytest
from helpers.images import file_of, picture, shown
from helpers.quantized_images import meant, quantized, quantizeds
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image

import huepress
from huepress import Codebook, OptionError, Quantized
from huepress.formats import decode
from huepress.formats.gif import as_shown, encode, thresholded
from huepress.formats.metadata import Metadata, Text
from huepress.reading import Pixels, read_pixels, to_pillow

LIMIT = 1_000_000


def hard(rgba: bytes) -> bytes:
    """Return the pixels that a GIF shows, clear ones without their colours."""
    pixels = [rgba[at : at + 4] for at in range(0, len(rgba), 4)]
    return b"".join(p[:3] + b"\xff" if p[3] >= 128 else bytes(4) for p in pixels)


@given(quantizeds(256))
@example(quantized(256, 16, 16, 4))
@example(quantized(1, 1, 1, 4))
@example(quantized(2, 3, 3))
@example(quantized(256, 200, 150))  # enough for the code table to run full
def test_viewers_and_we_see_what_was_meant_opaque_or_clear(q):
    content = encode(q, 5)
    size, rgba = meant(q)
    assert (size, hard(shown(content)[1])) == (shown(content)[0], hard(rgba))
    again = decode(content, LIMIT)
    assert hard(meant(again)[1]) == hard(rgba)
    assert {color[3] for color in again.codebook if len(color) == 4} <= {0, 255}
    assert sum(color[3:] == (0,) for color in again.codebook) <= 1


@pytest.mark.parametrize("k", [1, 2, 3, 4, 5, 16, 17, 255, 256])
def test_palette_and_labels_are_written_as_they_are(k):
    book = Codebook([(i, 255 - i, i // 2) for i in range(k)])
    labels = bytes(i % k for i in range(40 * 30))
    content = encode(Quantized(40, 30, labels, book), 5)
    image = Image.open(io.BytesIO(content))
    assert image.mode == "P"
    assert image.tobytes() == labels
    assert image.getpalette()[: 3 * k] == [value for color in book for value in color]
    assert "transparency" not in image.info
    assert "interlace" not in image.info
    assert not image.is_animated
    size = max(2, 1 << (k - 1).bit_length())
    assert content[10] & 7 == size.bit_length() - 2  # a palette no larger than needed
    again = decode(content, LIMIT)
    assert (again.codebook, again.label_bytes) == (book, labels)


def test_unused_colours_are_left_out_and_equal_ones_merged():
    book = Codebook([(9, 9, 9), (1, 2, 3), (4, 5, 6), (1, 2, 3)])
    image = Image.open(io.BytesIO(encode(Quantized(3, 1, bytes([1, 2, 3]), book), 5)))
    assert image.getpalette()[:6] == [1, 2, 3, 4, 5, 6]
    assert list(image.tobytes()) == [0, 1, 0]


def test_one_entry_is_clear():
    book = Codebook([(1, 2, 3, 0), (4, 5, 6, 127), (7, 8, 9, 128), (7, 8, 9, 255)])
    content = encode(Quantized(4, 1, bytes([0, 1, 2, 3]), book), 5)
    image = Image.open(io.BytesIO(content))
    assert list(image.tobytes()) == [0, 0, 1, 1]
    assert image.info["transparency"] == 0
    assert list(decode(content, LIMIT).codebook) == [(1, 2, 3, 0), (7, 8, 9, 255)]


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB"])
@pytest.mark.parametrize("interlace", [0, 1])
def test_gifs_of_other_programs(mode, interlace):
    image = picture(mode="RGB").quantize(99).convert(mode)
    content = file_of(image, "GIF", interlace=interlace)
    q = decode(content, LIMIT)
    assert meant(q) == shown(content)
    assert sum(q.codebook.counts()) == 60 * 40
    assert q.codebook.counts()[-1] > 0


def gif(palette: bytes, labels: list[int], clear: int | None = None) -> bytes:
    """Return a GIF of one row."""
    image = Image.frombytes("P", (len(labels), 1), bytes(labels))
    bits = (len(palette) // 3).bit_length() - 1
    mark = b"" if clear is None else b"!\xf9\x04\x01\0\0" + bytes([clear]) + b"\0"
    head = b"GIF89a" + struct.pack("<HHBBB", len(labels), 1, 0xF0 | (bits - 1), 0, 0)
    frame = struct.pack("<cHHHHB", b",", 0, 0, len(labels), 1, 0)
    return head + palette + mark + frame + b"\x08" + image.tobytes("gif", "P", 8, 0) + b"\0;"


@pytest.mark.parametrize("palette", [b"RedGreBluYel", bytes(i // 3 for i in range(12))])
def test_the_codebook_is_the_palette_in_its_order_up_to_the_last_used(palette):
    colors = [tuple(palette[at : at + 3]) for at in range(0, 12, 3)]
    opaque = decode(gif(palette, [2, 0]), LIMIT)
    assert list(opaque.codebook) == colors[:3]
    assert opaque.codebook.counts() == [1, 0, 1]
    assert list(opaque.label_bytes) == [2, 0]
    assert list(decode(gif(palette, [2, 0], clear=3), LIMIT).codebook) == colors[:3]
    clear = decode(gif(palette, [2, 0], clear=0), LIMIT)
    assert list(clear.codebook) == [(*colors[0], 0), (*colors[1], 255), (*colors[2], 255)]


def test_labels_beyond_the_palette_are_what_viewers_make_of_them():
    content = gif(b"RedGre", [0, 1, 7])
    assert meant(decode(content, LIMIT)) == shown(content)


@pytest.mark.parametrize("k", [2, 4, 16, 64])
def test_it_is_smaller_than_pillows(k):
    q = huepress.quantize(picture(300, 200), k=k)
    image = Image.frombytes("P", (300, 200), bytes(q.label_bytes))
    image.putpalette([value for color in q.codebook for value in color])
    assert len(encode(q, 5)) < len(file_of(image, "GIF", interlace=0, optimize=True))


@pytest.mark.parametrize("text", ["Grüße", "x" * 255, "y" * 1000, ""])
def test_the_comment(text):
    content = encode(quantized(5, 9, 9), 5, Metadata(texts=(Text("Comment", text),)))
    assert Image.open(io.BytesIO(content)).info.get("comment", b"").decode() == text
    assert decode(content, LIMIT).label_bytes


def test_sides_that_are_too_long():
    assert encode(Quantized(65_535, 1, bytes(65_535), Codebook([(1, 2, 3)])), 1)
    q = Quantized(1, 65_536, bytes(65_536), Codebook([(1, 2, 3)]))
    with pytest.raises(OptionError, match=r"1x65536 pixels don't fit a GIF, .*; use png"):
        encode(q, 1)


@given(st.binary(min_size=4, max_size=80).map(lambda data: data[: len(data) // 4 * 4]))
def test_pixels_become_opaque_or_clear(data):
    pixels, count = thresholded(Pixels(len(data) // 4, 1, 4, data))
    assert hard(pixels.to_8_bits()) == hard(data)
    assert set(pixels.to_8_bits()[3::4]) <= {0, 255}
    assert count == sum(0 < alpha < 255 for alpha in data[3::4])


def test_opaque_pixels_stay():
    pixels = read_pixels(picture(), LIMIT)
    assert thresholded(pixels) == (pixels, 0)


def veiled(least: int) -> Image.Image:
    """Return a picture with alphas from `least` to 255."""
    image = picture(mode="RGBA")
    image.putalpha(image.getchannel("A").point(lambda a: max(a, least)))
    return image


@pytest.mark.parametrize("image", [picture(), veiled(0), veiled(130), veiled(255)])
@pytest.mark.parametrize("k", [1, 16])
def test_what_is_shown_and_how_wrong_it_is(image, k):
    original = read_pixels(image, LIMIT)
    hard_original, _ = thresholded(original)
    q = huepress.quantize(to_pillow(*hard_original[:4]), k=k)
    shown_q = as_shown(q, original)
    assert hard(meant(shown_q)[1]) == hard(meant(q)[1])
    before, after = (
        np.frombuffer(rgba, np.uint8).reshape(-1, 4).astype(float)
        for rgba in (to_pillow(*original[:4]).convert("RGBA").tobytes(), meant(shown_q)[1])
    )
    for pixels in (before, after):
        pixels[:, :3] *= pixels[:, 3:] / 255
    assert set(np.unique(after[:, 3])) <= {0, 255}
    assert shown_q.mse == pytest.approx(((before - after) ** 2).sum(1).mean(), rel=0.005)


def test_what_needs_no_change_is_not_changed():
    clear = picture().quantize(5).convert("RGBA")
    clear.paste((0, 0, 0, 0), (0, 0, 20, 20))
    for image in (picture(), clear):
        q = huepress.quantize(image)
        assert as_shown(q, read_pixels(image, LIMIT)) is q


def test_the_error_of_deep_pixels_is_measured_in_8_bits():
    """The bytes that hold their ten bits were taken for colours."""
    deep = np.random.default_rng(0).integers(0, 256, (20, 30, 3), np.uint16) * 257
    book = Codebook([(0, 0, 0, 255), (255, 255, 255, 255), (200, 0, 0, 100)])
    eight = (deep // 257).astype(np.uint8)
    reports = [
        huepress.compress(pixels, io.BytesIO(), format="gif", palette=book)
        for pixels in (deep, eight)
    ]
    assert reports[0].mse == reports[1].mse
