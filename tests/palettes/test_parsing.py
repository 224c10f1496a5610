"""Bytes, lines and numbers from files that may hold anything."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huepress import PaletteError
from huepress.palettes.parsing import Cursor, excerpt, numbered_lines, parse_levels, parse_whole


@given(st.binary(), st.lists(st.integers(0, 10)))
def test_a_cursor_gives_what_is_there_and_no_more(data, counts):
    cursor = Cursor(data)
    taken = b""
    for count in counts:
        if count > cursor.left:
            with pytest.raises(PaletteError, match="ends too early"):
                cursor.take(count)
        else:
            taken += cursor.take(count)
    assert data.startswith(taken)
    assert cursor.left == len(data) - len(taken)


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_lines_end_in_three_ways_and_have_their_numbers(end):
    text = b"\xef\xbb\xbf" + end.join([b"a", b"", b" b\x0b", b"c\x1c\xc2\x85d"])
    assert list(numbered_lines(text)) == [(1, b"a"), (3, b"b"), (4, b"c\x1c\xc2\x85d")]


@pytest.mark.parametrize(
    "word", ["", "-1", "+1", "1_0", " 1", "1.0", "0x1", "²", "٣", "1" * 10, "1" * 10_000]
)
def test_numbers_are_decimal_digits(word):
    assert parse_whole(word.encode()) is None


def test_numbers_may_have_zeros_in_front():
    assert parse_whole(b"007") == 7
    assert parse_levels([b"000", b"01", b"255"], 1) == (0, 1, 255)


@pytest.mark.parametrize("line", [b"", b"1 2", b"1 2 256", b"1 2 x", b"1 2 3 4 5", b"1,2,3"])
def test_a_colour_has_three_levels_or_four(line):
    with pytest.raises(PaletteError, match=r"^line 7: .* is not red, green and blue"):
        parse_levels(line.split(), 7)


@given(st.binary())
def test_an_excerpt_fits_into_a_line(raw):
    assert excerpt(raw).isascii()
    assert excerpt(raw).isprintable()
    assert len(excerpt(raw)) <= 42
