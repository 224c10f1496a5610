"""Files of several images."""

from __future__ import annotations

import io

import pytest
from helpers.support import assert_failed, file_of, picture, run
from PIL import Image

import huepress
from huepress import OptionError
from huepress.reading import read_pixels

LIMIT = 1_000_000
COLORS = ("red", "lime", "blue")
FRAMES = [Image.new("RGB", (8, 6), color) for color in COLORS]
NOTICES = {"TIFF": "several pages", "GIF": "several frames", "PNG": "several frames",
           "WEBP": "several frames"}  # fmt: skip


def several(kind: str) -> bytes:
    settings = {"lossless": True} if kind == "WEBP" else {}
    return file_of(FRAMES[0], kind, save_all=True, append_images=FRAMES[1:], **settings)


@pytest.mark.parametrize("kind", NOTICES)
def test_the_first_is_taken_and_it_is_said(kind):
    pixels = read_pixels(several(kind), LIMIT)
    assert bytes(pixels.data[:3]) == bytes([255, 0, 0])
    assert len(pixels.notices) == 1
    assert NOTICES[kind] in pixels.notices[0]
    assert "--page N" in pixels.notices[0]


@pytest.mark.parametrize("kind", NOTICES)
@pytest.mark.parametrize("page", [1, 2, 3])
def test_any_is_taken_when_named(kind, page):
    pixels = read_pixels(several(kind), LIMIT, page=page)
    expected = Image.new("RGB", (1, 1), COLORS[page - 1]).tobytes()
    assert (bytes(pixels.data[:3]), pixels.notices) == (expected, ())
    with pytest.raises(OptionError, match="has fewer than 4; give a lower number"):
        read_pixels(several(kind), LIMIT, page=4)


@pytest.mark.parametrize("kind", [*NOTICES, "JPEG", "BMP", "ICO"])
def test_a_single_image_is_no_news(kind):
    content = file_of(picture(16, 16), kind)
    assert read_pixels(content, LIMIT).notices == ()
    assert read_pixels(content, LIMIT, page=1).notices == ()
    with pytest.raises(OptionError, match="page"):
        read_pixels(content, LIMIT, page=2)


def test_pages_of_other_sizes_are_checked_and_deep_ones_read():
    import numpy as np
    import tifffile

    file = io.BytesIO()
    samples = np.random.default_rng(0).integers(0, 65_536, (20, 30, 3), np.uint16)
    with tifffile.TiffWriter(file) as writer:
        writer.write(np.zeros((4, 4, 3), np.uint8), photometric="rgb")
        writer.write(samples, photometric="rgb")
    from huepress.reading.depth import pixels_of

    assert read_pixels(file.getvalue(), LIMIT, page=2) == pixels_of(samples)
    with pytest.raises(huepress.TooLargeError, match="30x20"):
        read_pixels(file.getvalue(), 100, page=2)


def test_the_largest_icon_is_taken():
    image = picture(64, 64, "RGBA")
    content = file_of(image, "ICO", sizes=[(16, 16), (64, 64), (32, 32)])
    pixels = read_pixels(content, LIMIT)
    assert (pixels.width, pixels.height) == (64, 64)
    assert bytes(pixels.data) == image.tobytes()


def test_images_in_memory_have_one_page():
    with Image.open(io.BytesIO(several("GIF"))) as image:
        image.seek(1)  # whoever opened it has chosen
        pixels = read_pixels(image, LIMIT)
        assert (bytes(pixels.data[:3]), pixels.notices) == (bytes([0, 255, 0]), ())
        with pytest.raises(OptionError, match="has one only"):
            read_pixels(image, LIMIT, page=2)


def test_on_the_command_line(tmp_path):
    (tmp_path / "a.gif").write_bytes(several("GIF"))
    said = run("compress", "a.gif", cwd=tmp_path)
    assert said.returncode == 0
    assert said.stderr.decode().count("\n") == 1
    assert b"a.gif: holds several frames; only the first is taken" in said.stderr
    assert run("compress", "a.gif", "-fq", cwd=tmp_path).stderr == b""
    assert run("compress", "a.gif", "-f", "--page", "3", cwd=tmp_path).stderr == b""
    assert list(huepress.read(tmp_path / "a-hp.png").codebook) == [(0, 0, 255)]
    assert_failed(run("compress", "a.gif", "-f", "--page", "9", cwd=tmp_path), 4, "page: a.gif has")


def test_in_python_it_is_a_warning(tmp_path):
    path = tmp_path / "a.gif"
    path.write_bytes(several("GIF"))
    with pytest.warns(UserWarning, match=r"a\.gif: holds several frames"):
        huepress.quantize(path)
    report = huepress.compress(path)
    assert report.notices[0].startswith("holds several frames")
    assert report.as_dict()["notices"] == report.notices


def test_pages_are_not_stepped_through_forever():
    """A GIF of a million empty frames took 22 seconds."""
    with pytest.raises(OptionError, match="no more than 100,000 are looked at; split"):
        read_pixels(several("GIF"), LIMIT, page=100_001)
