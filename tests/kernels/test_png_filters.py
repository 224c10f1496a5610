"""PNG's filters: rows come back, and each got the filter that was asked for."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest
from helpers import reference
from helpers.instruction_sets import same_on_all
from hypothesis import given
from hypothesis import strategies as st

from huepress._kernels.gate import filter_rows

SUB, UP, PAETH, LEAST_ENTROPY, CHEAPEST_MATCHES = 1, 2, 4, 6, 8


def rows_of(seed: int, stride: int, count: int, kind: str) -> bytes:
    """Return noise, few values, gradients, or rows that repeat."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:count, :stride]
    values = {
        "noise": rng.integers(0, 256, (count, stride)),
        "few": rng.integers(0, 3, (count, stride)),
        "gradient": x * 3 + y * 2 + rng.integers(0, 2, (count, stride)),
        "repeated": rng.integers(0, 200, stride)[None, :] + 0 * y,
    }[kind]
    return values.astype(np.uint8).tobytes()


def images():
    return st.tuples(
        st.builds(
            rows_of,
            st.integers(0, 2**32),
            st.shared(st.integers(1, 70), key="stride"),
            st.integers(1, 12),
            st.sampled_from(["noise", "few", "gradient", "repeated"]),
        ),
        st.shared(st.integers(1, 70), key="stride"),
        st.integers(1, 8),
    )


def split(filtered: bytes, stride: int) -> list[tuple[int, bytes]]:
    step = stride + 1
    return [(filtered[at], filtered[at + 1 : at + step]) for at in range(0, len(filtered), step)]


@pytest.mark.usefixtures("instruction_set")
@given(images(), st.integers(0, 8))
def test_every_row_is_what_its_filter_leaves(image, choice):
    data, stride, pixel = image
    above = bytes(stride)
    filtered = split(filter_rows(data, stride, pixel, choice), stride)
    assert len(filtered) == len(data) // stride
    for y, (kind, left) in enumerate(filtered):
        row = data[y * stride : (y + 1) * stride]
        assert kind <= 4
        assert choice > 4 or kind == choice
        assert left == reference.filtered_row(kind, row, above, pixel)
        above = row


@pytest.mark.usefixtures("instruction_set")
@given(images(), st.sampled_from([5, 6, 7]))
def test_the_filter_chosen_costs_least(image, choice):
    data, stride, pixel = image
    above = bytes(stride)
    for y, (kind, left) in enumerate(split(filter_rows(data, stride, pixel, choice), stride)):
        row = data[y * stride : (y + 1) * stride]
        costs = [
            reference.filter_cost(choice, reference.filtered_row(other, row, above, pixel))
            for other in range(5)
        ]
        chosen = reference.filter_cost(choice, left)
        if choice == LEAST_ENTROPY:  # in fractions of bits
            assert math.isclose(chosen, min(costs), abs_tol=0.01)
        else:
            assert kind == costs.index(chosen) == costs.index(min(costs))
        above = row


@given(images(), st.integers(0, 8))
def test_all_sets_choose_the_same(image, choice):
    same_on_all(lambda: filter_rows(*image, choice))


def test_long_rows_and_sums_beyond_a_byte():
    data = random.Random(1).randbytes(20_000) + bytes([128]) * 20_000
    for choice in range(9):
        assert len(same_on_all(lambda c=choice: filter_rows(data, 20_000, 1, c))) == 40_002


def test_matches_are_left_alone_and_gradients_are_not():
    """A row that a match can copy costs nothing as it is; one that is new is predicted."""
    row = random.Random(2).randbytes(300)
    kinds = [kind for kind, _ in split(filter_rows(row * 9, 300, 1, CHEAPEST_MATCHES), 300)]
    assert set(kinds[1:]) <= {0, UP}
    ramp = b"".join(bytes((3 * x + 7 * y) % 256 for x in range(300)) for y in range(9))
    kinds = [kind for kind, _ in split(filter_rows(ramp, 300, 1, CHEAPEST_MATCHES), 300)]
    assert set(kinds[1:]) <= {SUB, UP, PAETH}


def test_matches_reach_no_further_than_deflate_does():
    """Of rows longer than its window, what lies above is out of reach, but can be predicted."""
    row = random.Random(3).randbytes(40_000)
    filtered = split(filter_rows(row * 3, 40_000, 1, CHEAPEST_MATCHES), 40_000)
    assert [set(left) for _, left in filtered[1:]] == [{0}, {0}]
