"""NumPy files."""

from __future__ import annotations

import io
import pickle
import struct

import numpy as np
import pytest
from helpers.quantized_images import codebooks
from hypothesis import given

from huepress import Codebook, PaletteError
from huepress.palettes import npy


def file_of(array: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def file_promising(shape: str) -> bytes:
    header = f"{{'descr': '|u1', 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + b"abc"


GOOD = file_of(np.zeros((2, 3), np.uint8))


@given(codebooks())
def test_numpy_reads_what_is_written(book):
    colors = np.load(io.BytesIO(book.file_content("book.npy")), allow_pickle=False)
    assert np.array_equal(colors, book.colors)
    assert colors.dtype == np.uint8


def test_arrays_in_column_order_are_read_as_they_are():
    colors = np.arange(12, dtype=np.uint8).reshape(4, 3)
    assert npy.read(file_of(np.asfortranarray(colors))).data == colors.tobytes()


def test_the_smallest_and_the_largest(tmp_path):
    for count in (1, 65_536):
        book = Codebook(np.arange(count * 3).reshape(-1, 3).astype(np.uint8))
        book.save(tmp_path / f"{count}.npy")
        assert Codebook.load(tmp_path / f"{count}.npy") == book


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not a codebook"),
        (b"P6 1 1 255 abc", "not a codebook"),
        (GOOD[:40], "not a codebook"),
        (GOOD[:-1], "ends too early"),
        (GOOD + b"x", "too late"),
        (file_promising("(1000000000000, 3)"), "1,000,000,000,000 colours"),
        (file_promising(f"({10**40}, 3)"), "far too many colours"),
        (file_promising("(65536, 3)"), "ends too early"),
        (file_promising("(1, -3)"), "shape"),
        (file_of(np.zeros((2, 3))), "float64"),
        (file_of(np.zeros((2, 3), np.int8)), "int8"),
        (file_of(np.zeros((2, 2), np.uint8)), "shape"),
        (file_of(np.zeros(6, np.uint8)), "shape"),
        (file_of(np.zeros((0, 3), np.uint8)), "0 colours"),
        (file_of(np.zeros((65_537, 3), np.uint8)), "65,537 colours"),
        (file_of(np.array([print])), "object"),
        (pickle.dumps([1, 2, 3]), "not a codebook"),
    ],
)
def test_what_is_no_codebook_is_refused(content, reason):
    with pytest.raises(PaletteError, match=reason):
        npy.read(content)
