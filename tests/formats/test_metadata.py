"""What image files hold besides pixels: out of any file, into those that we write."""

from __future__ import annotations

import io
import math

import numpy as np
import pytest
from helpers.images import file_of, picture
from helpers.profiles import profile
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from huepress import NotAnImageError, TooLargeError, UnreadableError, compress
from huepress.formats.metadata import MAX_BYTES, Metadata, Text, fitting
from huepress.formats.metadata_reading import read_metadata
from huepress.reading import read_pixels

LIMIT = 1_000_000
ORIENTATION = 0x0112
XMP = b'<x:xmpmeta><rdf:Description tiff:Orientation="%d"/></x:xmpmeta>'


def exif(way: int | None = None, text: str = "A picture") -> bytes:
    block = Image.Exif()
    block[0x010E] = text
    if way is not None:
        block[ORIENTATION] = way
    return block.tobytes()


def jpeg(xmp: bytes = b"", **settings: object) -> bytes:
    content = file_of(picture(), "JPEG", **settings)
    if xmp:  # Pillow before 11 can't write it
        packet = b"http://ns.adobe.com/xap/1.0/\0" + xmp
        mark = b"\xff\xe1" + (len(packet) + 2).to_bytes(2, "big")
        content = content[:2] + mark + packet + content[2:]
    return content


def png(text: dict[str, str] | None = None, **settings: object) -> bytes:
    info = PngInfo()
    for key, value in (text or {}).items():
        info.add_text(key, value)
    return file_of(picture(), pnginfo=info, **settings)


def kept(source: object, kind: str = "png", **knobs: object) -> Image.Image:
    """Return what Pillow makes of a file that kept its metadata."""
    file = io.BytesIO()
    report = compress(source, file, format=kind, metadata="keep", k=9, **knobs)
    assert report.bytes_out == len(file.getvalue())
    image = Image.open(file)
    image.load()
    return image


@pytest.mark.parametrize("kind", ["png", "webp", "gif"])
@pytest.mark.parametrize("source", [jpeg, png])
def test_by_default_nothing_is_kept(kind, source):
    content = source(exif=exif(), icc_profile=profile(), dpi=(300, 300), comment=b"hello")
    results = []
    for settings in ({}, {"metadata": "strip"}):
        file = io.BytesIO()
        compress(content, file, format=kind, k=9, **settings)
        results.append(file.getvalue())
    assert results[0] == results[1]
    image = Image.open(io.BytesIO(results[0]))
    assert not {"exif", "icc_profile", "xmp", "dpi", "comment"} & set(image.info)


@pytest.mark.parametrize("source", [jpeg, png])
def test_from_a_photo_into_a_png(source):
    content = source(exif=exif(), icc_profile=profile(), dpi=(300, 72))
    image = kept(content)
    assert image.mode == "P"
    assert image.getexif()[0x010E] == "A picture"
    assert image.info["icc_profile"] == profile()
    assert image.info["dpi"] == pytest.approx((300, 72), abs=0.02)


@pytest.mark.parametrize("source", [jpeg, png])
def test_from_a_photo_into_a_webp(source):
    content = source(exif=exif(), icc_profile=profile())
    image = kept(content, "webp")
    assert image.getexif()[0x010E] == "A picture"
    assert image.info["icc_profile"] == profile()


def test_xmp_goes_from_anything_into_anything_but_a_gif():
    packet = XMP % 1
    sources = [jpeg(xmp=packet), png({"XML:com.adobe.xmp": packet.decode()})]
    sources.append(file_of(picture(), "WEBP", xmp=packet))
    sources.append(file_of(picture(), "TIFF", tiffinfo={700: packet}))
    for source in sources:
        assert kept(source).text["XML:com.adobe.xmp"] == packet.decode()
        assert kept(source, "webp").info["xmp"] == packet
        assert "xmp" not in kept(source, "gif").info


def test_texts_and_comments():
    texts = {"Title": "A picture", "Comment": "Grüße"}
    assert kept(png(texts)).text == texts
    assert kept(png(texts), "gif").info["comment"] == "Grüße".encode()
    for source in (jpeg(comment=b"hello"), file_of(picture(), "GIF", comment=b"hello")):
        assert kept(source).text == {"Comment": "hello"}
        assert kept(source, "gif").info["comment"] == b"hello"
    assert kept(jpeg(comment=b"caf\xe9\0")).text == {"Comment": "café"}


@pytest.mark.parametrize("way", range(1, 9))
@pytest.mark.parametrize("source", [jpeg, png])
@pytest.mark.parametrize("how", ["exif", "xmp", "both"])
def test_pixels_are_turned_once(source, way, how):
    settings = {}
    if how != "xmp":
        settings["exif"] = exif(way)
    if how != "exif":
        packet = XMP % way
        settings |= (
            {"xmp": packet} if source is jpeg else {"text": {"XML:com.adobe.xmp": packet.decode()}}
        )
    content = source(dpi=(300, 72), **settings)
    before = read_pixels(content, LIMIT)
    turned = (before.width, before.height) != (60, 40)
    for kind in ("png", "webp"):
        image = kept(content, kind)
        assert image.size == (before.width, before.height)
        assert image.getexif().get(ORIENTATION, 1) == 1
        again = read_pixels(image, LIMIT)
        assert (again.width, again.height) == image.size
        if kind == "png" and how == "xmp":
            expected = (72, 300) if turned else (300, 72)
            assert image.info["dpi"] == pytest.approx(expected, abs=0.02)


@pytest.mark.parametrize("way", [1, 6])
def test_a_tiff_gives_what_describes_the_picture(way):
    info = {0x010E: "A picture", 0x013B: "Somebody", ORIENTATION: way, 0x8769: {0x9003: "2026"}}
    content = file_of(picture(), "TIFF", tiffinfo=info, icc_profile=profile(), dpi=(300, 72))
    image = kept(content)
    assert image.size == ((60, 40) if way == 1 else (40, 60))
    tags = image.getexif()
    assert (tags[0x010E], tags[0x013B]) == ("A picture", "Somebody")
    assert tags.get_ifd(0x8769) == {0x9003: "2026"}
    assert set(tags) == {0x010E, 0x013B, 0x8769}
    assert image.info["icc_profile"] == profile()
    expected = (300, 72) if way == 1 else (72, 300)
    assert image.info["dpi"] == pytest.approx(expected, abs=0.02)


def test_resolutions_are_not_made_up():
    # Pillow says 72 dpi of a JPEG whose EXIF has no resolution.
    content = jpeg(exif=exif())
    assert Image.open(io.BytesIO(content)).info.get("dpi") in ((72, 72), (72.0, 72.0), None)
    assert read_metadata(content, LIMIT).density is None


@pytest.mark.parametrize(
    "dpi", [(0, 0), (-1, 5), (math.inf, 1), (math.nan, 1), (1e30, 1), 5, "x", (1,)]
)
def test_resolutions_that_are_none(dpi):
    image = picture()
    image.info["dpi"] = dpi
    assert read_metadata(image, LIMIT) == Metadata()


@pytest.mark.parametrize("space", [b"CMYK", b"GRAY", b"Lab "])
def test_profiles_of_other_colours_than_ours_do_not_fit_any_longer(space):
    content = file_of(picture(mode="CMYK"), "JPEG", icc_profile=profile(space))
    assert read_metadata(content, LIMIT).icc == b""
    assert "icc_profile" not in kept(content).info


@pytest.mark.parametrize("kind", ["png", "webp", "gif"])
def test_what_is_too_large_or_damaged_is_left_out(kind):
    content = file_of(
        picture(), "WEBP", icc_profile=profile(size=MAX_BYTES + 1), xmp=bytes(MAX_BYTES + 1),
        exif=b"MM\0*\xff\xff\xff\xff",
    )  # fmt: skip
    assert read_metadata(content, LIMIT) == Metadata()
    image = kept(content, kind)
    assert not {"exif", "icc_profile", "xmp"} & set(image.info)


@pytest.mark.parametrize("kind", ["png", "webp"])
def test_the_largest_that_is_kept_can_be_read_again(kind):
    content = file_of(picture(), "WEBP", icc_profile=profile(size=MAX_BYTES), xmp=b"x" * MAX_BYTES)
    found = read_metadata(content, LIMIT)
    assert (found.icc, found.xmp) == (profile(size=MAX_BYTES), b"x" * MAX_BYTES)
    image = kept(content, kind)
    assert image.info["icc_profile"] == found.icc


def test_texts_are_taken_until_they_are_too_much():
    half = Text("a", "x" * (MAX_BYTES // 2))
    assert fitting([half, Text("b", "c"), half, Text("d", "e")]) == (half, Text("b", "c"))


def test_every_kind_of_source_gives_the_same(tmp_path):
    path = tmp_path / "photo"
    for content in (jpeg(exif=exif(6), comment=b"hello"), png({"Title": "A picture"}, dpi=(9, 9))):
        path.write_bytes(content)
        expected = read_metadata(content, LIMIT)
        assert expected != Metadata()
        behind = io.BytesIO(b"junk" + content)
        behind.seek(4)
        with path.open("rb") as file, Image.open(path) as image:
            for source in (str(path), path, memoryview(content), file, behind, image):
                assert read_metadata(source, LIMIT) == expected
                if source is file or source is behind:  # and it can be read once more
                    assert read_metadata(source, LIMIT) == expected
    assert read_metadata(np.zeros((2, 2), np.uint8), LIMIT) == Metadata()


def test_errors_are_those_of_reading_pixels(tmp_path):
    (tmp_path / "text.jpg").write_text("Dear diary")
    with pytest.raises(NotAnImageError, match=r"text\.jpg: not an image"):
        read_metadata(tmp_path / "text.jpg", LIMIT)
    with pytest.raises(UnreadableError, match=r"none\.jpg: no such file"):
        read_metadata(tmp_path / "none.jpg", LIMIT)
    with pytest.raises(TooLargeError, match="60x40 is more than 5 pixels"):
        read_metadata(jpeg(), 5)


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "GIF"])
@given(data=st.data())
def test_damage_never_stops_an_image(kind, data):
    settings = {"exif": exif(6), "icc_profile": profile(), "comment": b"hello", "dpi": (72, 72)}
    content = bytearray(file_of(picture(9, 9), kind, **settings))
    for _ in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        read_pixels(bytes(content), LIMIT)
    except (NotAnImageError, TooLargeError):
        return  # that damage has tests of its own
    kept(bytes(content))
