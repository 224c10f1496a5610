"""Dithering: dither.c against its reference, and what it leaves alone."""

from __future__ import annotations

import numpy as np
import pytest
from helpers import reference_mapping as reference
from helpers.canvases import mapping_case, mapping_cases, painted
from helpers.instruction_sets import same_on_all
from hypothesis import given
from hypothesis import strategies as st

from huepress._kernels.gate import THRESHOLD_LEVELS

SHARES = st.sampled_from([0, 1, 20_000, 55_706, 65_536])
CAPS = st.sampled_from([0, 1, 384, 4096, 16_320])


@given(mapping_cases(), SHARES, CAPS)
def test_diffusion_agrees_with_its_reference(e, share, cap):
    labels = same_on_all(lambda: e.canvas.dither_diffusion(share, cap))
    assert labels == b"".join(map(bytes, reference.dithered_by_diffusion(e.picture, share, cap)))


@given(mapping_cases(), SHARES, CAPS, st.sampled_from([1, 2, 8]), st.integers(0, 99))
def test_patterns_agree_with_their_reference(e, share, cap, side, seed):
    mask = np.random.default_rng(seed).integers(0, THRESHOLD_LEVELS, side * side, np.uint8)
    labels = same_on_all(lambda: e.canvas.dither_ordered(mask, side, share, cap))
    mixture = reference.dithered_ordered(e.picture, mask, side, THRESHOLD_LEVELS, share, cap)
    assert labels == b"".join(map(bytes, mixture))


def test_shades_of_equal_lightness_stand_in_the_order_in_which_they_were_found():
    """A grey between a reddish and a greenish entry as light as itself."""
    e = mapping_case(np.full((8, 8, 3), 120, np.uint8), [[0] * 4] * 2, oklab=True)
    light, red, green, _ = e.picture.points[0]
    book = [[light, red + 700, green, 0], [light, red - 500, green, 0]]
    for entries in (book, book[::-1]):
        e = mapping_case(np.full((8, 8, 3), 120, np.uint8), entries, oklab=True)
        mask = bytes(range(THRESHOLD_LEVELS))
        labels = same_on_all(
            lambda e=e, mask=mask: e.canvas.dither_ordered(mask, 4, 65_536, 16_320)
        )
        expected = reference.dithered_ordered(e.picture, mask, 4, THRESHOLD_LEVELS, 65_536, 16_320)
        assert labels == b"".join(map(bytes, expected))
        assert 0.3 < np.mean(list(labels)) < 0.7


# What it leaves alone


@given(mapping_cases(30, 60), CAPS, st.integers(0, THRESHOLD_LEVELS - 1))
def test_none_of_it_gives_the_nearest(e, cap, rank):
    assert e.canvas.dither_diffusion(0, cap) == e.nearest
    assert e.canvas.dither_diffusion(65_536, 0) == e.nearest
    assert e.canvas.dither_ordered(bytes([rank]), 1, 0, cap) == e.nearest
    assert e.canvas.dither_ordered(bytes([rank]), 1, 65_536, 0) == e.nearest


def coordinates(e, labels):
    """Return where each pixel's colour lies, and where that of its label."""
    points, book = np.array(e.picture.points), np.array(e.picture.codebook)
    return points[np.array(e.picture.rows)].reshape(-1, 4), book[np.frombuffer(labels, np.uint8)]


@given(mapping_cases(30, 60), SHARES, CAPS)
def test_colours_of_the_codebook_stay_as_they_are(e, share, cap):
    mask = bytes(range(THRESHOLD_LEVELS))
    for labels in (
        e.canvas.dither_diffusion(share, cap),
        e.canvas.dither_ordered(mask, 4, share, cap),
    ):
        points, shown = coordinates(e, labels)
        exact = (points == coordinates(e, e.nearest)[1]).all(axis=1)
        assert np.array_equal(shown[exact], points[exact])


@given(st.integers(0, 2**32), st.sampled_from([3, 4]), st.booleans())
def test_flat_areas_far_from_the_codebook_stay_flat(seed, channels, oklab):
    """With noise around them, whose residuals would come in."""
    rng = np.random.default_rng(seed)
    pixels = rng.integers(0, 256, (24, 24, channels), np.uint8)
    pixels[4:20, 4:20] = rng.integers(0, 256, channels)
    book = [[int(c) for c in rng.integers(0, 16_320, 3)] + [8000 * (channels == 4)] for _ in "1234"]
    e = mapping_case(pixels, book, oklab)
    labels = np.frombuffer(e.canvas.dither_diffusion(65_536, 16_320), np.uint8).reshape(24, 24)
    assert (labels[6:18, 6:18] == e.nearest[24 * 12 + 12]).all()


def test_flat_areas_a_little_off_are_dithered():
    """A level or two can't be told as dots, but can as a shift of a whole area."""
    e = mapping_case(np.full((16, 16, 3), 100, np.uint8), [[6336] * 3 + [0], [6464] * 3 + [0]])
    labels = np.frombuffer(e.canvas.dither_diffusion(65_536, 4096), np.uint8)
    assert 0.4 < labels.mean() < 0.6


# What it does


@pytest.mark.parametrize("how", ["diffuse", "arrange"])
def test_the_mean_of_a_ramp_is_kept(how):
    """Black and white alone show every grey between."""
    ramp = np.broadcast_to(np.arange(256, dtype=np.uint8)[None, :, None], (64, 256, 3))
    e = mapping_case(ramp, [[0] * 4, [16_320] * 3 + [0]])
    if how == "diffuse":
        labels = e.canvas.dither_diffusion(65_536, 16_320)
    else:
        labels = e.canvas.dither_ordered(bytes(range(THRESHOLD_LEVELS)), 4, 65_536, 16_320)
    shown = np.frombuffer(labels, np.uint8).reshape(64, 256) * 255.0
    means = shown.reshape(8, 8, 32, 8).mean(axis=(1, 3))
    nearest = np.frombuffer(e.nearest, np.uint8).reshape(64, 256) * 255.0
    goal = ramp[..., 0].reshape(8, 8, 32, 8).mean(axis=(1, 3))
    assert np.abs(means - goal).max() < 32
    assert np.abs(means - goal).mean() < 10
    assert np.abs(nearest.reshape(8, 8, 32, 8).mean(axis=(1, 3)) - goal).mean() > 50


def test_less_of_it_is_less():
    ramp = np.broadcast_to(np.arange(256, dtype=np.uint8)[None, :, None], (64, 256, 3))
    e = mapping_case(ramp, [[0] * 4, [16_320] * 3 + [0]])
    changed = [
        sum(
            a != b for a, b in zip(e.canvas.dither_diffusion(share, 16_320), e.nearest, strict=True)
        )
        for share in (0, 20_000, 40_000, 65_536)
    ]
    assert changed == sorted(set(changed))


# The limits


@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 300), (300, 1), (2, 2), (61, 83)])
@pytest.mark.parametrize("k", [1, 2, 15, 16, 17, 255, 256])
@pytest.mark.parametrize("channels", [3, 4])
def test_sizes(height, width, k, channels):
    pixels = painted("noise", k, height, width, channels)
    book = np.random.default_rng(k).integers(0, 16_321, (k, 4)).tolist()
    e = mapping_case(pixels, book, oklab=bool(k & 1))
    labels = same_on_all(lambda: e.canvas.dither_diffusion(65_536, 16_320))
    mixed = same_on_all(
        lambda: e.canvas.dither_ordered(bytes(range(THRESHOLD_LEVELS)), 4, 65_536, 16_320)
    )
    assert len(labels) == len(mixed) == height * width
    assert max(labels + mixed) < k


@pytest.mark.parametrize("level", [0, 255])
@pytest.mark.parametrize("k", [1, 3, 17])
def test_a_codebook_at_the_other_end(level, k):
    """Residuals pile up as far as they can; what pads a codebook is black."""
    pixels = np.full((20, 40, 4), level, np.uint8)
    pixels[::3, ::2] ^= 1  # not flat
    e = mapping_case(
        pixels, [[16_320 - 64 * level - j * (1 if level == 0 else -1)] * 4 for j in range(k)]
    )
    labels = same_on_all(lambda: e.canvas.dither_diffusion(65_536, 16_320))
    mixed = same_on_all(
        lambda: e.canvas.dither_ordered(bytes(range(THRESHOLD_LEVELS)), 4, 65_536, 16_320)
    )
    assert max(labels + mixed) < k
