"""Adobe colour tables."""

from __future__ import annotations

import pytest

from huepress import PaletteError
from huepress.palettes import act
from huepress.palettes.palette import Palette

# Two colours and 254 unused entries; then the count, and 0xffff for no transparent index.
TWO = bytes([227, 6, 19, 255, 255, 255]) + bytes(3 * 254) + b"\0\2\xff\xff"
COLORS = Palette.of([(227, 6, 19), (255, 255, 255)])
FULL = bytes(range(256)) * 3


def test_two_colours():
    assert act.write(COLORS, "sunset") == TWO
    assert act.read(TWO) == COLORS


def test_a_full_table_has_no_count():
    assert act.write(Palette(FULL, 3), "sunset") == FULL
    assert act.read(FULL) == Palette(FULL, 3)


def test_a_full_table_may_have_a_count():
    assert act.read(FULL + b"\1\0\xff\xff") == Palette(FULL, 3)


@pytest.mark.parametrize(("index", "alphas"), [(0, [0, 255]), (1, [255, 0])])
def test_one_transparent_colour(index, alphas):
    content = TWO[:-2] + bytes([0, index])
    colors = Palette.of([(227, 6, 19, alphas[0]), (255, 255, 255, alphas[1])])
    assert act.read(content) == colors
    assert act.write(colors, "sunset") == content


def test_an_index_beyond_the_colours_is_none():
    assert act.read(TWO[:-2] + b"\0\2") == COLORS


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "has 0 bytes"),
        (TWO[:-1], "has 771 bytes"),
        (TWO + b"\0", "has 773 bytes"),
        (TWO[:-4] + b"\0\0\xff\xff", "declares 0 colours"),
        (TWO[:-4] + b"\1\1\xff\xff", "declares 257 colours"),
    ],
)
def test_what_is_refused(content, reason):
    with pytest.raises(PaletteError, match=reason):
        act.read(content)
