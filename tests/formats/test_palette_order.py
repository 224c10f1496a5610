"""Orders of colours."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from huepress.formats.palette_order import (
    for_filters,
    for_no_filters,
    starting_with_start,
    with_translucent_first,
)


def image(k: int, width: int, height: int, seed: int):
    """Return labels, each of which occurs, and a colour for each."""
    rng = random.Random(seed)
    height = max(height, -(-k // width))
    labels = [*range(k), *(rng.randrange(k) for _ in range(width * height - k))]
    rng.shuffle(labels)
    colors = [(*rng.randbytes(3), rng.choice([0, 7, 255, 255])) for _ in range(k)]
    return bytes(labels), width, colors


images = st.builds(
    image, st.integers(1, 256), st.integers(1, 30), st.integers(1, 30), st.integers(0, 2**32)
)


@given(images)
def test_every_order_has_every_label_once(image):
    labels, width, colors = image
    everyone = list(range(len(colors)))
    orders = for_no_filters(labels, width, colors)
    assert len(set(orders)) == len(orders) >= 1
    assert all(sorted(order) == everyone for order in orders)
    assert sorted(for_filters(labels, width, len(colors), 1)) == everyone
    for order in orders:
        for better in with_translucent_first(order, colors):
            assert sorted(better) == everyone


@given(images)
def test_what_rows_start_with_is_first(image):
    labels, width, colors = image
    column = labels[::width]
    most = max(column.count(label) for label in set(column))
    for order in [
        *for_no_filters(labels, width, colors),
        starting_with_start(range(len(colors)), *image[:2]),
    ]:
        assert column.count(order[0]) == most


@given(images, st.integers(0, 1))
def test_translucent_colours_come_first_and_keep_their_order(image, kept):
    colors = image[2]
    order = tuple(range(len(colors)))
    found = with_translucent_first(order, colors, kept)
    opaque = [colors[label][3] == 255 for label in order[kept:]]
    if opaque == sorted(opaque):
        assert found == []
    else:
        (better,) = found
        assert better[:kept] == order[:kept]
        assert [colors[label][3] == 255 for label in better[kept:]] == sorted(opaque)
        for group in (True, False):
            of_group = [x for x in better[kept:] if (colors[x][3] == 255) == group]
            assert of_group == sorted(of_group)


def test_orders_by_brightness_appearance_and_number():
    colors = [(0, 0, 9, 255), (9, 9, 9, 255), (9, 0, 0, 255), (9, 9, 0, 255)]
    labels = bytes([3, 0, 1, 1, 1, 2, 3, 2, 0, 1, 1, 1])
    assert set(for_no_filters(labels, 6, colors)) == {
        (3, 0, 2, 1),  # what rows start with, then the darkest first
        (3, 0, 1, 2),  # as they appear
        (3, 1, 0, 2),  # as often as they occur
    }


def test_the_first_order_is_the_smallest():
    """Half of the colours occur often: their codes are shorter, and should stand together."""
    rng = random.Random(5)
    often, seldom = range(0, 200, 2), range(1, 200, 2)
    labels = bytes(
        rng.choice(often) if rng.random() < 0.95 else rng.choice(seldom) for _ in range(9000)
    )
    colors = [(i, i, i, 255) for i in range(200)]
    first = for_no_filters(labels, 90, colors)[0]
    assert sum(label % 2 for label in first[:100]) < 10
