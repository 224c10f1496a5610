"""What holds for every format: nothing is lost, and nothing from outside does harm."""

from __future__ import annotations

import random
import struct
import tracemalloc

import pytest
from helpers.quantized_images import codebooks
from hypothesis import given
from hypothesis import strategies as st

from huepress import Codebook, HuepressError, OptionError, PaletteError
from huepress.palettes import FORMATS, MAX_BYTES, format_of, read, write
from huepress.palettes.palette import Palette

READ = [suffix for suffix, kind in FORMATS.items() if kind.readable]
WITHOUT_ALPHA = [suffix for suffix, kind in FORMATS.items() if kind.alpha == "none"]
WITH_ALPHA = [suffix for suffix, kind in FORMATS.items() if kind.alpha == "any"]

suffixes = st.sampled_from(READ)


def palette_of(book: Codebook) -> Palette:
    return Palette(book.data, book.channels, book.counts())


def many(count: int, channels: int = 3) -> Palette:
    return Palette(random.Random(count).randbytes(count * channels), channels)


@given(codebooks(256), suffixes)
def test_8_bit_rgb_comes_back_exactly(book, suffix):
    palette = palette_of(book).opaque()
    assert read(write(palette, f"a{suffix}"), f"a{suffix}") == palette


@pytest.mark.parametrize("suffix", READ)
def test_as_many_colours_as_a_format_holds_come_back(suffix):
    palette = many(FORMATS[suffix].max_colors)
    content = write(palette, f"a{suffix}")
    assert len(content) <= MAX_BYTES // 2
    assert read(content, f"a{suffix}") == palette


@given(codebooks())
@pytest.mark.parametrize("suffix", [suffix for suffix in WITH_ALPHA if suffix in READ])
def test_alpha_comes_back_exactly_where_it_can_be_held(suffix, book):
    assert read(write(palette_of(book), f"a{suffix}"), f"a{suffix}") == palette_of(book)


@pytest.mark.parametrize("suffix", WITHOUT_ALPHA)
def test_alpha_that_says_nothing_is_left_out(suffix):
    opaque = Palette.of([(1, 2, 3, 255), (4, 5, 6, 255)])
    assert read(write(opaque, f"a{suffix}"), f"a{suffix}").channels == 3


@pytest.mark.parametrize("suffix", [*WITHOUT_ALPHA, ".act"])
@pytest.mark.parametrize("alphas", [(254, 255), (0, 0)])
def test_alpha_is_never_lost(suffix, alphas):
    palette = Palette.of([(1, 2, 3, alphas[0]), (4, 5, 6, alphas[1])])
    with pytest.raises(OptionError, match=rf"^a\{suffix}: .* hold (no alpha|one fully)") as caught:
        write(palette, f"a{suffix}")
    assert str(caught.value).endswith("; give a name that ends in .npy, .json, .css or .h")


@pytest.mark.parametrize(
    ("count", "suffix", "others"),
    [
        (257, ".act", ".npy, .gpl, .ase, .aco, .pal, .hex, .json, .css or .h"),
        (65_536, ".aco", ".npy, .gpl, .ase, .pal, .hex, .json, .css or .h"),
    ],
)
def test_colours_are_never_lost(count, suffix, others):
    with pytest.raises(OptionError, match=f"at most .* not {count:,}; .* in {others}$"):
        write(many(count), f"a{suffix}")


@pytest.mark.parametrize("suffix", FORMATS)
def test_suffixes_in_capitals_and_longer_names(suffix):
    assert format_of(f"some/where/a.b{suffix.upper()}") is FORMATS[suffix]
    assert write(many(3), f"some/where/a.b{suffix.upper()}") == write(many(3), f"a.b{suffix}")


@pytest.mark.parametrize("name", ["", "gpl", ".gpl", "a.gpl/b", "a.gpl.txt", "a."])
def test_other_names_are_no_palettes(name):
    assert format_of(name) is None
    for call in (lambda: read(b"", name), lambda: write(many(1), name)):
        with pytest.raises(OptionError, match=f"^{name}: not a codebook's name; give one"):
            call()


@pytest.mark.parametrize("suffix", READ)
@pytest.mark.parametrize("content", [b"", b"\0", b"hello", b"GIF89a" + bytes(100), bytes(771)])
def test_other_files_are_refused_in_one_line_with_a_remedy(suffix, content):
    with pytest.raises(PaletteError) as caught:
        read(content, f"some/a{suffix}")
    complaint = str(caught.value)
    assert complaint.startswith(f"some/a{suffix}: ")
    assert "; " in complaint
    assert len(complaint.splitlines()) == 1


@given(suffixes, st.binary(max_size=800) | st.text().map(str.encode))
def test_anything_is_colours_or_an_error_of_ours(suffix, content):
    accepts_or_complains(content, suffix)


def swatch(model: bytes, *values: float) -> bytes:
    body = b"\0\1\0\0" + model + struct.pack(f">{len(values)}fH", *values, 0)
    return struct.pack(">HI", 1, len(body)) + body


# What others write and huepress only reads.
FOREIGN = [
    (".pal", b"RIFF\x18\0\0\0PAL data\x0c\0\0\0\0\3\2\0" + bytes(range(8))),
    (".pal", b"JASC-PAL\n0100\n2\n1 2 3 4\n5 6 7 8\n"),
    (".gpl", b"GIMP Palette\nName: a\nChannels: RGBA\n#\n1 2 3 4 a\n5 6 7 8 b\n"),
    (".act", bytes(768) + b"\0\2\0\1"),
    (
        ".aco",
        struct.pack(">2H", 1, 5)
        + b"".join(struct.pack(">5H", model, 100, 40_000, 30_000, 7) for model in (0, 1, 2, 7, 8)),
    ),
    (
        ".ase",
        struct.pack(">4sHHI", b"ASEF", 1, 0, 5)
        + b"\xc0\1\0\0\0\4\0\1\0\0"
        + swatch(b"CMYK", 0.1, 0.2, 0.3, 0.4)
        + swatch(b"LAB ", 0.5, -20, 30)
        + swatch(b"Gray", 0.5)
        + b"\xc0\2\0\0\0\0",
    ),
    (".json", b'{"colors": ["#010203", [1, 2, 3, 4]], "populations": [3, 4]}'),
]


@pytest.mark.parametrize(("suffix", "content"), FOREIGN)
def test_what_others_write_is_read(suffix, content):
    assert read(content, f"a{suffix}")


@st.composite
def palette_files(draw: st.DrawFn) -> tuple[str, bytes]:
    suffix = draw(suffixes)
    return suffix, write(palette_of(draw(codebooks(20))).opaque(), f"a{suffix}")


@given(palette_files() | st.sampled_from(FOREIGN), st.data())
def test_damage_is_colours_or_an_error_of_ours(file, data):
    suffix, content = file[0], bytearray(file[1])
    places = st.integers(0, len(content))
    for _ in range(data.draw(st.integers(1, 4))):
        start, stop = sorted((data.draw(places), data.draw(places)))
        if data.draw(st.booleans()):
            stop = start + 2
        content[start:stop] = data.draw(st.binary(max_size=8) | st.sampled_from(TROUBLE))
    accepts_or_complains(bytes(content), suffix)


TROUBLE = [
    b"", b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xc0\0\0", b"99999999999999", b"-1", b"1e9", b"\n",
    b"[", b'"', b"RIFF", b"Channels: RGBA\n", "\u2028\u0663".encode(), b"1" * 5000,
]  # fmt: skip


def accepts_or_complains(content: bytes, suffix: str) -> None:
    try:
        palette = read(content, f"a{suffix}")
    except HuepressError as error:
        assert str(error).startswith(f"a{suffix}: ")
        assert len(str(error).splitlines()) == 1
        assert len(str(error)) < 200
    else:
        Codebook.from_bytes(palette.data, palette.channels, palette.populations)


def entries(count: int) -> dict[str, bytes]:
    """Return files of so many colours, of the formats without a field of 16 bits for it."""
    block = struct.pack(">HIH4s3fH", 1, 20, 0, b"RGB ", 0, 0, 0, 2)
    return {
        ".gpl": b"GIMP Palette\n" + b"1 2 3\n" * count,
        ".pal": f"JASC-PAL\n0100\n{count}\n".encode() + b"1 2 3\n" * count,
        ".hex": b"010203\n" * count,
        ".json": b"[" + b",".join([b"[1,2,3]"] * count) + b"]",
        ".ase": struct.pack(">4sHHI", b"ASEF", 1, 0, count) + block * count,
    }


@pytest.mark.parametrize("suffix", entries(1))
def test_more_than_65_536_colours_are_refused(suffix):
    assert len(read(entries(65_536)[suffix], f"a{suffix}")) == 65_536
    for count in (0, 65_537):
        with pytest.raises(PaletteError, match="a codebook has 1 to 65,536"):
            read(entries(count)[suffix], f"a{suffix}")


PROMISES = {
    ".ase": struct.pack(">4sHHI", b"ASEF", 1, 0, 0xFFFFFFFF),
    ".aco": struct.pack(">2H5HI", 2, 65_535, 0, 0, 0, 0, 0, 0xFFFFFFFF),
    ".pal": b"RIFF\xff\xff\xff\xffPAL data\xff\xff\xff\xff\0\3\xff\xff",
    ".npy": b"\x93NUMPY\2\0\xff\xff\xff\xff{",
    ".json": b"[" * 1_000_000,
}


@pytest.mark.parametrize("suffix", PROMISES)
def test_promises_are_not_believed(suffix):
    read(write(many(1), f"a{suffix}"), f"a{suffix}")  # whatever must be imported is
    tracemalloc.start()
    try:
        with pytest.raises(PaletteError):
            read(PROMISES[suffix], f"a{suffix}")
        assert tracemalloc.get_traced_memory()[1] < 4_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("suffix", READ)
def test_files_larger_than_any_palette_are_not_read(tmp_path, suffix):
    path = tmp_path / f"a{suffix}"
    with path.open("wb") as file:
        file.truncate(4 * MAX_BYTES)
    tracemalloc.start()
    try:
        with pytest.raises(PaletteError, match="larger than any palette"):
            Codebook.load(path)
        assert tracemalloc.get_traced_memory()[1] < 3 * MAX_BYTES
    finally:
        tracemalloc.stop()
