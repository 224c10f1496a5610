"""Labels that are cheap to store: trellis.c against its reference, its limits, and its gain."""

from __future__ import annotations

import numpy as np
import pytest
from helpers import reference_mapping
from helpers import reference_trellis as reference
from helpers.canvases import mapping_case, mapping_cases, painted
from helpers.trellises import assert_agrees, mapped, mapped_everywhere, plain, searches
from hypothesis import given, settings
from hypothesis import strategies as st

from huepress._kernels.gate import COST_PER_BIT, FORBIDDEN, MAX_COST, MAX_RUN_DISTANCE


@given(mapping_cases(most=60), st.data())
def test_it_agrees_with_its_reference(e, data):
    assert_agrees(e, data.draw(searches(e.clusters.k)))


@given(mapping_cases(3, 300, most=60, least_width=129), st.data())
@settings(max_examples=12)
def test_it_agrees_where_decisions_come_before_the_row_ends(e, data):
    assert_agrees(e, data.draw(searches(e.clusters.k)))


def torn(first, other, states: tuple[int, int], *above):
    """Return an image whose last row is nearer to one row up to column 150, then to another.

    And a search for matches of two states, at such a price that it will begin but one.
    """
    share = np.where(np.arange(300) < 150, 0.7, 0.2)
    rows = np.rint([*above, share * first + (1 - share) * other]).astype(np.uint8)
    e = mapping_case(
        np.repeat(rows[..., None], 3, axis=2), [[64 * j] * 3 + [0] for j in range(90, 111)]
    )
    search = plain(21, rows=1, shares=(0, 0), strength=50.0, literal=[15 * COST_PER_BIT] * 21)
    search.match = [
        900 * COST_PER_BIT if s in states else FORBIDDEN for s in range(16 + MAX_RUN_DISTANCE)
    ]
    return e, search


def torn_between_columns():
    noise = np.random.default_rng(1).integers(90, 110, 302)
    return torn(noise[:300], noise[2:], (7, 9), noise[1:301])


def torn_between_distances():
    first, other = np.resize([90, 100, 110], 300), np.resize([90, 100], 300)
    other[2] = 110  # what matches of the first repeat
    return torn(first, other, (16 + 2, 16 + 1))


@pytest.mark.parametrize("make", [torn_between_columns, torn_between_distances])
def test_decisions_stand_though_the_path_turns_out_another(make):
    """At 192 the one state still seems better, and 64 pixels before are decided; in the end not."""
    e, search = make()
    one, other = (s + 1 for s, cost in enumerate(search.match) if cost != FORBIDDEN)
    if make is torn_between_distances:
        one, other = other, one
    early, late = (reference.searched(e.picture, search, lag) for lag in (reference.LAG, 10**9))
    assert set(late.copies[-1][8:-1]) == {other}
    assert set(early.copies[-1][8:128]) == {one}
    assert early.copies[-1][128:] == late.copies[-1][128:]
    assert_agrees(e, search)


# What it finds


def costs_of_distances(e, labels, strength: float):
    """Return what the distance from each pixel to its label's colour costs, and to the nearest."""
    picture = e.picture
    points, book = np.array(picture.points), np.array(picture.codebook)
    rates = [
        reference_mapping.rate(reference_mapping.tolerance(picture, y, x), strength)
        for y, x in np.ndindex(picture.height, picture.width)
    ]
    away = ((points[:, None] - book) ** 2).sum(axis=2)[np.array(picture.rows).reshape(-1)]
    own = away[np.arange(len(away)), np.frombuffer(labels, np.uint8)]
    return own * np.float64(rates), away.min(axis=1) * np.float64(rates)


@given(mapping_cases(8, 30, most=60), st.sampled_from([0.1, 1.0, 10.0]))
@settings(max_examples=20)
def test_without_matches_and_with_free_literals_labels_are_of_the_nearest(e, strength):
    search = plain(e.clusters.k, shares=(0, 0), strength=strength)
    search.literal, search.match = [0] * e.clusters.k, [FORBIDDEN] * len(search.match)
    labels, copies = mapped(e, search)
    own, least = costs_of_distances(e, labels, strength)
    assert np.array_equal(own, least)
    assert not any(copies)


def test_literals_are_of_the_sixteen_entries_nearest_to_the_nearest():
    """And of equally near ones of the first, though the others cost less."""
    e = mapping_case(painted("noise", 1, 5, 30, 3), [[8000] * 3 + [0]] * 40)
    search = plain(40, literal=[8 * COST_PER_BIT] * 15 + [COST_PER_BIT] + [0] * 24)
    search.match = [FORBIDDEN] * len(search.match)
    assert mapped_everywhere(e, search)[0] == bytes([15]) * 150
    assert_agrees(e, search)


@given(mapping_cases(8, 30, most=60), st.sampled_from([0.1, 1.0, 10.0]))
@settings(max_examples=20)
def test_no_pixel_gains_more_error_than_literals_and_matches_cost(e, strength):
    """If errors aren't passed on: each could have its own literal, and a new match thereafter."""
    search = plain(e.clusters.k, shares=(0, 0), strength=strength)
    own, least = costs_of_distances(e, mapped(e, search)[0], strength)
    assert (own <= (least + (8 + 11) * COST_PER_BIT) * (1 + 1e-5)).all()


def test_labels_repeat_where_that_costs_little():
    """Noise between two entries: the stronger, the more of a row is a copy of those above."""
    rng = np.random.default_rng(0)
    pixels = (100 + rng.integers(0, 8, (40, 80, 1)) + np.zeros(3, int)).astype(np.uint8)
    e = mapping_case(pixels, [[64 * (99 + j)] * 3 + [0] for j in range(10)])
    copies = []
    for strength in (0.01, 1, 4, 100):
        found, _ = mapped(e, plain(10, strength=strength))
        labels = np.frombuffer(found, np.uint8).reshape(40, 80)
        copies.append(sum(bytes(row[:40]) in labels[:y].tobytes() for y, row in enumerate(labels)))
    assert copies == sorted(copies)
    assert copies[0] == 0
    assert copies[-1] > 30


@given(mapping_cases(6, 260, most=60), st.data())
def test_what_is_said_to_be_a_copy_is_one(e, data):
    """Within a row it may begin wrongly where the path became another after a decision."""
    search = data.draw(searches(e.clusters.k))
    found, said = mapped(e, search)
    labels = np.frombuffer(found, np.uint8).reshape(-1, e.width)
    copies = np.frombuffer(said, np.uint8).reshape(-1, e.width + 1)
    assert not copies[:, 0].any()
    above = search.rows * search.span
    for y, x in np.argwhere(copies[:, 1:]):
        state = int(copies[y, x + 1]) - 1
        assert search.match[state] != FORBIDDEN
        row, column = divmod(state, search.span)
        if state < above:
            assert row < y
            assert 0 <= x + column - search.span // 2 < e.width
            assert labels[y, x] == labels[y - 1 - row, x + column - search.span // 2]
        elif x < reference.SEGMENT or x % reference.SEGMENT >= MAX_RUN_DISTANCE:
            assert x > state - above
            assert labels[y, x] == labels[y, x - 1 - (state - above)]


# The limits


@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 400), (400, 1), (2, 3), (130, 170)])
@pytest.mark.parametrize("k", [1, 2, 15, 17, 256])
@pytest.mark.parametrize("channels", [3, 4])
def test_sizes(height, width, k, channels):
    pixels = painted("noise" if k % 2 else "ramp", k, height, width, channels)
    book = np.random.default_rng(k).integers(0, 16_321, (k, 4)).tolist()
    e = mapping_case(pixels, book, oklab=bool(k & 1))
    for rows, span in ((1, 16), (15, 16), (40, 32), (64, 64)) if height < 3 else ((6, 16),):
        labels, copies = mapped_everywhere(e, plain(k, rows=rows, span=span))
        assert len(labels) == height * width
        assert max(labels) < k
        assert (copies is not None) == (rows * span + MAX_RUN_DISTANCE <= 255)


@pytest.mark.parametrize("width", [64, 65, 127, 128, 129, 191, 192, 193])
def test_widths_around_those_where_decisions_are_taken(width):
    e = mapping_case(painted("noise", width, 3, width, 3), [[1000 * j] * 4 for j in range(17)])
    assert_agrees(e, plain(17, rows=2))


EXTREMES = {
    "weakest": {"strength": 5e-324},
    "strongest": {"strength": 999_999.0},
    "all shares": {"shares": (32_767, 32_767), "cap": 4096},
    "all shares, weakest": {"shares": (32_767, 32_767), "cap": 4096, "strength": 1e-9},
    "no cap": {"shares": (32_767, 32_767), "cap": 0},
    "longest step": {"step": 65_535},
}


@pytest.mark.parametrize("extreme", EXTREMES)
@pytest.mark.parametrize("barred", [0, 0.5, 1])
@pytest.mark.parametrize("level", [0, 255])
def test_a_codebook_at_the_other_end(extreme, barred, level):
    """Errors are as large as can be. They outweighed what bars matches beside the image."""
    pixels = np.full((9, 40, 4), level, np.uint8)
    pixels[::2, ::3] ^= 1  # not flat
    book = [[16_320 - 64 * level - j * (1 if level == 0 else -1)] * 4 for j in range(3)]
    e = mapping_case(pixels, book)
    search = plain(3, **EXTREMES[extreme])
    rng = np.random.default_rng(1)
    search.match = [FORBIDDEN if rng.random() < barred else cost for cost in search.match]
    assert_agrees(e, search)


def test_what_is_barred_stays_so_in_rows_of_any_length():
    """Literals cost so much that a barred match became cheaper, row by row."""
    pixels = painted("noise", 5, 2, 9000, 3)
    e = mapping_case(pixels, np.random.default_rng(0).integers(0, 16_321, (256, 4)).tolist())
    search = plain(256, literal=[MAX_COST] * 256, strength=1e5)
    search.match = [FORBIDDEN] * len(search.match)
    labels, copies = mapped_everywhere(e, search)
    assert not any(copies)
    assert len(set(labels)) > 10
