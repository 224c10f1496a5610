"""All bits of deep images: compared with arrays that were written without Pillow."""

from __future__ import annotations

import io
import os
import struct
import subprocess
import sys

import numpy as np
import pytest
import tifffile
from helpers.images import file_of
from helpers.png_files import deep_png
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from huepress import NotAnImageError
from huepress.reading import Pixels, read_pixels
from huepress.reading.deep import pixels_from_samples, turn_upright

LIMIT = 100_000
RANDOM = np.random.default_rng(3)
GREY, RGB, RGBA = (RANDOM.integers(0, 65_536, (7, 9, n), np.uint16) for n in (1, 3, 4))


def tiff(samples: np.ndarray, planes_apart: bool = False, **settings: object) -> bytes:
    file = io.BytesIO()
    photometric = "minisblack" if samples.shape[2] < 3 else "rgb"
    if planes_apart:
        samples, settings["planarconfig"] = np.moveaxis(samples, 2, 0), "separate"
    if samples.shape[-1] == 1:
        samples = samples[..., 0]
    tifffile.imwrite(file, samples, photometric=photometric, **settings)
    return file.getvalue()


@pytest.mark.parametrize("interlaced", [False, True])
@pytest.mark.parametrize(
    "samples", [GREY, RGBA[..., :2], RGB, RGBA], ids=["L", "LA", "RGB", "RGBA"]
)
def test_a_png_gives_all_16_bits(samples, interlaced):
    assert read_pixels(deep_png(samples, interlaced=interlaced), LIMIT) == pixels_from_samples(
        samples
    )


@pytest.mark.parametrize("compression", [None, "zlib"])
@pytest.mark.parametrize("layout", [{}, {"tile": (16, 16)}, {"planes_apart": True}], ids=str)
@pytest.mark.parametrize("byteorder", ["<", ">"])
@pytest.mark.parametrize("samples", [GREY, RGB, RGBA], ids=["L", "RGB", "RGBA"])
def test_a_tiff_gives_all_16_bits(samples, byteorder, layout, compression):
    if samples is GREY and "planes_apart" in layout:
        pytest.skip("one plane is not apart from others")
    extra = {"extrasamples": ["unassalpha"]} if samples is RGBA else {}
    content = tiff(samples, byteorder=byteorder, compression=compression, **layout, **extra)
    if compression and "planes_apart" in layout:  # of these, only the high bytes can be had
        assert read_pixels(content, LIMIT).to_8_bits() == (samples >> 8).astype(np.uint8).tobytes()
        return
    assert read_pixels(content, LIMIT) == pixels_from_samples(samples)


def test_premultiplied_colours_are_divided():
    samples = np.array([[[100, 200, 300, 65_535], [10_000, 0, 5000, 10_000]]], np.uint16)
    content = tiff(samples, extrasamples=["assocalpha"])
    expected = np.array([[[100, 200, 300, 65_535], [65_535, 0, 32_767, 10_000]]], np.uint16)
    assert read_pixels(content, LIMIT) == pixels_from_samples(expected)


def test_the_transparent_colour_is_compared_in_all_its_bits():
    samples = RGB.copy()
    samples[0, 0], samples[0, 1], samples[0, 2] = (258, 3, 4), (258, 3, 5), (258, 3, 4)
    pixels = read_pixels(deep_png(samples, struct.pack(">HHH", 258, 3, 4)), LIMIT)
    assert pixels.to_8_bits()[3 : 3 + 4 * 4 : 4] == bytes([0, 255, 0, 255])
    grey = np.array([[0x0102, 0x0103, 0x0202, 0x0102]], np.uint16)
    pixels = read_pixels(file_of(Image.fromarray(grey), transparency=0x0102), LIMIT)
    assert pixels.to_8_bits()[3::4] == bytes([0, 255, 255, 0])


@pytest.mark.parametrize("bits", [10, 12, 14])
def test_greys_of_other_depths_reach_white(bits):
    file = io.BytesIO()
    most = (1 << bits) - 1
    levels = np.array([[0, most // 2, most]], np.uint16)
    tifffile.imwrite(file, levels, photometric="minisblack")
    content = bytearray(file.getvalue())
    at = content.index(struct.pack("<HHI", 258, 3, 1)) + 8
    content[at : at + 2] = struct.pack("<H", bits)
    if bits != 12:
        with pytest.raises(NotAnImageError, match="of a kind that can't be read"):
            read_pixels(bytes(content), LIMIT)
        return
    packed = io.BytesIO()
    bits_in_row = int(f"{levels[0, 0]:012b}{levels[0, 1]:012b}{levels[0, 2]:012b}0000", 2)
    packed.write(content)
    strip = struct.unpack_from("<I", content, content.index(struct.pack("<HHI", 273, 4, 1)) + 8)[0]
    content[strip : strip + 5] = bits_in_row.to_bytes(5, "big")
    assert read_pixels(bytes(content), LIMIT).to_8_bits()[::3] == bytes([0, 127, 255])


def test_white_may_be_zero():
    file = io.BytesIO()
    tifffile.imwrite(file, GREY[..., 0], photometric="miniswhite")
    assert read_pixels(file.getvalue(), LIMIT) == pixels_from_samples(65_535 - GREY)


def test_32_bit_grey_of_16_bit_range():
    shades = np.array([[0, 300, 65_535]], np.int32)
    assert read_pixels(Image.fromarray(shades), LIMIT).to_8_bits()[::3] == bytes([0, 1, 255])
    for wrong in (-1, 65_536):
        with pytest.raises(NotAnImageError, match="convert it to 8 or 16 bit"):
            read_pixels(Image.fromarray(np.array([[0, wrong]], np.int32)), LIMIT)


def test_floating_point_is_rounded_once():
    levels = np.linspace(0, 1, 1001, dtype=np.float32)[None]
    file = io.BytesIO()
    tifffile.imwrite(file, levels)
    for source in (file.getvalue(), Image.fromarray(levels), levels):
        pixels = read_pixels(source, LIMIT)
        error = np.frombuffer(pixels.to_8_bits(), np.uint8)[::3] - levels[0].astype(float) * 255
        assert np.abs(error).max() < 0.502
        assert pixels.notices == ()


def test_floating_point_out_of_range_is_cut_off_and_said():
    pixels = read_pixels(Image.fromarray(np.array([[-1, 0.5, 3]], np.float32)), LIMIT)
    assert pixels.to_8_bits()[::3] == bytes([0, 128, 255])
    assert pixels.notices == ("values from -1 to 3 were cut off to 0 to 1",)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_what_is_no_number_is_an_error(value):
    with pytest.raises(NotAnImageError, match="no numbers; replace them"):
        read_pixels(Image.fromarray(np.array([[0, value]], np.float32)), LIMIT)


@given(st.integers(1, 8))
def test_turning_samples_is_turning_the_image(orientation):
    from huepress.reading.images import _UPRIGHT

    image = Image.fromarray(RGB.astype(np.uint8))
    turn = _UPRIGHT.get(orientation)
    expected = image if turn is None else image.transpose(Image.Transpose(turn))
    assert np.array_equal(turn_upright(RGB.astype(np.uint8), orientation), np.asarray(expected))


def test_a_deep_file_lies_as_its_orientation_says():
    for orientation in range(1, 9):
        content = tiff(RGB, extratags=[(274, "H", 1, orientation, True)])
        expected = pixels_from_samples(np.ascontiguousarray(turn_upright(RGB, orientation)))
        assert read_pixels(content, LIMIT) == expected


def test_an_image_of_8_bits_has_no_fine_ones():
    image = Image.fromarray(RGB.astype(np.uint8))
    assert read_pixels(file_of(image), LIMIT) == Pixels(9, 7, 3, image.tobytes())


def test_a_file_object_may_stand_anywhere():
    file = io.BytesIO(b"junk" + deep_png(RGB))
    file.seek(4)
    assert read_pixels(file, LIMIT) == pixels_from_samples(RGB)


@given(st.integers(0, len(deep_png(RGB)) - 30))
def test_a_deep_png_cut_anywhere_is_refused(length):
    """Asking for EXIF decodes a PNG: done too early, it hid the damage and left zeros."""
    with pytest.raises(NotAnImageError):
        read_pixels(deep_png(RGB)[:length], LIMIT)


MEASURE = """
import sys
from huepress.reading import read_pixels

def peak():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))

read_pixels(sys.argv[1], 10**9)
before = peak()
pixels = read_pixels(sys.argv[2], 10**9)
print((peak() - before) * 1024 / (pixels.width * pixels.height))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="peaks of memory are counted as Linux does")
@pytest.mark.skipif("LD_PRELOAD" in os.environ, reason="sanitizers keep what is set free")
def test_large_ones_are_read_in_little_memory(tmp_path):
    """All bits, two images of Pillow and two roundings were there at once: 23 bytes a pixel."""
    for name, side in (("small.png", 9), ("large.png", 1700)):
        samples = np.zeros((side, side, 3), np.uint16)
        samples[::7, ::5] = RGB[0, 0]
        (tmp_path / name).write_bytes(deep_png(samples))
    words = [sys.executable, "-c", MEASURE, "small.png", "large.png"]
    told = subprocess.run(words, capture_output=True, text=True, check=True, cwd=tmp_path)
    assert 4 < float(told.stdout) < 14
