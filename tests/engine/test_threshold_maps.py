"""Masks of thresholds."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from huepress._kernels.gate import THRESHOLD_LEVELS
from huepress.engine.threshold_maps import bayer, blue_noise

TOOL = Path(__file__).parents[2] / "tools" / "blue_noise.py"


def ranks(mask):
    """Return a mask as an array."""
    data, side = mask()
    return np.frombuffer(data, np.uint8).reshape(side, side)


@pytest.mark.parametrize("mask", [bayer, blue_noise])
def test_each_shade_stands_in_as_many_places(mask):
    side = len(ranks(mask))
    assert side & (side - 1) == 0
    assert (
        np.bincount(ranks(mask).reshape(-1)).tolist()
        == [side * side // THRESHOLD_LEVELS] * THRESHOLD_LEVELS
    )


def power(pattern, lowest: float, highest: float) -> float:
    """Return the mean power within a ring of frequencies, in cycles a pixel; white noise has 1."""
    spectrum = np.abs(np.fft.fft2(pattern - pattern.mean())) ** 2
    frequency = np.hypot(*np.meshgrid(*[np.fft.fftfreq(len(pattern))] * 2))
    return spectrum[(lowest < frequency) & (frequency <= highest)].mean() / spectrum.mean()


def test_blue_noise_has_no_low_frequencies():
    mask = ranks(blue_noise)
    white = np.random.default_rng(0).permutation(mask.reshape(-1)).reshape(mask.shape)
    assert power(mask, 0, 0.1) < 0.01
    assert power(mask, 0.1, 0.2) < 0.03
    assert power(mask, 0.3, 1) > 1.2
    assert 0.7 < power(white, 0, 0.1) < 1.4


@pytest.mark.parametrize("shade", range(1, THRESHOLD_LEVELS))
def test_each_threshold_makes_blue_noise(shade):
    dots = (ranks(blue_noise) < shade).astype(float)
    assert power(dots, 0, 0.05) < 0.1
    assert power(dots, 0, 0.1) < 0.25


def test_bayers_mask_spreads_each_threshold_evenly():
    """Its quarters hold as many of the lower shades each, give or take one."""
    mask = ranks(bayer)
    for shade in range(1, THRESHOLD_LEVELS):
        quarters = (mask < shade).reshape(2, 2, 2, 2).sum(axis=(1, 3))
        assert quarters.max() - quarters.min() <= 1


def test_the_tool_makes_the_mask_that_is_stored():
    spec = importlib.util.spec_from_file_location("blue_noise", TOOL)
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    made = tool.ranks(tool.SIDE, tool.SIGMA, seed=1) * THRESHOLD_LEVELS // tool.SIDE**2
    stored = ranks(blue_noise)
    # Sums of floats, whose order is another with another NumPy, decide between equal voids.
    if (made != stored).any():
        assert power(made, 0, 0.1) < 0.01
        assert (made != stored).mean() < 0.5
