"""zlib streams in parts: whole again, and the same whatever the threads."""

from __future__ import annotations

import random
import zlib

import pytest
from deflate import zlib_compress
from helpers.copied_bytes import copied, copies
from hypothesis import given
from hypothesis import strategies as st

from huepress.formats import deflate
from huepress.formats.deflate import deflated, deflated_as_copied, quick_size


def drawing(size: int, colors: int = 9) -> bytes:
    """Return rows that repeat with some change, as in flat art."""
    rng = random.Random(size)
    row = bytearray(rng.randrange(colors) for _ in range(300))
    rows = bytearray()
    while len(rows) < size:
        row[rng.randrange(300)] = rng.randrange(colors)
        rows += row
    return bytes(rows[:size])


@given(st.binary(min_size=1, max_size=3000), st.sampled_from([1, 6, 12]))
def test_it_is_a_zlib_stream_no_longer_than_libdeflates(raw, level):
    stream = deflated(raw, level)
    assert zlib.decompress(stream) == raw
    assert len(stream) <= len(zlib_compress(raw, level))


@pytest.mark.parametrize("size", [4999, 5000, 5001, 17_000])
def test_parts_join_to_the_whole(monkeypatch, size):
    """Every seam falls within matches, which are cut or go on."""
    raw = drawing(size)
    whole = deflated(raw, 9)
    for window in (0, 7, 700):
        monkeypatch.setattr(deflate, "PART", 1000)
        monkeypatch.setattr(deflate, "WINDOW", window)
        assert zlib.decompress(deflated(raw, 9)) == raw
    assert len(deflated(raw, 9)) < 1.3 * len(whole)


def test_seams_cost_nothing():
    raw = drawing(1_300_000)
    assert len(raw) > 2 * deflate.PART
    assert len(deflated(raw, 9)) < len(zlib_compress(raw, 9))


def test_noise_in_parts_hardly_grows():
    raw = random.Random(1).randbytes(deflate.PART + 5)
    stream = deflated(raw, 6)
    assert zlib.decompress(stream) == raw
    assert len(stream) < len(raw) * 1.001


def test_what_does_not_fit_is_compressed_in_one(monkeypatch):
    class Full:
        def __init__(self, room: int) -> None:
            pass

        def add_stream(self, *of: object) -> None:
            pass

        def finish(self) -> None:
            pass

    monkeypatch.setattr(deflate, "BlockSplitter", Full)
    for raw in (b"abc", drawing(deflate.PART + 5)):
        assert zlib.decompress(deflated(raw, 6)) == raw


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_threads_do_not_matter(monkeypatch, threads):
    raw = drawing(deflate.PART * 3)
    expected = deflated(raw, 1)
    monkeypatch.setattr(deflate, "useful_threads", lambda *_: threads)
    assert deflated(raw, 1) == expected


def test_a_quick_size_is_near():
    raw = drawing(50_000)
    assert 0.9 < quick_size(raw, 6) / len(deflated(raw, 6)) < 1.2


# As copied


@given(copies())
def test_as_copied_it_is_a_zlib_stream_whatever_the_hints(it):
    assert zlib.decompress(deflated_as_copied(*it)) == it.raw


def test_right_hints_make_it_small():
    it = copied(3, 100_000, 256, 0.95, 32_768)
    stream = deflated_as_copied(*it)
    assert zlib.decompress(stream) == it.raw
    assert len(stream) < 0.9 * len(deflated_as_copied(it.raw, bytes(len(it.raw)), it.distances))
    assert len(stream) < 1.03 * len(deflated(it.raw, 9))


@pytest.mark.parametrize("size", [1, 499, 1499, 1500, 17_000])
def test_parts_as_copied_join_to_the_whole(monkeypatch, size):
    """Each copies from the parts before it, across every seam."""
    it = copied(size, size, 256, 0.9, 900)
    whole = deflated_as_copied(*it)
    monkeypatch.setattr(deflate, "COPIED_PART", 1000)
    stream = deflated_as_copied(*it)
    assert zlib.decompress(stream) == it.raw
    parts = max(1, round(size / 1000))
    assert (stream == whole) == (parts == 1)
    assert len(stream) < len(whole) + 150 * parts


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_threads_do_not_matter_as_copied(monkeypatch, threads):
    it = copied(1, deflate.COPIED_PART * 3, 256, 0.5, 32_768)
    expected = deflated_as_copied(*it)
    monkeypatch.setattr(deflate, "useful_threads", lambda *_: threads)
    assert deflated_as_copied(*it) == expected


def test_noise_as_copied_hardly_grows():
    raw = random.Random(1).randbytes(deflate.COPIED_PART * 2)
    hints = random.Random(2).randbytes(len(raw))
    it = copied(1, 1, 1, 0, 32_768)
    stream = deflated_as_copied(raw, hints, it.distances)
    assert zlib.decompress(stream) == raw
    assert len(stream) < len(raw) * 1.002
