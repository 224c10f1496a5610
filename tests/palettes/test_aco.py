"""Photoshop's swatches."""

from __future__ import annotations

import pytest

from huepress import PaletteError
from huepress.palettes import aco
from huepress.palettes.palette import Palette


def words(text: str) -> bytes:
    return bytes.fromhex(text)


# Version 1, 2 swatches; model 0 (RGB), red, green, blue of 16 bits, unused.
ONE = words("0001 0002  0000 e3e3 0606 1313 0000  0000 ffff ffff ffff 0000")
# Version 2: the same, each with the length of its name (32 bits) and the name with a final 0.
TWO = words(
    "0002 0002  0000 e3e3 0606 1313 0000  00000008 0023 0065 0033 0030 0036 0031 0033 0000"
    "           0000 ffff ffff ffff 0000  00000008 0023 0066 0066 0066 0066 0066 0066 0000"
)
COLORS = Palette.of([(227, 6, 19), (255, 255, 255)])


def test_what_is_written():
    assert aco.write(COLORS, "sunset") == ONE + TWO


@pytest.mark.parametrize(
    "content",
    [
        ONE,
        TWO,
        ONE + TWO,
        ONE + TWO + b"8BIMphry",  # groups, as recent Photoshop adds them
        ONE.replace(words("e3e3"), words("e300")),  # as some programs scale
        words("0001 0001 0000 0000 0000 0000 0000") + TWO,  # the newer counts
    ],
)
def test_what_is_read(content):
    assert aco.read(content) == COLORS


def test_a_name_may_be_empty():
    assert aco.read(words("0002 0001 0000 e3e3 0606 1313 0000 00000000")).data == b"\xe3\x06\x13"


@pytest.mark.parametrize(
    ("swatch", "rgb"),
    [
        # RGB: its upper 8 bits
        ("0000 0000 7fff 8000 0000", (0, 127, 128)),
        # HSB: hue once around, saturation, brightness, each to 65,535
        ("0001 0000 ffff ffff 0000", (255, 0, 0)),
        ("0001 5555 ffff ffff 0000", (0, 255, 0)),
        ("0001 aaaa ffff 8080 0000", (0, 0, 128)),
        # CMYK: 0 is full ink
        ("0002 0000 ffff ffff ffff", (0, 255, 255)),
        ("0002 ffff 0000 ffff ffff", (255, 0, 255)),
        ("0002 ffff ffff ffff 0000", (0, 0, 0)),
        ("0002 ffff ffff ffff ffff", (255, 255, 255)),
        # Lab: L* to 10,000, then a* and b* with signs, in hundredths: 54.29 80.81 69.89
        ("0007 2710 0000 0000 0000", (255, 255, 255)),
        ("0007 1535 1f91 1b4d 0000", (255, 0, 0)),
        ("0007 0b8d 1aae d43d 0000", (0, 0, 255)),
        # grey: ink to 10,000; Photoshop's own "White", "50% Gray" and "Black"
        ("0008 0000 0000 0000 0000", (255, 255, 255)),
        ("0008 1388 0000 0000 0000", (128, 128, 128)),
        ("0008 2710 0000 0000 0000", (0, 0, 0)),
    ],
)
def test_colour_models(swatch, rgb):
    assert list(aco.read(words("0001 0001" + swatch))) == [rgb]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "ends too early"),
        (words("0001 0000"), "0 colours"),
        (words("0000 0001 0000 0000 0000 0000 0000"), "no file of Photoshop swatches"),
        (words("0003 0001 0000 0000 0000 0000 0000"), "no file of Photoshop swatches"),
        (words("0001 0001 0003 0000 0000 0000 0000"), "colour model 3"),
        (words("0001 0001 0009 0000 0000 0000 0000"), "colour model 9"),
        (words("0001 ffff 0000 0000 0000 0000 0000"), "ends too early"),
        (words("0002 0001 0000 0000 0000 0000 0000 ffffffff 0000"), "ends too early"),
        (ONE[:-1], "ends too early"),
        (ONE + TWO[:-1], "ends too early"),
        (ONE + b"\0", "ends too early"),
        (ONE + bytes(8), "no file of Photoshop swatches"),
    ],
)
def test_what_is_refused(content, reason):
    with pytest.raises(PaletteError, match=reason):
        aco.read(content)
