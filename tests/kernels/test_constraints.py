"""What labels may not be: alpha of 0 and 255 stays exact, and kept colours stay as they are."""

from __future__ import annotations

from array import array

import numpy as np
import pytest
from helpers.canvases import MappingCase, mapping_case, mapping_cases
from helpers.instruction_sets import same_on_all
from helpers.point_clouds import arrays_of, clouds
from hypothesis import given, settings
from hypothesis import strategies as st

from huepress._kernels.gate import Canvas, Clusters, PixelIndex, clear_hidden_colors

NOTHING = array("I")


def number(color) -> int:
    red, green, blue, alpha = (*map(int, color), 255)[:4]
    return alpha << 24 | red << 16 | green << 8 | blue


def opacity(at, most: int):
    """Return 0 for clear, 1 for opaque, 2 for anything between."""
    return np.where(at[..., 3] == 0, 0, np.where(at[..., 3] == most, 1, 2))


def alpha_of(e: MappingCase) -> int:
    """Return the coordinate of an alpha of 255; without alpha it is 0, and all is between."""
    one = Clusters(e.clusters.points, 1)
    one.place_color(0, 0xFFFFFFFF)
    return one.centroids()[0][3] or -1


def squared(points, book):
    return ((points[:, None] - book) ** 2).sum(axis=2)


@given(mapping_cases(most=40), st.integers(0, 2**32), st.data())
def test_only_what_may_not_be_is_replaced_and_by_the_nearest_that_may(e, seed, data):
    k = e.clusters.k
    given_labels = np.random.default_rng(seed).integers(0, k, e.index.size, np.uint8)
    labels = np.frombuffer(e.canvas.enforce_constraints(given_labels, NOTHING), np.uint8)
    points, book = np.array(e.picture.points), np.array(e.picture.codebook)
    pixels = points[np.array(e.picture.rows).reshape(-1)]
    own, has = opacity(pixels, alpha_of(e)), opacity(book, alpha_of(e))
    if e.index.colors.channels == 3:
        assert np.array_equal(labels, given_labels)
        return
    wrong = (own < 2) & (has[given_labels] != own) & np.isin(own, has)
    assert np.array_equal(labels[~wrong], given_labels[~wrong])
    distances = np.where(has == own[wrong, None], squared(pixels[wrong], book), np.iinfo(int).max)
    assert np.array_equal(labels[wrong], distances.argmin(axis=1))


@given(mapping_cases(most=40))
def test_labels_of_colours_are_bound_as_those_of_pixels(e):
    k, unique = e.clusters.k, range(len(e.index.colors))
    kept = array("I", [number(c) for c in np.random.default_rng(k).integers(0, 256, (k, 4))])
    identity = array("i", range(k))
    for keep in (NOTHING, kept[: k // 2]):
        bound = e.clusters.constrained_labels(keep)
        assert len(bound) == len(unique)
        assert e.index.spread(bound, identity, k) == e.canvas.enforce_constraints(e.nearest, keep)


@given(clouds(300), st.integers(0, 2**32), st.booleans(), st.booleans())
def test_pixels_of_kept_colours_keep_them_whatever_their_labels(pixels, seed, oklab, straight):
    """Colours of low alpha share coordinates, and so does each with the one beside it here."""
    rng = np.random.default_rng(seed)
    unique = np.unique(pixels, axis=0)
    kept = rng.permutation(unique)[: rng.integers(1, 12)]
    numbers = [number(c) for c in kept]
    e = mapping_case(pixels[None], [(0, 0, 0, 0)] * (len(kept) + 2), oklab, straight)
    for j, color in enumerate(numbers):
        e.clusters.place_color(j, color)
    at = array("I", numbers)
    labels = np.frombuffer(
        e.canvas.enforce_constraints(bytes([len(kept)] * len(pixels)), at), np.uint8
    )
    for j, color in enumerate(kept):
        assert (labels[(pixels == color).all(axis=1)] == j).all()


def test_colours_in_the_same_place_are_told_apart():
    colors = np.array([[10, 20, 30, 2], [11, 20, 30, 2], [12, 20, 30, 2]], np.uint8)
    e = mapping_case(colors[None], [(0, 0, 0, 0)] * 4)
    kept = array("I", [number(c) for c in colors[::-1]])
    for j, color in enumerate(kept):
        e.clusters.place_color(j, color)
    assert len(set(e.clusters.centroids()[:3])) < 3
    assert list(e.canvas.enforce_constraints(bytes(3), kept)) == [2, 1, 0]


@given(mapping_cases(most=60))
def test_dithering_and_binding_never_leave_the_range(e):
    labels = same_on_all(lambda: e.canvas.dither_diffusion(65_536, 16_320))
    kept = array("I", [number(e.clusters.colors()[:4])])
    assert max(e.canvas.enforce_constraints(labels, kept)) < e.clusters.k


def test_a_single_label_is_a_copy():
    """Python has one object for all bytes of length 1: it was changed, and b"\\1" was 0."""
    one = PixelIndex(bytes(3), 3)
    clusters = Clusters(one.colors.points(), 2)
    clusters.place_color(0, 0xFF000000)
    clusters.prepare_assign()
    clusters.assign()
    clusters.finish_assign()
    given_label = bytes([1])
    assert list(
        Canvas(one, clusters, 1).enforce_constraints(given_label, array("I", [0xFF000000]))
    ) == [0]
    assert list(given_label) == list(bytes([1])) == [1]


# Making centroids clear or opaque


def settled(e: MappingCase, kept: int = 0) -> Clusters:
    e.clusters.snap_alpha(kept)
    return e.clusters


def weights_by_opacity(e: MappingCase):
    """Return each cluster's weight of clear, opaque and other points."""
    points, weights = arrays_of(e.clusters.points)
    kinds, labels = opacity(points, alpha_of(e)), np.array(e.clusters.labels())
    table = np.zeros((e.clusters.k, 3), int)
    np.add.at(table, (labels, kinds), weights)
    return table


@given(mapping_cases(most=40), st.data())
@settings(max_examples=100)
def test_what_is_mostly_opaque_or_clear_becomes_so(e, data):
    table, before, whole = weights_by_opacity(e), np.array(e.clusters.centroids()), alpha_of(e)
    kept = data.draw(st.integers(0, e.clusters.k))
    after = np.array(settled(e, kept).centroids())
    assert np.array_equal(after[:kept], before[:kept])
    if e.index.colors.channels == 3:
        return
    free = np.arange(len(table)) >= kept
    opaque = free & (table[:, 1] > 0) & (2 * table[:, 1] >= table.sum(axis=1))
    clear = free & ~opaque & (table[:, 0] > 0) & (2 * table[:, 0] >= table.sum(axis=1))
    kinds = opacity(after, whole)
    changed = (opacity(before, whole) != kinds) & ~opaque & ~clear
    assert changed.sum() <= 2
    # Those may differ from what their weights tell that have to be what nobody else is.
    assert (kinds[opaque] != 1).sum() + (kinds[clear] != 0).sum() <= 2
    needed = [kind for kind in (0, 1) if table[:, kind].any()]
    if free.sum() > 2:
        assert set(needed) <= set(kinds.tolist())


def test_the_only_opaque_entry_is_not_taken_for_a_clear_one():
    """It was: then every opaque pixel came out translucent."""
    pixels = np.array([[90, 90, 90, 255]] * 9 + [[0, 0, 0, 0]] + [[5, 5, 5, 128]] * 9, np.uint8)
    near = [[90 * 64, 90 * 64, 90 * 64, 200 * 64], [128, 128, 128, 128 * 64]]
    far = mapping_case(pixels[None], [*near, [0, 0, 0, 64 * 255]])
    assert weights_by_opacity(far).tolist()[0][1] == 9
    after = np.array(settled(far).centroids())
    assert {0, 1} <= set(opacity(after, 16_320).tolist())


def test_both_extremes_in_one_cluster_find_two():
    """Both wanted the same one, and the last to ask got it."""
    pixels = [[200, 0, 0, 255]] * 3 + [[0, 0, 0, 0]] * 3 + [[90, 0, 0, 120]] * 30
    pixels += [[0, 200, 0, 128]] * 5
    book = [[100 * 64, 0, 0, 120 * 64], [0, 100 * 64, 0, 128 * 64]]
    e = mapping_case(np.array([pixels], np.uint8), book)
    assert weights_by_opacity(e).tolist() == [[3, 3, 30], [0, 0, 5]]
    assert set(opacity(np.array(settled(e).centroids()), 16_320).tolist()) == {0, 1}


def test_one_alone_stands_for_all():
    """A tenth of clear pixels made the whole image vanish."""
    pixels = np.array([[[200, 0, 0, 128]] * 9 + [[0, 0, 0, 0]]], np.uint8)
    e = mapping_case(pixels, [[90 * 64, 0, 0, 115 * 64]])
    assert settled(e).centroids() == [(90 * 64, 0, 0, 115 * 64)]


@pytest.mark.parametrize("straight", [False, True])
@pytest.mark.parametrize("oklab", [False, True])
def test_a_settled_centroid_keeps_its_colour(oklab, straight):
    pixels = np.array([[[200, 100, 50, 255]] * 9 + [[200, 100, 50, 250]]], np.uint8)
    e = mapping_case(pixels, [(0, 0, 0, 0)], oklab, straight)
    e.clusters.place_color(0, 0xFDC86432)
    red, green, blue, alpha = settled(e).colors()
    assert alpha == 255
    assert np.abs(np.array([red, green, blue]) - [200, 100, 50]).max() <= 1


# What alpha 0 hides


@given(st.binary(max_size=400))
def test_what_alpha_0_hides_is_cleared_and_nothing_else(data):
    data = data[: len(data) // 4 * 4]
    before = np.frombuffer(data, np.uint8).reshape(-1, 4)
    after = np.frombuffer(clear_hidden_colors(data), np.uint8).reshape(-1, 4)
    assert np.array_equal(after, np.where(before[:, 3:] == 0, 0, before))


def test_clearing_leaves_what_was_given():
    pixels = bytearray(b"\x01\x02\x03\x00")
    assert clear_hidden_colors(pixels) == bytes(4)
    assert pixels == b"\x01\x02\x03\x00"
    assert PixelIndex(clear_hidden_colors(pixels), 4).colors.colors_and_counts() == (bytes(4), [1])
