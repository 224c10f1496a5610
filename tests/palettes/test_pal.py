"""JASC and RIFF palettes."""

from __future__ import annotations

import struct

import pytest

from huepress import PaletteError
from huepress.palettes import pal
from huepress.palettes.palette import Palette

COLORS = Palette.of([(227, 6, 19), (255, 255, 255)])
JASC = b"JASC-PAL\r\n0100\r\n2\r\n227 6 19\r\n255 255 255\r\n"
ENTRIES = bytes([227, 6, 19, 0, 255, 255, 255, 5])  # the fourth are flags
DATA = b"data" + struct.pack("<IHH", 12, 0x0300, 2) + ENTRIES
RIFF = b"RIFF" + struct.pack("<I", 4 + len(DATA)) + b"PAL " + DATA


def test_what_is_written():
    assert pal.write(COLORS, "sunset") == JASC


@pytest.mark.parametrize(
    "content",
    [
        JASC,
        JASC.replace(b"\r\n", b"\n").rstrip(),
        JASC + b"\r\n\r\n",
        RIFF,
        RIFF.replace(b"data", b"note\x03\0\0\0abc\0data"),  # chunks have even lengths
        RIFF.replace(b"RIFF" + struct.pack("<I", 4 + len(DATA)), b"RIFF\0\0\0\0"),
        RIFF + b"more",
    ],
)
def test_what_is_read(content):
    assert pal.read(content) == COLORS


def test_aseprites_alpha():
    assert list(pal.read(b"JASC-PAL\n0100\n1\n1 2 3 4\n")) == [(1, 2, 3, 4)]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"GIMP Palette\n1 2 3\n", "neither a JASC nor a RIFF"),
        (bytes(768), "rename it to end in .act"),
        (b"JASC-PAL\n", "not the count"),
        (b"JASC-PAL\n0100\nmany\n1 2 3\n", "line 3: 'many' is not the count"),
        (b"JASC-PAL\n0100\n0\n", "0 colours"),
        (b"JASC-PAL\n0100\n65537\n1 2 3\n", "65,537 colours"),
        (b"JASC-PAL\n0100\n99999999999\n1 2 3\n", "not the count"),
        (b"JASC-PAL\n0100\n3\n1 2 3\n4 5 6\n", "lists 2 of the 3 colours"),
        (b"JASC-PAL\n0100\n1\n1 2 3\n4 5 6\n", "line 5: more than the 1 colours"),
        (b"JASC-PAL\n0100\n1\n1 2 -3\n", "line 4: '1 2 -3'"),
        (RIFF[:-1], "ends too early"),
        (RIFF[:18], "ends too early"),
        (RIFF[:12], "ends too early"),
        (RIFF.replace(b"PAL ", b"WAVE"), "'WAVE'"),
        (RIFF.replace(b"\0\3\2\0", b"\0\3\0\0"), "0 colours"),
        (RIFF.replace(b"data\x0c", b"note\xff"), "ends too early"),
    ],
)
def test_what_is_refused(content, reason):
    with pytest.raises(PaletteError, match=reason):
        pal.read(content)
