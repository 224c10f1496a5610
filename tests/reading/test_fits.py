"""FITS files: 16 bits without a sign came out at half their brightness."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.image_formats import fits

from huepress import NotAnImageError
from huepress.reading import read_pixels
from huepress.reading.deep import pixels_from_samples

LIMIT = 100_000
VALUES = np.random.default_rng(2).integers(0, 65_536, (5, 7), np.uint16)
VALUES[0, :2] = 0, 65_535


@pytest.mark.parametrize("zero", ["32768", "32768.0", "3.2768E4", "3.2768D+04"])
def test_16_bits_without_a_sign(zero):
    stored = (VALUES.astype(np.int32) - 32_768).astype(">i2")
    content = fits(stored, 16, BZERO=zero, BSCALE="1.0")
    assert read_pixels(content, LIMIT) == pixels_from_samples(VALUES[..., None])


def test_what_has_no_offset_is_taken_as_it_is():
    content = fits((VALUES // 2).astype(">i2"), 16)
    assert read_pixels(content, LIMIT) == pixels_from_samples(VALUES[..., None] // 2)
    grey = (VALUES >> 8).astype(np.uint8)
    assert bytes(read_pixels(fits(grey, 8), LIMIT).to_8_bits()[::3]) == grey.tobytes()


def test_negative_values_are_no_brightness():
    with pytest.raises(NotAnImageError, match="grey values lie between -32768 and"):
        read_pixels(fits(np.array([[-32_768, 5]], ">i2"), 16), LIMIT)


def test_headers_without_end_are_refused():
    many = {f"KEY{place}": 1 for place in range(14_000)}
    content = fits(np.zeros((9, 9), "u1"), 8, **many)
    with pytest.raises(NotAnImageError, match="header of more than 1 MB"):
        read_pixels(content + bytes(2880), LIMIT)


@pytest.mark.parametrize(
    ("bits", "dtype", "cards"),
    [
        (16, ">i2", {"BZERO": 100}),
        (16, ">i2", {"BSCALE": 0.5}),
        (16, ">i2", {"BZERO": "what"}),
        (8, "u1", {"BZERO": -128}),
        (32, ">i4", {"BZERO": 2_147_483_648}),
        (8, "u1", {"NAXIS": 3, "NAXIS3": 3}),
    ],
)
def test_other_scales_are_refused(bits, dtype, cards):
    content = fits(np.zeros((6, 4), dtype), bits, **cards)
    with pytest.raises(NotAnImageError, match=r"FITS with BZERO=.*; convert it"):
        read_pixels(content, LIMIT)
