"""The order of colours in which neighbouring pixels have near numbers."""

from __future__ import annotations

import numpy as np
import pytest
from helpers import reference
from helpers.instruction_sets import same_on_all
from hypothesis import given, settings
from hypothesis import strategies as st

from huepress._kernels.gate import reorder_palette


def labels_of(seed: int, k: int, width: int, height: int, smooth: bool):
    """Return a label map of noise, or of one that wanders through a hidden order of its labels."""
    rng = np.random.default_rng(seed)
    if not smooth:
        return rng.integers(0, k, (height, width)).astype(np.uint8)
    y, x = np.mgrid[:height, :width]
    wander = (x + y + rng.integers(0, 3, (height, width))) % k
    return rng.permutation(k)[wander].astype(np.uint8)


def maps(most: int):
    side = st.integers(1, 40)
    return st.builds(
        lambda seed, k, width, height, smooth: (labels_of(seed, k, width, height, smooth), k),
        st.integers(0, 2**32), st.integers(1, most), side, side, st.booleans(),
    )  # fmt: skip


def dithered_ordered(labels, k: int, rounds: int) -> list[int]:
    return reorder_palette(labels.reshape(-1), labels.shape[1], k, rounds)


@pytest.mark.usefixtures("instruction_set")
@given(maps(256), st.integers(0, 4))
def test_every_label_gets_one_number(image, rounds):
    labels, k = image
    assert sorted(dithered_ordered(labels, k, rounds)) == list(range(k))


@pytest.mark.usefixtures("instruction_set")
@given(maps(60))
def test_it_starts_from_modified_zeng_and_never_gets_worse(image):
    labels, k = image
    pairs = reference.neighbours(labels, k)
    order = dithered_ordered(labels, k, 0)
    assert order == reference.modified_zeng(pairs)
    cost = reference.arrangement_cost(pairs, order)
    for rounds in (1, 2, 5):
        better = reference.arrangement_cost(pairs, dithered_ordered(labels, k, rounds))
        assert better <= cost
        cost = better


@pytest.mark.usefixtures("instruction_set")
@given(maps(20))
@settings(max_examples=20)
def test_in_the_end_no_colour_has_a_better_place(image):
    labels, k = image
    pairs = reference.neighbours(labels, k)
    order = dithered_ordered(labels, k, 1000)
    cost = reference.arrangement_cost(pairs, order)
    for label in range(k):
        others = [other for other in order if other != label]
        for place in range(k):
            moved = [*others[:place], label, *others[place:]]
            assert reference.arrangement_cost(pairs, moved) >= cost


@given(maps(256))
@settings(max_examples=20)
def test_all_sets_arrange_the_same(image):
    labels, k = image
    same_on_all(lambda: dithered_ordered(labels, k, 3))


def test_a_ramp_is_found_again():
    hidden = np.random.default_rng(1).permutation(100).astype(np.uint8)
    order = dithered_ordered(np.tile(hidden, (3, 1)), 100, 20)
    assert order in (hidden.tolist(), hidden[::-1].tolist())


def test_counts_of_large_images_are_scaled():
    """More neighbours than the weights have room for; the order is that of the same image small."""
    small = labels_of(5, 12, 60, 40, smooth=True)
    large = np.repeat(np.repeat(small, 40, 0), 40, 1)  # each border 40 times
    assert dithered_ordered(large, 12, 20) == dithered_ordered(small, 12, 20)
