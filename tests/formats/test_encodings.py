"""Choosing the smallest way."""

from __future__ import annotations

import random
import zlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huepress.formats import encodings
from huepress.formats.deflate import quick_size
from huepress.formats.encodings import ALL_CHOICES, FILTERS, NONE, PAETH, UP, Plan, Way, smallest

EFFORTS = range(1, 11)


def no_more() -> list[Way]:
    return []


def noise(width: int, height: int, colors: int = 256, seed: int = 0) -> bytes:
    rng = random.Random(seed)
    return bytes(rng.randrange(colors) for _ in range(width * height))


def restored(stream: bytes, way: Way) -> bytes:
    """Undo compression and filters."""
    rows = zlib.decompress(stream)
    before, found = bytes(way.stride), bytearray()
    for at in range(0, len(rows), way.stride + 1):
        kind, row = rows[at], bytearray(rows[at + 1 : at + 1 + way.stride])
        for i, _ in enumerate(row):
            a = row[i - way.pixel] if i >= way.pixel else 0
            b = before[i]
            c = before[i - way.pixel] if i >= way.pixel else 0
            p = a + b - c
            near = min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]
            row[i] = (row[i] + [0, a, b, (a + b) // 2, near][kind]) % 256
        found += row
        before = bytes(row)
    return bytes(found)


@given(
    st.integers(1, 40), st.integers(1, 30), st.sampled_from([2, 256]), st.integers(1, 4),
    st.sampled_from(EFFORTS),
)  # fmt: skip
def test_the_rows_come_back(width, height, colors, pixel, effort):
    rows = noise(width, height, colors)
    way = Way(lambda: rows, width, pixel)
    assert restored(smallest([way], no_more, height, effort)[1], way) == rows


@pytest.mark.parametrize("effort", EFFORTS[1:])  # effort 1 tries one way only: the first
@pytest.mark.parametrize("side", [20, 300])
def test_the_smallest_wins_wherever_it_stands(effort, side):
    flat = Way(lambda: bytes(side * side), side)
    rough = Way(lambda: noise(side, side), side)
    assert smallest([rough, flat], no_more, side, effort)[0] == 1
    assert smallest([flat, rough], no_more, side, effort)[0] == 0


@pytest.mark.parametrize("effort", EFFORTS)
def test_what_else_a_way_takes_is_counted(effort):
    rows = noise(50, 50)
    ways = [Way(lambda: rows, 50, besides=extra) for extra in (30, 0, 40)]
    assert smallest(ways[1:], no_more, 50, effort)[0] == 0
    if effort > 1:
        assert smallest(ways, no_more, 50, effort)[0] == 1


def test_more_ways_are_for_small_files():
    asked = []

    def more() -> list[Way]:
        asked.append(1)
        return [Way(lambda: bytes(len(rows)), side)]

    for side, colors, effort, expected in [
        (50, 256, 5, 1), (50, 256, 2, 0), (300, 2, 5, 1), (700, 200, 5, 0), (300, 2, 9, 1),
    ]:  # fmt: skip
        rows = noise(side, side, colors)
        asked.clear()
        best, stream = smallest([Way(lambda r=rows, s=side: r, side)], more, side, effort)
        assert len(asked) == expected
        assert best == expected
        assert len(stream) < 300 or not expected


@pytest.mark.parametrize("effort", range(3, 11))
def test_gradients_are_filtered_and_few_random_values_are_not(effort):
    width = height = 100
    ramp = bytes((x * x // 50 + 3 * y) % 256 for y in range(height) for x in range(width))
    few = noise(width, height, 9)
    for rows, filtered in ((ramp, True), (few, False)):
        stream = smallest([Way(lambda r=rows: r, width)], no_more, height, effort)[1]
        kinds = zlib.decompress(stream)[:: width + 1]
        assert any(kinds) == filtered


@pytest.mark.parametrize("choice", [NONE, UP, PAETH])
@pytest.mark.parametrize("effort", [7, 10])
def test_a_way_may_want_a_filter_of_its_own(choice, effort):
    rows = noise(40, 20)
    way = Way(lambda: rows, 40, choices=(choice,))
    stream = smallest([way], no_more, 20, effort)[1]
    assert set(zlib.decompress(stream)[::41]) == {choice}


def test_more_effort_is_never_larger_where_all_is_tried():
    rng = random.Random(4)
    for width, height in ((30, 30), (64, 64)):
        rows = bytes(
            (x * y // 9 + rng.randrange(4)) % 40 for y in range(height) for x in range(width)
        )
        sizes = [
            len(smallest([Way(lambda r=rows, w=width: r, width)], no_more, height, effort)[1])
            for effort in (1, 3, 5, 7, 10)
        ]
        assert sizes == sorted(sizes, reverse=True)


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_threads_do_not_matter(monkeypatch, threads):
    rows = noise(300, 300, 9)
    ways = [Way(lambda: rows, 300), Way(lambda: rows[::-1], 300, choices=FILTERS)]
    expected = smallest(ways, no_more, 300, 5)
    monkeypatch.setattr(encodings, "useful_threads", lambda *_: threads)
    assert smallest(ways, no_more, 300, 5) == expected


@pytest.mark.parametrize("size", [1, encodings.LARGE, encodings.LARGE + 1, 1 << 31])
@pytest.mark.parametrize("effort", EFFORTS)
def test_plans_are_within_what_there_is(effort, size):
    plan = Plan.of(effort, size)
    assert set(plan.choices + plan.flat_choices) <= set(ALL_CHOICES)
    assert plan.choices[0] == NONE
    assert 1 <= plan.trial <= plan.level <= 12
    assert plan.trial <= plan.flat_trial <= plan.flat_level <= 12
    assert plan.finals >= 1
    assert plan.flat_finals >= 1


# Large images


@pytest.fixture
def large(monkeypatch):
    """Let images of more than 4000 bytes count as large."""
    monkeypatch.setattr(encodings, "LARGE", 4000)
    monkeypatch.setattr(encodings, "SAMPLE", 1000)
    monkeypatch.setattr(encodings, "BANDS", 4)


@pytest.mark.usefixtures("large")
@given(st.integers(1, 500), st.integers(1, 40), st.sampled_from([2, 256]), st.sampled_from(EFFORTS))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_all_rows_of_large_images_come_back(width, height, colors, effort):
    rows = noise(width, height, colors)
    way = Way(lambda: rows, width)
    assert restored(smallest([way], no_more, height, effort)[1], way) == rows


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("effort", EFFORTS[1:])
@pytest.mark.parametrize(("width", "height"), [(100, 100), (1500, 8), (4001, 1), (1, 5000)])
def test_the_smallest_wins_of_large_images_too(effort, width, height):
    flat = Way(lambda: bytes(width * height), width)
    rough = Way(lambda: noise(width, height), width)
    assert smallest([rough, flat], no_more, height, effort)[0] == 1
    assert smallest([flat, rough], no_more, height, effort)[0] == 0


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("effort", [3, 5, 6])
def test_ways_are_judged_by_the_same_rows(effort):
    """Eight pixels to a byte once were not large, one to a byte was, and seemed the smaller."""
    height = 100
    packed, full = noise(25, height), noise(200, height, 2)
    assert len(packed) < encodings.LARGE < len(full)
    ways = [Way(lambda: packed, 25), Way(lambda: full, 200)]
    assert smallest(ways, no_more, height, effort)[0] == 0


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize(("height", "tried"), [(160, 160), (161, 40), (255, 40)])
def test_bands_from_all_over_the_image_are_tried(monkeypatch, height, tried):
    """Each row says where it stands."""
    seen = []

    def spy(raw, level):
        seen.append(list(raw[1::26]))
        return quick_size(raw, level)

    monkeypatch.setattr(encodings, "quick_size", spy)
    rows = b"".join(bytes([y]) + noise(24, 1, seed=y) for y in range(height))
    smallest([Way(lambda: rows, 25)], no_more, height, 2)
    plain = seen[0]
    assert len(plain) == tried
    assert plain == sorted(set(plain))
    quarters = {4 * y // height for y in plain}
    assert quarters == {0, 1, 2, 3}
