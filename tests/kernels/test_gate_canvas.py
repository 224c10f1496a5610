"""The gate to C: what is wrong with an image to be mapped is refused, and never crashes."""

from __future__ import annotations

import copy
import pickle
from array import array

import numpy as np
import pytest
from helpers.canvases import mapping_case
from helpers.point_clouds import cloud, index_of

from huepress._kernels.gate import (
    THRESHOLD_LEVELS,
    Canvas,
    Clusters,
    PixelIndex,
    clear_hidden_colors,
)

REFUSED = (ValueError, TypeError, BufferError, OverflowError)
PIXELS = cloud(1, 60, spread=60).reshape(5, 12, 3)


def made(k: int = 4):
    return mapping_case(PIXELS, np.random.default_rng(1).integers(0, 16_321, (k, 4)).tolist())


# Points


@pytest.mark.parametrize(
    "importance",
    [
        *[b"", bytes(59), bytes(61), bytes(180), "x" * 60, 7, [1] * 60],
        *[np.zeros(60, np.int8), np.zeros(60, np.uint16), np.zeros(120, np.uint8)[::2]],
        *[np.zeros((5, 12), np.uint8)],
    ],
    ids=lambda it: f"{type(it).__name__} {np.shape(it)}",
)
def test_importance_is_a_byte_for_each_pixel(importance):
    with pytest.raises(REFUSED):
        index_of(PIXELS.reshape(-1, 3)).weights_by(importance)


@pytest.mark.parametrize("width", [0, -1, 7, 61, 120, 2**31, None, "12"])
def test_smoothness_needs_the_images_width(width):
    index = index_of(PIXELS.reshape(-1, 3))
    points = index.colors.points()
    assert len(index.smoothness(points, 12)) == 60
    with pytest.raises(REFUSED):
        index.smoothness(points, width)


@pytest.mark.parametrize("kind", [bytes, bytearray, array])
def test_of_no_pixels_none_is_cleared(kind):
    # An empty buffer has no first byte whose place to take, as a build with checks told.
    assert clear_hidden_colors(kind("B") if kind is array else kind()) == b""


def test_smoothness_needs_all_colours():
    index = index_of(PIXELS.reshape(-1, 3))
    others = PixelIndex(bytes(180), 3).colors.points(), None, index, index.colors
    for points in (index.colors.points().coarsen(3), *others):
        with pytest.raises(REFUSED):
            index.smoothness(points, 12)


# Clusters


@pytest.mark.parametrize("color", [-1, 2**32, None, "#ffffff"])
def test_colours_are_numbers_of_32_bits(color):
    with pytest.raises(REFUSED):
        made().clusters.place_color(0, color)


@pytest.mark.parametrize("j", [-1, 4, 2**31, None])
def test_colours_are_placed_where_there_is_a_centroid(j):
    with pytest.raises(REFUSED):
        made().clusters.place_color(j, 0)


@pytest.mark.parametrize("kept", [-1, 5, 2**31, None])
def test_no_more_are_kept_than_there_are(kept):
    with pytest.raises(REFUSED):
        made().clusters.snap_alpha(kept)


KEPT = [
    None, [1], 7, bytes(4), array("i", [1]), array("B", [1]), array("Q", [1]),
    np.zeros(4, np.uint32)[::2], np.zeros((1, 1), np.uint32), array("I", [0] * 5),
]  # fmt: skip


@pytest.mark.parametrize("kept", KEPT, ids=repr)
def test_kept_colours_are_no_more_than_k_numbers(kept):
    e = made()
    assert len(e.clusters.constrained_labels(array("I", [0] * 4))) == len(e.clusters.points)
    with pytest.raises(REFUSED):
        e.clusters.constrained_labels(kept)
    with pytest.raises(REFUSED):
        e.canvas.enforce_constraints(bytes(60), kept)


def test_labels_must_be_there_to_be_bound_and_alpha_to_be_settled():
    e = made()
    e.clusters.clear_labels()
    for how in (e.clusters.snap_alpha, lambda: e.clusters.constrained_labels(array("I"))):
        with pytest.raises(ValueError, match="assign first"):
            how()


def test_labels_of_fewer_points_are_not_bound():
    e = made()
    coarse = Clusters(e.clusters.points.coarsen(3), 2)
    coarse.prepare_assign()
    coarse.assign()
    coarse.finish_assign()
    with pytest.raises(ValueError, match="not all points"):
        coarse.constrained_labels(array("I"))


# Canvas


def test_a_canvas_needs_clusters_on_its_images_colours_assigned():
    e, other = made(), mapping_case(PIXELS ^ 1, [[0] * 4])
    not_assigned = Clusters(e.index.colors.points(), 3)
    coarse = Clusters(e.clusters.points.coarsen(3), 2)
    for clusters in (other.clusters, not_assigned, coarse, None, 3, e.index):
        with pytest.raises(REFUSED):
            Canvas(e.index, clusters, 12)
    for index in (other.index, None, 3, e.clusters):
        with pytest.raises(REFUSED):
            Canvas(index, e.clusters, 12)


@pytest.mark.parametrize("width", [0, -1, 7, 61, 120, 2**31, None, "12"])
def test_a_canvas_needs_the_images_width(width):
    e = made()
    with pytest.raises(REFUSED):
        Canvas(e.index, e.clusters, width)


def test_a_canvas_has_up_to_256_colours():
    _ = made(256).canvas
    with pytest.raises(ValueError, match="k = 257"):
        _ = made(257).canvas


def test_a_canvas_is_neither_copied_nor_pickled_nor_empty():
    for how in (copy.copy, pickle.dumps):
        with pytest.raises(TypeError):
            how(made().canvas)
    with pytest.raises(TypeError):
        Canvas()


def test_a_canvas_keeps_alive_what_it_needs():
    canvas = made().canvas
    assert len(canvas.dither_diffusion(65_536, 4096)) == 60


def test_a_canvas_outlasts_changes_of_its_clusters():
    """Labels that were forgotten are -1."""
    e = made()
    canvas = e.canvas
    e.clusters.clear_labels()
    e.clusters.place(0, 0, 0, 0, 0)
    assert max(canvas.dither_diffusion(65_536, 4096)) < 4
    with pytest.raises(ValueError, match="-1 is not in"):
        _ = e.nearest
    assert max(canvas.enforce_constraints(bytes(60), array("I", [0]))) < 4


@pytest.mark.parametrize(
    "labels",
    [
        *[None, [0] * 60, "x" * 60, b"", bytes(59), bytes(61), bytes([0] * 59 + [4])],
        *[bytes([255] * 60), np.zeros(60, np.int8), np.zeros(120, np.uint8)[::2]],
    ],
    ids=lambda it: f"{type(it).__name__} {np.shape(it)} {it[-1:] if it is not None else ''}",
)
def test_labels_to_bind_are_one_for_each_pixel_below_k(labels):
    with pytest.raises(REFUSED):
        made().canvas.enforce_constraints(labels, array("I"))


@pytest.mark.parametrize(
    ("share", "cap"),
    [(-1, 0), (65_537, 0), (0, -1), (0, 16_321), (2**31, 0), (0, 2**31), (None, 0), ("1", 0)],
)
def test_shares_and_caps_of_diffusion_out_of_range(share, cap):
    with pytest.raises(REFUSED):
        made().canvas.dither_diffusion(share, cap)


@pytest.mark.parametrize(
    ("mask", "side", "share"),
    [
        *[(b"", 0, 0), (bytes(1), -1, 0), (bytes(9), 3, 0), (bytes(3), 2, 0), (bytes(5), 2, 0)],
        *[(bytes([THRESHOLD_LEVELS]), 1, 0), (bytes([0, 0, 0, 255]), 2, 0), (bytes(4), 4, 0)],
        *[(bytes(4), 2, -1), (bytes(4), 2, 65_537), (bytes(4), 2, None), (None, 1, 0)],
        *[
            ([0], 1, 0),
            (bytes(4), None, 0),
            (bytes(4), 2**31, 0),
            (bytes(4), 65_536, 0),
            (b"", 65_536, 0),
        ],
    ],
)
def test_masks_that_are_none(mask, side, share):
    with pytest.raises(REFUSED):
        made().canvas.dither_ordered(mask, side, share, 384)


@pytest.mark.parametrize("cap", [-1, 16_321, 2**31, None])
def test_caps_of_patterns_out_of_range(cap):
    with pytest.raises(REFUSED):
        made().canvas.dither_ordered(bytes(4), 2, 65_536, cap)


PARTS = [(-1, 1), (1, 1), (0, 0), (2, 2), (0, 257), (0, -1), (0, 2**31), (None, 1), (0, "1")]


@pytest.mark.parametrize(("part", "parts"), PARTS)
def test_there_are_only_so_many_parts_to_look_at(part, parts):
    with pytest.raises(REFUSED):
        made().canvas.measure_tolerance(part, parts)


def test_before_a_look_nothing_may_be_lost_and_nothing_is_quiet():
    e = made()
    canvas = Canvas(e.index, e.clusters, 12)
    assert canvas.tolerance() == bytes(60)
    canvas.measure_tolerance(199, 256)  # of 5 rows there are fewer parts
    canvas.measure_tolerance(0, 256)
    assert canvas.tolerance() == bytes(60)
    assert len(canvas.dither_diffusion(65_536, 4096)) == 60


# Bytes


@pytest.mark.parametrize("pixels", [None, "rgba", [1, 2, 3, 4], bytes(3), bytes(5), 64])
def test_what_can_not_be_cleared(pixels):
    with pytest.raises(REFUSED):
        clear_hidden_colors(pixels)


@pytest.mark.parametrize(
    ("labels", "colors"),
    [
        *[(b"", bytes(3)), (bytes(1), bytes(3)), (bytes(3), bytes(3)), (bytes(2), b"")],
        *[(bytes(2), bytes(2)), (bytes(2), bytes(3 * 257)), (bytes(4), bytes(3 * 256))],
        *[(bytes(4), bytes(3 * 65_537)), (b"\0\1", bytes(3)), (b"\xff\0", bytes(3 * 255))],
        *[(b"\0\0\1\1", bytes(3 * 257)), (None, bytes(3)), (bytes(2), None), ("00", bytes(3))],
    ],
)
def test_what_can_not_be_tallied(labels, colors):
    index = PixelIndex(bytes(6), 3)
    with pytest.raises(REFUSED):
        index.tally(labels, colors)


@pytest.mark.parametrize(("part", "parts"), PARTS)
def test_there_are_only_so_many_parts_to_tally(part, parts):
    with pytest.raises(REFUSED):
        PixelIndex(bytes(6), 3).tally(bytes(2), bytes(3), part, parts)


@pytest.mark.parametrize("parts", [1, 2])
def test_wide_labels_need_not_be_aligned(parts):
    content = memoryview(b"\0" + b"\1\0" * 2)[1:]
    shares = [PixelIndex(bytes(6), 3).tally(content, bytes(771), i, parts) for i in range(parts)]
    assert sum(total for total, _ in shares) == 0
    assert sum(counts[1] + counts[256] for _, counts in shares) == 2


def test_clusters_on_the_same_colours_of_another_image_will_do():
    """What counts is that labels of the points are labels of the image's colours."""
    e = made()
    other = PixelIndex(PIXELS.reshape(-1, 3)[::-1].reshape(-1), 3)
    canvas = Canvas(other, e.clusters, 12)
    own = e.canvas.dither_diffusion(0, 0)
    assert canvas.dither_diffusion(0, 0) == own[::-1] == e.nearest[::-1]


@pytest.mark.parametrize(
    "other",
    [
        PixelIndex(PIXELS.reshape(-1)[3:], 3),
        PixelIndex(PIXELS.reshape(-1) ^ 1, 3),
        PixelIndex(bytes(240), 4),
        PixelIndex(bytes(240), 3, fine=True),
    ],
)
def test_clusters_on_other_colours_will_not(other):
    e = made()
    with pytest.raises(ValueError, match="not points of all the image's colours"):
        Canvas(other, e.clusters, 1)
