"""A codebook and a label map together."""

from __future__ import annotations

import math
import pickle
import subprocess
import sys

import numpy as np
import pytest
from helpers.quantized_images import meant, quantized, quantizeds
from hypothesis import given

from huepress import Codebook, PairError, Quantized

BLACK_AND_WHITE = Codebook([(0, 0, 0), (255, 255, 255)])


@given(quantizeds(65_536))
def test_pixels_are_the_colours_of_the_labels(q):
    size, rgba = meant(q)
    image = q.image()
    assert (image.size, image.convert("RGBA").tobytes()) == (size, rgba)
    assert q.pixel_bytes() == q.pixels().tobytes() == image.tobytes()
    assert q.pixels().shape == (q.height, q.width, q.codebook.channels)
    assert q.pixels().dtype == np.uint8
    assert np.array_equal(q.codebook.colors[q.labels], q.pixels())


@pytest.mark.parametrize(("k", "dtype"), [(1, np.uint8), (256, np.uint8), (257, np.uint16)])
def test_labels_take_two_bytes_above_256_colours(k, dtype):
    q = quantized(k, 30, 20)
    assert q.labels.dtype == dtype
    assert q.labels.shape == (20, 30)
    assert q.labels.max() == k - 1


def test_labels_can_not_be_changed():
    q = Quantized(2, 1, bytearray([0, 1]), BLACK_AND_WHITE)
    with pytest.raises(ValueError, match="read-only"):
        q.labels[0, 0] = 1


@pytest.mark.parametrize(
    ("width", "height", "count"), [(2, 2, 3), (2, 2, 5), (0, 1, 0), (-1, -4, 4)]
)
def test_there_are_as_many_labels_as_pixels(width, height, count):
    with pytest.raises(PairError, match=r"^label map: "):
        Quantized(width, height, bytes(count), BLACK_AND_WHITE)


def test_psnr_is_taken_over_all_three_channels():
    def psnr(mse: float | None) -> float | None:
        return Quantized(1, 1, b"\0", BLACK_AND_WHITE, mse).psnr

    assert psnr(None) is None
    assert psnr(0) == math.inf
    assert psnr(3 * 255**2) == 0
    assert psnr(3.0) == pytest.approx(48.13, abs=0.01)  # one level in each channel


def test_repr():
    assert repr(Quantized(2, 1, b"\0\1", BLACK_AND_WHITE)) == "<Quantized 2x1, 2 colours>"


def test_up_to_256_colours_pixels_need_no_numpy():
    code = (
        "import sys; from huepress import Codebook, Quantized; "
        "q = Quantized(2, 1, bytes(2), Codebook([(1, 2, 3)])); q.pixel_bytes(), q.image(); "
        "sys.exit('numpy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_an_array_of_it_holds_the_pixels():
    """`np.asarray(q)` gave an array of one object."""
    q = quantized(9, 7, 5)
    assert np.array_equal(np.asarray(q), q.pixels())
    assert np.asarray(q).dtype == np.uint8
    assert np.asarray(q, np.float32).shape == (5, 7, 3)


def test_it_does_not_change():
    q = quantized(9, 7, 5)
    with pytest.raises(AttributeError, match="doesn't change"):
        q.mse = 1.0
    assert pickle.loads(pickle.dumps(q)).label_bytes == q.label_bytes
