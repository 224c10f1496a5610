"""The gate to C: what is wrong is refused, with an exception and never a crash."""

from __future__ import annotations

import copy
import pickle
from array import array

import numpy as np
import pytest
from helpers.point_clouds import cloud, points_of
from hypothesis import given
from hypothesis import strategies as st

from huepress._kernels.gate import (
    MEAN,
    BlockSplitter,
    Clusters,
    PixelIndex,
    Points,
    Scales,
    composite_on_grey,
)

# C's whole numbers refuse what doesn't fit them with an OverflowError.
REFUSED = (ValueError, TypeError, BufferError, OverflowError)


def points(size: int = 50):
    return points_of(cloud(1, size, spread=60))


def labelled(k: int = 4, parts: int = 1) -> Clusters:
    clusters = Clusters(points(), k, parts)
    clusters.seed_by_variance()
    clusters.prepare_assign()
    for part in range(parts):
        clusters.assign(part, parts)
    clusters.finish_assign()
    return clusters


# Buffers

BYTES = np.arange(60, dtype=np.uint8)


@pytest.mark.parametrize(
    "pixels",
    [
        bytes(12),
        bytearray(12),
        memoryview(bytes(12)),
        array("B", bytes(12)),
        np.zeros(12, np.uint8),
        np.frombuffer(bytes(12), np.uint8),  # read-only
        np.zeros(24, np.uint8)[12:],
        np.zeros(13, np.uint8)[1:],  # not aligned to anything
    ],
)
def test_pixels_may_come_in_any_contiguous_buffer_of_bytes(pixels):
    assert len(PixelIndex(pixels, 3).colors) == 1


@pytest.mark.parametrize(
    "pixels",
    [
        None,
        "abc",
        7,
        [1, 2, 3],
        (),
        np.zeros(12, np.int8),
        np.zeros(12, np.uint16),
        np.zeros(12, np.float32),
        np.zeros(12, object),
        array("b", bytes(12)),
        BYTES[::2],
        BYTES[::-1],
        np.zeros((4, 3), np.uint8),
        np.zeros((), np.uint8),
        memoryview(bytes(12)).cast("B", (4, 3)),
        memoryview(bytes(24))[::2],
    ],
    ids=repr,
)
def test_pixels_in_other_buffers_are_refused(pixels):
    with pytest.raises(REFUSED):
        PixelIndex(pixels, 3)


@pytest.mark.parametrize(
    ("length", "channels"),
    [(0, 3), (0, 4), (1, 3), (4, 3), (3, 4), (5, 4), (12, 0), (12, 1), (12, 2), (12, 5), (12, -3)],
)
def test_a_length_that_is_no_pixels_is_refused(length, channels):
    with pytest.raises(ValueError, match="are not pixels of"):
        PixelIndex(bytes(length), channels)


@pytest.mark.parametrize("channels", [None, "3", 2**40])
def test_channels_are_a_whole_number(channels):
    with pytest.raises(REFUSED):
        PixelIndex(bytes(12), channels)


def index() -> PixelIndex:
    return PixelIndex(bytes([1, 2, 3, 1, 2, 3, 9, 9, 9, 7, 8, 9]), 3)  # three colours


@pytest.mark.parametrize(
    ("labels", "rank", "k"),
    [
        ([0, 1], [0, 1], 2),
        ([0, 1, 0, 1], [0, 1], 2),
        ([0, 1, 2], [0, 1], 2),
        ([0, -1, 1], [0, 1], 2),
        ([0, 1, 2**31 - 1], [0, 1], 2),
        ([0, 1, -(2**31)], [0, 1], 2),
        ([0, 1, 1], [0, 2], 2),
        ([0, 1, 1], [0, -1], 2),
        ([0, 1, 1], [0, 256], 256),
        ([0, 1, 1], [0, 65_536], 65_536),
        ([0, 1, 1], [0, 1], 0),
        ([0, 1, 1], [0, 1], -1),
        ([0, 1, 1], [0, 1], 65_537),
        ([0, 0, 0], [], 1),
        ([], [0], 1),
    ],
)
def test_labels_and_ranks_out_of_range_are_refused(labels, rank, k):
    with pytest.raises(ValueError, match=r"label|rank"):
        index().spread(array("i", labels), array("i", rank), k)


@pytest.mark.parametrize(
    "labels",
    [
        None,
        [0, 0, 0],
        bytes(12),
        array("I", [0, 0, 0]),
        array("h", [0, 0, 0]),
        np.zeros(3, np.int64),
        np.zeros(3, np.float32),
        np.zeros(6, np.int32)[::2],
        np.zeros((3, 1), np.int32),
    ],
    ids=repr,
)
def test_labels_and_ranks_are_contiguous_int32(labels):
    good = array("i", [0, 0, 0])
    assert index().spread(good, good, 1) == bytes(4)
    with pytest.raises(REFUSED):
        index().spread(labels, good, 1)
    with pytest.raises(REFUSED):
        index().spread(good, labels, 1)


def test_read_only_labels_are_taken():
    labels = np.zeros(3, np.int32)
    labels.setflags(write=False)
    assert index().spread(labels, labels, 1) == bytes(4)


# Clusters


@pytest.mark.parametrize(
    ("k", "parts"),
    [
        *[(0, 1), (-1, 1), (65_537, 1), (2**31, 1), (None, 1), ("4", 1)],
        *[(4, 0), (4, -1), (4, 257), (4, 2**31), (4, None), (4, "1")],
    ],
)
def test_impossible_clusters_are_refused(k, parts):
    with pytest.raises(REFUSED):
        Clusters(points(), k, parts)


@pytest.mark.parametrize("not_points", [None, 3, b"abc", index(), index().colors])
def test_clusters_need_points(not_points):
    with pytest.raises(TypeError):
        Clusters(not_points, 4)


@pytest.mark.parametrize(
    ("part", "parts"), [(-1, 2), (2, 2), (0, 0), (0, 3), (2, 3), (1, 1), (2**31, 2), (0, -1)]
)
def test_parts_that_there_are_not_are_refused(part, parts):
    with pytest.raises(REFUSED):
        labelled(parts=2).assign(part, parts)


@pytest.mark.parametrize("target", [-1, 3, 2**31, None, "MEAN"])
def test_unknown_targets_are_refused(target):
    with pytest.raises(REFUSED):
        labelled().update(target)


@pytest.mark.parametrize("candidates", [0, -1, 65, 2**31, None])
def test_candidates_out_of_range_are_refused(candidates):
    with pytest.raises(REFUSED):
        labelled().seed_by_plusplus(candidates, 0)


@pytest.mark.parametrize("seed", [-1, 2**64, None, "1"])
def test_seeds_out_of_range_are_refused(seed):
    with pytest.raises(REFUSED):
        labelled().seed_by_plusplus(2, seed)


@pytest.mark.parametrize("at", [(-1, 0, 0, 0), (0, 0, 16_321, 0), (0, 0, 0, 2**31), (0, 0, 0, "1")])
def test_centroids_stay_inside_the_working_space(at):
    clusters = labelled()
    before = clusters.centroids()
    with pytest.raises(REFUSED):
        clusters.place(0, *at)
    assert clusters.centroids() == before


@pytest.mark.parametrize("j", [-1, 4, 2**31, None])
def test_there_are_only_k_centroids(j):
    with pytest.raises(REFUSED):
        labelled().place(j, 0, 0, 0, 0)


@pytest.mark.parametrize("which", [[], [0], [0, 1, 2], [0, 4], [0, -1], [0, 2**31], [0, "1"], 3])
def test_centroids_are_taken_from_those_that_there_are(which):
    with pytest.raises(REFUSED):
        Clusters(points(), 2).copy_centroids(labelled(), which)


class Endless(list):
    """Says that it has two elements, and has as many as one likes."""

    def __len__(self) -> int:
        return 2

    def __iter__(self):
        return iter([0] * 100_000)


def test_a_list_that_lies_about_its_length_is_refused():
    """It wrote past the end of the centroids."""
    with pytest.raises(ValueError, match="not 2 centroids of 4"):
        Clusters(points(), 2).copy_centroids(labelled(), Endless())


def test_centroids_are_copied_between_equals_only():
    with pytest.raises(ValueError, match="not 4 centroids of 5"):
        labelled(4).copy_centroids(labelled(5))
    for other in (None, points(), [1, 2]):
        with pytest.raises(TypeError):
            labelled().copy_centroids(other)
        with pytest.raises(TypeError):
            labelled().merge_from(other)
        with pytest.raises(TypeError):
            labelled().split_into(other)


@pytest.mark.parametrize("wide", [1, 3, 4, 9, 65_536])
def test_a_split_adds_one_to_k_centroids(wide):
    clusters = labelled(4)
    with pytest.raises(ValueError, match="split 4 labelled clusters into"):
        clusters.split_into(Clusters(clusters.points, wide))


def test_a_split_needs_the_same_points_and_labels():
    with pytest.raises(ValueError, match="on the same points"):
        labelled(4).split_into(Clusters(points(), 6))
    clusters = Clusters(points(), 4)
    for how in (
        lambda: clusters.split_into(Clusters(clusters.points, 6)),
        lambda: clusters.update(0),
    ):
        with pytest.raises(ValueError, match=r"labelled|assign first"):
            how()
    with pytest.raises(REFUSED):
        labelled().split_into(labelled(), -1)


def test_sums_are_gathered_from_all_points_only():
    """With some points labelled -1, a split wrote outside its memory."""
    clusters = Clusters(points(5000), 4, 2)
    assert clusters.points.nodes > 1
    clusters.prepare_assign()
    clusters.assign(1, 2)
    with pytest.raises(ValueError, match="assign all parts"):
        clusters.finish_assign()
    with pytest.raises(ValueError, match="labelled"):
        clusters.split_into(Clusters(clusters.points, 6))
    clusters.assign(0, 2)
    clusters.finish_assign()
    clusters.split_into(Clusters(clusters.points, 6))


@pytest.mark.parametrize("parts", [1, 2])
def test_what_is_not_all_labelled_is_not_merged(parts):
    # Of some parts the sums may be less than nothing: points that moved to another part's sums.
    wider = Clusters(points(), 6, parts)
    wider.seed_by_variance()
    wider.prepare_assign()
    if parts == 2:
        wider.assign(1, 2)
    clusters = labelled(4)
    before = clusters.centroids()
    with pytest.raises(ValueError, match="first"):
        clusters.merge_from(wider)
    assert clusters.centroids() == before


def test_unlabelled_points_have_the_label_minus_one_and_no_weight():
    clusters = labelled(4)
    clusters.clear_labels()
    assert set(clusters.labels()) == {-1}
    assert clusters.weights() == [0] * 4
    assert clusters.distortion() == 0
    with pytest.raises(ValueError, match="is not in"):
        index().spread(Clusters(index().colors.points(), 1).labels(), array("i", [0]), 1)


# Objects that were not made as they should


def test_points_come_from_colours_only():
    """Clusters on points without any crashed."""
    with pytest.raises(TypeError):
        Points()
    with pytest.raises(ValueError, match="no points"):
        Clusters(Points.__new__(Points), 1)
    for nothing in (Points.__new__(Points), Points.__new__(Points).coarsen(-1)):
        assert nothing.coordinates() == []


@pytest.mark.parametrize("make", [index, points, labelled, lambda: BlockSplitter(9)])
def test_what_owns_memory_is_neither_copied_nor_pickled(make):
    with pytest.raises(TypeError):
        copy.copy(make())
    with pytest.raises(TypeError):
        pickle.dumps(make())


@given(st.integers(-(2**31), 2**31 - 1), st.floats())
def test_any_coarseness_and_budget_will_do(least, budget):
    fine = points(300)
    for coarse in (fine.coarsen(least), fine.coarsen_within(budget)):
        assert 1 <= len(coarse) <= len(fine)
        assert sum(weight for _, weight in coarse.coordinates()) == 300


def test_labels_and_colours_are_copies():
    clusters = labelled()
    labels, colors = clusters.labels(), clusters.colors()
    assert labels.readonly
    assert isinstance(colors, bytes)
    before = labels.tolist()
    clusters.place(0, 0, 0, 0, 0)
    clusters.update(MEAN)
    clusters.clear_labels()
    assert labels.tolist() == before
    assert len(clusters.colors()) == 16


# Comparing


@pytest.mark.parametrize(
    ("pixels", "grey"), [(b"", 0), (bytes(6), 0), (bytes(8), -1), (bytes(8), 256), (None, 0)]
)
def test_what_can_not_be_composed(pixels, grey):
    with pytest.raises(REFUSED):
        composite_on_grey(pixels, grey)


@pytest.mark.parametrize(
    ("size", "width", "height", "parts"),
    [
        (3 * 64, 7, 8, 1), (3 * 64, 8, 7, 1), (3 * 64, 0, 0, 1), (3 * 64, -8, -8, 1),
        (3 * 64 - 1, 8, 8, 1), (3 * 65, 8, 8, 1), (0, 1 << 16, 1 << 16, 1), (0, 1 << 31, 8, 1),
        (3 * 64, 8, 8, 0), (3 * 64, 8, 8, 257),
    ],
)  # fmt: skip
def test_what_can_not_be_scaled(size, width, height, parts):
    with pytest.raises(REFUSED):
        Scales(bytes(size), width, height, True, parts)


def test_what_can_not_be_compared():
    reference = Scales(bytes(3 * 256), 16, 16, True, 2)
    other = Scales(bytes(3 * 256), 16, 16, False, 2)
    assert reference.count == other.count == 2
    smaller = Scales(bytes(3 * 128), 16, 8, True)
    with pytest.raises(REFUSED):
        other.prepare_reference()
    for against, structure in (
        (None, [7, 7]), (other, [7, 7]), (smaller, [7, 7]),
        (reference, [7]), (reference, [7] * 3), (reference, [8, 7]), (reference, [-1, 7]),
        (reference, None), (reference, ["7", 7]),
    ):  # fmt: skip
        with pytest.raises(REFUSED):
            other.compare(against, structure)
    for part, parts in ((-1, 1), (1, 1), (2, 2), (0, 3), (0, 0)):
        for step in (reference.downscale, reference.prepare_reference):
            with pytest.raises(REFUSED):
                step(part, parts)
        with pytest.raises(REFUSED):
            other.compare(reference, [7, 7], part, parts)


def test_scales_keep_their_pixels_alive():
    reference = Scales(bytearray(b"\x40") * 3 * 64, 8, 8, True)
    reference.downscale()
    reference.prepare_reference()
    other = Scales(bytearray(b"\x40") * 3 * 64, 8, 8, False)
    other.downscale()
    other.compare(reference, [7])
    assert other.norms() == [[0.0] * 18]
