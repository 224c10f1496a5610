"""The codebook, and that it comes back from files."""

from __future__ import annotations

import pickle
import subprocess
import sys

import numpy as np
import pytest
from helpers.quantized_images import codebooks
from hypothesis import given
from hypothesis import strategies as st

from huepress import Codebook, OptionError, OutputExistsError, UnreadableError


@given(codebooks())
def test_every_way_to_make_a_codebook_gives_the_same(book):
    assert Codebook(book.colors) == book
    assert Codebook(book.colors.astype(np.int32)) == book
    assert Codebook(list(book)) == book
    assert Codebook(row for row in book) == book
    assert hash(Codebook(list(book))) == hash(book)
    assert [book[i] for i in range(len(book))] == list(book)
    assert book.colors.shape == (len(book), book.channels)
    assert book.colors.dtype == np.uint8


@given(codebooks())
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


@given(codebooks())
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


def test_missing_and_misnamed_files(tmp_path):
    with pytest.raises(UnreadableError, match=r"none\.npy: no such file"):
        Codebook.load(tmp_path / "none.npy")
    with pytest.raises(
        OptionError, match=r"text\.txt: .* give one that ends in \.npy, .* or \.json"
    ):
        Codebook.load(tmp_path / "text.txt")
    with pytest.raises(OptionError, match="only written"):
        Codebook.load(tmp_path / "codebook.css")
    with pytest.raises(OptionError, match=r"an image, .* --export .* huepress\.read"):
        Codebook.load(tmp_path / "picture.png")
    with pytest.raises(OptionError, match=r"give one that ends in \.npy"):
        Codebook([(1, 2, 3)]).save(tmp_path / "codebook.gif")
    assert not list(tmp_path.iterdir())


def test_populations_come_back_where_the_format_has_them(tmp_path):
    book = Codebook([(1, 2, 3), (4, 5, 6)], [30, 10])
    book.save(tmp_path / "book.json")
    assert Codebook.load(tmp_path / "book.json").counts() == [30, 10]
    book.save(tmp_path / "book.npy")
    assert Codebook.load(tmp_path / "book.npy").counts() is None


def test_a_codebook_needs_no_numpy():
    code = (
        "import sys; from huepress.codebook import Codebook; "
        "b = Codebook([(1, 2, 3)], [5]); b.hex(), b.shares(), list(b), b[0], repr(b); "
        "b.file_content('b.gpl'); "
        "sys.exit('numpy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_slice_is_a_codebook():
    """`codebook[:3]` raised a TypeError."""
    book = Codebook([(1, 2, 3), (4, 5, 6), (7, 8, 9), (0, 0, 0)], populations=[4, 3, 2, 1])
    assert book[:3] == Codebook([(1, 2, 3), (4, 5, 6), (7, 8, 9)])
    assert book[::-1].counts() == [1, 2, 3, 4]
    assert book[-1] == (0, 0, 0)


def test_an_array_of_it_holds_the_colours():
    """`np.asarray(book)` gave an array of one object."""
    book = Codebook([(1, 2, 3, 4), (5, 6, 7, 8)])
    array = np.asarray(book)
    assert array.dtype == np.uint8
    assert array.tolist() == [[1, 2, 3, 4], [5, 6, 7, 8]]
    assert np.asarray(book, np.float32).dtype == np.float32


def test_it_does_not_change():
    book = Codebook([(1, 2, 3)], populations=[4])
    with pytest.raises(AttributeError, match="doesn't change"):
        book.data = b"abc"
    again = pickle.loads(pickle.dumps(book))
    assert again == book
    assert again.counts() == [4]
