"""PBM, PGM and PPM: of any maximum, and none that takes forever."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.images import picture
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from huepress import TooLargeError
from huepress.reading import read_pixels
from huepress.reading.deep import pixels_from_samples

LIMIT = 100_000
RANDOM = np.random.default_rng(4)


@pytest.mark.parametrize(("magic", "channels"), [("P5", 1), ("P6", 3)])
def test_16_bits(magic, channels):
    """Pillow took three seconds a megapixel, and 8 bits of colours."""
    samples = RANDOM.integers(0, 65_536, (7, 9, channels), np.uint16)
    content = f"{magic} 9 7 65535\n".encode() + samples.astype(">u2").tobytes()
    assert read_pixels(content, LIMIT) == pixels_from_samples(samples)


@given(st.integers(1, 65_535), st.sampled_from([("P5", 1), ("P6", 3)]), st.integers(0, 300))
def test_any_maximum(white, kind, above):
    """What is above the maximum is white."""
    magic, channels = kind
    most = 255 if white < 256 else 65_535
    samples = RANDOM.integers(0, white + 1, (3, 4, channels))
    samples[0, 0], samples[0, 1] = white, min(most, white + above)
    kind = "u1" if white < 256 else ">u2"
    content = f"{magic} 4 3 {white}\n".encode() + samples.astype(kind).tobytes()
    shown = np.frombuffer(bytes(read_pixels(content, LIMIT).to_8_bits()), np.uint8).reshape(3, 4, 3)
    assert np.abs(shown - np.minimum(samples * 255 / white, 255)).max() <= 0.51
    assert (shown[0, :2] == 255).all()


@pytest.mark.parametrize("magic", [b"P1", b"P2", b"P3", b"P4", b"P5", b"P6"])
def test_headers_without_end_are_refused(magic):
    """A comment of 100 MB took half a minute, byte by byte."""
    for much in (b"\n#" + b"x" * (1 << 17), b" " * (1 << 17), b"\n#\n" * (1 << 16)):
        with pytest.raises(TooLargeError, match="header takes more than 64 kB; remove"):
            read_pixels(magic + much + b"\n1 1 1\n111", LIMIT)


def test_plain_text_has_its_limits(monkeypatch):
    monkeypatch.setattr("huepress.reading.pnm._MAX_TEXT", 1000)
    short, long = (b"P3 1 1 255 1 2 3" + b" " * spaces for spaces in (900, 1000))
    assert bytes(read_pixels(short, LIMIT).to_8_bits()) == bytes([1, 2, 3])
    with pytest.raises(TooLargeError, match="plain text, or 1,000 comments; convert"):
        read_pixels(long, LIMIT)


def test_many_comments_are_refused():
    """Pillow copied the rest of a block for each: 4 MB of them took a minute."""
    with pytest.raises(TooLargeError, match="comments"):
        read_pixels(b"P2 1 1 255\n" + b"#\n" * 1001 + b"7", LIMIT)
    content = b"P2 1 1 255\n" + b"# as people write them\n" * 100 + b"7"
    assert bytes(read_pixels(content, LIMIT).to_8_bits()) == bytes([7, 7, 7])


@pytest.mark.parametrize("mode", ["1", "L", "RGB"])
def test_common_ones_are_what_pillow_gives(mode, tmp_path):
    image = picture(mode="RGB").convert(mode)
    image.save(tmp_path / "a.pnm", "PPM")
    content = (tmp_path / "a.pnm").read_bytes()
    commented = content[:3] + b"# made by hand\n" + content[3:]
    for made in (content, commented):
        assert bytes(read_pixels(made, LIMIT).to_8_bits()) == image.convert("RGB").tobytes()
    with Image.open(tmp_path / "a.pnm") as given:
        assert bytes(read_pixels(given, LIMIT).to_8_bits()) == image.convert("RGB").tobytes()
