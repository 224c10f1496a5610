"""Choosing the smallest encoding."""

from __future__ import annotations

import random
import zlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huepress.formats import encodings
from huepress.formats.deflate import quick_size
from huepress.formats.encodings import Encoding, best_encoding
from huepress.presets import ALL_FILTERS, NONE, PAETH, PRESETS, UP

EFFORTS = range(1, 11)


def no_more() -> list[Encoding]:
    return []


def noise(width: int, height: int, colors: int = 256, seed: int = 0) -> bytes:
    rng = random.Random(seed)
    return bytes(rng.randrange(colors) for _ in range(width * height))


def restored(stream: bytes, encoding: Encoding) -> bytes:
    """Undo compression and filters."""
    rows = zlib.decompress(stream)
    before, found = bytes(encoding.stride), bytearray()
    for at in range(0, len(rows), encoding.stride + 1):
        kind, row = rows[at], bytearray(rows[at + 1 : at + 1 + encoding.stride])
        for i, _ in enumerate(row):
            a = row[i - encoding.pixel] if i >= encoding.pixel else 0
            b = before[i]
            c = before[i - encoding.pixel] if i >= encoding.pixel else 0
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
    encoding = Encoding(lambda: rows, width, pixel)
    assert restored(best_encoding([encoding], no_more, height, effort)[1], encoding) == rows


@pytest.mark.parametrize("effort", EFFORTS[1:])  # effort 1 tries one encoding only: the first
@pytest.mark.parametrize("side", [20, 300])
def test_the_smallest_wins_wherever_it_stands(effort, side):
    flat = Encoding(lambda: bytes(side * side), side)
    rough = Encoding(lambda: noise(side, side), side)
    assert best_encoding([rough, flat], no_more, side, effort)[0] == 1
    assert best_encoding([flat, rough], no_more, side, effort)[0] == 0


@pytest.mark.parametrize("effort", EFFORTS)
def test_what_else_a_way_takes_is_counted(effort):
    rows = noise(50, 50)
    several = [Encoding(lambda: rows, 50, other_bytes=extra) for extra in (30, 0, 40)]
    assert best_encoding(several[1:], no_more, 50, effort)[0] == 0
    if effort > 1:
        assert best_encoding(several, no_more, 50, effort)[0] == 1


def test_more_ways_are_for_small_files():
    asked = []

    def more() -> list[Encoding]:
        asked.append(1)
        return [Encoding(lambda: bytes(len(rows)), side)]

    for side, colors, effort, expected in [
        (50, 256, 5, 1), (50, 256, 2, 0), (300, 2, 5, 1), (700, 200, 5, 0), (300, 2, 9, 1),
    ]:  # fmt: skip
        rows = noise(side, side, colors)
        asked.clear()
        best, stream = best_encoding([Encoding(lambda r=rows, s=side: r, side)], more, side, effort)
        assert len(asked) == expected
        assert best == expected
        assert len(stream) < 300 or not expected


@pytest.mark.parametrize("effort", range(3, 11))
def test_gradients_are_filtered_and_few_random_values_are_not(effort):
    width = height = 100
    ramp = bytes((x * x // 50 + 3 * y) % 256 for y in range(height) for x in range(width))
    few = noise(width, height, 9)
    for rows, filtered in ((ramp, True), (few, False)):
        stream = best_encoding([Encoding(lambda r=rows: r, width)], no_more, height, effort)[1]
        kinds = zlib.decompress(stream)[:: width + 1]
        assert any(kinds) == filtered


@pytest.mark.parametrize("choice", [NONE, UP, PAETH])
@pytest.mark.parametrize("effort", [7, 10])
def test_a_way_may_want_a_filter_of_its_own(choice, effort):
    rows = noise(40, 20)
    encoding = Encoding(lambda: rows, 40, filters=(choice,))
    stream = best_encoding([encoding], no_more, 20, effort)[1]
    assert set(zlib.decompress(stream)[::41]) == {choice}


def test_more_effort_is_never_larger_where_all_is_tried():
    rng = random.Random(4)
    for width, height in ((30, 30), (64, 64)):
        rows = bytes(
            (x * y // 9 + rng.randrange(4)) % 40 for y in range(height) for x in range(width)
        )
        encoding = Encoding(lambda r=rows: r, width)
        sizes = [
            len(best_encoding([encoding], no_more, height, effort)[1])
            for effort in (1, 3, 5, 7, 10)
        ]
        assert sizes == sorted(sizes, reverse=True)


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_threads_do_not_matter(monkeypatch, threads):
    rows = noise(300, 300, 9)
    several = [
        Encoding(lambda: rows, 300),
        Encoding(lambda: rows[::-1], 300, filters=ALL_FILTERS[1:]),
    ]
    expected = best_encoding(several, no_more, 300, 5)
    monkeypatch.setattr(encodings, "useful_threads", lambda *_: threads)
    assert best_encoding(several, no_more, 300, 5) == expected


@pytest.mark.parametrize("effort", EFFORTS)
def test_searches_are_within_what_there_is(effort):
    for search in (PRESETS[effort].png, PRESETS[effort].png.for_large()):
        assert set(search.filters + search.flat_filters) <= set(ALL_FILTERS)
        assert search.filters[0] == NONE
        assert 1 <= search.trial_level <= search.level <= 12
        assert search.trial_level <= search.flat_trial_level <= search.flat_level <= 12
        assert search.finals >= 1
        assert search.flat_finals >= 1


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
    encoding = Encoding(lambda: rows, width)
    assert restored(best_encoding([encoding], no_more, height, effort)[1], encoding) == rows


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("effort", EFFORTS[1:])
@pytest.mark.parametrize(("width", "height"), [(100, 100), (1500, 8), (4001, 1), (1, 5000)])
def test_the_smallest_wins_of_large_images_too(effort, width, height):
    flat = Encoding(lambda: bytes(width * height), width)
    rough = Encoding(lambda: noise(width, height), width)
    assert best_encoding([rough, flat], no_more, height, effort)[0] == 1
    assert best_encoding([flat, rough], no_more, height, effort)[0] == 0


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("effort", [3, 5, 6])
def test_ways_are_judged_by_the_same_rows(effort):
    """Eight pixels to a byte once were not large, one to a byte was, and seemed the smaller."""
    height = 100
    packed, full = noise(25, height), noise(200, height, 2)
    assert len(packed) < encodings.LARGE < len(full)
    several = [Encoding(lambda: packed, 25), Encoding(lambda: full, 200)]
    assert best_encoding(several, no_more, height, effort)[0] == 0


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
    best_encoding([Encoding(lambda: rows, 25)], no_more, height, 2)
    plain = seen[0]
    assert len(plain) == tried
    assert plain == sorted(set(plain))
    quarters = {4 * y // height for y in plain}
    assert quarters == {0, 1, 2, 3}
