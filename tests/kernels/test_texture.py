"""What varies how much, what weighs how much, and what labels come to."""

from __future__ import annotations

import numpy as np
import pytest
from helpers import reference_mapping as ref
from helpers.canvases import mapping_case, mapping_cases, painted
from helpers.instruction_sets import same_on_all
from helpers.point_clouds import clouds
from hypothesis import given, settings
from hypothesis import strategies as st

from huepress._kernels.gate import EIGHT_BIT, Canvas, Clusters, PixelIndex
from huepress.engine.threads import run_parts

# Tolerance


def tolerances(e, parts: int = 1) -> bytes:
    canvas = Canvas(e.index, e.clusters, e.width)
    run_parts(canvas.measure_tolerance, parts)
    return canvas.tolerance()


def expected_tolerances(e) -> bytes:
    picture = e.picture
    return bytes(
        ref.tolerance(picture, y, x) + ref.TOLERANCES * ref.is_undithered(picture, y, x)
        for y, x in np.ndindex(picture.height, picture.width)
    )


@given(mapping_cases(most=4))
def test_tolerance_agrees_with_its_reference(e):
    assert same_on_all(lambda: tolerances(e)) == expected_tolerances(e)


@given(mapping_cases(40, 30, most=4), st.sampled_from([2, 3, 7, 60]))
def test_parts_see_what_one_sees(e, parts):
    whole = tolerances(e)
    assert same_on_all(lambda: tolerances(e, parts)) == whole


@pytest.mark.parametrize(("kind", "least", "most"), [("flat", 0, 0), ("chequered", 127, 127)])
def test_it_goes_from_end_to_end(kind, least, most):
    """A chequered plane of all that colours can differ by: sums come near to 32 bits."""
    pixels = np.full((9, 21, 4), 255, np.uint8)
    if kind == "chequered":
        pixels[::2, ::2] = pixels[1::2, 1::2] = 0
    e = mapping_case(pixels, [[8000] * 4], straight=True)
    assert same_on_all(lambda: tolerances(e)) == expected_tolerances(e)
    seen = [tolerance % ref.TOLERANCES for tolerance in tolerances(e)]
    assert (min(seen), max(seen)) == (least, most)


def test_only_exact_colours_and_flat_areas_far_from_all_are_left_alone():
    pixels = np.full((12, 24, 3), 100, np.uint8)
    pixels[:, 8:16] = 200
    pixels[:, 16:] = 105
    e = mapping_case(pixels, [[64 * 100] * 3 + [0], [64 * 106] * 3 + [0]])
    quiet = np.frombuffer(tolerances(e), np.uint8).reshape(12, 24) >= ref.TOLERANCES
    assert quiet[:, :8].all()  # the codebook has it
    assert quiet[:, 10:14].all()  # flat and far
    assert not quiet[:, [8, 9, 14, 15]].any()  # far, beside others
    assert not quiet[:, 16:].any()  # flat and near


# Smoothness


@given(mapping_cases(most=4))
def test_smoothness_agrees_with_its_reference(e):
    picture = e.picture
    places = np.ndindex(picture.height, picture.width)
    expected = bytes(ref.smoothness(picture, y, x) for y, x in places)
    assert same_on_all(lambda: e.index.smoothness(e.clusters.points, e.width)) == expected


def test_flat_areas_weigh_most_and_noise_least():
    rng = np.random.default_rng(0)
    pixels = np.full((40, 60, 3), 90, np.uint8)
    pixels[:, 20:40] += np.arange(20, dtype=np.uint8)[:, None]
    pixels[:, 40:] = rng.integers(0, 256, (40, 20, 3))
    index = PixelIndex(pixels.reshape(-1), 3)
    importance = index.smoothness(index.colors.points(oklab=True), 60)
    weights = np.frombuffer(importance, np.uint8).reshape(40, 60)
    assert (weights[:, :18] == 255).all()
    assert (weights[:, 42:] <= 50).all()
    assert (weights[:, 22:38] > 150).all()
    assert (weights[:, 22:38] < 255).all()


# Importance


def weights_of(points) -> list[int]:
    return [weight for _, weight in points.coordinates()]


@given(clouds(600), st.integers(0, 2**32), st.sampled_from([1, 2, 256]))
def test_weights_are_sums_of_importance_and_at_least_1(pixels, seed, most):
    importance = np.random.default_rng(seed).integers(0, most, len(pixels), np.uint8)
    index = PixelIndex(pixels.reshape(-1), pixels.shape[1])
    weights = weights_of(index.colors.weighted(index.weights_by(importance)).points())
    numbers = index.spread(*[np.arange(len(index.colors), dtype=np.int32)] * 2, 65_536)
    index = np.frombuffer(numbers, np.uint16)
    assert weights == np.maximum(np.bincount(index, importance), 1).tolist()


def test_counts_are_the_same_after_others_were_weighted():
    index = PixelIndex(bytes([1, 1, 1, 1, 1, 1, 2, 2, 2]), 3)
    heavy = index.colors.weighted(index.weights_by(bytes([5, 5, 0]))).points()
    assert weights_of(heavy) == [10, 1]
    assert weights_of(index.colors.points()) == [2, 1]
    assert weights_of(heavy.coarsen(1)) == [11]


def test_weights_outlive_their_index():
    index = PixelIndex(bytes(range(60)), 3)
    colors = index.colors.weighted(index.weights_by(bytes([7]) * 20))
    points = colors.points()
    assert colors.colors_and_counts()[0] == index.colors.colors_and_counts()[0]
    del index, colors
    assert weights_of(points) == [7] * 20
    assert len(points.coarsen(1)) == 1


def test_weights_of_many_pixels_are_scaled_down_alike():
    """Sums of weighted squares must fit 63 bits: they do up to a weight of 2^32 in all."""
    size = 17_000_000
    pixels = np.full((size, 4), 255, np.uint8)
    pixels[: size // 4] = 0
    index = PixelIndex(pixels.reshape(-1), 4)
    weighted = index.colors.weighted(index.weights_by(np.full(size, 255, np.uint8)))
    points = weighted.points(straight=True)
    weights = weights_of(points)
    assert sum(weights) <= 2**32
    assert weights == [255 * (size // 4) // 2, 255 * (size - size // 4) // 2]
    clusters = Clusters(points, 1)
    clusters.place(0, 16_320, 16_320, 16_320, 16_320)
    clusters.prepare_assign()
    clusters.assign()
    clusters.finish_assign()
    assert clusters.distortion() == weights[0] * 4 * 16_320**2 < 2**63
    clusters.update(EIGHT_BIT)
    assert clusters.colors() == bytes([191] * 4)  # three quarters of 255


# Counting


def error(pixels, shown) -> int:
    """Return the squared error, of colours times alpha if there is any, times 65,025."""
    a, b = np.int64(pixels), np.int64(shown)
    if a.shape[1] == 3:
        return 65_025 * ((a - b) ** 2).sum()
    colors = (a[:, :3] * a[:, 3:] - b[:, :3] * b[:, 3:]) ** 2
    return colors.sum() + 65_025 * ((a[:, 3] - b[:, 3]) ** 2).sum()


@given(
    clouds(600),
    st.sampled_from([1, 2, 200, 256, 257, 1000]),
    st.integers(0, 2**32),
    st.sampled_from([1, 2, 5]),
)
@settings(max_examples=100)
def test_a_tally_is_what_numpy_counts(pixels, k, seed, parts):
    rng = np.random.default_rng(seed)
    colors = rng.integers(0, 256, (k, pixels.shape[1]), np.uint8)
    labels = rng.integers(0, k, len(pixels)).astype(np.uint8 if k <= 256 else np.uint16)
    index = PixelIndex(pixels.reshape(-1), pixels.shape[1])
    shares = [
        index.tally(labels.view(np.uint8), colors.reshape(-1), part, parts) for part in range(parts)
    ]
    counts = np.sum([counts for _, counts in shares], axis=0)
    assert counts.tolist() == np.bincount(labels, minlength=k).tolist()
    assert sum(total for total, _ in shares) == error(pixels, colors[labels])


def test_a_tally_of_the_largest_errors_does_not_overflow():
    size = 3_000_000
    total, counts = PixelIndex(bytes(4 * size), 4).tally(bytes(size), bytes([255] * 4))
    assert counts == [size]
    assert total == size * 4 * 255**4


def test_pictures_are_what_their_names_say():
    """So that the tests above and beside see all there is: exact, near and far, flat and not."""
    assert len(np.unique(painted("flat", 3, 12, 40, 3).reshape(-1, 3), axis=0)) <= 3
    assert len(np.unique(painted("noise", 3, 12, 40, 3).reshape(-1, 3), axis=0)) > 400
    assert len(np.unique(painted("ramp", 3, 12, 40, 3).reshape(-1, 3), axis=0)) > 50
