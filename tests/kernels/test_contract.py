"""What the kernels promise, on every instruction set that this machine has."""

from __future__ import annotations

import sys
from array import array

import numpy as np
import pytest
from helpers import reference as ref
from helpers.point_clouds import arrays_of, cloud, clouds, index_of, points_of
from hypothesis import given, settings
from hypothesis import strategies as st

from huepress._kernels.gate import BEYOND_MEAN, EIGHT_BIT, MEAN, Clusters, PixelIndex

pytestmark = pytest.mark.usefixtures("instruction_set")

TARGETS = [MEAN, BEYOND_MEAN, EIGHT_BIT]
ANYWHERE = st.tuples(*[st.integers(0, ref.MOST)] * 4)


def assert_agrees_with_the_reference(index: PixelIndex, pixels) -> None:
    colors, counts, number = ref.unique_colors(pixels)
    data, weights = index.colors.colors_and_counts()
    assert index.size == len(pixels)
    assert len(index.colors) == len(colors)
    assert data == colors.tobytes()
    assert weights == counts.tolist()
    identity = array("i", range(len(colors)))
    spread = index.spread(identity, identity, len(colors))
    assert np.array_equal(np.frombuffer(spread, "B" if len(colors) <= 256 else "H"), number)


# PixelIndex


@given(clouds(1500))
def test_histogram_has_the_unique_colours_in_z_order(pixels):
    assert_agrees_with_the_reference(index_of(pixels), pixels)


@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize("size", [1, 1000])
@pytest.mark.parametrize("level", [0, 1, 255])
def test_histogram_of_one_colour(channels, size, level):
    pixels = np.full((size, channels), level, np.uint8)
    index = index_of(pixels)
    assert index.colors.colors_and_counts() == (bytes([level] * channels), [size])
    assert len(index.colors.points()) == index.colors.points().nodes == 1


@pytest.mark.parametrize(("channels", "bits"), [(3, 5), (4, 4)])
def test_histogram_of_every_colour_of_few_bits(channels, bits):
    levels = np.arange(1 << bits, dtype=np.uint8)
    pixels = np.stack(np.meshgrid(*[levels] * channels), axis=-1).reshape(-1, channels)
    colors, counts = index_of(pixels).colors.colors_and_counts()
    assert set(counts) == {1}
    codes = ref.morton_codes(np.frombuffer(colors, np.uint8).reshape(pixels.shape))
    assert codes.tolist() == list(range(1 << bits * channels))


def test_histogram_of_every_rgb_colour():
    levels = np.arange(256, dtype=np.uint8)
    pixels = np.empty((256, 256, 256, 3), np.uint8)
    pixels[..., 0], pixels[..., 1], pixels[..., 2] = levels[:, None, None], levels[:, None], levels
    points = PixelIndex(pixels.reshape(-1), 3).colors.points()
    assert len(points) == 1 << 24
    assert [weight for _, weight in points.coarsen(512).coordinates()] == [1 << 15] * 512


@pytest.mark.parametrize("unique", [2047, 2048, 2049, 8191, 8192, 8193, 40_000])
def test_hash_table_grows_and_keeps_what_it_has(unique):
    rng = np.random.default_rng(unique)
    codes = rng.choice(1 << 32, unique, replace=False).astype(">u4")
    again = rng.integers(0, unique, 3 * unique)
    order = np.concatenate([np.arange(unique), again])
    index = PixelIndex(codes[order].tobytes(), 4)
    colors, counts = index.colors.colors_and_counts()
    assert len(index.colors) == unique
    assert sum(counts) == len(order)
    labels = array("i", range(unique))
    number = np.frombuffer(index.spread(labels, labels, unique), "H")
    assert np.array_equal(np.frombuffer(colors, ">u4")[number], codes[order])
    assert np.array_equal(np.bincount(number), counts)


@given(clouds(1000), st.integers(1, 600), st.integers(0, 2**32))
def test_label_map_is_the_rank_of_each_pixels_label(pixels, k, seed):
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, k, len(ref.unique_colors(pixels)[0]), np.int32)
    rank = rng.integers(0, k, k, np.int32)
    spread = index_of(pixels).spread(labels, rank, k)
    dtype = np.uint8 if k <= 256 else np.uint16
    assert len(spread) == len(pixels) * dtype().itemsize
    assert np.array_equal(np.frombuffer(spread, dtype), rank[labels][ref.unique_colors(pixels)[2]])


@pytest.mark.parametrize(("k", "size"), [(256, 1), (257, 2), (65_536, 2)])
def test_labels_take_two_bytes_above_256(k, size):
    rank = array("i", [k - 1])
    spread = PixelIndex(bytes(6), 3).spread(array("i", [0]), rank, k)
    assert spread == (k - 1).to_bytes(size, sys.byteorder) * 2


# Points


@given(clouds(1500))
def test_points_are_the_colours_in_the_working_space(pixels):
    colors, counts, _ = ref.unique_colors(pixels)
    at, weights = arrays_of(points_of(pixels))
    assert np.array_equal(at, ref.coordinates(colors))
    assert np.array_equal(weights, counts)


def test_every_level_is_premultiplied_and_rounded():
    level, alpha = np.divmod(np.arange(1 << 16), 256)
    pixels = np.stack([level, 255 - level, level ^ alpha, alpha], axis=1).astype(np.uint8)
    colors, _, _ = ref.unique_colors(pixels)
    assert np.array_equal(arrays_of(points_of(pixels))[0], ref.coordinates(colors))


@given(clouds(600), st.integers(-1, 700))
@settings(max_examples=20)
def test_coarser_points_are_the_means_of_cells(pixels, least):
    colors, counts, _ = ref.unique_colors(pixels)
    points = points_of(pixels)
    coarse = points.coarsen(least)
    keys = ref.morton_codes(colors).tolist()
    expected = ref.coarsened(ref.coordinates(colors), counts, keys, least)
    assert [(list(at), weight) for at, weight in coarse.coordinates()] == expected
    assert len(coarse) >= min(least, len(points))
    assert sum(weight for _, weight in coarse.coordinates()) == len(pixels)


@given(clouds(600), st.floats(0, 44))
@settings(max_examples=20)
def test_a_sketch_has_the_largest_cells_within_the_budget(pixels, exponent):
    colors, counts, _ = ref.unique_colors(pixels)
    sketch = points_of(pixels).coarsen_within(2**exponent)
    keys = ref.morton_codes(colors).tolist()
    expected = ref.coarsened_within(
        ref.coordinates(colors), counts, keys, pixels.shape[1], 2**exponent
    )
    assert [(list(at), weight) for at, weight in sketch.coordinates()] == expected


@given(clouds(2000), st.integers(1, 300), st.floats(0, 40))
@settings(max_examples=20)
def test_coarse_points_can_be_made_coarser_and_clustered(pixels, least, exponent):
    for points in (points_of(pixels).coarsen(least), points_of(pixels).coarsen_within(2**exponent)):
        coarser = points.coarsen(max(1, least // 4))
        assert sum(weight for _, weight in coarser.coordinates()) == len(pixels)
        clusters = Clusters(points, 7)
        clusters.seed_by_variance()
        Watched(clusters).assign()


# Clusters


class Watched:
    """Clusters and their reference: after every step both must agree."""

    def __init__(self, clusters: Clusters, parts: int = 1, eight_bit=ref.eight_bit_rgb) -> None:
        self.clusters = clusters
        self.eight_bit = eight_bit
        self.parts = parts
        self.points, self.weights = arrays_of(clusters.points)
        self.labels = np.full(len(self.points), -1)

    def assign(self) -> None:
        self.clusters.prepare_assign()
        changed = sum(
            self.clusters.assign(part, self.parts) for part in reversed(range(self.parts))
        )
        self.clusters.finish_assign()
        centroids = self.clusters.centroids()
        expected = ref.nearest(self.points, centroids)
        assert np.array_equal(self.clusters.labels(), expected)
        assert changed == np.count_nonzero(expected != self.labels)
        self.labels = expected
        k = len(centroids)
        assert self.clusters.weights() == ref.sums(self.points, self.weights, expected, k)[0]
        assert self.clusters.distortion() == ref.distortion(
            self.points, self.weights, expected, centroids
        )

    def update(self, target: int) -> None:
        before = self.clusters.centroids()
        moved = self.clusters.update(target)
        expected = ref.updated(
            before, self.points, self.weights, self.labels, target, self.eight_bit
        )
        assert [list(at) for at in self.clusters.centroids()] == expected
        assert moved == sum(list(a) != b for a, b in zip(before, expected, strict=True))

    def place(self, j: int, at) -> None:
        self.clusters.place(j, *at)
        assert self.clusters.centroids()[j] == tuple(at)

    def clear_labels(self) -> None:
        self.clusters.clear_labels()
        self.labels[:] = -1


def eight_bit_of(points, channels: int, oklab: bool):
    """Return what rounds means to 8 bits: the reference; in Oklab what `place_color` finds."""
    one = Clusters(points, 1)

    def eight_bit(means):
        one.place(0, *map(ref.rounded, means))
        red, green, blue, alpha = one.colors()
        one.place_color(0, alpha << 24 | red << 16 | green << 8 | blue)
        return list(one.centroids()[0])

    return eight_bit if oklab else ref.EIGHT_BIT_OF[channels]


def seeded_at_random(points, k: int, parts: int, seed: int, eight_bit=ref.eight_bit_rgb):
    """Centroids on points, near points, anywhere, and on top of each other."""
    rng = np.random.default_rng(seed)
    watched = Watched(Clusters(points, k, parts), parts, eight_bit)
    at = watched.points[rng.integers(0, len(points), k)]
    kind = rng.integers(0, 4, k)[:, None]
    at = np.where(kind == 1, at + rng.integers(-900, 900, (k, 4)), at)
    at = np.where(kind == 2, rng.integers(0, ref.MOST + 1, (k, 4)), at)
    at = np.where(kind == 3, at[rng.integers(0, k)], at)
    for j, place in enumerate(np.clip(at, 0, ref.MOST).tolist()):
        watched.place(j, place)
    return watched


@st.composite
def walks(draw, most: int = 2500):
    """Return clusters somewhere and steps to take with them."""
    pixels = draw(clouds(most))
    k = draw(st.integers(1, 40) | st.integers(1, 600))
    parts = draw(st.sampled_from([1, 1, 2, 3]))
    oklab = draw(st.booleans())
    points = points_of(pixels, oklab)
    eight_bit = eight_bit_of(points, pixels.shape[1], oklab)
    watched = seeded_at_random(points, k, parts, draw(st.integers(0, 2**32)), eight_bit)
    j = st.integers(0, k - 1)
    point = st.integers(0, len(watched.points) - 1)
    step = st.one_of(
        st.tuples(st.just("update"), st.sampled_from(TARGETS)),
        st.tuples(st.just("place"), j, ANYWHERE),
        st.tuples(st.just("place on point"), j, point),
        st.tuples(st.just("place on centroid"), j, j),
        st.tuples(st.just("nudge"), j, st.integers(-70, 70)),
        st.tuples(st.just("nothing")),
        st.tuples(st.just("clear labels")),
    )
    return watched, draw(st.lists(step, min_size=1, max_size=8))


@given(walks())
@settings(max_examples=60)
def test_every_step_agrees_with_the_reference(walk):
    watched, steps = walk
    watched.assign()
    for name, *how in steps:
        if name == "update":
            watched.update(*how)
        elif name == "place":
            watched.place(*how)
        elif name == "place on point":
            watched.place(how[0], watched.points[how[1]].tolist())
        elif name == "place on centroid":
            watched.place(how[0], watched.clusters.centroids()[how[1]])
        elif name == "nudge":
            at = np.array(watched.clusters.centroids()[how[0]]) + how[1]
            watched.place(how[0], np.clip(at, 0, ref.MOST).tolist())
        elif name == "clear labels":
            watched.clear_labels()
        watched.assign()


@given(
    st.integers(0, 2**32),
    st.sampled_from([2, 20, 60, 1000]),
    st.integers(1, 100) | st.integers(1, 600),
    st.sampled_from([1, 2, 3]),
    st.sampled_from([MEAN, EIGHT_BIT]),
)
@settings(max_examples=15)
def test_skipped_boxes_never_keep_a_wrong_label(seed, spread, k, parts, target):
    """Close to convergence few centroids move and most boxes are skipped."""
    channels, oklab = 3 + seed % 2, bool(seed & 2)
    points = points_of(cloud(seed, 3000, channels, middles=9, spread=spread), oklab)
    eight_bit = eight_bit_of(points, channels, oklab)
    watched = Watched(Clusters(points, min(k, len(points)), parts), parts, eight_bit)
    watched.clusters.seed_by_variance()
    watched.assign()
    for _ in range(4):
        watched.update(target)
        watched.assign()
    rng = np.random.default_rng(seed)
    for j in rng.integers(0, watched.clusters.k, 3).tolist():
        watched.place(j, watched.points[rng.integers(0, len(points))].tolist())
        watched.assign()
        watched.update(target)
        watched.assign()


@pytest.mark.parametrize("k", [1, 2, 15, 16, 17, 31, 33])
def test_what_pads_the_centroids_never_wins(k):
    """The padding is black; the centroids are white and black is what they label."""
    pixels = np.arange(300, dtype=np.uint32)[:, None] // [64, 8, 1] % 8
    watched = Watched(Clusters(points_of(pixels.astype(np.uint8)), k))
    for j in range(k):
        watched.place(j, (ref.MOST, ref.MOST - j, ref.MOST, ref.MOST))
    watched.assign()


def test_each_part_may_be_empty():
    watched = Watched(Clusters(PixelIndex(bytes(range(6)), 3).colors.points(), 2, 256), 256)
    watched.place(0, (64, 128, 192, 0))
    watched.assign()


def test_distortion_is_exact_where_it_is_largest():
    """Both ends of the space, many pixels: too much for 32 bits, far from 64."""
    pixels = np.repeat(np.array([[0, 0, 0, 0], [255, 255, 255, 255]], np.uint8), 200_000, axis=0)
    watched = Watched(Clusters(points_of(pixels), 2))
    watched.place(0, (ref.MOST, ref.MOST, ref.MOST, ref.MOST))
    watched.place(1, (ref.MOST, ref.MOST, ref.MOST, ref.MOST))
    watched.assign()
    assert watched.clusters.distortion() == 200_000 * 4 * ref.MOST**2
    watched.update(MEAN)
    watched.assign()
    assert watched.clusters.centroids()[0] == (ref.MOST // 2,) * 4


@given(st.integers(0, 2**32), st.sampled_from([3, 4]))
@settings(max_examples=20)
def test_colours_of_centroids_on_a_target_are_where_the_centroids_are(seed, channels):
    pixels = cloud(seed, 300, channels, spread=60)
    clusters = seeded_at_random(points_of(pixels), 40, 1, seed).clusters
    clusters.prepare_assign()
    clusters.assign()
    clusters.finish_assign()
    clusters.update(EIGHT_BIT)
    used = [j for j, weight in enumerate(clusters.weights()) if weight]
    colors = np.frombuffer(clusters.colors(), np.uint8).reshape(-1, 4)
    at = ref.coordinates(colors[:, :channels])
    assert np.array_equal(at[used], np.array(clusters.centroids())[used])


# Growing and shrinking; test_same_everywhere.py compares the sets


def settled(clusters: Clusters) -> Clusters:
    clusters.prepare_assign()
    clusters.assign()
    clusters.finish_assign()
    return clusters


def labelled(pixels, k: int, seed: int = 0) -> Clusters:
    return settled(seeded_at_random(points_of(pixels), k, 1, seed).clusters)


@given(clouds(2000), st.integers(1, 300), st.data())
@settings(max_examples=20)
def test_splitting_moves_some_clusters_that_have_points(pixels, k, data):
    clusters = labelled(pixels, k)
    more = data.draw(st.integers(1, k))
    wider = Clusters(clusters.points, k + more)
    clusters.split_into(wider, data.draw(st.sampled_from([0, 1, 2**64 - 1])))
    before, after, weights = clusters.centroids(), wider.centroids(), clusters.weights()
    split = [j for j in range(k) if after[j] != before[j]]
    assert len(split) <= more
    assert all(weights[j] for j in split)
    assert all(0 <= c <= ref.MOST for at in after for c in at)


@given(clouds(2000))
@settings(max_examples=20)
def test_the_halves_lie_around_the_mean_and_fit_better(pixels):
    one = labelled(pixels, 1)
    one.update(MEAN)
    settled(one)
    two = Clusters(one.points, 2)
    one.split_into(two)
    ends = np.array(two.centroids())
    inside = (ends % ref.MOST != 0).all(axis=0)  # others may have been cut off
    assert (abs(ends.sum(axis=0) - 2 * np.array(one.centroids()[0]))[inside] <= 2).all()
    settled(two).update(MEAN)
    rounding = len(pixels)  # of four coordinates by a half
    assert settled(two).distortion() <= one.distortion() + rounding


@given(clouds(2000), st.integers(1, 300), st.data())
@settings(max_examples=20)
def test_merging_leaves_as_many_as_asked_or_have_points(pixels, wide, data):
    wider = labelled(pixels, wide)
    k = data.draw(st.integers(1, wide))
    clusters = Clusters(wider.points, k)
    used = [j for j, weight in enumerate(wider.weights()) if weight]
    assert clusters.merge_from(wider) == min(k, len(used))
    low, high = np.min(arrays_of(wider.points)[0], 0), np.max(arrays_of(wider.points)[0], 0)
    at = np.array(clusters.centroids()[: min(k, len(used))])
    assert (at >= low).all()
    assert (at <= high).all()


@given(clouds(2000), st.integers(1, 300))
@settings(max_examples=20)
def test_merging_none_gives_the_means_and_merging_all_the_mean_of_all(pixels, wide):
    wider = labelled(pixels, wide)
    same = Clusters(wider.points, wide)
    count = same.merge_from(wider)
    wider.update(MEAN)
    used = [at for at, weight in zip(wider.centroids(), wider.weights(), strict=True) if weight]
    assert np.abs(np.array(same.centroids()[:count]) - used).max() <= 1  # they are floats
    one = Clusters(wider.points, 1)
    assert one.merge_from(wider) == 1
    points, weights = arrays_of(wider.points)
    mean = (points * weights[:, None]).sum(axis=0) / weights.sum()
    assert np.abs(one.centroids()[0] - mean).max() <= 1


@pytest.mark.parametrize("k", range(1, 41, 3))
def test_merging_finds_the_pairs(k):
    """Around each of k colours far from each other lie two clusters."""
    middles = np.array([[j % 4, j // 4 % 4, j // 16] for j in range(k)]) * 60 + 10
    pixels = np.concatenate([middles, middles + 2])
    wider = Clusters(points_of(pixels.astype(np.uint8)), 2 * k)
    for j, at in enumerate(ref.coordinates(pixels).tolist()):
        wider.place(j, *at)
    clusters = Clusters(wider.points, k)
    assert clusters.merge_from(settled(wider)) == k
    assert sorted(clusters.centroids()) == sorted(map(tuple, ref.coordinates(middles + 1).tolist()))


# Seeding


@given(clouds(2000), st.integers(1, 300))
@settings(max_examples=20)
def test_variance_split_finds_a_place_for_each_within_the_colours(pixels, k):
    clusters = Clusters(points_of(pixels), k)
    points, _ = arrays_of(clusters.points)
    found = clusters.seed_by_variance()
    assert found == min(k, len(np.unique(points, axis=0)))
    at = np.array(clusters.centroids()[:found])
    assert (at >= points.min(axis=0)).all()
    assert (at <= points.max(axis=0)).all()


@given(clouds(2000), st.integers(1, 60), st.integers(1, 64), st.integers(0, 2**64 - 1))
@settings(max_examples=20)
def test_plusplus_takes_different_colours(pixels, k, candidates, seed):
    clusters = Clusters(points_of(pixels), k)
    colors = set(map(tuple, arrays_of(clusters.points)[0].tolist()))
    found = clusters.seed_by_plusplus(candidates, seed)
    assert found == min(k, len(colors))
    chosen = clusters.centroids()[:found]
    assert len(set(chosen)) == found
    assert colors.issuperset(chosen)
