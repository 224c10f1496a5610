"""Dithering: dither.c against its twin, and what it leaves alone."""

from __future__ import annotations

import numpy as np
import twin_of_maps as twin
from easel import easels
from hypothesis import given
from hypothesis import strategies as st
from support import same_on_all

from huepress._kernels.gate import SHADES

SHARES = st.sampled_from([0, 1, 20_000, 55_706, 65_536])
CAPS = st.sampled_from([0, 1, 384, 4096, 16_320])


@given(easels(), SHARES, CAPS)
def test_diffusion_agrees_with_its_twin(e, share, cap):
    labels = same_on_all(lambda: e.canvas.diffuse(share, cap))
    assert labels == b"".join(map(bytes, twin.diffused(e.picture, share, cap)))


@given(easels(), SHARES, st.sampled_from([1, 2, 8]), st.integers(0, 99))
def test_patterns_agree_with_their_twin(e, share, side, seed):
    mask = np.random.default_rng(seed).integers(0, SHADES, side * side, np.uint8)
    labels = same_on_all(lambda: e.canvas.arrange(mask, side, share))
    assert labels == b"".join(map(bytes, twin.arranged(e.picture, mask, side, SHADES, share)))
