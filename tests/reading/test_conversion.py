"""ICC profiles: recognised by their numbers, converted or kept."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
import tifffile
from helpers.commands import assert_failed, run
from helpers.images import file_of, picture
from helpers.png_files import deep_png, with_chunks
from helpers.profiles import P3, matrix_profile, profile
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms

import huepress
from huepress import OptionError
from huepress.color import icc, srgb
from huepress.formats.metadata_reading import read_metadata
from huepress.reading import read_pixels

LIMIT = 1_000_000
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
SRGB_COLUMNS = tuple(zip(*srgb.SRGB_TO_XYZ_D50, strict=True))
WIDE = matrix_profile(name="Wide Ω")
RGB, RGBA = picture(), picture(mode="RGBA")


def converted(image: Image.Image, content: bytes = WIDE) -> bytes:
    """Return what colour management makes of an image."""
    source = ImageCms.ImageCmsProfile(io.BytesIO(content))
    target = ImageCms.createProfile("sRGB")
    mode = "RGBA" if image.mode == "RGBA" else "RGB"
    out = ImageCms.profileToProfile(image, source, target, outputMode=mode)
    assert out is not None
    return out.tobytes()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "TIFF"])
@pytest.mark.parametrize("image", [RGB, RGBA], ids=["RGB", "RGBA"])
def test_colours_are_converted_to_srgb(image, kind):
    if kind == "JPEG" and image.mode == "RGBA":
        pytest.skip("JPEG has no alpha")
    settings = {"lossless": True, "exact": True} if kind == "WEBP" else {}
    content = file_of(image, kind, icc_profile=WIDE, **settings)
    decoded = Image.open(io.BytesIO(content)).convert(image.mode)
    pixels = read_pixels(content, LIMIT)
    assert pixels.converted
    assert bytes(pixels.to_8_bits()) == converted(decoded)
    assert bytes(pixels.to_8_bits()) != decoded.tobytes()
    assert (pixels.notices, pixels.profile) == ((), b"")
    assert pixels.remarks == ("colours converted from Wide Ω (RGB) to sRGB",)


def test_a_palette_and_its_alpha_are_converted():
    image = RGB.quantize(20)
    content = file_of(image, icc_profile=WIDE, transparency=bytes([0, 100]))
    shown = Image.open(io.BytesIO(content)).convert("RGBA")
    assert bytes(read_pixels(content, LIMIT).to_8_bits()) == converted(shown)


@pytest.mark.parametrize(
    "content",
    [
        SRGB,
        matrix_profile(
            columns=SRGB_COLUMNS,
            name="Camera 7",
            curve=b"curv\0\0\0\0\0\0\4\0"
            + b"".join(round(srgb.srgb_to_linear(i / 1023) * 65_535).to_bytes(2, "big")
                       for i in range(1024)),
        ),
    ],
    ids=["LittleCMS", "a table"],
)  # fmt: skip
def test_what_means_srgb_is_left_as_it_is(content, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "PIL.ImageCms", None)  # not even imported
    pixels = read_pixels(file_of(RGB, icc_profile=content), LIMIT)
    assert bytes(pixels.to_8_bits()) == RGB.tobytes()
    assert (pixels.converted, pixels.remarks, pixels.notices) == (False, (), ())


@pytest.mark.parametrize("columns", [P3, SRGB_COLUMNS])
def test_names_do_not_make_srgb(columns):
    content = matrix_profile(1.8, columns, name="sRGB IEC61966-2.1")
    assert read_pixels(file_of(RGB, icc_profile=content), LIMIT).converted


def test_grey_profiles():
    grey = picture(mode="LA")
    curve = b"curv" + bytes(4) + b"\0\0\0\1" + b"\1\0"  # linear
    content = bytearray(matrix_profile(curve=curve))
    content[16:20] = b"GRAY"
    content = content.replace(b"rTRC", b"kTRC")
    for image in (grey, grey.convert("L")):
        pixels = read_pixels(file_of(image, icc_profile=bytes(content)), LIMIT)
        assert pixels.converted
        before = np.asarray(image.convert("RGBA"))[..., 0].ravel() / 255
        after = np.frombuffer(pixels.to_8_bits(), np.uint8).reshape(-1, pixels.channels)
        expected = [255 * srgb.linear_to_srgb(light) for light in before.tolist()]
        assert np.abs(after[:, 0] - expected).max() <= 1.01
    kept = read_pixels(file_of(grey, icc_profile=bytes(content)), LIMIT, keep_profile=True)
    assert kept.converted
    assert "can't be kept for RGB; converted" in kept.notices[0]


def test_cmyk_without_a_profile_is_what_pillow_shows():
    image = RGB.convert("CMYK")
    for kind in ("JPEG", "TIFF"):
        content = file_of(image, kind)
        shown = Image.open(io.BytesIO(content)).convert("RGB").tobytes()
        assert bytes(read_pixels(content, LIMIT).to_8_bits()) == shown


@pytest.mark.parametrize("content", [b"junk", profile(), profile(b"CMYK"), WIDE[:300], WIDE[:140]])
def test_broken_profiles_are_said_and_taken_as_srgb(content):
    pixels = read_pixels(file_of(RGB, icc_profile=content), LIMIT)
    assert bytes(pixels.to_8_bits()) == RGB.tobytes()
    assert len(pixels.notices) == 1
    assert "ICC profile is damaged or of another kind" in pixels.notices[0]


@given(st.data())
def test_any_damage_to_a_profile_leaves_an_image(data):
    content = bytearray(WIDE)
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    pixels = read_pixels(file_of(picture(5, 5), icc_profile=bytes(content)), LIMIT)
    assert (pixels.width, pixels.height) == (5, 5)
    assert "\n" not in icc.name_of_profile(bytes(content))


@pytest.mark.parametrize(
    "parameters",
    [(-1, 1, 0, 0, 0), (-1, 1, -0.5, 1, 0.1), (30_000, 9, 0, 0, 0), (20_000, -8, 9, 0, 0)],
)
def test_curves_that_give_no_numbers_are_none(parameters):
    numbers = struct.pack(">5i", *(round(number * 65_536) for number in parameters))
    curve = b"para" + bytes(4) + b"\0\3\0\0" + numbers
    content = matrix_profile(columns=SRGB_COLUMNS, curve=curve)
    assert icc.shaper_of_profile(content) is None
    assert len(read_pixels(file_of(RGB, icc_profile=content), LIMIT).to_8_bits()) == 60 * 40 * 3


@pytest.mark.parametrize("kind", ["png", "webp"])
def test_kept_profiles_go_into_the_output(tmp_path, kind):
    (tmp_path / "wide.png").write_bytes(file_of(RGB, icc_profile=WIDE))
    result = run("compress", "wide.png", "--keep-profile", "-v", "-o", f"out.{kind}", cwd=tmp_path)
    assert b"colours and profile kept: Wide" in result.stderr
    with Image.open(tmp_path / f"out.{kind}") as image:
        assert image.info["icc_profile"] == WIDE
    own = huepress.quantize(RGB).codebook
    assert set(huepress.read(tmp_path / f"out.{kind}").codebook.hex()) == set(own.hex())
    restored = run("decompress", f"out.{kind}", "-o", "back.png", cwd=tmp_path)
    assert restored.returncode == 0
    with Image.open(tmp_path / "back.png") as image:
        assert image.info["icc_profile"] == WIDE


def test_where_a_profile_can_not_be_kept_is_an_error(tmp_path):
    (tmp_path / "wide.png").write_bytes(file_of(RGB, icc_profile=WIDE))
    for kind in ("gif", "pair"):
        result = run("compress", "wide.png", "--keep-profile", "--format", kind, cwd=tmp_path)
        assert_failed(result, 4, f"--keep-profile: a {kind} can't hold a profile; use --format")
    with pytest.raises(OptionError, match="is not True or False"):
        huepress.quantize(RGB, keep_profile="yes")


def test_kept_metadata_do_not_contradict_converted_colours(tmp_path):
    wide, plain = tmp_path / "wide.png", tmp_path / "plain.png"
    wide.write_bytes(file_of(RGB, icc_profile=WIDE))
    plain.write_bytes(file_of(RGB, icc_profile=SRGB))
    for path, expected in ((wide, b""), (plain, SRGB)):
        report = huepress.compress(path, metadata="keep")
        assert read_metadata(report.outputs[0], LIMIT).icc == expected


def test_converting_is_said_when_asked(tmp_path):
    (tmp_path / "wide.png").write_bytes(file_of(RGB, icc_profile=WIDE))
    said = run("compress", "wide.png", "-v", cwd=tmp_path).stderr.decode()
    assert said == "huepress: wide.png: colours converted from Wide Ω (RGB) to sRGB\n"
    assert run("compress", "wide.png", "-f", cwd=tmp_path).stderr == b""


def test_deep_colours_are_converted_before_they_are_rounded():
    """Linear light of 8 bits would leave two dozen levels below a quarter of grey."""
    dark = np.linspace(0, 3000, 900).astype(np.uint16).reshape(30, 30)
    file = io.BytesIO()
    linear = matrix_profile(1.0, SRGB_COLUMNS, name="linear")
    tifffile.imwrite(file, np.stack([dark] * 3, axis=2), photometric="rgb",
                     iccprofile=linear)  # fmt: skip
    pixels = read_pixels(file.getvalue(), LIMIT)
    assert pixels.converted
    shown = np.frombuffer(pixels.to_8_bits(), np.uint8)[::3]
    expected = [255 * srgb.linear_to_srgb(v / 65_535) for v in dark.ravel().tolist()]
    assert np.abs(shown - expected).max() < 0.6
    assert len(set(shown.tolist())) > 55


def test_deep_colours_of_a_profile_of_tables_are_rounded_first(monkeypatch):
    """Once the bytes of 10 bits a channel were handed to colour management as if of 8."""
    samples = np.random.default_rng(0).integers(0, 65_536, (20, 30, 3), np.uint16)
    content = with_chunks(deep_png(samples), (b"iCCP", b"it\0\0" + zlib.compress(WIDE)))
    monkeypatch.setattr(icc, "shaper_of_profile", lambda profile: None)  # as if it held tables only
    pixels = read_pixels(content, LIMIT)
    rounded = Image.fromarray(np.rint(samples / 257).astype(np.uint8))
    assert bytes(pixels.to_8_bits()) == converted(rounded)


def test_lab_needs_no_profile():
    """What colour management itself makes was called damaged."""
    lab = ImageCms.createProfile("LAB")
    image = ImageCms.profileToProfile(RGB, ImageCms.createProfile("sRGB"), lab, outputMode="LAB")
    assert image is not None
    for source in (image, file_of(image, "TIFF")):
        pixels = read_pixels(source, LIMIT)
        assert (pixels.notices, pixels.remarks) == ((), ())
        shown = np.frombuffer(bytes(pixels.to_8_bits()), np.uint8).astype(int)
        assert np.abs(shown - np.asarray(RGB).ravel()).mean() < 2


def ink_profile(perceptual: int, relative: int) -> bytes:
    """Return a profile of CMYK: how light (of 255) cyan is meant, for two rendering intents."""

    def table(lightness: int) -> bytes:
        ramp = bytes(range(256))
        levels = [255] + [0] * 7 + [lightness] + [0] * 7  # of no ink, of cyan alone, and others
        grid = b"".join(bytes([level, 128, 128]) for level in levels)
        identity = struct.pack(">9i", 65_536, 0, 0, 0, 65_536, 0, 0, 0, 65_536)
        return b"mft1\0\0\0\0\4\3\2\0" + identity + ramp * 4 + grid + ramp * 3

    contents = {b"A2B0": table(perceptual), b"A2B1": table(relative)}
    head, body, start = b"", b"", 128 + 4 + 24
    for tag, content in contents.items():
        head += struct.pack(">4sII", tag, start + len(body), len(content))
        body += content
    header = bytearray(128)
    header[:4], header[8:12] = struct.pack(">I", start + len(body)), b"\2\x40\0\0"
    header[12:24], header[36:40] = b"prtrCMYKLab ", b"acsp"
    header[68:80] = struct.pack(">3i", 63_190, 65_536, 54_061)
    return bytes(header) + struct.pack(">I", 2) + head + body


def test_inks_are_converted_as_they_measure():
    """Perceptual tables, which were used, hold what a profile's maker thought pleasing."""
    cyan = Image.new("CMYK", (2, 2), (255, 0, 0, 0))
    content = file_of(cyan, "TIFF", icc_profile=ink_profile(perceptual=60, relative=200))
    shown = set(read_pixels(content, LIMIT).to_8_bits())
    assert all(185 < level < 200 for level in shown)  # lightness of 78 in 100 is 193
