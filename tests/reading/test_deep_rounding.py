"""More than 8 bits are rounded once, and to the nearest."""

from __future__ import annotations

import io

import numpy as np
import pytest
from helpers.profiles import matrix_profile
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image, ImageCms

import huepress
from huepress import OptionError
from huepress._kernels import gate
from huepress._kernels.gate import PixelIndex
from huepress.color import icc
from huepress.reading import deep, read_pixels
from huepress.reading.deep import pixels_from_samples

LIMIT = 1_000_000


def ten_bits(fine: bytes) -> np.ndarray:
    second, third, last, first = np.frombuffer(fine, np.uint8).astype(int).reshape(-1, 4).T
    word = first << 24 | second << 16 | third << 8 | last
    return np.stack([word >> 20, word >> 10 & 1023, word & 1023], axis=1)


def test_every_level_is_rounded_to_the_nearest():
    levels = np.arange(65_536, dtype=np.uint16).reshape(256, 256, 1)
    pixels = pixels_from_samples(levels)
    exact = levels.ravel() / 65_535
    eight = np.frombuffer(pixels.to_8_bits(), np.uint8).reshape(-1, 3)
    assert np.array_equal(eight, np.rint(exact * 255).repeat(3).reshape(-1, 3))
    assert pixels.is_fine
    ten = ten_bits(pixels.raw)
    nearest = np.rint(exact * 1020).repeat(3).reshape(-1, 3)
    assert np.array_equal(ten, np.minimum(nearest, 4 * eight.astype(int) + 1))


def test_blocks_make_no_difference(monkeypatch):
    samples = np.random.default_rng(0).integers(0, 65_536, (30, 20, 4), np.uint16)
    whole = pixels_from_samples(samples), pixels_from_samples(samples[..., :3])
    monkeypatch.setattr(deep, "_BLOCK", 1)
    assert (pixels_from_samples(samples), pixels_from_samples(samples[..., :3])) == whole


@given(hnp.arrays(np.uint16, st.tuples(st.integers(1, 5), st.integers(1, 5), st.just(4))))
def test_alpha_that_rounds_to_opaque_hides_nothing(samples):
    pixels = pixels_from_samples(samples)
    assert pixels.channels == (3 if (samples[..., 3] >= 255 * 257 - 128).all() else 4)
    assert (not pixels.is_fine) == (pixels.channels == 4)


def test_arrays_of_16_bits_and_of_floating_point():
    levels = np.random.default_rng(1).integers(0, 65_536, (5, 6, 3), np.uint16)
    assert read_pixels(levels, LIMIT) == pixels_from_samples(levels)
    assert read_pixels(levels.astype(">u2"), LIMIT) == pixels_from_samples(levels)
    assert read_pixels(levels / 65_535, LIMIT) == pixels_from_samples(levels)
    assert read_pixels(levels[..., 0], LIMIT) == pixels_from_samples(levels[..., :1])
    for wrong in (np.array([[1.01]]), np.array([[-0.01]]), np.array([[np.nan]])):
        with pytest.raises(OptionError, match="floats must be from 0 to 1"):
            read_pixels(wrong, LIMIT)


def test_the_kernels_see_ten_bits():
    samples = np.random.default_rng(2).integers(0, 65_536, (40, 50, 3), np.uint16)
    pixels = pixels_from_samples(samples)
    assert pixels.is_fine
    index = PixelIndex(pixels.raw, 3, fine=True)
    points = index.colors.points().coordinates()
    found = sorted((x // 16, y // 16, z // 16) for (x, y, z, _), _ in points)
    assert found == sorted(set(map(tuple, ten_bits(pixels.raw).tolist())))
    assert sum(weight for _, weight in points) == 2000
    with pytest.raises(ValueError, match="don't fit bytes"):
        index.colors.colors_and_counts()


def test_the_kernels_round_them_as_the_reader_does():
    samples = np.random.default_rng(4).integers(0, 65_536, (40, 50, 3), np.uint16)
    samples[::2] = samples[0, 0]
    pixels = pixels_from_samples(samples)
    eight = np.frombuffer(pixels.to_8_bits(), np.uint8).reshape(-1, 3)
    index = PixelIndex(pixels.raw, 3, fine=True)
    (rounded, numbers), plain = index.colors.rounded(), PixelIndex(pixels.to_8_bits(), 3)
    assert rounded == plain.colors
    colors = np.frombuffer(rounded.colors_and_counts()[0], np.uint8).reshape(-1, 3)
    of_pixels = np.frombuffer(numbers, np.int32)[np.frombuffer(index.numbers(), np.int32)]
    assert np.array_equal(colors[of_pixels], eight)
    labels = np.random.default_rng(5).integers(0, 2, len(eight)).astype(np.uint8).tobytes()
    book = bytes([1, 2, 3, 200, 100, 50])
    assert index.tally(labels, book) == plain.tally(labels, book)
    with pytest.raises(ValueError, match="8 bits"):
        plain.colors.rounded()
    with pytest.raises(ValueError, match="bytes of fine pixels"):
        gate.round_to_8_bits(bytes(6))


@pytest.mark.parametrize("oklab", [False, True])
def test_whole_levels_lie_where_8_bits_lie(oklab):
    levels = np.random.default_rng(3).integers(0, 256, (20, 20, 3)).astype(np.uint16) * 257
    pixels = pixels_from_samples(levels)
    assert pixels.is_fine
    fine = PixelIndex(pixels.raw, 3, fine=True).colors.points(oklab).coordinates()
    assert sorted(fine) == sorted(
        PixelIndex(pixels.to_8_bits(), 3).colors.points(oklab).coordinates()
    )
    eight = (levels // 257).astype(np.uint8)
    assert huepress.quantize(levels, k=16).codebook == huepress.quantize(eight, k=16).codebook


@pytest.mark.parametrize("word", [1021 << 20, 1021 << 10, 1021, 1 << 30])
def test_the_gate_refuses_what_is_no_fine_colour(word):
    pixels = bytes(word >> shift & 255 for shift in (16, 8, 0, 24))
    with pytest.raises(ValueError, match="fine colour"):
        PixelIndex(pixels, 3, fine=True)
    with pytest.raises(ValueError, match="fine colour"):
        gate.round_to_8_bits(pixels)
    with pytest.raises(ValueError, match="3 channels"):
        PixelIndex(bytes(4), 4, fine=True)
    with pytest.raises(ValueError, match="not pixels"):
        PixelIndex(bytes(3), 3, fine=True)


def test_clusters_are_found_at_full_precision():
    """The mean of 100.3 three times and 100.9 twice is nearer to 101; of 100 and 101, to 100."""
    levels = np.array([[100.3] * 3 + [100.9] * 2, [200.3] * 3 + [200.9] * 2])
    deep = np.rint(levels * 257).astype(np.uint16)
    literal = {"k": 2, "space": "rgb", "dither": "none", "rd": 0}
    assert sorted(huepress.quantize(deep, **literal).codebook.hex()) == ["#656565", "#c9c9c9"]
    rounded = np.rint(levels).astype(np.uint8)
    assert sorted(huepress.quantize(rounded, **literal).codebook.hex()) == ["#646464", "#c8c8c8"]


def test_no_more_colours_than_asked_for_are_kept_exactly():
    deep = np.array([[0, 60, 257, 300, 65_535]], np.uint16)
    q = huepress.quantize(deep, k=3)
    assert (len(q.codebook), q.mse) == (3, 0.0)
    assert q.pixels()[0, :, 0].tolist() == [0, 0, 1, 1, 255]


def test_colours_are_kept_as_8_bits_show_them():
    deep = np.random.default_rng(4).integers(0, 65_536, (30, 30, 3), np.uint16)
    deep[0, :4] = [[0x1010, 0x2020, 0x3030], [0x1011, 0x2020, 0x3030], [0x1050, 0x2020, 0x3030],
                   [0x1200, 0x2020, 0x3030]]  # fmt: skip
    q = huepress.quantize(deep, k=8, keep=["#102030"])
    kept = [tuple(color) == (16, 32, 48) for color in q.pixels()[0, :4].tolist()]
    assert kept[:3] == [True] * 3


def test_matrices_convert_as_colour_management_does():
    """The same curves and matrix, for 16 bits: compared with LittleCMS on 8."""
    levels = np.random.default_rng(5).integers(0, 256, (40, 40, 3), np.uint8)
    for gamma in (1.0, 1.8, 2.2):
        profile = matrix_profile(gamma)
        shaper = icc.shaper_of_profile(profile)
        assert shaper is not None
        ours = np.frombuffer(
            pixels_from_samples(levels.astype(np.uint16) * 257, shaper).to_8_bits(), np.uint8
        )
        theirs = ImageCms.profileToProfile(
            Image.fromarray(levels),
            ImageCms.ImageCmsProfile(io.BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
        )
        assert theirs is not None
        assert np.abs(ours.astype(int) - np.asarray(theirs).ravel()).max() <= 1
