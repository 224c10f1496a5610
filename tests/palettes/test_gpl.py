"""GIMP palettes."""

from __future__ import annotations

import io

import pytest
from PIL.GimpPaletteFile import GimpPaletteFile

from huepress import PaletteError
from huepress.palettes import gpl
from huepress.palettes.palette import Palette

COLORS = Palette.of([(227, 6, 19), (255, 255, 255)])


def test_what_is_written():
    assert gpl.write(COLORS, "sunset") == (
        b"GIMP Palette\nName: sunset\nColumns: 16\n#\n227   6  19\t#e30613\n255 255 255\t#ffffff\n"
    )


def test_another_reader_understands_it():
    data, mode = GimpPaletteFile(io.BytesIO(gpl.write(COLORS, "sunset"))).getpalette()
    assert mode == "RGB"
    assert data[:6] == COLORS.data


@pytest.mark.parametrize(
    "text",
    [
        "GIMP Palette\n227 6 19\n255 255 255",  # of GIMP 1.0: no header
        "GIMP Palette\r\nName: Été\r\n#\r\n227   6  19\tRed 1\r\n\r\n255 255 255 2 White\r\n",
        "\ufeffGIMP Palette\nName: a\nColumns: 0\n# 1 2 3\n 227\t6\t19\n255 255 255\tName: x\n",
        "GIMP Palette\nComment:\n227 6 19\n255 255 255\n",
    ],
)
def test_what_is_read(text):
    assert gpl.read(text.encode()) == COLORS


def test_aseprites_alpha():
    text = b"GIMP Palette\nChannels: RGBA\n#\n227 6 19 128\thalf\n255 255 255 255\tUntitled\n"
    assert list(gpl.read(text)) == [(227, 6, 19, 128), (255, 255, 255, 255)]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"227 6 19\n", "'GIMP Palette'"),
        (b"GIMP Palette\n", "0 colours"),
        (b"GIMP Palette\n#\n227 6\n", "line 3: '227 6'"),
        (b"GIMP Palette\nName: a\n\n227 6 256\tRed\n", "line 4: '227 6 256'"),
        (b"GIMP Palette\nChannels: RGBA\n1 2 3\tRed\n", "line 3: '1 2 3 Red'"),
    ],
)
def test_what_is_refused(text, reason):
    with pytest.raises(PaletteError, match=reason):
        gpl.read(text)


@pytest.mark.parametrize("stem", ["a\nb", "a\x1b[31m", "\udcff", "ß é", ""])
def test_any_file_name_gives_a_palette(stem):
    content = gpl.write(COLORS, stem)
    assert gpl.read(content) == COLORS
    assert len(content.decode().splitlines()) == 6
