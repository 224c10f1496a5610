"""DEFLATE streams cut into other blocks: the same bytes come out, in fewer."""

from __future__ import annotations

import random
import zlib

import numpy as np
import pytest
from deflate import deflate_compress
from hypothesis import example, given, settings
from hypothesis import strategies as st

from huepress._kernels.gate import BlockSplitter


def content(seed: int, size: int, kind: str) -> bytes:
    rng = np.random.default_rng(seed)
    if kind == "noise":
        return rng.bytes(size)
    if kind == "one":
        return bytes([seed % 256]) * size
    if kind == "text":
        words = [rng.integers(97, 123, rng.integers(1, 9)).astype(np.uint8) for _ in range(50)]
        found = b" ".join(words[i].tobytes() for i in rng.integers(0, 50, size // 2 + 1))
        return found[:size]
    # its statistics change along the way
    return (rng.integers(0, 256, size) * np.linspace(0, 1, size)).astype(np.uint8).tobytes()


contents = st.builds(
    content,
    st.integers(0, 2**32),
    st.integers(1, 20_000),
    st.sampled_from(["noise", "one", "text", "changing"]),
)


def zlib_stream(raw: bytes, level: int, strategy: int) -> bytes:
    coder = zlib.compressobj(level, zlib.DEFLATED, -15, strategy=strategy)
    return coder.compress(raw) + coder.flush()


def streams(raw: bytes) -> list[bytes]:
    """Return all sorts of streams: stored, of fixed and own codes, with few and many matches."""
    strategies = (zlib.Z_DEFAULT_STRATEGY, zlib.Z_HUFFMAN_ONLY, zlib.Z_RLE, zlib.Z_FIXED)
    found = [zlib_stream(raw, 6, strategy) for strategy in strategies]
    return [*found, zlib_stream(raw, 0, 0), *(bytes(deflate_compress(raw, i)) for i in (1, 12))]


def recut(stream: bytes, raw: bytes) -> bytes:
    blocks = BlockSplitter(len(stream) + len(raw) + 1000)
    blocks.add_stream(stream, raw, 0)
    found = blocks.finish()
    assert found is not None
    return found


@given(contents)
@example(b"x")
@settings(max_examples=30)
def test_the_same_bytes_come_out(raw):
    for stream in streams(raw):
        again = recut(stream, raw)
        assert zlib.decompress(again, -15) == raw
        assert zlib.decompress(recut(again, raw), -15) == raw


@given(contents)
@settings(max_examples=30)
def test_huffman_codes_are_as_good_as_libdeflates(raw):
    stream = bytes(deflate_compress(raw, 12))
    # libdeflate may store what can't be compressed, and a description of a code takes 60 bytes.
    assert len(recut(stream, raw)) <= len(stream) * 1.01 + 60


def test_codes_change_where_the_statistics_do():
    raw = content(1, 60_000, "changing")
    stream = bytes(deflate_compress(raw, 12))
    assert len(recut(stream, raw)) < 0.99 * len(stream)


@given(contents, st.lists(st.integers(1, 20_000), max_size=4), st.integers(0, 40_000))
@settings(max_examples=30)
def test_parts_after_what_came_before_are_joined(raw, cuts, before):
    ends = sorted({cut for cut in cuts if cut < len(raw)} | {len(raw)})
    blocks = BlockSplitter(2 * len(raw) + 1000)
    start = 0
    for end in ends:
        since = max(0, start - min(before, 32_768))
        blocks.add_stream(deflate_compress(raw[since:end], 9), raw[since:end], start - since)
        start = end
    found = blocks.finish()
    assert found is not None
    assert zlib.decompress(found, -15) == raw


@pytest.mark.parametrize("size", [1 << 18, (1 << 18) - 1, (1 << 18) - 2, 600_000])
def test_more_tokens_than_fit_at_once(size):
    raw = random.Random(size).randbytes(size)
    assert zlib.decompress(recut(zlib_stream(raw, 6, zlib.Z_HUFFMAN_ONLY), raw), -15) == raw


def test_long_codes_are_limited():
    """Fibonacci's numbers of each byte: without a limit the rarest would get 24 bits."""
    counts = [1, 1]
    while len(counts) < 25:
        counts.append(counts[-1] + counts[-2])
    raw = b"".join(bytes([i]) * count for i, count in enumerate(counts))
    raw = bytes(random.Random(0).sample(raw, len(raw)))
    assert zlib.decompress(recut(zlib_stream(raw, 6, zlib.Z_HUFFMAN_ONLY), raw), -15) == raw


@given(contents)
def test_counts_are_those_of_the_stream(raw):
    blocks = BlockSplitter(0)
    blocks.add_stream(zlib_stream(raw, 6, zlib.Z_HUFFMAN_ONLY), raw, 0)
    counts = blocks.symbol_counts()
    assert counts[:256] == np.bincount(np.frombuffer(raw, np.uint8), minlength=256).tolist()
    assert not any(counts[256:])
    blocks = BlockSplitter(0)
    blocks.add_stream(deflate_compress(raw, 9), raw, 0)
    counts = blocks.symbol_counts()
    assert sum(counts[257:286]) == sum(counts[286:])


def bits_of(raw: bytes, names: list[bytes], level: int = 9) -> tuple[list[int], int]:
    """Return the bits under other names, and those of the whole stream under its own."""
    blocks = BlockSplitter(2 * len(raw) + 1000)
    blocks.add_stream(deflate_compress(raw, level), raw, 0)
    counts = blocks.symbol_counts()
    lengths = sum(n * (s // 4 - 1) for s, n in enumerate(counts[257:285]) if s >= 8)
    distances = sum(n * (s // 2 - 1) for s, n in enumerate(counts[286:]) if s >= 4)
    renamed = blocks.permuted_bits(names)
    found = blocks.finish()
    assert found is not None
    return [bits + lengths + distances for bits in renamed], len(found)


EVERY = bytes(range(256))


@given(contents)
@settings(max_examples=30)
def test_under_their_own_names_bits_are_those_that_are_written(raw):
    (bits,), size = bits_of(raw, [EVERY])
    assert size <= (bits + 7) // 8  # a fixed code may be shorter


@pytest.mark.parametrize("kind", ["text", "changing"])
def test_own_codes_take_as_many_bits_as_was_said(kind):
    (bits,), size = bits_of(content(1, 20_000, kind), [EVERY])
    assert size == (bits + 7) // 8


@given(st.binary(min_size=1, max_size=60), st.permutations(list(EVERY)))
def test_under_other_names_bits_are_those_of_the_renamed_bytes(raw, order):
    """Few tokens make one block, whatever they are called."""
    names = bytes(order)
    one, two = BlockSplitter(0), BlockSplitter(0)
    renamed = raw.translate(names)
    one.add_stream(zlib_stream(raw, 6, zlib.Z_HUFFMAN_ONLY), raw, 0)
    two.add_stream(zlib_stream(renamed, 6, zlib.Z_HUFFMAN_ONLY), renamed, 0)
    assert one.permuted_bits([names]) == two.permuted_bits([EVERY])


def test_what_does_not_fit_is_no_stream():
    raw = content(1, 5000, "text")
    stream = bytes(deflate_compress(raw, 12))
    size = len(recut(stream, raw))
    for room in (0, 1, size - 1):
        blocks = BlockSplitter(room)
        blocks.add_stream(stream, raw, 0)
        assert blocks.finish() is None
    blocks = BlockSplitter(size)
    blocks.add_stream(stream, raw, 0)
    assert blocks.finish() == recut(stream, raw)


@given(contents, st.binary(max_size=9), st.integers(0, 20_000))
def test_damage_is_refused_or_harmless(raw, damage, at):
    stream = bytes(deflate_compress(raw, 9))
    at = min(at, len(stream))
    blocks = BlockSplitter(len(raw) * 2 + 1000)
    try:
        blocks.add_stream(stream[:at] + damage + stream[at + len(damage) :], raw, 0)
    except ValueError as error:
        assert str(error) == "not a DEFLATE stream of these bytes"
    blocks.finish()


def test_a_stream_of_other_bytes_is_refused():
    raw = content(1, 5000, "text")
    stream = bytes(deflate_compress(raw, 12))
    for wrong in (stream[:-3], b"\x07", b"\xff" * 40, b"\x00\x05\x00\x00\x00hello"):
        with pytest.raises(ValueError, match="not a DEFLATE stream"):
            BlockSplitter(9000).add_stream(wrong, raw, 0)
    for other in (raw[:-1], raw + b"!"):
        with pytest.raises(ValueError, match="not a DEFLATE stream"):
            BlockSplitter(9000).add_stream(stream, other, 0)
