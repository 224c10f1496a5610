"""Reading images: all kinds of sources, modes and damage."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import threading
import time
import zlib
from pathlib import Path

import numpy as np
import PIL.Image
import pytest
from helpers.images import file_of, picture
from helpers.png_files import png_chunk
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from huepress import NotAnImageError, OptionError, TooLargeError, UnreadableError
from huepress.reading import Pixels, read_pixels, to_pillow

LIMIT = 1_000_000
RGB = picture()
PNG = file_of(RGB)


def as_pixels(image: Image.Image) -> Pixels:
    return Pixels(image.width, image.height, len(image.mode), image.tobytes())


def test_every_kind_of_source_gives_the_same_pixels(tmp_path):
    path = tmp_path / "photo.png"
    path.write_bytes(PNG)
    sources = [str(path), path, PNG, bytearray(PNG), memoryview(PNG), io.BytesIO(PNG)]
    sources += [RGB, np.asarray(RGB)]
    for source in sources:
        assert read_pixels(source, LIMIT) == as_pixels(RGB)
    with Image.open(path) as image:
        assert read_pixels(image, LIMIT) == as_pixels(RGB)
    with path.open("rb") as file:
        assert read_pixels(file, LIMIT) == as_pixels(RGB)


def test_a_file_is_read_from_where_it_stands():
    file = io.BytesIO(b"junk" + PNG)
    file.seek(4)
    assert read_pixels(file, LIMIT) == as_pixels(RGB)


def test_what_is_closed_or_written_is_said_to_be(tmp_path):
    """These were called damaged."""
    path = tmp_path / "a.png"
    RGB.save(path)
    file, image, loaded = path.open("rb"), Image.open(path), Image.open(path)
    loaded.load()
    for closed in (file, image, loaded):
        closed.close()
        with pytest.raises(UnreadableError, match="is closed; open it again"):
            read_pixels(closed, LIMIT)
    with path.open("wb") as written, pytest.raises(UnreadableError, match="for writing only; open"):
        read_pixels(written, LIMIT)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "CMYK", "YCbCr", "HSV", "RGBX"])
def test_opaque_modes_become_rgb(mode):
    image = picture(mode="RGB").convert(mode)
    assert read_pixels(image, LIMIT) == as_pixels(image.convert("RGB"))


@pytest.mark.parametrize("mode", ["RGBA", "LA", "PA", "RGBa"])
def test_translucent_modes_become_rgba(mode):
    image = picture(mode="RGBA").convert(mode)
    assert read_pixels(image, LIMIT) == as_pixels(image.convert("RGBA"))


def test_alpha_that_hides_nothing_is_left_out():
    image = RGB.copy()
    image.putalpha(255)
    assert read_pixels(image, LIMIT) == as_pixels(RGB)
    image.putpixel((0, 0), (1, 2, 3, 254))
    assert read_pixels(image, LIMIT).channels == 4


def test_palettes_with_transparency():
    image = Image.new("P", (3, 1))
    image.putpalette([255, 0, 0, 0, 255, 0, 0, 0, 255])
    image.putdata([0, 1, 2])
    png = file_of(image, transparency=bytes([0, 128]))
    expected = bytes([255, 0, 0, 0, 0, 255, 0, 128, 0, 0, 255, 255])
    assert read_pixels(png, LIMIT) == Pixels(3, 1, 4, expected)
    gif = file_of(image, "GIF", transparency=1)
    assert read_pixels(gif, LIMIT).to_8_bits()[3::4] == bytes([255, 0, 255])


def test_one_transparent_colour():
    image = Image.new("RGB", (2, 1), (1, 2, 3))
    image.putpixel((1, 0), (4, 5, 6))
    pixels = read_pixels(file_of(image, transparency=(1, 2, 3)), LIMIT)
    assert pixels == Pixels(2, 1, 4, bytes([1, 2, 3, 0, 4, 5, 6, 255]))


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
def test_damaged_exif_does_not_matter():
    content = file_of(RGB, exif=b"Exif\0\0MM\0*\0\0\0\x08\xff\xff\x01\x12")
    assert read_pixels(content, LIMIT) == as_pixels(RGB)


def test_an_image_in_memory_stays_as_it_is():
    exif = Image.Exif()
    exif[0x0112] = 6
    image = Image.open(io.BytesIO(file_of(picture(mode="P"), exif=exif)))
    before = image.copy().tobytes()
    read_pixels(image, LIMIT)
    assert (image.mode, image.size, image.tobytes()) == ("P", RGB.size, before)


def test_names_in_messages(tmp_path):
    path = tmp_path / "photo.png"
    path.write_bytes(PNG[:-100])
    with path.open("rb") as file, Image.open(path) as image:
        for source in (path, str(path), file, image):
            with pytest.raises(NotAnImageError, match=r"photo\.png: damaged or cut short"):
                read_pixels(source, LIMIT)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b"Dear diary,", "not an image of a known format"),
        (b"\x89PNG\r\n\x1a\n", "not an image of a known format"),
        (b"\xff\xd8\xff", "not an image"),
        (b"GIF89a", "not an image"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "not an image"),
    ],
)
def test_what_is_no_image(tmp_path, content, reason):
    path = tmp_path / "photo.png"
    path.write_bytes(content)
    with pytest.raises(NotAnImageError, match=rf"photo\.png: {reason}"):
        read_pixels(path, LIMIT)


def test_missing_files_directories_and_text(tmp_path):
    with pytest.raises(UnreadableError, match=r"none\.png: no such file"):
        read_pixels(tmp_path / "none.png", LIMIT)
    with pytest.raises(UnreadableError, match="is a directory"):
        read_pixels(tmp_path, LIMIT)
    (tmp_path / "notes.txt").write_text("Dear diary, ...")
    with (tmp_path / "notes.txt").open() as file, pytest.raises(OptionError, match="mode 'rb'"):
        read_pixels(file, LIMIT)
    with pytest.raises(OptionError, match="give a path, bytes"):
        read_pixels(5, LIMIT)


@given(st.integers(0, len(PNG)))
def test_a_png_cut_anywhere_is_refused_unless_all_pixels_are_there(length):
    try:
        pixels = read_pixels(PNG[:length], LIMIT)
    except NotAnImageError as error:
        assert len(str(error).splitlines()) == 1
    else:
        assert pixels == as_pixels(RGB)
        assert length > len(PNG) - 20  # only the end mark is missing


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP"])
@given(data=st.data())
def test_damage_is_an_error_of_ours(kind, data):
    content = bytearray(file_of(picture(9, 9), kind))
    for _ in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        pixels = read_pixels(bytes(content), 100_000)
    except (NotAnImageError, TooLargeError) as error:
        assert len(str(error).splitlines()) == 1
    else:
        assert len(pixels.to_8_bits()) == pixels.width * pixels.height * pixels.channels


def test_the_limit_counts_pixels(photo):
    pixels = RGB.width * RGB.height
    for source in (photo, RGB, np.asarray(RGB)):
        assert read_pixels(source, pixels) == as_pixels(RGB)
        with pytest.raises(TooLargeError, match=f"60x40 is more than {pixels - 1:,} pixels; raise"):
            read_pixels(source, pixels - 1)


def promising(width: int, height: int) -> bytes:
    """Return a PNG that declares a size and holds next to nothing."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = (
        png_chunk(b"IHDR", header)
        + png_chunk(b"IDAT", zlib.compress(b""))
        + png_chunk(b"IEND", b"")
    )
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize("size", [(2**28 + 1, 1), (1, 2**31 - 1)])
def test_a_side_longer_than_kernels_count_is_refused(size):
    with pytest.raises(TooLargeError, match="268,435,456 pixels; cut it up"):
        read_pixels(promising(*size), 2**31 - 1)


def test_the_declared_size_is_checked_before_decoding():
    start = time.perf_counter()
    with pytest.raises(TooLargeError, match="1000000x1000000 is more than 300,000,000 pixels"):
        read_pixels(promising(1_000_000, 1_000_000), 300_000_000)
    assert time.perf_counter() - start < 5
    with pytest.raises(NotAnImageError):
        read_pixels(promising(0, 5), LIMIT)


def test_our_limit_stands_in_for_pillows_and_leaves_it_alone(monkeypatch, recwarn):
    monkeypatch.setattr(PIL.Image, "MAX_IMAGE_PIXELS", 10)
    seen = []
    threads = [
        threading.Thread(target=lambda: seen.append(read_pixels(PNG, LIMIT))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [as_pixels(RGB)] * 4
    assert PIL.Image.MAX_IMAGE_PIXELS == 10
    assert not recwarn.list


def test_where_pillows_limit_can_not_be_avoided_it_is_our_error(monkeypatch):
    content = file_of(RGB, "WEBP")
    monkeypatch.setattr(PIL.Image, "MAX_IMAGE_PIXELS", 10)
    with pytest.raises(TooLargeError, match="too large for Pillow's decoder"):
        read_pixels(content, LIMIT)


def test_to_pillow():
    for mode, channels in (("RGB", 3), ("RGBA", 4)):
        image = picture(mode=mode)
        again = to_pillow(image.width, image.height, channels, image.tobytes())
        assert (again.mode, again.tobytes()) == (mode, image.tobytes())


def test_reading_a_file_needs_no_numpy(photo: Path):
    code = (
        "import sys; from huepress.reading import read_pixels; "
        "read_pixels(sys.argv[1], 10**6); sys.exit('numpy' in sys.modules)"
    )
    command = [sys.executable, "-c", code, str(photo)]
    assert subprocess.run(command, check=False).returncode == 0
