"""Files of several images."""

from __future__ import annotations

import io
import struct
import time

import numpy as np
import pytest
from helpers.commands import assert_failed, run, snapshot
from helpers.images import file_of, picture
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, features

import huepress
from huepress import AnimationError, OptionError
from huepress.reading import Pixels, pages, read_pixels

LIMIT = 1_000_000
COLORS = ("red", "lime", "blue")
FRAMES = [Image.new("RGB", (8, 6), color) for color in COLORS]
ANIMATED = ["GIF", "PNG", "WEBP"]
if features.check("avif"):
    ANIMATED.append("AVIF")


def several(kind: str) -> bytes:
    settings = {"lossless": True} if kind == "WEBP" else {}
    return file_of(FRAMES[0], kind, save_all=True, append_images=FRAMES[1:], **settings)


def fli(count: int) -> bytes:
    """Return an animation of FLI, whose colours and pixels are those that a decoder starts with."""
    frame = struct.pack("<IHH8x", 16, 0xF1FA, 0)
    header = struct.pack("<IHHHHHHI", 128 + 16 * count, 0xAF11, count, 8, 6, 8, 3, 70)
    return header.ljust(128, b"\0") + frame * count


def color_of(pixels: Pixels) -> tuple[int, ...]:
    return tuple(bytes(pixels.to_8_bits()[:3]))


def test_of_several_pages_the_first_is_taken_and_it_is_said():
    pixels = read_pixels(several("TIFF"), LIMIT)
    assert color_of(pixels) == (255, 0, 0)
    notice = "holds several pages; only the first is taken; `page` takes another"
    assert pixels.notices == (notice,)


@pytest.mark.parametrize("kind", ANIMATED)
def test_an_animation_is_refused_unless_a_frame_is_named(kind):
    """Its first frame was compressed, called lossless, and with ``-o same -f`` took its place."""
    with pytest.raises(AnimationError) as caught:
        read_pixels(several(kind), LIMIT)
    assert str(caught.value) == (
        "image: an animation of 3 frames, and only single images are compressed; "
        "choose one frame by `page`"
    )


def test_the_frames_of_fli_are_no_single_image():
    with pytest.raises(AnimationError, match="an animation of 24 frames"):
        read_pixels(fli(24), LIMIT)
    assert read_pixels(fli(24), LIMIT, page=24).width == 8
    assert read_pixels(fli(1), LIMIT).notices == ()


@pytest.mark.parametrize("kind", ANIMATED)
def test_the_first_frame_is_taken_if_asked_for(kind):
    pixels = read_pixels(several(kind), LIMIT, first_frame=True)
    assert pixels == read_pixels(several(kind), LIMIT, page=1)
    assert pixels.notices == ()
    named = read_pixels(several(kind), LIMIT, page=2, first_frame=True)
    assert named == read_pixels(several(kind), LIMIT, page=2)


@pytest.mark.parametrize("kind", ["TIFF", *ANIMATED])
@pytest.mark.parametrize("page", [1, 2, 3])
def test_any_is_taken_when_named(kind, page):
    pixels = read_pixels(several(kind), LIMIT, page=page)
    expected = Image.new("RGB", (1, 1), COLORS[page - 1]).tobytes()
    assert np.abs(np.subtract(color_of(pixels), list(expected))).max() <= (
        5 if kind == "AVIF" else 0
    )
    assert pixels.notices == ()
    with pytest.raises(OptionError, match=r"has fewer than 4 (page|frame)s; give a lower"):
        read_pixels(several(kind), LIMIT, page=4)


@pytest.mark.parametrize("kind", ["TIFF", *ANIMATED, "JPEG", "BMP", "ICO"])
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
    from huepress.reading.deep import pixels_from_samples

    assert read_pixels(file.getvalue(), LIMIT, page=2) == pixels_from_samples(samples)
    with pytest.raises(huepress.TooLargeError, match="30x20"):
        read_pixels(file.getvalue(), 100, page=2)


def test_the_largest_icon_is_taken():
    image = picture(64, 64, "RGBA")
    content = file_of(image, "ICO", sizes=[(16, 16), (64, 64), (32, 32)])
    pixels = read_pixels(content, LIMIT)
    assert (pixels.width, pixels.height) == (64, 64)
    assert bytes(pixels.to_8_bits()) == image.tobytes()


def test_images_in_memory_have_one_page():
    with Image.open(io.BytesIO(several("GIF"))) as image:
        image.seek(1)  # whoever opened it has chosen
        pixels = read_pixels(image, LIMIT)
        assert (bytes(pixels.to_8_bits()[:3]), pixels.notices) == (bytes([0, 255, 0]), ())
        with pytest.raises(OptionError, match=r"^page: an image in memory has only one; leave"):
            read_pixels(image, LIMIT, page=2)


def test_on_the_command_line(tmp_path):
    (tmp_path / "a.gif").write_bytes(several("GIF"))
    result = run("compress", "a.gif", cwd=tmp_path)
    assert_failed(result, 2, "a.gif: an animation of 3 frames", "choose one frame by --page")
    before = snapshot(tmp_path)
    result = run("compress", "a.gif", "-f", "-o", "a.gif", cwd=tmp_path)
    assert_failed(result, 2, "a.gif: an animation of 3 frames")
    assert snapshot(tmp_path) == before
    assert run("compress", "a.gif", "-f", "--page", "3", cwd=tmp_path).stderr == b""
    assert list(huepress.read(tmp_path / "a-hp.png").codebook) == [(0, 0, 255)]
    assert_failed(run("compress", "a.gif", "-f", "--page", "9", cwd=tmp_path), 4, "page: a.gif has")


def test_in_python(tmp_path):
    path = tmp_path / "a.gif"
    path.write_bytes(several("GIF"))
    for call in (huepress.quantize, huepress.compress):
        with pytest.raises(AnimationError, match=r"a\.gif: an animation of 3 frames"):
            call(path)
        assert call(path, page=2)


def test_an_animation_may_be_looked_at():
    """Where only its colours count, or how alike two images look, its first frame will do."""
    red, animation = Image.new("RGB", (8, 6), "red"), several("GIF")
    assert huepress.metrics.mse(animation, red) == 0
    assert list(huepress.quantize(red, palette=animation).codebook) == [(255, 0, 0)]
    assert huepress.quantize(red, importance=animation).mse == 0


def test_several_pages_are_a_warning_in_python(tmp_path):
    path = tmp_path / "a.tif"
    path.write_bytes(several("TIFF"))
    with pytest.warns(UserWarning, match=r"a\.tif: holds several pages"):
        huepress.quantize(path)
    report = huepress.compress(path)
    assert report.notices[0].startswith("holds several pages")
    assert report.as_dict()["notices"] == report.notices


def test_pages_are_not_stepped_through_forever():
    """A GIF of a million empty frames took 22 seconds."""
    with pytest.raises(OptionError, match="image is read only up to 100,000; split"):
        read_pixels(several("GIF"), LIMIT, page=100_001)


def gif_of_empty_frames(count: int) -> bytes:
    frame = b"," + struct.pack("<HHHHBB", 0, 0, 1, 1, 0, 2) + b"\0"
    return b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0, 0, 0) + frame * count


def test_frames_are_counted_with_a_limit(monkeypatch):
    """Counted by Pillow, a million of them took 22 seconds."""
    content = gif_of_empty_frames(1_000_000)
    start = time.perf_counter()
    with pytest.raises(AnimationError, match="an animation of 1,000,000 frames"):
        read_pixels(content, LIMIT)
    assert time.perf_counter() - start < 10
    monkeypatch.setattr(pages, "_MAX_GIF", 1300)
    with pytest.raises(AnimationError, match="an animation of 108 or more frames"):
        read_pixels(content, LIMIT)


BLOCKS = st.lists(st.binary(min_size=1, max_size=255), max_size=3)


@given(
    st.lists(st.tuples(st.sampled_from([0, 0x80, 0x87]), BLOCKS, BLOCKS), min_size=2, max_size=5),
    st.sampled_from([0, 0x80, 0x83]),
    st.binary(max_size=3),
)
def test_frames_are_counted_as_pillow_counts_them(frames, flags, after):
    """With comments before them, with and without colours of their own, junk behind the last."""

    def colors(flags: int) -> bytes:
        return bytes(3 << (flags & 7) + 1) if flags & 0x80 else b""

    def joined(blocks: list[bytes]) -> bytes:
        return b"".join(bytes([len(block)]) + block for block in blocks) + b"\0"

    content = b"GIF89a" + struct.pack("<HHBBB", 4, 4, flags, 0, 0) + colors(flags)
    for own, comments, data in frames:
        content += b"!\xfe" + joined(comments)
        content += (
            b"," + struct.pack("<HHHHB", 0, 0, 4, 4, own) + colors(own) + b"\2" + joined(data)
        )
    content += b";" + after
    with Image.open(io.BytesIO(content)) as image:
        count = image.n_frames
    assert count == len(frames)
    with pytest.raises(AnimationError, match=f"an animation of {count} frames"):
        read_pixels(content, LIMIT)
