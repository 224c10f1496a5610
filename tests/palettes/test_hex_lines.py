"""Lospec's lists of hex codes."""

from __future__ import annotations

import pytest

from huepress import PaletteError
from huepress.palettes import hex_lines
from huepress.palettes.palette import Palette

COLORS = Palette.of([(227, 6, 19), (255, 255, 255)])


def test_what_is_written():
    assert hex_lines.write(COLORS, "sunset") == b"e30613\nffffff\n"


@pytest.mark.parametrize(
    "content",
    [b"e30613\nffffff\n", b"E30613\r\nFFFFFF", b"\xef\xbb\xbf#e30613\n\n  #ffFFff  \n"],
)
def test_what_is_read(content):
    assert hex_lines.read(content) == COLORS


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "0 colours"),
        (b"\n \n", "0 colours"),
        (b"e30613\nfff\n", "line 2: 'fff'"),
        (b"ffe30613\n", "line 1: 'ffe30613'"),
        (b"e3 06 13\n", "line 1: 'e3 06 13'"),
        (b"0xe30613\n", "line 1: "),
        ("e3061٣\n".encode(), "line 1: "),
    ],
)
def test_what_is_refused(content, reason):
    with pytest.raises(PaletteError, match=reason):
        hex_lines.read(content)
