"""Each instruction set gives the same bits: where floats decide, and over long runs."""

from __future__ import annotations

import numpy as np
import pytest
from clouds import cloud, clouds, histogram_of, points_of
from hypothesis import given, settings
from hypothesis import strategies as st
from support import same_on_all

from huepress._kernels.gate import (
    EIGHT_BIT,
    FINE,
    FINE_BEYOND,
    Clusters,
    instruction_sets,
    use_instruction_set,
)


def settled(clusters: Clusters) -> Clusters:
    clusters.note_moves()
    clusters.assign()
    clusters.gather()
    return clusters


def labelled(pixels, k: int) -> Clusters:
    clusters = Clusters(points_of(pixels), k)
    rng = np.random.default_rng(k)
    for j, at in enumerate(rng.integers(0, 16_321, (k, 4)).tolist()):
        clusters.place(j, *at)
    return settled(clusters)


def test_the_scalar_twin_is_always_there_and_unknown_sets_are_refused():
    names = instruction_sets()
    assert names[0] == "scalar"
    assert len(set(names)) == len(names)
    for name in ("", "mmx", "SCALAR", None, 3):
        with pytest.raises(ValueError, match="is not one of"):
            use_instruction_set(name)


@given(clouds(1500), st.integers(1, 400), st.data())
def test_merging(pixels, wide, data):
    wider = labelled(pixels, wide)
    k = data.draw(st.integers(1, wide))

    def merged():
        clusters = Clusters(wider.points, k)
        return clusters.merge_from(wider), clusters.centroids()

    same_on_all(merged)


@given(clouds(1500), st.integers(1, 200), st.data())
@settings(max_examples=20)
def test_splitting_and_seeding(pixels, k, data):
    more = data.draw(st.integers(1, k))
    chance = data.draw(st.integers(0, 2**64 - 1))

    def grown():
        clusters = labelled(pixels, k)
        wider = Clusters(clusters.points, k + more)
        clusters.split_into(wider, chance)
        return wider.centroids()

    def seeded():
        clusters = Clusters(points_of(pixels), k)
        by_variance = clusters.seed_by_variance(), clusters.centroids()
        return by_variance, clusters.seed_by_plusplus(3, chance), clusters.centroids()

    same_on_all(grown)
    same_on_all(seeded)


@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize("k", [1, 7, 64, 300])
def test_a_long_run(channels, k):
    pixels = cloud(k, 20_000, channels, middles=12, spread=30)

    def run():
        clusters = Clusters(histogram_of(pixels).points(), k)
        clusters.seed_by_variance()
        trace = []
        for lattice in [FINE_BEYOND] * 4 + [FINE] * 2 + [EIGHT_BIT] * 2:
            settled(clusters).update(lattice)
            trace.append((clusters.distortion(), clusters.weights()))
        settled(clusters)
        return trace, bytes(clusters.labels()), clusters.centroids()

    trace, *_ = same_on_all(run)
    assert trace[5][0] <= trace[0][0]  # then they are confined to 8 bits
