"""HEIC and JPEG XL: where their packages are installed, and what is said where they aren't."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from helpers.commands import assert_failed, run
from helpers.profiles import matrix_profile

from huepress import NotAnImageError, TooLargeError
from huepress.formats.metadata_reading import read_metadata
from huepress.reading import Pixels, read_pixels
from huepress.reading.deep import pixels_from_samples

LIMIT = 1_000_000
HEIC = b"\0\0\0\x18ftypheic" + bytes(12)
JXL = b"\xff\x0a" + bytes(20)
RANDOM = np.random.default_rng(0)


@pytest.mark.parametrize(
    ("content", "package", "extra"),
    [(HEIC, "pi_heif", "heic"), (JXL, "pyjpegxl", "jxl"),
     (b"\0\0\0\x0cJXL \r\n\x87\n" + bytes(9), "pyjpegxl", "jxl")],
)  # fmt: skip
def test_the_extra_that_is_missing_is_named(content, package, extra, monkeypatch):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(NotAnImageError, match=rf"pip install 'huepress\[{extra}\]'"):
        read_pixels(content, LIMIT)


@pytest.mark.parametrize(("content", "package"), [(HEIC, "pi_heif"), (JXL, "pyjpegxl")])
def test_damaged_ones(content, package, tmp_path):
    pytest.importorskip(package)
    (tmp_path / "a").write_bytes(content)
    assert_failed(run("compress", "a", "-o", "b.png", cwd=tmp_path), 2, "a: ")


def jxl(samples: np.ndarray, **settings: object) -> bytes:
    package = pytest.importorskip("pyjpegxl")
    content: bytes = package.encode_from_numpy(samples, lossless=True, **settings)
    return content


@pytest.mark.parametrize("planes", [1, 3, 4])
def test_jpeg_xl_of_8_and_16_bits(planes):
    samples = RANDOM.integers(0, 65_536, (9, 7, planes), np.uint16)
    eight = (samples >> 8).astype(np.uint8)
    assert read_pixels(jxl(samples), LIMIT) == pixels_from_samples(samples)
    pixels = read_pixels(jxl(eight), LIMIT)
    assert np.array_equal(
        np.frombuffer(pixels.to_8_bits(), np.uint8).reshape(9, 7, -1)[..., :planes], eight
    )
    assert not pixels.is_fine


def test_cut_heics_are_refused(shared_images):
    pytest.importorskip("pi_heif")
    content = (shared_images / "modes" / "heif" / "RGB_10__128x128.heif").read_bytes()
    for length in [*range(1, len(content), len(content) // 50), len(content) - 1]:
        with pytest.raises(NotAnImageError):
            read_pixels(content[:length], LIMIT)


def test_jpeg_xl_is_checked_before_it_is_decoded_and_cut_ones_refused():
    content = jxl(RANDOM.integers(0, 256, (100, 100, 3), np.uint8))
    with pytest.raises(TooLargeError, match="100x100"):
        read_pixels(content, 9999)
    for length in (3, 30, len(content) // 2, len(content) - 40):
        with pytest.raises(NotAnImageError):
            read_pixels(content[:length], LIMIT)


def test_profiles_of_jpeg_xl():
    wide = matrix_profile()
    samples = RANDOM.integers(0, 256, (9, 7, 3), np.uint8)
    content = jxl(samples, icc=wide)
    if read_metadata(content, LIMIT).icc != wide:
        pytest.skip("this pyjpegxl does not embed it")
    assert read_pixels(content, LIMIT).converted


def test_real_heic_files(shared_images):
    pytest.importorskip("pi_heif")
    folder = shared_images / "modes" / "heif"
    expected = {"LA_8__29x100": 4, "L_10__29x100": 3, "L_8__29x100": 3, "RGBA_12__29x100": 4,
                "RGB_10__128x128": 3}  # fmt: skip
    for name, channels in expected.items():
        pixels = read_pixels(folder / f"{name}.heif", LIMIT)
        assert pixels.channels == channels, name
        assert pixels.is_fine == ("_10" in name), name
    original = read_pixels(folder / "RGB_16__128x128.png", LIMIT)
    lossy = read_pixels(folder / "RGB_10__128x128.heif", LIMIT)
    assert isinstance(lossy, Pixels)
    error = np.frombuffer(original.to_8_bits(), np.uint8) - np.frombuffer(
        lossy.to_8_bits(), np.uint8
    ).astype(int)
    assert np.sqrt((error**2).mean()) < 12
