"""Each instruction set gives the same bits: where floats decide, and over long runs."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.canvases import mapping_case
from helpers.images import picture
from helpers.instruction_sets import same_on_all
from helpers.point_clouds import cloud, clouds, index_of, points_of
from helpers.trellises import mapped_everywhere, plain
from hypothesis import given, settings
from hypothesis import strategies as st

from huepress._kernels.gate import (
    BEYOND_MEAN,
    EIGHT_BIT,
    MEAN,
    Canvas,
    Clusters,
    instruction_sets,
    use_instruction_set,
)
from huepress.engine.threads import run_parts


def settled(clusters: Clusters) -> Clusters:
    clusters.prepare_assign()
    clusters.assign()
    clusters.finish_assign()
    return clusters


def labelled(pixels, k: int) -> Clusters:
    clusters = Clusters(points_of(pixels), k)
    rng = np.random.default_rng(k)
    for j, at in enumerate(rng.integers(0, 16_321, (k, 4)).tolist()):
        clusters.place(j, *at)
    return settled(clusters)


def test_the_scalar_set_is_always_there_and_unknown_sets_are_refused():
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
        clusters = Clusters(index_of(pixels).colors.points(), k)
        clusters.seed_by_variance()
        trace = []
        for target in [BEYOND_MEAN] * 4 + [MEAN] * 2 + [EIGHT_BIT] * 2:
            settled(clusters).update(target)
            trace.append((clusters.distortion(), clusters.weights()))
        settled(clusters)
        return trace, bytes(clusters.labels()), clusters.centroids()

    trace, *_ = same_on_all(run)
    assert trace[5][0] <= trace[0][0]  # then they are confined to 8 bits


@pytest.fixture(scope="module", params=["RGB", "RGBA"])
def large_case(request):
    """Return an image of many rows, each of many decisions, and a codebook that suits it."""
    pixels = np.array(picture(900, 70, request.param))
    clusters = Clusters(index_of(pixels.reshape(-1, pixels.shape[2])).colors.points(True), 90)
    clusters.seed_by_variance()
    return mapping_case(pixels, clusters.centroids(), oklab=True)


@pytest.mark.parametrize(("rows", "span"), [(1, 16), (4, 16), (24, 32)])
def test_labels_that_are_cheap_to_store(large_case, rows, span):
    """Rows wait for those above, whoever works on them."""
    labels, copies = mapped_everywhere(large_case, plain(90, rows=rows, span=span))
    assert len(set(labels)) > 60
    assert copies is None or len(labels) / 2 < len(copies) - copies.count(0) < len(labels)


def test_what_parts_see_of_texture(large_case):
    def seen():
        found = []
        for parts in (1, 2, 5):
            canvas = Canvas(large_case.index, large_case.clusters, large_case.width)
            run_parts(canvas.measure_tolerance, parts)
            found.append(canvas.tolerance())
        assert found[1:] == found[:1] * 2
        points, width = large_case.clusters.points, large_case.width
        return found[0], large_case.index.smoothness(points, width)

    tolerance, _ = same_on_all(seen)
    assert len({seen % 128 for seen in tolerance}) > 20
