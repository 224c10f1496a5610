"""Arrays as images."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image

from huepress import OptionError
from huepress.reading import Pixels, read_pixels

LIMIT = 1_000_000


def as_pixels(image: Image.Image) -> Pixels:
    return Pixels(image.width, image.height, len(image.mode), image.tobytes())


@given(
    hnp.arrays(
        np.uint8,
        st.tuples(st.integers(1, 9), st.sampled_from([1, 2, 5, 9]))
        | st.tuples(st.integers(1, 9), st.integers(1, 9), st.sampled_from([1, 3, 4])),
    ),
    st.sampled_from("CF"),
)
def test_arrays_mean_what_pillow_thinks_they_mean(array, order):
    image = Image.fromarray(array[..., 0] if array.shape[2:] == (1,) else array)
    opaque = image.mode != "RGBA" or image.getextrema()[3] == (255, 255)
    expected = as_pixels(image.convert("RGB" if opaque else "RGBA"))
    assert read_pixels(np.array(array, order=order), LIMIT) == expected


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_pixels_are_nobody_elses(dtype, channels):
    """Kernels read an array's own memory once, which another thread could change meanwhile.

    Counted when it had few colours, then full of others, it led them out of bounds.
    """
    array = np.zeros((4, 5, channels), dtype)
    pixels = read_pixels(array, LIMIT)
    before = bytes(pixels.to_8_bits())
    array[...] = 1
    assert bytes(pixels.to_8_bits()) == before


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((2, 2, 3), complex),
        np.zeros((2, 2, 3), np.int16),
        np.zeros((2, 2, 2), np.uint8),
        np.zeros((2, 2, 2), np.uint16),
        np.zeros((2, 2, 5), np.uint8),
        np.zeros((2, 2, 3, 1), np.uint8),
        np.zeros(5, np.uint8),
        np.zeros((), np.uint8),
        np.zeros((0, 2, 3), np.uint8),
        np.zeros((2, 0), np.uint8),
        np.array(["photo.png"]),
    ],
)
def test_other_arrays_are_refused_with_what_is_accepted(array):
    with pytest.raises(OptionError, match=r"give bool, uint8, uint16 or .* of shape \(H, W\)"):
        read_pixels(array, LIMIT)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32, np.int64])
@pytest.mark.parametrize("shape", [(10, 3), (10, 4), (1, 3), (4, 4)])
def test_a_list_of_colours_is_no_image(dtype, shape):
    """Quantized as a grey image of 3 by N pixels, it gave a codebook of greys."""
    with pytest.raises(OptionError, match=r"looks like a list of colours; an image has shape \(H"):
        read_pixels(np.zeros(shape, dtype), LIMIT)


@pytest.mark.parametrize("width", [3, 4])
def test_a_grey_image_of_that_width_has_a_third_axis(width):
    grey = np.arange(2 * width, dtype=np.uint8).reshape(2, width)
    pixels = read_pixels(grey[..., None], LIMIT)
    assert pixels == Pixels(width, 2, 3, np.repeat(grey, 3).tobytes())
    mask = read_pixels(grey > 4, LIMIT)  # of bool, nothing else can be meant
    assert (mask.width, mask.height) == (width, 2)


def test_masks_are_black_and_white():
    assert bytes(read_pixels(np.array([[False, True]]), LIMIT).to_8_bits()) == bytes(
        [0] * 3 + [255] * 3
    )


def test_what_an_array_masks_is_for_the_caller_to_fill():
    """What lies under the mask was shown as if there were none."""
    array = np.ma.masked_equal(np.array([[1, 2]], np.uint8), 2)
    with pytest.raises(OptionError, match=r"masked array, .*; fill them by .*\.filled\("):
        read_pixels(array, LIMIT)
    assert bytes(read_pixels(array.filled(9), LIMIT).to_8_bits()) == bytes([1] * 3 + [9] * 3)
    whole = np.ma.array(np.array([[1, 2]], np.uint8))
    assert bytes(read_pixels(whole, LIMIT).to_8_bits()) == bytes([1] * 3 + [2] * 3)
