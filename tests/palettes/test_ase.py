"""Adobe Swatch Exchange."""

from __future__ import annotations

import struct

import pytest

from huepress import PaletteError
from huepress.palettes import ase
from huepress.palettes.palette import Palette

# ASEF, version 1.0, 1 block. Block: colour, 36 bytes; name of 8 words, "#ff0033" and a 0; model;
# 1.0, 0.0 and 0.2 as floats of 32 bits; 2 for a normal swatch.
RED = bytes.fromhex(
    "41534546 0001 0000 00000001"
    "0001 00000024"
    "0008 0023 0066 0066 0030 0030 0033 0033 0000"
    "52474220 3f800000 00000000 3e4ccccd 0002"
)
START = bytes.fromhex("c001 00000006 0002 0041 0000")  # of a group called A
END = bytes.fromhex("c002 00000000")


def swatches(*blocks: bytes, count: int | None = None) -> bytes:
    number = len(blocks) if count is None else count
    return struct.pack(">4sHHI", b"ASEF", 1, 0, number) + b"".join(blocks)


def swatch(model: bytes, *values: float, name: str = "") -> bytes:
    title = f"{name}\0".encode("utf-16-be")
    body = struct.pack(">H", len(title) // 2) + title + model
    body += struct.pack(f">{len(values)}fH", *values, 0)
    return struct.pack(">HI", 1, len(body)) + body


def test_what_is_written():
    assert ase.write(Palette.of([(255, 0, 51)]), "sunset") == RED


def test_what_is_read():
    assert list(ase.read(RED)) == [(255, 0, 51)]


def test_groups_are_read_as_one_list():
    grey = swatch(b"Gray", 0.0, name="Noir")
    other = struct.pack(">HI", 0x1234, 3) + b"abc"  # a block of a kind that isn't known
    content = swatches(START, RED[12:], END, other, START, grey, END)
    assert list(ase.read(content)) == [(255, 0, 51), (0, 0, 0)]


@pytest.mark.parametrize(
    ("model", "values", "rgb"),
    [
        (b"RGB ", (0, 0.5, 1), (0, 128, 255)),
        (b"RGB ", (-0.5, 2, 1e30), (0, 255, 255)),
        (b"Gray", (1,), (255, 255, 255)),
        (b"GRAY", (0,), (0, 0, 0)),
        (b"CMYK", (0, 1, 1, 0), (255, 0, 0)),
        (b"CMYK", (0, 0, 0, 1), (0, 0, 0)),
        (b"LAB ", (1, 0, 0), (255, 255, 255)),
        (b"Lab ", (0.5429, 80.81, 69.89), (255, 0, 0)),
    ],
)
def test_colour_models(model, values, rgb):
    assert list(ase.read(swatches(swatch(model, *values)))) == [rgb]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "no Adobe Swatch Exchange"),
        (b"FESA" + RED[4:], "no Adobe Swatch Exchange"),
        (RED[:4] + b"\0\2" + RED[6:], "version 2"),
        (RED[:10], "ends too early"),
        (RED[:-1], "ends too early"),
        (swatches(count=0), "0 colours"),
        (swatches(START, END), "0 colours"),
        (swatches(count=0xFFFFFFFF), "ends too early"),
        (swatches(swatch(b"RGB ", 0, 0, 0), count=2), "ends too early"),
        (swatches(swatch(b"HSB ", 0, 0, 0)), "colour model 'HSB '"),
        (swatches(swatch(b"\n\0\xff\x1b", 0, 0, 0)), "colour model"),
        (swatches(swatch(b"RGB ", 0)), "ends too early"),
        (swatches(swatch(b"RGB ", 0, float("nan"), 0)), "no numbers"),
        (swatches(swatch(b"LAB ", 0, float("inf"), 0)), "no numbers"),
        (swatches(b"\0\1\0\0\0\x02\xff\xff", b""), "ends too early"),
    ],
)
def test_what_is_refused(content, reason):
    with pytest.raises(PaletteError, match=reason):
        ase.read(content)
