"""Bytes at equal looks, and which `rd` are tried until the peer lies between two."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.looks.comparing import COARSEST_RD, next_rd
from bench.looks.curves import Point, Reading, bytes_at, figure_at, front, ratio_at

LOOKS = st.floats(-50, 100).map(lambda x: round(x, 3))
SIZES = st.integers(100, 10**6)
POINTS = st.lists(st.tuples(LOOKS, SIZES), min_size=1, max_size=8)


def beats(a: Point, b: Point) -> bool:
    return a != b and a[0] >= b[0] and a[1] <= b[1]


@given(POINTS)
def test_front_is_what_no_point_beats(points):
    kept = front(points)
    assert sorted(kept) == kept
    assert set(kept) == {p for p in points if not any(beats(q, p) for q in points)}


@given(POINTS, LOOKS)
def test_reading_lies_between_its_neighbours_and_flags_what_is_beyond(points, looks):
    kept = front(points)
    reading = bytes_at(points, looks)
    at_least = [size for x, size in kept if x >= looks]
    thread_limit = [size for x, size in kept if x <= looks]
    if not at_least:
        assert reading.beyond == "above"
        assert reading.bytes >= max(thread_limit)
    elif not thread_limit:
        assert reading == Reading(min(at_least), "below")
    else:
        assert not reading.beyond
        assert max(thread_limit) * (1 - 1e-9) <= reading.bytes <= min(at_least) * (1 + 1e-9)


@given(POINTS, LOOKS, LOOKS)
def test_better_looks_never_take_fewer_bytes(points, one, other):
    low, high = sorted((one, other))
    assert bytes_at(points, low).bytes <= bytes_at(points, high).bytes * (1 + 1e-9)


@given(POINTS, LOOKS, SIZES)
def test_a_beaten_point_changes_nothing(points, looks, more):
    x, size = points[0]
    assert bytes_at([*points, (x - 0.5, size + more)], looks) == bytes_at(points, looks)


@given(POINTS, LOOKS, SIZES)
def test_above_the_curve_the_peer_never_loses(points, looks, size):
    reading = ratio_at(points, (looks, size))
    if reading.beyond == "above":
        assert reading.bytes >= 1
    else:
        assert reading.bytes == pytest.approx(bytes_at(points, looks).bytes / size)


def test_log_bytes_are_linear_between_points():
    assert bytes_at([(60, 100), (80, 400)], 70).bytes == pytest.approx(200)
    assert bytes_at([(60, 100), (80, 400)], 85) == Reading(pytest.approx(400 * 2**0.5), "above")
    assert bytes_at([(60, 100), (80, 400)], 1e9) == Reading(pytest.approx(800), "above")
    assert bytes_at([(60, 100)], 90) == Reading(100, "above")
    assert bytes_at([], 90) is None


def test_two_points_that_nearly_coincide_tell_no_slope():
    points = [(60, 100), (79.999, 390), (80, 400)]
    assert bytes_at(points, 81).bytes == pytest.approx(400 * math.exp(math.log(4) / 20))


@given(st.lists(st.tuples(LOOKS, SIZES, st.floats(0, 10)), min_size=1, max_size=8), SIZES)
def test_figure_lies_between_those_of_the_curve(triples, size):
    figure = figure_at(triples, size)
    least = front([(x, s) for x, s, _ in triples])[0][1]
    assert (figure is None) == (size < least)
    if figure is not None:
        figures = [f for _, _, f in triples]
        assert min(figures) - 1e-9 <= figure <= max(figures) + 1e-9


def test_figure_is_linear_in_log_bytes():
    triples = [(60, 100, 3.0), (80, 400, 1.0), (70, 500, 99.0)]
    assert figure_at(triples, 200) == pytest.approx(2.0)
    assert figure_at(triples, 1000) == 1.0
    assert figure_at([], 1000) is None


@given(st.lists(st.floats(0, COARSEST_RD), min_size=1, max_size=4, unique=True))
def test_rate_distortion_ends_at_nothing_and_at_its_coarsest(values):
    for target in (1, -1):
        tried = list(values)
        while (value := next_rd(tried, [0.0], target)) is not None:
            assert value < min(tried) if target > 0 else value > max(tried)
            tried.append(value)
        if target > 0:
            assert min(tried) == 0
        else:
            assert max(tried) > COARSEST_RD / 2


def test_nothing_more_is_tried_once_the_target_lies_between():
    assert next_rd([1.0], [60.0, None, 80.0], 70.0) is None
    assert next_rd([1.0], [60.0], None) is None
    assert next_rd([1.0], [None], 70.0) is None
