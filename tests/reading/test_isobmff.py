"""Code points in the boxes of AVIF and HEIC."""

from __future__ import annotations

import io
import struct

import numpy as np
import pytest
from helpers.colors import managed, values
from helpers.images import file_of, picture
from helpers.profiles import P3, matrix_profile
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, features

from huepress.reading import isobmff, read_pixels

LIMIT = 1_000_000
needs_avif = pytest.mark.skipif(not features.check("avif"), reason="this Pillow has no AVIF")


def box(kind: bytes, content: bytes, size: int | None = None) -> bytes:
    return struct.pack(">I4s", len(content) + 8 if size is None else size, kind) + content


def meta(*, wide: bool = False, main: int = 2, colr: bytes | None = None) -> bytes:
    """Return the boxes of an image of two items, whose second has the properties 1 and 2."""
    number = ">I" if wide else ">H"
    pitm = bytes((wide, 0, 0, 0)) + struct.pack(number, main)
    colr = b"nclx" + struct.pack(">HHHB", 12, 13, 6, 128) if colr is None else colr
    ipco = box(b"ispe", bytes(12)) + box(b"colr", colr)
    places = [(1, [1]), (2, [0x8001 if wide else 0x81, 2])]
    ipma = bytes((wide, 0, 0, wide)) + struct.pack(">I", len(places))
    for item, props in places:
        ipma += struct.pack(number, item) + bytes([len(props)])
        ipma += b"".join(struct.pack(">H" if wide else ">B", prop) for prop in props)
    iprp = box(b"ipco", ipco) + box(b"ipma", ipma)
    return bytes(4) + box(b"pitm", pitm) + box(b"iprp", iprp)


def found(content: bytes) -> tuple[int, int, int, int] | None:
    return isobmff.code_points_in(io.BytesIO(content))


FTYP = box(b"ftyp", b"avif" + bytes(4))


@pytest.mark.parametrize("wide", [False, True])
def test_the_main_item_counts(wide):
    assert found(FTYP + box(b"meta", meta(wide=wide))) == (12, 13, 0, 1)
    assert found(FTYP + box(b"meta", meta(wide=wide, main=1))) is None
    assert found(FTYP + box(b"meta", meta(wide=wide, main=3))) is None
    assert found(FTYP + box(b"meta", meta(wide=wide, colr=b"prof" + bytes(200)))) is None


def test_sizes_of_every_kind():
    content = meta()
    before = struct.pack(">I4sQ", 1, b"mdat", 16 + 7) + bytes(7)
    assert found(before + box(b"meta", content)) == (12, 13, 0, 1)
    assert found(FTYP + box(b"meta", content, size=0)) == (12, 13, 0, 1)
    assert found(FTYP + struct.pack(">I4sQ", 1, b"meta", 16 + len(content)) + content) is not None


@pytest.mark.parametrize("size", [1, 2, 7, 8, 1 << 31])
def test_wrong_sizes_end_the_search(size):
    assert found(struct.pack(">I4s", size, b"free") + bytes(8) + box(b"meta", meta())) is None
    assert found(struct.pack(">I4sQ", 1, b"free", (1 << 64) - size) + box(b"meta", meta())) is None


def test_the_search_is_bounded():
    assert found(box(b"free", b"") * 999 + box(b"meta", meta())) is not None
    assert found(box(b"free", b"") * 1000 + box(b"meta", meta())) is None
    far = box(b"free", b"") * (1 << 17)
    assert found(box(b"meta", bytes(4) + far + meta()[4:])) is None


@given(st.data())
def test_any_damage_gives_something(data):
    content = bytearray(FTYP + box(b"meta", meta(wide=data.draw(st.booleans()))))
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    codes = found(bytes(content[: data.draw(st.integers(0, len(content)))]))
    assert codes is None or len(codes) == 4


def recoded(content: bytes, primaries: int, transfer: int) -> bytes:
    """Return a file that says other things of its colours, and is else the same."""
    at = content.index(b"nclx") + 4
    return content[:at] + struct.pack(">HH", primaries, transfer) + content[at + 4 :]


@needs_avif
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_avifs_are_converted_once(mode):
    plain = file_of(picture(mode=mode), "AVIF", quality=90)
    decoded = Image.open(io.BytesIO(plain)).convert(mode)
    wide = recoded(plain, 12, 4)
    assert Image.open(io.BytesIO(wide)).convert(mode).tobytes() == decoded.tobytes()
    assert not read_pixels(plain, LIMIT).converted
    pixels = read_pixels(wide, LIMIT)
    assert pixels.remarks == ("colours converted from Display P3, gamma 2.2 (RGB) to sRGB",)
    assert np.abs(values(pixels) - managed(decoded, matrix_profile(2.2, P3))).max() <= 1
    hdr = read_pixels(recoded(plain, 9, 16), LIMIT)
    assert hdr.notices[0].startswith("HDR (PQ) was tone-mapped")
    assert (
        read_pixels(recoded(plain, 77, 13), LIMIT).notices[0].startswith("its colour code points")
    )
    kept = read_pixels(wide, LIMIT, keep_profile=True)
    assert bytes(kept.to_8_bits()) == decoded.tobytes()
    assert kept.profile


@needs_avif
def test_a_profile_counts_before_an_avifs_code_points():
    content = recoded(file_of(picture(), "AVIF", icc_profile=matrix_profile()), 9, 16)
    pixels = read_pixels(content, LIMIT)
    assert pixels.notices == ()
    assert "Wide" in pixels.remarks[0]


def test_heics_are_converted_once(shared_images):
    package = pytest.importorskip("pi_heif")
    plain = (shared_images / "modes" / "pillow" / "avif__hopper.heif").read_bytes()
    wide = recoded(plain, 12, 4)
    decoded, same = (
        package.HeifImageFile(io.BytesIO(content)).convert("RGB") for content in (plain, wide)
    )
    assert decoded.tobytes() == same.tobytes()
    assert not read_pixels(plain, LIMIT).converted
    pixels = read_pixels(wide, LIMIT)
    assert np.abs(values(pixels) - managed(decoded, matrix_profile(2.2, P3))).max() <= 1
    hdr = read_pixels(recoded(plain, 9, 18), LIMIT)
    assert hdr.notices[0].startswith("HDR (HLG) was tone-mapped")
