"""What DEFLATE takes, beforehand."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huepress._kernels.gate import COST_PER_BIT, FORBIDDEN, MAX_COST, MAX_RUN_DISTANCE
from huepress.engine.rate_model import STEP, literal_costs, match_costs, match_distances

# RFC 1951, 3.2.5: the least distance of each code, and its extra bits.
DISTANCES = [(1, 0), (2, 0), (3, 0), (4, 0)]
for code in range(2, 15):
    DISTANCES += [((2 << code - 1) + 1, code - 1), ((3 << code - 1) + 1, code - 1)]


def extra_bits(distance: int) -> int:
    return max(pair for pair in DISTANCES if pair[0] <= distance)[1]


def test_the_table_is_that_of_the_rfc():
    assert len(DISTANCES) == 30
    assert DISTANCES[:8] == [(1, 0), (2, 0), (3, 0), (4, 0), (5, 1), (7, 1), (9, 2), (13, 2)]
    assert DISTANCES[-1] == (24_577, 13)


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=256))
def test_literals_cost_what_their_frequency_tells(populations):
    costs = literal_costs(populations)
    order = sorted(range(len(costs)), key=lambda j: populations[j])
    assert [costs[j] for j in order] == sorted(costs, reverse=True)
    assert all(3 * COST_PER_BIT <= cost <= 12 * COST_PER_BIT <= MAX_COST for cost in costs)
    total = sum(populations) + len(populations)
    for cost, count in zip(costs, populations, strict=True):
        bits = 1 - math.log2((count + 1) / total)
        assert cost == pytest.approx(COST_PER_BIT * min(max(bits, 3), 12), abs=0.51)


@given(
    st.integers(1, 40_000),
    st.integers(1, 40),
    st.sampled_from([16, 32]),
    st.sampled_from([1, 2, 4, 8]),
)
def test_matches_cost_what_their_distance_tells(width, rows, span, per_byte):
    costs = match_costs(width, rows, span, per_byte)
    assert len(costs) == rows * span + MAX_RUN_DISTANCE
    stride = 1 + math.ceil(width / per_byte)
    places = [(row, dx) for row in range(1, rows + 1) for dx in range(-span // 2, span // 2)]
    places += [(0, -past) for past in range(1, MAX_RUN_DISTANCE + 1)]
    found = match_distances(width, rows, span, per_byte)
    for cost, bytes_before, (row, dx) in zip(costs, found, places, strict=True):
        distance = row * stride - dx / per_byte
        if distance == int(distance) and 1 <= distance <= 32_768:
            begin = 11 if row else 10
            assert cost == (begin + extra_bits(int(distance))) * COST_PER_BIT <= MAX_COST
            assert bytes_before == distance
        else:
            assert cost == FORBIDDEN


def test_a_longer_match_costs_less_than_literals():
    assert 0 < STEP < 3 * COST_PER_BIT
