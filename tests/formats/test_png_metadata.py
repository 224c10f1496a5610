"""Metadata in PNG chunks."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zlib

import pytest
from helpers.images import file_of, picture
from helpers.profiles import profile
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from huepress.formats.metadata import MAX_BYTES, Metadata, Text
from huepress.formats.png_metadata import chunks_of, read_chunks
from huepress.formats.png_writer import GREY, write_png

SIGNATURE = b"\x89PNG\r\n\x1a\n"
KEYWORDS = st.text(st.characters(codec="latin-1", exclude_characters="\0"), min_size=1, max_size=79)
WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=200)
LANGUAGES = st.sampled_from(["", "de", "pt-BR"])
ORDINARY = KEYWORDS.filter(lambda key: not key.startswith(("XML:com.adobe", "Raw profile")))
TEXTS = st.builds(Text, ORDINARY, WORDS, LANGUAGES, WORDS)


def png_of(chunks: list[tuple[bytes, bytes]]) -> bytes:
    return write_png(b"\0", 1, 1, GREY, 8, 1, chunks=chunks)


def read(png: bytes) -> Metadata:
    file = io.BytesIO(png)
    file.seek(8)
    return read_chunks(file)


def texts_of(*chunks: tuple[bytes, bytes]) -> tuple[Text, ...]:
    return read(png_of(list(chunks))).texts


@given(
    st.binary(max_size=300),
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=300),
    st.binary(max_size=300),
    st.none() | st.tuples(st.integers(1, 2**31 - 1), st.integers(1, 2**31 - 1), st.integers(0, 1)),
    st.lists(TEXTS, max_size=4),
)
def test_what_is_written_is_read(exif, xmp, icc, density, texts):
    metadata = Metadata(exif, xmp.encode(), icc, density, tuple(texts))
    assert read(png_of(chunks_of(metadata))) == metadata


@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_pillow_reads_the_texts_too(texts):
    image = Image.open(io.BytesIO(png_of(chunks_of(Metadata(texts=tuple(texts))))))
    assert image.text == {text.keyword: text.text for text in texts}  # of equal keys the last one


def test_pillow_reads_all_the_rest():
    metadata = Metadata(b"MM\0*" + bytes(20), b"<x:xmpmeta/>", profile(), (2835, 5669, 1))
    image = Image.open(io.BytesIO(png_of(chunks_of(metadata))))
    assert image.info["exif"].removeprefix(b"Exif\0\0") == metadata.exif
    assert image.info["icc_profile"] == metadata.icc
    assert image.info["dpi"] == pytest.approx((72, 144), abs=0.01)
    assert image.text["XML:com.adobe.xmp"] == "<x:xmpmeta/>"


def test_what_pillow_writes_is_read():
    info = PngInfo()
    info.add_text("Title", "A picture")
    info.add_text("Long", "word " * 500, zip=True)
    info.add_itxt("Wörter", "Блог", "ru", "слова")
    info.add_itxt("Title", "again " * 500, zip=True)
    info.add_itxt("XML:com.adobe.xmp", "<x:xmpmeta/>")
    exif = Image.Exif()
    exif[0x010E] = "A picture"
    png = file_of(picture(), pnginfo=info, exif=exif, icc_profile=profile(), dpi=(300, 300))
    assert read(png) == Metadata(
        exif.tobytes().removeprefix(b"Exif\0\0"),
        b"<x:xmpmeta/>",
        profile(),
        (11811, 11811, 1),
        (
            Text("Title", "A picture"),
            Text("Long", "word " * 500),
            Text("Wörter", "Блог", "ru", "слова"),
            Text("Title", "again " * 500),
        ),
    )


def test_texts_behind_the_pixels_are_found():
    png = png_of([])
    end = png.index(b"IEND") - 4
    late = png_of([(b"tEXt", b"Title\0late")])
    at = late.index(b"tEXt") - 4
    assert read(png[:end] + late[at : at + 22] + png[end:]).texts == (Text("Title", "late"),)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (Text("Title", "short"), b"tEXt"),
        (Text("Title", "Grüße"), b"tEXt"),
        (Text("Title", "word " * 100), b"zTXt"),
        (Text("Title", "слова"), b"iTXt"),
        (Text("Title", "word", "en"), b"iTXt"),
    ],
)
def test_the_smallest_chunk_that_holds_a_text(text, name):
    [(chosen, content)] = chunks_of(Metadata(texts=(text,)))
    assert chosen == name
    assert len(content) <= len(text.keyword) + 5 + len(text.text.encode()) + len(text.language)


@pytest.mark.parametrize(
    "text",
    [
        Text("", "no keyword"),
        Text("x" * 80, "too long a keyword"),
        Text("слово", "keywords are Latin"),
        Text("a", "n\0l"),
        Text("a", "b", "слово"),
        Text("a", "\ud800"),
    ],
)
def test_texts_that_no_png_can_hold_are_left_out(text):
    assert chunks_of(Metadata(texts=(text, Text("a", "b")))) == [(b"tEXt", b"a\0b")]


def test_colour_chunks_are_kept_unless_there_is_a_profile():
    chunks = ((b"sRGB", b"\0"), (b"gAMA", struct.pack(">I", 45455)), (b"cHRM", bytes(32)))
    found = read(png_of(list(chunks)))
    assert found.color_chunks == chunks
    assert chunks_of(found) == list(chunks)
    assert [name for name, _ in chunks_of(found._replace(icc=profile()))] == [b"iCCP"]
    codes = (b"cICP", bytes((1, 13, 0, 1)))
    both = [name for name, _ in chunks_of(Metadata(icc=profile(), color_chunks=(codes, *chunks)))]
    assert both == [b"cICP", b"iCCP"]  # the profile would count for less than the code points
    wrong = [(name, content + b"x") for name, content in chunks]
    assert read(png_of(wrong)) == Metadata()


def test_profiles_come_before_the_palette():
    metadata = Metadata(icc=profile(), density=(1, 1, 0), exif=b"MM\0*", texts=(Text("a", "b"),))
    png = write_png(b"\0", 1, 1, 3, 8, 1, [(1, 2, 3, 255)], chunks_of(metadata))
    order = [png.index(name) for name in (b"iCCP", b"pHYs", b"eXIf", b"tEXt", b"PLTE", b"IDAT")]
    assert order == sorted(order)


def test_exif_as_imagemagick_once_wrote_it():
    exif = b"Exif\0\0MM\0*" + bytes(90)
    lines = [exif.hex()[at : at + 72] for at in range(0, 2 * len(exif), 72)]
    raw = "\n".join(["", "exif", f"{len(exif):8}", *lines, ""]).encode()
    chunk = (b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(raw))
    assert read(png_of([chunk])) == Metadata(exif=exif)
    assert read(png_of([(b"tEXt", b"Raw profile type exif\0\n\n\nxyz")])) == Metadata()


@pytest.mark.parametrize(
    "chunk",
    [
        (b"tEXt", b"no end of the keyword"),
        (b"zTXt", b"Title\0\0not compressed"),
        (b"zTXt", b"Title\0\0" + zlib.compress(b"word " * 99)[:-9]),
        (b"zTXt", b"Title"),
        (b"iTXt", b"Title\0\0\0"),
        (b"iTXt", b"Title\0\0\0en\0title\0\xff\xfe"),
        (b"iTXt", b"Title\0\1\0en\0title\0not compressed"),
        (b"iCCP", b"name\0\0not compressed"),
        (b"iCCP", b""),
        (b"pHYs", bytes(8)),
        (b"pHYs", b"\0\0\0\1\0\0\0\1\2"),
        (b"sRGB", b""),
    ],
)
def test_damaged_chunks_are_skipped(chunk):
    good = (b"tEXt", b"a\0b")
    assert read(png_of([chunk, good])) == Metadata(texts=(Text("a", "b"),))


def test_a_wrong_checksum():
    png = bytearray(png_of([(b"tEXt", b"Title\0word"), (b"tEXt", b"a\0b")]))
    png[png.index(b"word")] ^= 1
    assert read(bytes(png)).texts == (Text("a", "b"),)


@given(st.data())
def test_any_damage_is_survived(data):
    metadata = Metadata(b"MM\0*", b"<x/>", profile(), (1, 2, 0), (Text("a", "b" * 99, "en"),))
    content = bytearray(png_of(chunks_of(metadata)))
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(8, len(content) - 1))] = data.draw(st.integers(0, 255))
    found = read(bytes(content[: data.draw(st.integers(8, len(content)))]))
    for value, original in zip(found[:4], metadata[:4], strict=True):
        assert value in (original, b"", None)
    assert found.texts in ((), metadata.texts)


def test_large_chunks_are_left_out():
    assert texts_of((b"tEXt", b"a\0" + bytes(MAX_BYTES)), (b"tEXt", b"a\0b")) == (Text("a", "b"),)
    assert read(png_of([(b"eXIf", bytes(MAX_BYTES + 1))])) == Metadata()
    bomb = zlib.compress(bytes(MAX_BYTES + 1))
    assert texts_of((b"zTXt", b"a\0\0" + bomb)) == ()
    assert read(png_of([(b"iCCP", b"a\0\0" + bomb)])) == Metadata()


def test_bombs_are_not_set_off_one_after_the_other():
    bomb = (b"zTXt", b"a\0\0" + zlib.compress(b"x" * (MAX_BYTES - 9)))  # 1 kB stands for 1 MB
    png = png_of([bomb] * 500)
    tracemalloc.start()
    found = read(png)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(found.texts) == 1
    assert peak < 20 * MAX_BYTES
