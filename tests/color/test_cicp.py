"""gAMA, cHRM and code points: taken as the profiles that say the same."""

from __future__ import annotations

import io
import itertools
import struct
import sys
import zlib

import numpy as np
import pytest
from helpers.colors import managed, values
from helpers.commands import assert_failed, run
from helpers.images import file_of, picture
from helpers.png_files import deep_png, png_chunk, with_chunks
from helpers.profiles import P3, matrix_profile
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms

import huepress
from huepress.color import cicp, icc, srgb
from huepress.reading import Pixels, read_pixels

LIMIT = 1_000_000
SRGB_COLUMNS = tuple(zip(*srgb.SRGB_TO_XYZ_D50, strict=True))
P3_PRIMARIES = (0.3127, 0.329, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060)
RGB, RGBA = picture(), picture(mode="RGBA")
P3_CODES, PQ_CODES, HLG_CODES = ((b"cICP", bytes(codes)) for codes in
                                 ((12, 13, 0, 1), (9, 16, 0, 1), (9, 18, 0, 1)))  # fmt: skip
SRGB = (b"sRGB", b"\0")
ICC = (b"iCCP", b"wide\0\0" + zlib.compress(matrix_profile(1.8)))


def gamma(value: float) -> tuple[bytes, bytes]:
    return b"gAMA", struct.pack(">I", round(value * 100_000))


def primaries(*values: float) -> tuple[bytes, bytes]:
    return b"cHRM", struct.pack(">8I", *(round(value * 100_000) for value in values))


# What chunks say, the same as a profile, and what it is called.
SAME = [
    ([gamma(1 / 1.8)], matrix_profile(1.8, SRGB_COLUMNS), "gamma 1.8"),
    ([gamma(1)], matrix_profile(1, SRGB_COLUMNS), "gamma 1"),
    ([gamma(1 / 2.2), primaries(*P3_PRIMARIES)], matrix_profile(2.2, P3), "gamma 2.2, own"),
    ([gamma(1 / 1.5), primaries(*P3_PRIMARIES)], matrix_profile(1.5, P3), "gamma 1.5, own"),
    ([(b"cICP", bytes((12, 4, 0, 1)))], matrix_profile(2.2, P3), "Display P3, gamma 2.2"),
    ([(b"cICP", bytes((12, 8, 0, 1)))], matrix_profile(1, P3), "Display P3, linear"),
]  # fmt: skip


@pytest.mark.parametrize("image", [RGB, RGBA], ids=["RGB", "RGBA"])
@pytest.mark.parametrize(("said", "profile", "name"), SAME, ids=[name for *_, name in SAME])
def test_chunks_are_converted_as_the_profile_that_says_the_same(said, profile, name, image):
    pixels = read_pixels(with_chunks(file_of(image), *said), LIMIT)
    assert pixels.converted
    assert pixels.notices == ()
    assert pixels.remarks[0].startswith(f"colours converted from {name}")
    assert np.abs(values(pixels) - managed(image, profile)).max() <= 1
    assert bytes(pixels.to_8_bits()) != image.tobytes()


@pytest.mark.parametrize(("said", "profile", "name"), SAME, ids=[name for *_, name in SAME])
def test_of_16_bits_too_and_before_they_are_rounded(said, profile, name):
    samples = np.random.default_rng(3).integers(0, 65_536, (20, 30, 3), np.uint16)
    pixels = read_pixels(with_chunks(deep_png(samples), *said), LIMIT)
    by_profile = (b"iCCP", b"it\0\0" + zlib.compress(profile))
    expected = read_pixels(with_chunks(deep_png(samples), by_profile), LIMIT)
    assert pixels.is_fine
    assert pixels.converted
    assert np.abs(values(pixels) - values(expected)).max() <= 1
    assert (values(pixels) != values(expected)).mean() < 0.01


def test_palettes_and_transparent_colours():
    palette = file_of(RGB.quantize(20), transparency=bytes([0, 100]))
    shown = Image.open(io.BytesIO(palette)).convert("RGBA")
    found = values(read_pixels(with_chunks(palette, gamma(1)), LIMIT))
    assert np.abs(found - managed(shown, matrix_profile(1, SRGB_COLUMNS))).max() <= 1
    flat = Image.new("RGB", (2, 1), (10, 20, 30))
    flat.putpixel((1, 0), (10, 20, 31))
    keyed = with_chunks(file_of(flat, transparency=(10, 20, 30)), gamma(1))
    assert [int(alpha) for alpha in values(read_pixels(keyed, LIMIT))[:, 3]] == [0, 255]


@pytest.mark.parametrize("said", [[gamma(1)], [P3_CODES, gamma(1)], [PQ_CODES], [HLG_CODES],
                                  [gamma(2.5), primaries(*P3_PRIMARIES)]])  # fmt: skip
def test_greys_stay_grey(said):
    ramp = Image.frombytes("L", (256, 1), bytes(range(256)))
    deep = np.arange(0, 65_536, 17, dtype=np.uint16)[None, :, None]
    for content in (file_of(ramp), deep_png(deep)):
        pixels = read_pixels(with_chunks(content, *said), LIMIT)
        found = values(pixels)
        assert (found == found[:, :1]).all()
        assert (np.diff(found[:, 0]) >= 0).all()
        assert (found[0, 0], found[-1, 0]) == (0, 255)


def test_primaries_alone_do_not_change_a_grey():
    for said in (P3_CODES, primaries(*P3_PRIMARIES)):
        pixels = read_pixels(with_chunks(file_of(picture(mode="L")), said), LIMIT)
        assert pixels.remarks == ()
        assert not pixels.converted


@pytest.mark.parametrize(
    "said",
    [
        [SRGB, gamma(1), primaries(*P3_PRIMARIES)],
        [gamma(0.45455)],
        [gamma(0.45)],
        [primaries(*srgb.PRIMARIES)],
        [gamma(0.45455), primaries(0.313, 0.329, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06)],
        *(
            [(b"cICP", bytes((p, t, 0, 1)))]
            for p, t in itertools.product((1, 2), (1, 2, 6, 13, 14))
        ),
        [(b"cICP", bytes((1, 13, 0, 1))), ICC, gamma(1)],
    ],
)
def test_what_means_srgb_changes_nothing(said, monkeypatch):
    monkeypatch.setitem(sys.modules, "PIL.ImageCms", None)
    pixels = read_pixels(with_chunks(file_of(RGB), *said), LIMIT)
    assert pixels == Pixels(60, 40, 3, RGB.tobytes())


def test_what_comes_first_counts():
    def remark(*said: tuple[bytes, bytes]) -> str:
        return "".join(read_pixels(with_chunks(file_of(RGB), *said), LIMIT).remarks)

    everything = [gamma(1), ICC, P3_CODES]
    assert "Display P3" in remark(*everything)
    assert "Wide" in remark(*everything[:2])
    assert "gamma 1 " in remark(*everything[:1])
    assert remark(SRGB, gamma(1)) == ""


@pytest.mark.parametrize("codes", [(99, 13, 0, 1), (1, 99, 0, 1), (9, 16, 9, 1), (9, 16, 0, 0),
                                   (0, 13, 0, 1), (1, 3, 0, 1)])  # fmt: skip
def test_unknown_code_points_are_said_and_the_next_counts(codes):
    said = (b"cICP", bytes(codes))
    pixels = read_pixels(with_chunks(file_of(RGB), said), LIMIT)
    assert bytes(pixels.to_8_bits()) == RGB.tobytes()
    assert pixels.notices == (
        f"its colour code points ({codes[0]}, {codes[1]}, {codes[2]}, {codes[3]}) are unknown "
        "and were ignored",
    )
    after = read_pixels(with_chunks(file_of(RGB), said, gamma(1)), LIMIT)
    assert (after.notices, after.converted) == (pixels.notices, True)


@pytest.mark.parametrize(
    "said",
    [
        gamma(0),
        gamma(0.001),
        gamma(2000),
        (b"gAMA", b"\xff" * 4),
        (b"cHRM", bytes(32)),
        (b"cHRM", b"\xff" * 32),
        primaries(0.3127, 0.329, *[0.3, 0.3] * 3),  # all the same
        primaries(0.3127, 0.329, 0.64, 0.33, 0.3, 0.6, 0.47, 0.465),  # on one line
        primaries(0.1, 0.8, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06),  # a white that they don't mix
        primaries(0.9, 0.001, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06),
    ],
)
def test_what_makes_no_colours_is_said_and_taken_as_srgb(said):
    pixels = read_pixels(with_chunks(file_of(RGB), said), LIMIT)
    assert bytes(pixels.to_8_bits()) == RGB.tobytes()
    assert not pixels.converted
    assert pixels.notices == (
        "its gamma or primaries (gAMA, cHRM) are impossible; the colours are taken as sRGB",
    )


NUMBERS = st.integers(0, 2**32 - 1) | st.integers(0, 99_999)


@given(
    st.none() | NUMBERS,
    st.none() | st.lists(NUMBERS, min_size=8, max_size=8),
    st.none() | st.binary(min_size=4, max_size=4),
    st.sampled_from(["RGB", "RGBA", "L", "P", "I;16"]),
    st.booleans(),
)  # fmt: skip
def test_any_numbers_leave_an_image(gamma, primaries, codes, mode, kept):
    image = picture(5, 5, "L").convert(mode) if mode == "I;16" else picture(5, 5, mode)
    said = [(b"gAMA", struct.pack(">I", gamma))] if gamma is not None else []
    said += [(b"cHRM", struct.pack(">8I", *primaries))] if primaries else []
    said += [(b"cICP", codes)] if codes else []
    pixels = read_pixels(with_chunks(file_of(image), *said), LIMIT, keep_profile=kept)
    assert (pixels.width, pixels.height) == (5, 5)
    assert not any("ICC" in notice for notice in pixels.notices)
    assert not (kept and pixels.converted)


@given(st.integers(1, 12), st.sampled_from([1, 4, 5, 8, 16, 18]))
def test_profiles_are_read_as_they_were_meant_by_others_too(primaries, transfer):
    made = cicp.profile_from_code_points((primaries, transfer, 0, 1))
    if made is None:
        assert primaries == 3
        return
    named = ImageCms.ImageCmsProfile(io.BytesIO(made)).profile
    assert named.profile_description == icc.name_of_profile(made)
    assert (named.version, named.xcolor_space.strip()) == (4.4, "RGB")
    white = np.sum([named.red_colorant[0], named.green_colorant[0], named.blue_colorant[0]], axis=0)
    assert np.allclose(white, icc.D50, atol=1e-4)


def test_the_hdr_curves():
    """BT.2408 has white at 58 % of PQ and 75 % of HLG: 203 candelas, which stay half as light."""
    for transfer, value in ((16, 0.581), (18, 0.75)):
        made = cicp.profile_from_code_points((9, transfer, 0, 1))
        assert made is not None
        shaper = icc.shaper_of_profile(made)
        assert shaper is not None
        curve = shaper.curves[0]
        assert curve.light(value) == pytest.approx(0.52, abs=0.01)
        lights = [curve.light(step / 4095) for step in range(4096)]
        assert lights == sorted(lights)
        assert (lights[0], lights[-1]) == (0, 1)
        if transfer == 16:  # PQ of one candela: dark light stays
            assert curve.light(0.1499) == pytest.approx(1 / 203, rel=0.01)


@pytest.mark.parametrize("codes", [PQ_CODES, HLG_CODES])
def test_hdr_is_tone_mapped_and_said(tmp_path, codes):
    (tmp_path / "hdr.png").write_bytes(with_chunks(file_of(RGB), codes))
    result = run("compress", "hdr.png", cwd=tmp_path)
    kind = {16: "PQ", 18: "HLG"}[codes[1][1]]
    assert result.stderr.decode() == (
        f"huepress: hdr.png: HDR ({kind}) was tone-mapped to sRGB; --keep-profile keeps its range\n"
    )
    kept = run("compress", "hdr.png", "--keep-profile", "-f", cwd=tmp_path)
    assert kept.stderr == b""
    output = (tmp_path / "hdr-hp.png").read_bytes()
    assert png_chunk(*codes) in output
    with Image.open(tmp_path / "hdr-hp.png") as image:
        assert icc.code_points_in_profile(image.info["icc_profile"]) == codes[1]


KEPT = [gamma(1), primaries(*P3_PRIMARIES), P3_CODES, HLG_CODES]


@pytest.mark.parametrize("mode", ["RGB", "L"])
@pytest.mark.parametrize("kind", ["png", "webp"])
@pytest.mark.parametrize("said", KEPT)
def test_kept_colours_are_shown_as_they_were_meant(tmp_path, said, kind, mode):
    image = picture(mode=mode).quantize(50).convert(mode)
    source, out, back = tmp_path / "a.png", tmp_path / f"b.{kind}", tmp_path / "c.png"
    source.write_bytes(with_chunks(file_of(image), said))
    meant = values(read_pixels(source, LIMIT))
    for metadata in ("strip", "keep"):
        report = huepress.compress(source, out, keep_profile=True, metadata=metadata, force=True)
        assert report.notices == ()
        huepress.decompress(out, output=back, force=True)
        for path in (out, back):
            with Image.open(path) as stored:  # the values are the same, and mean the same
                assert stored.convert(mode).tobytes() == image.tobytes()
            assert np.abs(values(read_pixels(path, LIMIT)) - meant).max() <= 1


@pytest.mark.parametrize("said", KEPT)
def test_kept_metadata_do_not_contradict_converted_colours(said):
    out = io.BytesIO()
    huepress.compress(with_chunks(file_of(RGB), said), out, metadata="keep")
    for name in (b"gAMA", b"cHRM", b"cICP", b"iCCP"):
        assert name not in out.getvalue()
    huepress.compress(with_chunks(file_of(RGB), SRGB, gamma(0.45455)), out, metadata="keep")
    assert b"sRGB" in out.getvalue()
    assert b"gAMA" in out.getvalue()


def test_where_they_can_not_be_kept_is_an_error(tmp_path):
    (tmp_path / "a.png").write_bytes(with_chunks(file_of(RGB), gamma(1)))
    result = run("compress", "a.png", "--keep-profile", "--format", "gif", cwd=tmp_path)
    assert_failed(result, 4, "--keep-profile: a gif can't hold a profile")


def test_images_in_memory_have_what_pillow_keeps():
    with Image.open(io.BytesIO(with_chunks(file_of(RGB), gamma(1)))) as image:
        image.load()
        assert read_pixels(image, LIMIT).converted
        assert read_pixels(image.convert("RGBA"), LIMIT).converted
