"""Labels as the copies they were chosen to be: whatever the hints say, the same bytes come out."""

from __future__ import annotations

import random
import zlib
from array import array

import pytest
from helpers.copied_bytes import Copied, copied, copies
from hypothesis import given, settings
from hypothesis import strategies as st

from huepress._kernels.gate import BlockSplitter

ONE = array("i", [0, 4] + [7] * 254)


def parsed(it: Copied, *ends: int) -> BlockSplitter:
    """Return what parsed the bytes, from each end to the next."""
    blocks = BlockSplitter(2 * len(it.raw) + 1000)
    for start, end in zip((0, *ends), (*ends, len(it.raw)), strict=True):
        blocks.add_bytes(*it, start, end)
    return blocks


def inflated(blocks: BlockSplitter) -> bytes:
    stream = blocks.finish()
    assert stream is not None
    return zlib.decompress(stream, -15)


def tokens(counts: list[int]) -> tuple[int, dict[int, int]]:
    """Return how many literals there are, and how many matches by the symbol of their length."""
    matches = {symbol: count for symbol, count in enumerate(counts[257:286], 257) if count}
    assert sum(matches.values()) == sum(counts[286:])
    return sum(counts[:256]), matches


@given(copies(), st.lists(st.integers(0, 4000), max_size=4))
@settings(max_examples=200)
def test_the_same_bytes_come_out(it, cuts):
    ends = sorted(min(cut, len(it.raw)) for cut in cuts)
    assert inflated(parsed(it, *ends)) == it.raw


@given(copies(), st.lists(st.integers(0, 4000), max_size=4))
@settings(max_examples=100)
def test_streams_of_parts_join_to_one(it, cuts):
    """Each is whole bytes, and its matches reach back into those before."""
    ends = [*sorted(min(cut, len(it.raw)) for cut in cuts), len(it.raw)]
    streams = []
    for i, (start, end) in enumerate(zip([0, *ends], ends, strict=False)):
        blocks = BlockSplitter(2 * len(it.raw) + 1000)
        blocks.add_bytes(*it, start, end)
        streams.append(blocks.finish(i == len(ends) - 1))
    assert zlib.decompress(b"".join(streams), -15) == it.raw


@given(copies(20_000))
def test_nine_bits_a_byte_and_some_are_always_enough(it):
    blocks = BlockSplitter(len(it.raw) + len(it.raw) // 8 + 1024)
    blocks.add_bytes(*it, 0, len(it.raw))
    assert blocks.finish(False) is not None


# Matches


@pytest.mark.parametrize(
    ("length", "literals", "matches"),
    [
        (1, 1, {}),
        (2, 2, {}),
        (3, 0, {257: 1}),
        (257, 0, {284: 1}),
        (258, 0, {285: 1}),
        (259, 0, {284: 1, 258: 1}),  # 255 and 4, not 258 and a literal
        (260, 0, {284: 1, 259: 1}),
        (261, 0, {285: 1, 257: 1}),
        (516, 0, {285: 2}),
        (517, 0, {285: 1, 284: 1, 258: 1}),
        (519, 0, {285: 2, 257: 1}),
    ],
)
def test_matches_are_as_long_as_can_be_and_leave_no_literals(length, literals, matches):
    raw = (b"abcd" * 200)[: 4 + length]
    it = Copied(raw, bytes(4) + b"\1" * length, ONE)
    blocks = parsed(it)
    assert tokens(blocks.symbol_counts()) == (4 + literals, matches)
    assert inflated(blocks) == raw


def test_a_match_swallows_literals_that_continue_it():
    raw = b"abcdabcdabcdabcd"
    for hints in (b"\1\1\1\0\0\0\0\1\1\1\1\1", b"\1" + bytes(11)):
        blocks = parsed(Copied(raw, bytes(4) + hints, ONE))
        assert tokens(blocks.symbol_counts()) == (4, {265: 1})  # of 11 or 12
        assert inflated(blocks) == raw


def test_a_match_ends_where_another_begins_or_bytes_differ():
    raw = b"abcdabc" + b"abcdabc" + b"xbc"
    blocks = parsed(Copied(raw, bytes(4) + b"\1\1\1" + b"\2" * 7 + b"\1\1\1", ONE))
    assert tokens(blocks.symbol_counts()) == (4 + 3, {257: 1, 261: 1})
    assert inflated(blocks) == raw


def test_rows_that_are_copied_whole_are_one_match():
    """What stands before each row, the number of its filter, is copied along."""
    row = b"\0" + random.Random(0).randbytes(99)
    hints = bytes(100) + 2 * (b"\0" + b"\1" * 99)
    blocks = parsed(Copied(3 * row, hints, array("i", [0] + [100] * 255)))
    literals, matches = tokens(blocks.symbol_counts())
    assert literals == 101  # nothing says what the first filter's number is a copy of
    assert matches == {283: 1}
    assert inflated(blocks) == 3 * row


def test_nothing_is_copied_from_before_the_start():
    it = Copied(b"aaaaaaaa", b"\1" * 8, ONE)
    blocks = parsed(it)
    assert tokens(blocks.symbol_counts()) == (4, {258: 1})
    assert inflated(blocks) == it.raw


def ends_of_distances() -> list[int]:
    """Return the least and the greatest distance of each code (RFC 1951, 3.2.5)."""
    starts = [1, 2, 3, 4] + [(2 + half << bits) + 1 for bits in range(1, 14) for half in (0, 1)]
    return sorted({*starts, *(start - 1 for start in starts[1:]), 32_768})


def test_each_distance_has_its_code():
    distances = ends_of_distances()
    assert len(distances) == 4 + 2 * 26
    raw, hints = bytearray(random.Random(1).randbytes(32_768)), bytearray(32_768)
    for hint, distance in enumerate(distances, 1):
        for _ in range(5):
            raw.append(raw[-distance])
        hints += bytes([hint]) * 5
    padded = array("i", [0, *distances, *[1] * (255 - len(distances))])
    blocks = parsed(Copied(bytes(raw), bytes(hints), padded))
    counts = blocks.symbol_counts()
    assert counts[286:] == [1] * 4 + [2] * 26
    assert inflated(blocks) == raw


# Long inputs


def test_more_tokens_than_fit_at_once():
    raw = random.Random(2).randbytes(600_000)
    assert inflated(parsed(Copied(raw, bytes(len(raw)), ONE))) == raw


def test_one_run_of_a_megabyte():
    it = copied(0, 1 << 20, 1, 1, 1)
    blocks = parsed(Copied(it.raw, b"\0" + b"\1" * (len(it.raw) - 1), it.distances))
    literals, matches = tokens(blocks.symbol_counts())
    assert literals == 1
    assert sum(matches.values()) == -(-((1 << 20) - 1) // 258)
    assert inflated(blocks) == it.raw
