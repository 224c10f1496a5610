"""The algorithm on weighted points. The result is the same everywhere, so examples stay true."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from helpers import reference as ref
from helpers.point_clouds import arrays_of, cloud, clouds, points_of
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from PIL import Image

from huepress import Options
from huepress._kernels.gate import EIGHT_BIT, MEAN, Clusters
from huepress.engine.kmeans import (
    MOST_TO_MERGE,
    assign,
    breath_size,
    cluster,
    cluster_around,
    clusters_on,
    iterate,
    polish,
    sketch_for,
    with_none_empty,
    with_points,
)
from huepress.engine.seeding import seed
from huepress.presets import PRESETS


def seeded(pixels, k: int) -> Clusters:
    return seed(points_of(pixels), k, Options())


def fitted(pixels, k: int, **knobs) -> Clusters:
    return cluster(points_of(pixels), k, Options(**knobs))


def assert_labels_belong_to_centroids(clusters: Clusters) -> None:
    points, weights = arrays_of(clusters.points)
    labels = ref.nearest(points, clusters.centroids())
    assert np.array_equal(clusters.labels(), labels)
    assert clusters.weights() == ref.sums(points, weights, labels, clusters.k)[0]


class Counted:
    """Clusters that count their updates."""

    def __init__(self, clusters: Clusters) -> None:
        self.clusters = clusters
        self.updates = 0

    def __getattr__(self, name: str):
        return getattr(self.clusters, name)

    def update(self, lattice: int) -> int:
        self.updates += 1
        return self.clusters.update(lattice)


@pytest.fixture(scope="module")
def crop(photographs):
    """A face, 96 x 96."""
    with Image.open(photographs["astronaut"]) as image:
        return np.asarray(image.convert("RGB"))[60:156, 170:266].reshape(-1, 3)


# Iterating


@given(
    clouds(1500),
    st.integers(1, 100),
    st.sampled_from([MEAN, EIGHT_BIT]),
    st.integers(1, 8),
    st.sampled_from([0, 1e-3, 0.1, 1]),
)
def test_iteration_ends_with_an_update(pixels, k, lattice, most, tol):
    clusters = Counted(seeded(pixels, k))
    iterate(clusters, lattice, most, tol)
    assert 1 <= clusters.updates <= most
    points, weights = arrays_of(clusters.points)
    labels = np.array(clusters.labels())
    eight_bit = ref.EIGHT_BIT_OF[pixels.shape[1]]
    ends = ref.updated(clusters.centroids(), points, weights, labels, lattice, eight_bit)
    assert [list(at) for at in clusters.centroids()] == ends
    before = clusters.distortion()
    assign(clusters)
    assert clusters.distortion() <= before
    assert_labels_belong_to_centroids(clusters.clusters)


@given(clouds(1500, channels=(3,)), st.integers(1, 100), st.sampled_from([MEAN, EIGHT_BIT]))
def test_distortion_never_grows_where_no_step_overshoots(pixels, k, lattice):
    clusters = seeded(pixels, k)
    assign(clusters)
    clusters.update(lattice)  # from here on all that have points lie on the lattice
    assign(clusters)
    last = clusters.distortion()
    for _ in range(100):
        moved = clusters.update(lattice)
        assign(clusters)
        assert clusters.distortion() <= last
        last = clusters.distortion()
        if not moved:
            break
    else:
        pytest.fail("does not converge")


def test_iteration_stops_where_it_gains_no_more_than_tol():
    pixels = cloud(4, 3000, spread=60)
    runs = {tol: Counted(seeded(pixels, 30)) for tol in (1.0, 1e-2, 1e-4, 0.0)}
    for tol, clusters in runs.items():
        iterate(clusters, MEAN, 100_000, tol)
        assign(clusters)
    updates = [clusters.updates for clusters in runs.values()]
    assert updates[0] == 2  # it takes two to compare
    assert updates == sorted(set(updates))
    distortions = [clusters.distortion() for clusters in runs.values()]
    assert distortions == sorted(distortions, reverse=True)


def test_parts_give_the_same_as_one():
    pixels = cloud(5, 5000, spread=60)
    results = []
    for parts in (1, 2, 3, 7):
        clusters = with_points(seeded(pixels, 50), points_of(pixels), parts)
        iterate(clusters, MEAN, 10, 0.0)
        results.append((clusters.centroids(), bytes(clusters.labels()), clusters.distortion()))
        assert clusters.parts == parts
    assert results == results[:1] * 4


# Sketches


@given(clouds(1500), st.integers(1, 40), st.floats(1, 1000))
def test_a_sketch_has_the_weight_of_all_and_blurs_little(pixels, k, detail):
    clusters = seeded(pixels, k)
    assign(clusters)
    points = clusters.points
    sketch = sketch_for(points, clusters, detail)
    assert 1 <= len(sketch) <= len(points)
    assert arrays_of(sketch)[1].sum() == len(pixels)
    finer = sketch_for(points, clusters, detail * 10)
    assert len(finer) >= len(sketch)


@given(clouds(500), st.integers(1, 40))
def test_centroids_are_with_points(pixels, k):
    clusters = seeded(pixels, k)
    other = with_points(clusters, clusters.points.coarsen(1), 2)
    assert other.centroids() == clusters.centroids()
    assert other.parts == 2


# Polish


@given(clouds(1500), st.integers(1, 60), st.sampled_from([3, 7, 8]), st.integers(0, 2**63 - 1))
@settings(max_examples=30)
def test_polish_never_makes_it_worse(pixels, k, effort, chance):
    clusters = seeded(pixels, k)
    iterate(clusters, MEAN, 3, 1e-3)
    before = clusters.distortion()
    polished = polish(clusters, PRESETS[effort].clustering, chance)
    assert polished.k == clusters.k
    assert polished.distortion() <= before
    assign(polished)
    assert_labels_belong_to_centroids(polished)


def test_polish_finds_its_way_out_of_a_local_optimum():
    """Two centroids share one blob and one has two blobs: Lloyd's iteration stays there."""
    blobs = np.array([[20, 20, 20], [20, 20, 230], [200, 200, 100]])
    rng = np.random.default_rng(0)
    pixels = (np.repeat(blobs, 500, axis=0) + rng.integers(-9, 10, (1500, 3))).astype(np.uint8)
    clusters = Clusters(points_of(pixels), 3)
    for j, at in enumerate([(20, 20, 125), (199, 200, 100), (201, 200, 100)]):
        clusters.place(j, *(c * ref.LEVEL for c in at), 0)
    iterate(clusters, MEAN, 1000, 0.0)
    stuck = clusters.distortion()
    assert stuck > 500 * 2 * (100 * ref.LEVEL) ** 2
    assert polish(clusters, PRESETS[2].clustering, 0).distortion() < stuck / 20


def test_too_many_centroids_are_not_merged():
    pixels = cloud(6, 12_000, spread=1000)
    clusters = seeded(pixels, MOST_TO_MERGE + 1)
    assign(clusters)
    assert polish(clusters, PRESETS[10].clustering, 0) is clusters


@pytest.mark.parametrize("breaths", [1, 4, 8, 100])
def test_breaths_become_smaller_and_never_more_than_double(breaths):
    sizes = [breath_size(breath, breaths) for breath in range(breaths)]
    assert sizes[0] == 1
    assert sizes[:8] == sorted(set(sizes[:8]), reverse=True)
    assert all(0.02 <= size <= 0.5 for size in sizes[8:])


# Repair


@given(clouds(1500, channels=(3,)), st.integers(2, 60), st.sampled_from([2, 7, 60]))
def test_repair_puts_more_centroids_to_use(pixels, k, together):
    points = points_of(pixels)
    assume(len(points) > k)
    clusters = Clusters(points, k)
    places = arrays_of(points)[0].tolist()
    for j in range(k):
        clusters.place(j, *places[j // together])  # where so many lie, the first takes all
    assign(clusters)
    before, unused = clusters.distortion(), clusters.weights().count(0)
    repaired = with_none_empty(clusters, 10)
    assert repaired.k - repaired.weights().count(0) >= k - unused
    assert repaired.distortion() < before or not unused
    assert_labels_belong_to_centroids(repaired)


def test_nearly_all_empty_is_repaired_too():
    """Each round at most doubles those in use; the first then took that for K."""
    points = points_of(cloud(2, 2000, spread=60))
    clusters = Clusters(points, 100)
    assign(clusters)  # all are black, and the first takes all
    repaired = with_none_empty(clusters, 3)
    assert repaired.k == 100
    assert 0 not in repaired.weights()


def test_where_none_is_empty_nothing_is_repaired():
    clusters = seeded(cloud(1, 300), 10)
    assign(clusters)
    assert with_none_empty(clusters, 10) is clusters


def test_more_centroids_than_colours_leave_some_empty():
    clusters = Clusters(points_of(np.array([[1, 2, 3], [4, 5, 6]], np.uint8)), 5)
    assign(clusters)
    repaired = with_none_empty(clusters, 10)
    assert sorted(weight for weight in repaired.weights() if weight) == [1, 1]
    assert repaired.distortion() == 0


# All of it


@given(clouds(1500), st.integers(1, 60), st.integers(1, 8))
@settings(max_examples=40)
def test_a_fit_is_on_the_lattice_and_labelled(pixels, k, effort):
    clusters = fitted(pixels, k, effort=effort)
    assert clusters.k <= k
    assert_labels_belong_to_centroids(clusters)
    channels = pixels.shape[1]
    used = np.array(clusters.weights()) > 0
    colors = np.frombuffer(clusters.colors(), np.uint8).reshape(-1, 4)
    at = ref.coordinates(colors[:, :channels])
    assert np.array_equal(at[used], np.array(clusters.centroids())[used])


@given(clouds(1000), st.integers(1, 8))
@settings(max_examples=20)
def test_one_centroid_is_the_rounded_mean(pixels, effort):
    clusters = fitted(pixels, 1, effort=effort)
    points, weights = arrays_of(clusters.points)
    eight_bit = ref.EIGHT_BIT_OF[pixels.shape[1]]
    weight, total = ref.sums(points, weights, np.zeros(len(points), np.int64), 1)
    assert list(clusters.centroids()[0]) == ref.mean(total[0], weight[0], EIGHT_BIT, eight_bit)


@given(clouds(1500), st.integers(1, 30), st.integers(1, 5))
@settings(max_examples=30)
def test_twice_the_centroids_fit_better(pixels, k, effort):
    """Which takes off a third or so; how far local optima are apart is a tenth of that."""
    assert (
        fitted(pixels, 2 * k, effort=effort).distortion()
        <= fitted(pixels, k, effort=effort).distortion()
    )


@pytest.mark.parametrize("effort", [1, 2, 5, 7])
def test_each_further_centroid_lowers_the_distortion_of_a_photograph(crop, effort):
    """Nothing guarantees that; what is lost to a local optimum must not outweigh a centroid."""
    distortions = [fitted(crop, k, effort=effort).distortion() for k in range(1, 40)]
    for fewer, more in pairwise(distortions):
        assert more < fewer


@pytest.mark.parametrize("k", [2, 16])
def test_effort_pays(crop, k):
    distortions = [fitted(crop, k, effort=effort).distortion() for effort in range(1, 11)]
    assert max(distortions) == distortions[0]
    assert distortions[9] <= 1.0005 * min(distortions)
    for less, more in pairwise(distortions):
        assert more <= 1.005 * less  # chance may favour the lesser by a little


@given(clouds(800), st.integers(1, 30), st.sampled_from(["wu", "kmeans++"]), st.integers(0, 99))
@settings(max_examples=20)
def test_more_runs_never_do_worse(pixels, k, seeding, seed):
    knobs = {"effort": 2, "seeding": seeding, "seed": seed}
    distortions = [fitted(pixels, k, n_init=n, **knobs).distortion() for n in (1, 2, 4)]
    assert distortions == sorted(distortions, reverse=True)


def test_the_best_run_is_kept():
    pixels = cloud(8, 2000, spread=60)
    knobs = {"effort": 1, "seeding": "kmeans++"}
    alone = [fitted(pixels, 20, n_init=1, seed=s, **knobs).distortion() for s in range(5)]
    assert len(set(alone)) == 5
    assert fitted(pixels, 20, n_init=5, seed=0, **knobs).distortion() == min(alone)


def centroids_for(pixels, **knobs):
    return fitted(pixels, 20, **knobs).centroids()


def test_the_seed_matters_only_where_there_is_chance():
    pixels = cloud(9, 2000, spread=60)
    for effort in (1, 2):
        by_split = [centroids_for(pixels, effort=effort, seed=s) for s in range(3)]
        assert by_split == by_split[:1] * 3
    by_chance = [centroids_for(pixels, effort=1, seeding="kmeans++", seed=s) for s in range(3)]
    drawing_breaths = [centroids_for(pixels, effort=7, seed=s) for s in range(3)]
    assert len(set(map(tuple, by_chance))) == len(set(map(tuple, drawing_breaths))) == 3
    assert centroids_for(pixels, effort=7, seed=2) == drawing_breaths[2]
    assert centroids_for(pixels, effort=1, seeding="kmeans++", seed=2) == by_chance[2]


def test_max_iter_and_tol_bound_the_last_iterations():
    pixels = cloud(10, 5000, spread=1000)
    one, many = (fitted(pixels, 50, effort=1, max_iter=n, tol=0.0).distortion() for n in (1, 1000))
    assert many < one
    assert fitted(pixels, 50, effort=1, max_iter=1000, tol=1.0).distortion() > many
    settled = fitted(pixels, 50, effort=1, max_iter=1000, tol=0.0)
    assert settled.update(EIGHT_BIT) == 0  # converged


@pytest.mark.parametrize("threads", [1, 2, 3, 16])
def test_threads_change_nothing(threads):
    pixels = cloud(11, 5000, 4, spread=60)
    assert centroids_for(pixels, threads=threads) == centroids_for(pixels, threads=1)


def test_plans_go_up_with_effort():
    plans = [PRESETS[effort].clustering for effort in range(1, 11)]
    assert sorted(PRESETS) == list(range(1, 11))
    for less, more in pairwise(plans):
        assert max(less.details) <= max(more.details)
        assert less.breaths * len(less.details) <= more.breaths * len(more.details)
        assert less.max_iter <= more.max_iter
        assert less.tol >= more.tol
        assert less.n_init <= more.n_init


# Around given colours


def numbers(colors) -> list[int]:
    return [0xFF000000 | red << 16 | green << 8 | blue for red, green, blue in colors.tolist()]


def places(points, colors: list[int]):
    """Return where 8-bit colours lie in the space of the points."""
    clusters = Clusters(points, len(colors))
    for j, color in enumerate(colors):
        clusters.place_color(j, color)
    return clusters.centroids()


@given(clouds(800, channels=(3,)), st.integers(0, 2**32), st.integers(1, 9), st.integers(0, 30))
def test_kept_colours_come_first_and_stay_where_they_are(pixels, chance, count, room):
    rng = np.random.default_rng(chance)
    kept = numbers(np.unique(rng.integers(0, 256, (count, 3)), axis=0))
    points = points_of(pixels, oklab=bool(chance & 1))
    clusters = cluster_around(points, points, kept, len(kept) + room, Options(effort=2))
    assert clusters.centroids()[: len(kept)] == places(points, kept)
    assert clusters.k <= len(kept) + room
    assert_labels_belong_to_centroids(clusters)


@pytest.mark.parametrize("effort", [1, 5])
def test_the_others_give_way_to_kept_colours(effort):
    """Less distortion than if they had only been added to what fits without them."""
    pixels = cloud(12, 3000, spread=60)
    points, kept = points_of(pixels), numbers(pixels[:6].astype(int))
    found = cluster(points, 14, Options(effort=effort))
    added = Clusters(points, 20)
    for j, at in enumerate(places(points, kept) + found.centroids()):
        added.place(j, *at)
    assign(added)
    around = cluster_around(points, points, kept, 20, Options(effort=effort))
    assert around.distortion() < 0.97 * added.distortion()


@given(clouds(500, channels=(3,)), st.integers(0, 2**32), st.integers(1, 60))
def test_clusters_on_colours_are_there_in_their_order(pixels, chance, count):
    colors = numbers(np.random.default_rng(chance).integers(0, 256, (count, 3)))
    points = points_of(pixels, oklab=bool(chance & 1))
    clusters = clusters_on(points, colors)
    assert clusters.centroids() == places(points, colors)
    assert_labels_belong_to_centroids(clusters)
