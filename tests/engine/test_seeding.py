"""Initial centroids."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.point_clouds import arrays_of, cloud, clouds, points_of
from hypothesis import given, settings
from hypothesis import strategies as st

from huepress import Options
from huepress.engine.kmeans import assign
from huepress.engine.seeding import seed

KINDS = ["wu", "kmeans++"]


@given(clouds(1000), st.integers(1, 100), st.sampled_from(KINDS), st.integers(0, 3))
@settings(max_examples=30)
def test_there_are_k_or_as_many_as_distinct_points(pixels, k, kind, run):
    points = points_of(pixels)
    clusters = seed(points, k, Options(seeding=kind), run)
    distinct = np.unique(arrays_of(points)[0], axis=0)
    assert clusters.k == min(k, len(distinct))
    assert clusters.points is points
    if clusters.k == len(distinct):
        assert sorted(clusters.centroids()) == sorted(map(tuple, distinct.tolist()))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("channels", [3, 4])
def test_each_of_twelve_tight_clusters_gets_a_seed(kind, channels):
    points = points_of(cloud(3, 5000, channels, middles=12, spread=2))
    one, twelve = seed(points, 1, Options()), seed(points, 12, Options(seeding=kind))
    assign(one)
    assign(twelve)
    assert twelve.distortion() < one.distortion() / 100  # with one left out, a twelfth


def test_the_variance_split_draws_nothing():
    points = points_of(cloud(1, 2000))
    first, other = (seed(points, 20, Options(seed=s)) for s in (0, 1))
    assert first.centroids() == other.centroids()


def test_plusplus_depends_on_the_seed_and_can_be_repeated():
    points = points_of(cloud(1, 2000, spread=60))

    def seeds(s: int, run: int = 0):
        return seed(points, 20, Options(seeding="kmeans++", seed=s), run).centroids()

    assert seeds(7) == seeds(7)
    assert len({tuple(seeds(s)) for s in range(10)}) == 10
    assert len({tuple(seeds(0, run)) for run in range(10)}) == 10


def test_runs_after_the_first_are_random_whatever_the_seeding():
    points = points_of(cloud(1, 2000, spread=60))
    by_split = seed(points, 20, Options(seeding="wu"), run=1)
    by_chance = seed(points, 20, Options(seeding="kmeans++"), run=1)
    assert by_split.centroids() == by_chance.centroids()
    assert by_split.centroids() != seed(points, 20, Options(), run=0).centroids()


def test_the_largest_seed_leaves_room_for_the_runs():
    points = points_of(cloud(1, 100, spread=60))
    assert seed(points, 3, Options(seed=2**63 - 1, seeding="kmeans++"), run=999).k == 3
