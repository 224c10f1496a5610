"""The measure of banding, on gradients whose steps are known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bench.looks.banding import Banding, box_means, lightness, smooth_gradients
from bench.measures import Pixels


def grey(values: np.ndarray) -> Pixels:
    """Return grey pixels of real values, rounded."""
    return np.repeat(np.clip(np.rint(values), 0, 255).astype(np.uint8)[..., None], 3, axis=2)


def ramp(height: int = 96, width: int = 256) -> np.ndarray:
    return np.add.outer(np.linspace(0, 20, height), np.linspace(60, 180, width))


def posterized(values: np.ndarray, step: float) -> Pixels:
    return grey(np.round(values / step) * step)


def diffused(values: np.ndarray, step: int) -> Pixels:
    palette = Image.new("P", (1, 1))
    palette.putpalette([level for grey in range(0, 256, step) for level in (grey,) * 3])
    image = Image.fromarray(grey(values))
    result = image.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG)
    return np.asarray(result.convert("RGB"))


def test_a_ramp_is_a_smooth_gradient_and_an_exact_one_has_no_bands():
    banding = Banding(grey(ramp()))
    assert banding.applies
    assert banding.smooth[8:-8, 8:-8].mean() > 0.95
    assert banding(grey(ramp())) == 0


@pytest.mark.parametrize("step", [4, 8, 16, 32])
def test_bands_show_and_dithering_hides_them(step):
    banding = Banding(grey(ramp()))
    bands = banding(posterized(ramp(), step))
    assert bands > 0.5 * step
    assert banding(diffused(ramp(), step)) < bands / 3


@given(st.sampled_from([(2, 4), (4, 8), (8, 16), (16, 32)]), st.booleans())
@settings(deadline=None, max_examples=10)
def test_higher_steps_show_more_whatever_their_direction(steps, turned):
    values = ramp().T if turned else ramp()
    banding = Banding(grey(values))
    low, high = (banding(posterized(values, step)) for step in steps)
    assert low < high


def test_direction_makes_no_difference():
    across = Banding(grey(ramp()))(posterized(ramp(), 8))
    down = Banding(grey(ramp().T))(posterized(ramp().T, 8))
    assert across == pytest.approx(down, rel=1e-9)


def test_a_shift_of_all_pixels_is_no_step():
    assert Banding(grey(ramp()))(grey(ramp() + 3)) < 0.1


def test_steps_that_the_original_has_are_not_counted():
    original = posterized(ramp(), 2)
    assert Banding(original)(original) == 0


@pytest.mark.parametrize(
    "values",
    [
        np.full((64, 64), 90.0),
        np.random.default_rng(0).uniform(0, 255, (64, 64)),
        np.kron(np.indices((8, 8)).sum(0) % 2 * 200.0, np.ones((8, 8))),
        ramp(8, 64),
    ],
    ids=["level", "noise", "checks", "lower than the window"],
)
def test_what_is_no_smooth_gradient_has_no_figure(values):
    assert not Banding(grey(values)).applies


def test_texture_is_left_out_beside_a_gradient():
    values = ramp()
    values[:, :128] += np.random.default_rng(0).normal(0, 20, (96, 128))
    smooth = smooth_gradients(lightness(grey(values)))
    assert smooth[8:-8, :110].mean() < 0.01
    assert smooth[8:-8, 140:-8].mean() > 0.9


def test_lightness_is_oklab():
    pixels = np.array([[[0, 0, 0], [255, 255, 255], [255, 0, 0], [0, 0, 255]]], np.uint8)
    assert lightness(pixels)[0] == pytest.approx([0, 1, 0.62796, 0.45201], abs=1e-4)


@given(st.integers(1, 6), st.integers(1, 6))
def test_box_means_are_means_of_boxes(height, width):
    plane = np.random.default_rng(0).random((6, 7))
    means = box_means(plane, height, width)
    windows = np.lib.stride_tricks.sliding_window_view(plane, (height, width))
    assert means == pytest.approx(windows.mean((2, 3)))
