"""Colours and their counts are values: merged exactly, weighted, compared and pickled."""

from __future__ import annotations

import copy
import pickle
from array import array

import numpy as np
import pytest
from helpers.point_clouds import arrays_of, cloud, clouds, index_of
from hypothesis import given, settings
from hypothesis import strategies as st

from huepress._kernels.gate import Canvas, Clusters, ColorCounts, PixelIndex, Points

REFUSED = (ValueError, TypeError, BufferError, OverflowError)
BLACK, WHITE = bytes(3), b"\xff" * 3


def counted(colors: bytes, *counts: int) -> ColorCounts:
    return ColorCounts.of_colors(colors, array("Q", counts))


def weights_of(colors: ColorCounts) -> list[int]:
    return [weight for _, weight in colors.points().coordinates()]


def fine_index(seed: int, size: int) -> PixelIndex:
    values = np.random.default_rng(seed).integers(0, 1021, (size, 3))
    words = values[:, 0] << 20 | values[:, 1] << 10 | values[:, 2]
    parts = [words >> shift & 255 for shift in (16, 8, 0, 24)]
    return PixelIndex(np.stack(parts, axis=1).astype(np.uint8).reshape(-1), 3, True)


# Merging


@given(clouds(600), st.lists(st.integers(0, 600), max_size=6), st.randoms())
def test_the_merge_of_an_images_tiles_is_the_images(pixels, cuts, random):
    """However it was cut, in whatever order and in whatever groups they are merged."""
    tiles = [index_of(t).colors for t in np.split(pixels, sorted(cuts)) if len(t)]
    while len(tiles) > 1:
        one = tiles.pop(random.randrange(len(tiles)))
        other = tiles.pop(random.randrange(len(tiles)))
        tiles.append(one.merge(other))
    whole = index_of(pixels).colors
    assert tiles[0] == whole
    assert hash(tiles[0]) == hash(whole)
    assert tiles[0].total == whole.total == len(pixels)
    assert tiles[0].colors_and_counts() == whole.colors_and_counts()
    for oklab, straight in ((False, False), (True, False), (True, True)):
        expected = whole.points(oklab, straight).coordinates()
        assert tiles[0].points(oklab, straight).coordinates() == expected


@pytest.mark.parametrize("size", [1, 2, 3000])
def test_the_merge_of_fine_tiles_is_the_images(size):
    raw = np.random.default_rng(2).integers(0, 1000, (2 * size, 2))
    pixels = np.zeros((2 * size, 4), np.uint8)
    pixels[:, 2] = raw[:, 0] & 255
    pixels[:, 3] = raw[:, 1] & 63
    halves = [PixelIndex(half.reshape(-1), 3, True).colors for half in np.split(pixels, 2)]
    whole = PixelIndex(pixels.reshape(-1), 3, True).colors
    assert halves[0].merge(halves[1]) == halves[1].merge(halves[0]) == whole
    assert halves[0].merge(halves[1]).points().coordinates() == whole.points().coordinates()


def test_clusters_on_merged_counts_map_the_image():
    """A codebook fitted to the tiles is one for the image, and the same to the bit."""
    pixels = cloud(3, 600, spread=60)
    index = index_of(pixels)
    merged = index_of(pixels[400:]).colors.merge(index_of(pixels[:400]).colors)
    found = []
    for colors in (index.colors, merged):
        clusters = Clusters(colors.points(), 12)
        clusters.seed_by_variance()
        for _ in range(5):
            clusters.prepare_assign()
            clusters.assign()
            clusters.finish_assign()
            clusters.update(0)
        canvas = Canvas(index, clusters, 30)
        canvas.measure_tolerance()
        labels = canvas.dither_diffusion(30_000, 300)
        found.append((clusters.centroids(), canvas.tolerance(), labels))
    assert found[0] == found[1]


def test_what_is_merged_stays_as_it_was_and_is_not_needed_any_more():
    one, other = counted(BLACK, 3), counted(WHITE, 4)
    merged = one.merge(other)
    assert (one, other) == (counted(BLACK, 3), counted(WHITE, 4))
    del one, other
    assert merged.colors_and_counts() == (BLACK + WHITE, [3, 4])
    assert merged.merge(merged).colors_and_counts() == (BLACK + WHITE, [6, 8])


def test_only_colours_of_one_kind_are_merged():
    kinds = [index_of(cloud(1, 9, n)).colors for n in (3, 4)] + [fine_index(1, 9).colors]
    for one in kinds:
        for other in [*kinds, None, 3, b"abc"]:
            if one is not other:
                with pytest.raises(REFUSED):
                    one.merge(other)


# Counts of more than 32 bits

LARGE = st.integers(1, 9) | st.integers(1, 1 << 34) | st.integers(1, 1 << 58)


@st.composite
def many(draw):
    """Return the counts of up to 8 colours, small and large."""
    count = draw(st.integers(1, 8))
    levels = draw(st.lists(st.integers(0, 9), min_size=count, max_size=count))
    return counted(bytes(v for v in levels for _ in range(3)), *(draw(LARGE) for _ in levels))


@given(many(), many(), many())
def test_large_counts_merge_exactly_in_any_order(a, b, c):
    merged = a.merge(b).merge(c)
    assert merged == c.merge(a.merge(b)) == b.merge(c.merge(a))
    assert hash(merged) == hash(c.merge(a).merge(b))
    expected: dict[bytes, int] = {}
    for colors in (a, b, c):
        data, counts = colors.colors_and_counts()
        for i, n in enumerate(counts):
            color = data[3 * i : 3 * i + 3]
            expected[color] = expected.get(color, 0) + n
    data, counts = merged.colors_and_counts()
    assert {data[3 * i : 3 * i + 3]: n for i, n in enumerate(counts)} == expected
    assert merged.counts().tolist() == counts
    assert merged.total == sum(counts)
    assert weights_of(merged) == weights_of(c.merge(b.merge(a)))


@given(many())
def test_weights_are_the_counts_or_in_proportion_and_fit_32_bits(colors):
    """Sums of weighted squares must fit 63 bits: they do below a weight of 2^32 in all."""
    weights, counts = weights_of(colors), colors.counts().tolist()
    assert sum(weights) < 1 << 32
    if sum(counts) < 1 << 32:
        assert weights == counts
        return
    assert sum(weights) > 1 << 30
    down = sum(counts) // ((1 << 32) - 1 - len(counts)) + 1
    assert weights == [max(count // down, 1) for count in counts]


@pytest.mark.parametrize(
    ("total", "expected"), [(2**32 - 1, [2**32 - 2, 1]), (2**32, [2**31 - 1, 1])]
)
def test_weights_are_scaled_down_from_two_to_the_32_on(total, expected):
    merged = counted(BLACK, total - 2).merge(counted(WHITE + BLACK, 1, 1))
    assert merged.counts().tolist() == [total - 1, 1]
    assert weights_of(merged) == expected


def test_distortion_of_very_many_pixels_does_not_overflow():
    colors = counted(bytes(4) + b"\xff" * 4, 2**62, 2**62 - 1)
    clusters = Clusters(colors.points(straight=True), 1)
    clusters.place(0, 16_320, 16_320, 16_320, 16_320)
    clusters.prepare_assign()
    clusters.assign()
    clusters.finish_assign()
    assert clusters.distortion() == weights_of(colors)[0] * 4 * 16_320**2 < 2**63
    clusters.update(2)
    assert clusters.colors() == bytes([128] * 4)


def test_no_more_than_two_to_the_63_are_counted():
    large = counted(BLACK, 2**62)
    assert large.merge(counted(WHITE, 2**62 - 1)).total == 2**63 - 1
    for how in (lambda: large.merge(large), lambda: counted(BLACK + WHITE, 2**62, 2**62)):
        with pytest.raises(ValueError, match=r"9,223,372,036,854,775,808 pixels|a count of"):
            how()


# Made of colours and counts


@given(clouds(400))
def test_they_can_be_made_of_their_own_colours_and_counts(pixels):
    colors = index_of(pixels).colors
    data, counts = colors.colors_and_counts()
    assert ColorCounts.of_colors(data, array("Q", counts)) == colors
    assert ColorCounts.of_colors(data, colors.counts()) == colors
    ones = np.ones(len(pixels), np.uint64)
    assert ColorCounts.of_colors(pixels.reshape(-1), ones) == colors


@pytest.mark.parametrize(
    ("colors", "counts"),
    [
        (b"", array("Q")), (bytes(3), array("Q")), (b"", array("Q", [1])),
        (bytes(2), array("Q", [1])), (bytes(5), array("Q", [1])), (bytes(7), array("Q", [1, 1])),
        (bytes(3), array("Q", [0])), (bytes(3), array("I", [1])), (bytes(3), [1]),
        (bytes(3), np.zeros(2, np.uint64)[::2]), (None, array("Q", [1])), (bytes(3), None),
        (bytes(3), array("Q", [2**63])), (bytes(6), array("Q", [2**64 - 1] * 2)),
    ],
    ids=repr,
)  # fmt: skip
def test_what_are_no_colours_and_counts(colors, counts):
    with pytest.raises(REFUSED):
        ColorCounts.of_colors(colors, counts)


@given(st.integers(0, 2**32), st.integers(1, 500))
@settings(max_examples=30)
def test_rounded_colours_have_the_counts_of_all_that_become_them(seed, size):
    index = fine_index(seed, size)
    colors, numbers = index.colors.rounded()
    eight = (np.random.default_rng(seed).integers(0, 1021, (size, 3)) + 2) // 4
    assert colors == index_of(eight.astype(np.uint8)).colors
    assert np.frombuffer(numbers, np.int32).max() == len(colors) - 1


# Other weights


def test_weighted_colours_are_the_same_with_other_counts():
    colors = counted(BLACK + WHITE, 5, 7)
    heavy = colors.weighted(array("I", [2**32 - 2, 1]))
    assert heavy.colors_and_counts() == (BLACK + WHITE, [2**32 - 2, 1])
    assert heavy.total == 2**32 - 1
    assert weights_of(heavy) == [2**32 - 2, 1]
    assert heavy != colors
    again = heavy.weighted(array("I", [5, 7]))
    assert again == colors
    del colors, heavy
    assert again.merge(again).colors_and_counts() == (BLACK + WHITE, [10, 14])


@pytest.mark.parametrize(
    "weights",
    [
        array("I"), array("I", [1]), array("I", [1, 2, 3]), array("I", [0, 1]),
        array("I", [2**32 - 1, 1]), array("i", [1, 1]), [1, 1], None, bytes(8),
        np.ones(4, np.uint32)[::2],
    ],
    ids=repr,
)  # fmt: skip
def test_weights_are_one_for_each_colour_and_fit_32_bits(weights):
    with pytest.raises(REFUSED):
        counted(BLACK + WHITE, 5, 7).weighted(weights)


def test_clusters_on_weighted_colours_map_the_image():
    index = index_of(cloud(5, 60, spread=60))
    clusters = Clusters(index.colors.weighted(index.weights_by(bytes(range(60)))).points(), 1)
    clusters.prepare_assign()
    clusters.assign()
    clusters.finish_assign()
    assert Canvas(index, clusters, 12).dither_diffusion(0, 0) == bytes(60)


# As values


ONES = [
    counted(BLACK, 5),
    counted(BLACK, 2**40),
    counted(BLACK + WHITE, 1, 2**62 - 2),
    index_of(cloud(1, 500)).colors,
    index_of(cloud(1, 500, 4)).colors,
    fine_index(1, 500).colors,
    index_of(cloud(1, 20)).colors.weighted(np.arange(1, 21, dtype=np.uint32)),
]


@pytest.mark.parametrize("colors", ONES)
def test_they_are_pickled_and_copied(colors):
    for made in (copy.copy(colors), copy.deepcopy(colors), pickle.loads(pickle.dumps(colors))):
        assert made == colors
        assert (made.channels, made.fine, made.total) == (
            colors.channels, colors.fine, colors.total,
        )  # fmt: skip
        assert len(made) == len(colors)
        assert weights_of(made) == weights_of(colors)
        assert made.merge(colors) == colors.merge(made)


def test_each_is_equal_to_itself_alone():
    for i, one in enumerate(ONES):
        assert [one == other for other in ONES] == [i == j for j in range(len(ONES))]
        assert one != (one,)
        assert one is not None
    assert len({*ONES, *ONES}) == len(ONES)


def test_equality_takes_kind_colours_and_counts_into_account():
    one = counted(BLACK + WHITE, 1, 2)
    others = counted(BLACK + WHITE, 2, 1), counted(BLACK + b"\xff\xff\xfe", 1, 2), counted(BLACK, 3)
    assert one not in others
    assert counted(bytes(4), 1) != counted(bytes(3), 1) != PixelIndex(bytes(4), 3, True).colors
    assert counted(BLACK, 2**40) != counted(BLACK, 2**40 + 1)


@pytest.mark.parametrize(
    ("channels", "fine", "keys", "counts"),
    [
        (3, False, [], []), (3, False, [1], []), (3, False, [1, 1], [1, 1]),
        (3, False, [2, 1], [1, 1]), (3, False, [1 << 24], [1]), (3, True, [1 << 30], [1]),
        (3, True, [(1 << 30) - 1], [1]), (4, True, [1], [1]), (2, False, [1], [1]),
        (3, False, [1], [0]), (3, False, [1, 2], [2**63 - 1, 1]),
    ],
)  # fmt: skip
def test_what_is_no_pickle_of_them(channels, fine, keys, counts):
    """What the keys index is not that large."""
    make, _ = ONES[0].__reduce__()
    with pytest.raises(ValueError, match=r"count|channels|order|colour"):
        make(channels, fine, array("I", keys), array("Q", counts))


def test_keys_of_four_channels_take_all_32_bits():
    make, _ = ONES[0].__reduce__()
    made = make(4, False, array("I", [0, 2**32 - 1]), array("Q", [1, 2]))
    assert made.colors_and_counts() == (bytes(4) + b"\xff" * 4, [1, 2])


def test_they_come_from_pixels_and_colours_only():
    with pytest.raises(TypeError):
        ColorCounts()
    empty = ColorCounts.__new__(ColorCounts)
    assert len(empty) == 0
    assert empty == empty.merge(empty)
    assert empty.colors_and_counts() == (b"", [])
    for how in (empty.points, lambda: empty.weighted(array("I")), empty.rounded):
        with pytest.raises(ValueError, match=r"colours|8 bits"):
            how()
    with pytest.raises(ValueError, match="no points"):
        Clusters(Points.__new__(Points), 1)
    assert arrays_of(counted(WHITE, 1).points())[1].tolist() == [1]
