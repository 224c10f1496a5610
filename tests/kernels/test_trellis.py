"""Labels that are cheap to store: trellis.c against its twin, at its limits, and what it gains."""

from __future__ import annotations

import numpy as np
import pytest
import twin_of_maps as twin
from easel import easel, easels, painted
from hypothesis import given, settings
from hypothesis import strategies as st
from support import same_on_all
from twin_of_maps import Search

from huepress._kernels.gate import BARRED, BIT, DEAREST, PAST


def mapped(e, search: Search) -> bytes:
    return e.canvas.map_cheaply(
        np.array(search.literal, np.int32),
        np.array(search.match, np.int32),
        search.rows,
        search.span,
        search.strength,
        search.step,
        search.shares,
        search.cap,
    )


@st.composite
def searches(draw, k: int):
    """Return any way to search."""
    rows, span = draw(st.sampled_from([1, 2, 3])), draw(st.sampled_from([16, 32]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    most = draw(st.sampled_from([1, 5, 20])) * BIT
    match = rng.integers(0, most, rows * span + PAST)
    match[rng.random(len(match)) < draw(st.sampled_from([0, 0.3, 1]))] = BARRED
    return Search(
        literal=rng.integers(0, draw(st.sampled_from([1, 2, 12])) * BIT, k).tolist(),
        match=match.tolist(),
        rows=rows,
        span=span,
        strength=draw(st.sampled_from([1e-300, 1e-3, 0.3, 1.0, 5.0, 1e4])),
        step=draw(st.sampled_from([0, BIT // 4, 3 * BIT])),
        shares=draw(st.sampled_from([(0, 0, 0, 0), (18350, 4588, 23593, 5898), (32767,) * 4])),
        cap=draw(st.sampled_from([0, 100, 400, 4096])),
    )


@given(easels(most=60), st.data())
@settings(max_examples=60)
def test_it_agrees_with_its_twin(e, data):
    search = data.draw(searches(e.clusters.k))
    labels = same_on_all(lambda: mapped(e, search))
    assert labels == b"".join(map(bytes, twin.mapped_cheaply(e.picture, search)))


def plain(k: int, **changes) -> Search:
    """Return a search as `mapping` makes it."""
    knobs = {"rows": 6, "span": 16, "strength": 1.0, "step": BIT // 4, "cap": 400, **changes}
    match = [11 * BIT] * (knobs["rows"] * knobs["span"]) + [10 * BIT] * PAST
    return Search(**{"literal": [8 * BIT] * k, "match": match, "shares": USUAL, **knobs})


USUAL = (18_350, 4588, 23_593, 5898)


def costs_of_distances(e, labels, strength: float):
    """Return what the distance from each pixel to its label's colour costs, and to the nearest."""
    picture = e.picture
    points, book = np.array(picture.points), np.array(picture.book)
    rates = [
        [twin.rate(picture, y, x, strength) for x in range(picture.width)]
        for y in range(picture.height)
    ]
    away = ((points[:, None] - book) ** 2).sum(axis=2)[np.array(picture.rows).reshape(-1)]
    own = away[np.arange(len(away)), np.frombuffer(labels, np.uint8)]
    return own * np.reshape(rates, -1), away.min(axis=1) * np.reshape(rates, -1)


@given(easels(8, 30, most=60), st.sampled_from([0.1, 1.0, 10.0]))
@settings(max_examples=20)
def test_without_matches_and_with_free_literals_labels_are_of_the_nearest(e, strength):
    search = plain(e.clusters.k, shares=(0,) * 4, strength=strength)
    search.literal, search.match = [0] * e.clusters.k, [BARRED] * len(search.match)
    own, least = costs_of_distances(e, mapped(e, search), strength)
    assert (own < least + 1.001 + 1e-6 * least).all()  # costs are whole numbers


@given(easels(8, 30, most=60), st.sampled_from([0.1, 1.0, 10.0]))
@settings(max_examples=20)
def test_no_pixel_gains_more_error_than_literals_and_matches_cost(e, strength):
    """If errors aren't passed on: each could have its own literal, and a new match thereafter."""
    search = plain(e.clusters.k, shares=(0,) * 4, strength=strength)
    own, least = costs_of_distances(e, mapped(e, search), strength)
    assert (own <= least + (8 + 11) * BIT + 2 + 1e-6 * least).all()


def test_labels_repeat_where_that_costs_little():
    """Noise between two entries: the stronger, the more of a row is a copy of those above."""
    rng = np.random.default_rng(0)
    pixels = (100 + rng.integers(0, 8, (40, 80, 1)) + np.zeros(3, int)).astype(np.uint8)
    e = easel(pixels, [[64 * (99 + j)] * 3 + [0] for j in range(10)])
    copies = []
    for strength in (0.01, 1, 4, 100):
        search = plain(10, strength=strength)
        labels = np.frombuffer(mapped(e, search), np.uint8).reshape(40, 80)
        copies.append(sum(bytes(row[:40]) in labels[:y].tobytes() for y, row in enumerate(labels)))
    assert copies == sorted(copies)
    assert copies[0] == 0
    assert copies[-1] > 30


# The limits


@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 400), (400, 1), (2, 3), (130, 170)])
@pytest.mark.parametrize("k", [1, 2, 15, 17, 256])
@pytest.mark.parametrize("channels", [3, 4])
def test_sizes(height, width, k, channels):
    pixels = painted("noise" if k % 2 else "ramp", k, height, width, channels)
    book = np.random.default_rng(k).integers(0, 16_321, (k, 4)).tolist()
    e = easel(pixels, book, oklab=bool(k & 1))
    for rows, span in ((1, 16), (40, 32), (64, 64)) if height < 3 else ((6, 16),):
        labels = same_on_all(lambda r=rows, s=span: mapped(e, plain(k, rows=r, span=s)))
        assert len(labels) == height * width
        assert max(labels) < k


EXTREMES = {
    "weakest": {"strength": 5e-324},
    "strongest": {"strength": 999_999.0},
    "all shares": {"shares": (32_767,) * 4, "cap": 4096},
    "all shares, weakest": {"shares": (32_767,) * 4, "cap": 4096, "strength": 1e-9},
    "no cap": {"shares": (32_767,) * 4, "cap": 0},
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
    e = easel(pixels, book)
    search = plain(3, **EXTREMES[extreme])
    rng = np.random.default_rng(1)
    search.match = [BARRED if rng.random() < barred else cost for cost in search.match]
    labels = same_on_all(lambda: mapped(e, search))
    assert labels == b"".join(map(bytes, twin.mapped_cheaply(e.picture, search)))


def test_what_is_barred_stays_so_in_rows_of_any_length():
    """Literals cost so much that a barred match became cheaper, row by row."""
    pixels = painted("noise", 5, 2, 9000, 3)
    e = easel(pixels, np.random.default_rng(0).integers(0, 16_321, (256, 4)).tolist())
    search = plain(256, literal=[DEAREST] * 256, strength=1e5)
    search.match = [BARRED] * len(search.match)
    labels = np.frombuffer(same_on_all(lambda: mapped(e, search)), np.uint8)
    free = plain(256, strength=1e5, literal=[0] * 256, match=search.match)
    assert np.array_equal(labels, np.frombuffer(mapped(e, free), np.uint8))
    assert len(np.unique(labels)) > 10
