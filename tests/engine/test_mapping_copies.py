"""What labels are said to be copies of, by which they are stored."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.images import picture, scene
from hypothesis import given, settings
from hypothesis import strategies as st

from huepress import quantize
from huepress._kernels.gate import MAX_RUN_DISTANCE


def true_hints(q):
    """Return where there are hints, and of each whether its label is that of its distance before.

    But for the first pixels after a decision in the row: paths may have become others there.
    """
    stride = q.width + 1
    hints = np.frombuffer(q.copies.hints, np.uint8)
    rows = np.zeros((q.height, stride), int)
    rows[:, 1:] = q.labels
    at = np.flatnonzero(hints)
    distances = np.array(q.copies.distances)[hints[at]]
    sure = (
        (distances > MAX_RUN_DISTANCE)
        | ((at % stride - 1) % 64 >= MAX_RUN_DISTANCE)
        | (at % stride <= 64)
    )
    return at, (rows.reshape(-1)[at] == rows.reshape(-1)[at - distances])[sure]


@pytest.mark.parametrize("effort", [1, 5, 7])
@pytest.mark.parametrize("dither", ["none", "diffusion"])
def test_labels_are_copies_of_what_is_said(dither, effort):
    q = quantize(scene(), 100, dither=dither, rd=1, effort=effort)
    assert len(q.copies.hints) == (q.width + 1) * q.height
    assert len(q.copies.distances) == 256
    assert all(1 <= distance <= 32_768 for distance in q.copies.distances)
    at, true = true_hints(q)
    assert true.all()
    assert len(at) > 0.5 * q.width * q.height
    assert (at % (q.width + 1) > 0).all()


def test_bound_labels_may_be_no_copies():
    """Opaque pixels among clear ones, and the other way round."""
    image = np.array(picture(180, 90, "RGBA"))
    image[::2, ::3, 3], image[1::3, ::2, 3] = 0, 255
    q = quantize(image, 60, dither="diffusion", rd=1000)
    _, true = true_hints(q)
    assert 0.5 < true.mean() < 1


@given(st.integers(1, 20), st.integers(1, 60), st.integers(17, 60), st.integers(1, 5))
@settings(max_examples=20)
def test_narrow_images_have_hints_too(width, height, k, effort):
    """Columns beside an image that is narrower than the search lay at distances below 1."""
    pixels = np.random.default_rng(width).integers(0, 256, (height, width, 3), np.uint8)
    q = quantize(pixels, k, effort=effort)
    if q.copies:
        assert all(1 <= distance <= 32_768 for distance in q.copies.distances)
        assert true_hints(q)[1].all()


@pytest.mark.parametrize(
    "knobs",
    [
        *[{"rd": 0}, {"dither": "ordered"}, {"k": 16}, {"k": 257, "dither": "none"}],
        *[{"effort": 8}, {"k": 65_536, "space": "rgb"}],
    ],
    ids=str,
)
def test_where_nothing_is_known_of_copies_nothing_is_said(knobs):
    """Of packed labels, nearest and dithered ones, exact ones, and those of too many matches."""
    assert quantize(scene().crop((0, 0, 90, 60)), **{"k": 40, "effort": 1, **knobs}).copies is None
