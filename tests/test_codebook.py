"""The codebook and its file."""

from __future__ import annotations

import io
import pickle
import struct
import subprocess
import sys
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from huepress import (
    Codebook,
    NotAnImageError,
    OptionError,
    OutputExistsError,
    UnreadableError,
)

channel_counts = st.sampled_from([3, 4])


def books(most: int = 300) -> st.SearchStrategy[Codebook]:
    def build(channels: int, count: int, fill: bytes) -> Codebook:
        size = channels * count
        return Codebook.from_bytes((fill * size)[:size], channels)

    return st.builds(build, channel_counts, st.integers(1, most), st.binary(min_size=1))


@given(books())
def test_every_way_to_make_a_codebook_gives_the_same(book):
    assert Codebook(book.colors) == book
    assert Codebook(book.colors.astype(np.int32)) == book
    assert Codebook(list(book)) == book
    assert Codebook(row for row in book) == book
    assert hash(Codebook(list(book))) == hash(book)
    assert [book[i] for i in range(len(book))] == list(book)
    assert book.colors.shape == (len(book), book.channels)
    assert book.colors.dtype == np.uint8


@given(books())
def test_hex_says_every_colour(book):
    for color, name in zip(book, book.hex(), strict=True):
        assert bytes.fromhex(name[1:]).ljust(4, b"\xff") == bytes((*color, 255)[:4])


@given(st.lists(st.integers(0, 2**40), min_size=1))
def test_shares_sum_to_one(populations):
    book = Codebook([(0, 0, 0)] * len(populations), populations)
    assert book.counts() == populations == book.populations.tolist()
    assert book.populations.dtype == np.int64
    assert sum(book.shares()) == pytest.approx(1 if any(populations) else 0)


def test_without_populations_there_are_no_shares():
    book = Codebook([(1, 2, 3)])
    assert book.populations is book.shares() is book.counts() is None


def test_alpha_is_written_only_where_it_matters():
    assert Codebook([(1, 2, 3, 255), (1, 2, 3, 4)]).hex() == ["#010203", "#01020304"]


def test_codebooks_differ():
    assert Codebook([(1, 2, 3)]) != Codebook([(1, 2, 4)])
    assert Codebook([(1, 2, 3)]) != Codebook([(1, 2, 3, 255)])
    assert Codebook([(1, 2, 3)]) != "#010203"


def test_repr_is_short():
    assert repr(Codebook([(1, 2, 3)])) == "<Codebook of 1: #010203>"
    assert len(repr(Codebook([(1, 2, 3)] * 256))) < 80


@pytest.mark.parametrize(
    "colors",
    [
        [],
        5,
        [5],
        [(1, 2)],
        [(1, 2, 3, 4, 5)],
        [(1, 2, 3), (1, 2, 3, 4)],
        [(1, 2, 256)],
        [(1, 2, -1)],
        [(1.0, 2.0, 3.0)],
        "abc",
        np.zeros((2, 2), np.uint8),
        np.zeros(3, np.uint8),
        np.zeros((2, 3), np.float32),
        np.zeros((2, 3, 1), np.uint8),
        np.zeros((65_537, 3), np.uint8),
    ],
)
def test_what_is_no_list_of_colours_is_refused(colors):
    with pytest.raises(OptionError, match=r"^codebook: "):
        Codebook(colors)


def test_there_is_a_population_for_each_colour():
    with pytest.raises(OptionError, match="2 populations for 1 colours"):
        Codebook([(1, 2, 3)], [1, 2])


@given(books())
def test_a_file_gives_back_the_codebook(tmp_path_factory, book):
    path = tmp_path_factory.mktemp("book") / "codebook.npy"
    book.save(path)
    assert Codebook.load(path) == Codebook.load(str(path)) == book
    assert np.array_equal(np.load(path, allow_pickle=False), book.colors)


@pytest.mark.parametrize("count", [1, 65_536])
def test_the_smallest_and_the_largest_file(tmp_path, count):
    book = Codebook(np.arange(count * 3).reshape(-1, 3).astype(np.uint8))
    book.save(tmp_path / "codebook.npy")
    assert Codebook.load(tmp_path / "codebook.npy") == book


def test_a_file_is_only_overwritten_by_force(tmp_path):
    path = tmp_path / "codebook.npy"
    Codebook([(1, 2, 3)]).save(path)
    before = path.read_bytes()
    with pytest.raises(OutputExistsError, match=r"codebook\.npy: exists already"):
        Codebook([(4, 5, 6)]).save(path)
    assert path.read_bytes() == before
    Codebook([(4, 5, 6)]).save(path, force=True)
    assert Codebook.load(path) == Codebook([(4, 5, 6)])


def test_arrays_in_column_order_are_read_as_they_are(tmp_path):
    colors = np.asfortranarray(np.arange(12, dtype=np.uint8).reshape(4, 3))
    np.save(tmp_path / "codebook.npy", colors)
    assert np.array_equal(Codebook.load(tmp_path / "codebook.npy").colors, colors)


def npy(array: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def npy_promising(shape: str) -> bytes:
    header = f"{{'descr': '|u1', 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + b"abc"


GOOD = npy(np.zeros((2, 3), np.uint8))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not a codebook"),
        (b"P6 1 1 255 abc", "not a codebook"),
        (GOOD[:40], "not a codebook"),
        (GOOD[:-1], "ends too early"),
        (GOOD + b"x", "too late"),
        (npy_promising("(1000000000000, 3)"), "1,000,000,000,000 colours"),
        (npy_promising("(65536, 3)"), "ends too early"),
        (npy_promising("(1, -3)"), "shape"),
        (npy(np.zeros((2, 3))), "float64"),
        (npy(np.zeros((2, 3), np.int8)), "int8"),
        (npy(np.zeros((2, 2), np.uint8)), "shape"),
        (npy(np.zeros(6, np.uint8)), "shape"),
        (npy(np.zeros((0, 3), np.uint8)), "0 colours"),
        (npy(np.zeros((65_537, 3), np.uint8)), "65,537 colours"),
        (npy(np.array([print])), "object"),
        (pickle.dumps([1, 2, 3]), "not a codebook"),
    ],
)
def test_what_is_no_codebook_is_refused(tmp_path, content, reason):
    path = tmp_path / "codebook.npy"
    path.write_bytes(content)
    with pytest.raises(NotAnImageError, match=reason) as caught:
        Codebook.load(path)
    assert "codebook.npy: " in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


@given(st.binary(max_size=200), st.integers(0, len(GOOD)))
def test_damage_is_an_error_of_ours(tmp_path_factory, damage, at):
    path = tmp_path_factory.mktemp("book") / "codebook.npy"
    path.write_bytes(GOOD[:at] + damage + GOOD[at + len(damage) :])
    with suppress(NotAnImageError):
        Codebook.load(path)


def test_missing_and_misnamed_files(tmp_path):
    with pytest.raises(UnreadableError, match=r"none\.npy: no such file"):
        Codebook.load(tmp_path / "none.npy")
    with pytest.raises(OptionError, match=r"give one that ends in \.npy"):
        Codebook.load(tmp_path / "codebook.gif")
    with pytest.raises(OptionError, match=r"give one that ends in \.npy"):
        Codebook([(1, 2, 3)]).save(tmp_path / "codebook.gif")
    assert not list(tmp_path.iterdir())


def test_a_codebook_needs_no_numpy():
    code = (
        "import sys; from huepress.codebook import Codebook; "
        "b = Codebook([(1, 2, 3)], [5]); b.hex(), b.shares(), list(b), b[0], repr(b); "
        "sys.exit('numpy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
