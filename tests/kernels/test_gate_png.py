"""The gate to C: what is wrong with rows, streams and hints is refused, and never crashes."""

from __future__ import annotations

from array import array

import numpy as np
import pytest

from huepress._kernels.gate import BlockSplitter, filter_rows, reorder_palette

REFUSED = (ValueError, TypeError, BufferError, OverflowError)


@pytest.mark.parametrize(
    ("rows", "stride", "pixel", "choice"),
    [
        (bytes(12), 0, 1, 0), (bytes(12), 5, 1, 0), (bytes(12), 24, 1, 0), (b"", 4, 1, 0),
        (bytes(12), -4, 1, 0), (bytes(12), 1 << 40, 1, 0), (bytes(12), 4, 0, 0),
        (bytes(12), 4, 9, 0), (bytes(12), 4, -1, 0), (bytes(12), 4, 1, -1), (bytes(12), 4, 1, 9),
        (bytes(12), 4, 1, None), (None, 4, 1, 0), (np.zeros(6, np.uint16), 4, 1, 0),
    ],
)  # fmt: skip
def test_what_can_not_be_filtered(rows, stride, pixel, choice):
    with pytest.raises(REFUSED):
        filter_rows(rows, stride, pixel, choice)


@pytest.mark.parametrize(
    ("labels", "width", "k", "rounds"),
    [
        (bytes(12), 0, 1, 0), (bytes(12), 5, 1, 0), (b"", 4, 1, 0), (bytes(12), -4, 1, 0),
        (bytes(12), 4, 0, 0), (bytes(12), 4, -1, 0), (bytes(12), 4, 257, 0),
        (bytes(11) + b"\x05", 4, 5, 0), (bytes(12), 4, 1, -1), (None, 4, 1, 0),
        (np.zeros(12, np.uint16), 4, 1, 0), (bytes(12), 4, 1 << 40, 0),
    ],
)  # fmt: skip
def test_what_can_not_be_arranged(labels, width, k, rounds):
    with pytest.raises(REFUSED):
        reorder_palette(labels, width, k, rounds)


@pytest.mark.parametrize("room", [-1, 1 << 70, None, "9"])
def test_room_is_a_size(room):
    with pytest.raises(REFUSED):
        BlockSplitter(room)


@pytest.mark.parametrize(
    ("stream", "raw", "skip"),
    [
        (b"", b"x", 0), (b"\x4b\x04\x00", b"", 0), (b"\x4b\x04\x00", b"a", 2),
        (b"\x4b\x04\x00", b"a", -1), (None, b"a", 0), (b"\x4b\x04\x00", None, 0),
        ("K", b"a", 0), (b"\x4b\x04\x00", np.zeros(1, np.uint16), 0),
    ],
)  # fmt: skip
def test_what_can_not_be_cut_into_blocks(stream, raw, skip):
    blocks = BlockSplitter(100)
    with pytest.raises(REFUSED):
        blocks.add_stream(stream, raw, skip)
    blocks.add_stream(b"\x4b\x04\x00", b"a", 0)
    assert blocks.finish() == b"\x4b\x04\x00"


@pytest.mark.parametrize(
    "names", [None, [b""], [bytes(256)], [bytes(range(255))], [bytes(range(256)), None], 7]
)
def test_names_are_each_byte_once(names):
    blocks = BlockSplitter(100)
    blocks.add_stream(b"\x4b\x04\x00", b"a", 0)
    with pytest.raises(REFUSED):
        blocks.permuted_bits(names)


DISTANCES = array("i", [0] + [1] * 255)


def distances(odd: int, at: int = 255):
    found = array("i", DISTANCES)
    found[at] = odd
    return found


@pytest.mark.parametrize(
    ("raw", "hints", "of", "start", "end"),
    [
        *[(b"abc", bytes(3), DISTANCES, *ends) for ends in ((2, 1), (0, 4), (4, 4), (-1, 3))],
        *[(b"abc", bytes(3), DISTANCES, *ends) for ends in ((0, 2**70), (None, 3), (0, "3"))],
        *[(b"abc", hints, DISTANCES, 0, 3) for hints in (b"", bytes(2), bytes(4), None, "000")],
        *[(b"abc", bytes(3), distances(odd), 0, 3) for odd in (0, -1, 32_769, 2**31 - 1)],
        *[(b"abc", bytes(3), distances(0, 1), 0, 3), (b"", b"", DISTANCES, 0, 1)],
        *[(b"abc", bytes(3), of, 0, 3) for of in (DISTANCES[1:], array("i"), None, [1] * 256)],
        (b"abc", bytes(3), array("h", [1] * 256), 0, 3),
        (b"abc", bytes(3), array("i", [1] * 257), 0, 3),
        *[(None, bytes(3), DISTANCES, 0, 0), (np.zeros(3, np.uint16), bytes(3), DISTANCES, 0, 3)],
    ],
)
def test_what_can_not_be_parsed(raw, hints, of, start, end):
    blocks = BlockSplitter(100)
    with pytest.raises(REFUSED):
        blocks.add_bytes(raw, hints, of, start, end)
    assert not any(blocks.symbol_counts())


def test_nothing_is_parsed_where_nothing_is():
    blocks = BlockSplitter(100)
    blocks.add_bytes(b"", b"", DISTANCES, 0, 0)
    blocks.add_bytes(b"abc", bytes(3), DISTANCES, 3, 3)
    assert not any(blocks.symbol_counts())
