"""Working spaces: coordinates against a reference in double precision, and the way back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huepress._kernels.gate import Clusters, PixelIndex

MOST = 16_320
CHROMA = 0.8
SPACES = [(oklab, straight) for oklab in (False, True) for straight in (False, True)]


def clusters_in(oklab: bool, straight: bool, channels: int, k: int) -> Clusters:
    return Clusters(PixelIndex(bytes(channels), channels).colors.points(oklab, straight), k)


def placed(colors, oklab: bool, straight: bool = False, channels: int = 4):
    """Return the coordinates of 8-bit RGBA colours."""
    clusters = clusters_in(oklab, straight, channels, len(colors))
    for j, (red, green, blue, alpha) in enumerate(np.asarray(colors).tolist()):
        clusters.place_color(j, alpha << 24 | red << 16 | green << 8 | blue)
    return np.array(clusters.centroids())


def colors_at(points, oklab: bool, straight: bool = False, channels: int = 4):
    """Return the 8-bit RGBA colours nearest to points."""
    clusters = clusters_in(oklab, straight, channels, len(points))
    for j, at in enumerate(np.asarray(points).tolist()):
        clusters.place(j, *at)
    return np.frombuffer(clusters.colors(), np.uint8).reshape(-1, 4).astype(int)


def random_colors(seed: int, count: int, alpha=None):
    colors = np.random.default_rng(seed).integers(0, 256, (count, 4))
    if alpha is not None:
        colors[:, 3] = alpha
    return colors


def oklab_of(colors):
    """Return lightness, a and b of sRGB by B. Ottosson's formulas, in double precision."""
    levels = np.asarray(colors)[:, :3] / 255
    light = np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4)
    cones = light @ np.array([
        [0.4122214708, 0.2119034982, 0.0883024619],
        [0.5363325363, 0.6806995451, 0.2817188376],
        [0.0514459929, 0.1073969566, 0.6299787005],
    ])  # fmt: skip
    return np.cbrt(cones) @ np.array([
        [0.2104542553, 1.9779984951, 0.0259040371],
        [0.7936177850, -2.4285922050, 0.7827717662],
        [-0.0040720468, 0.4505937099, -0.8086757660],
    ])  # fmt: skip


def reference(colors, oklab: bool, straight: bool):
    """Return coordinates as spaces.c describes them, before rounding."""
    colors = np.asarray(colors, float)
    alpha = colors[:, 3:] / 255
    seen = np.ones_like(alpha) if straight else alpha
    if not oklab:
        return np.hstack([colors[:, :3] * seen, colors[:, 3:]]) * 64
    light, a, b = np.hsplit(oklab_of(colors) * seen, 3)
    half = 1 if straight else 0.5
    parts = [light + (1 - seen) / 2, 0.5 + CHROMA * a, 0.5 + CHROMA * b, alpha * half]
    return np.hstack(parts) * MOST


@pytest.mark.parametrize(("oklab", "straight"), SPACES)
def test_coordinates_are_the_references_rounded(oklab, straight):
    corners = np.stack(np.meshgrid(*[[0, 1, 128, 254, 255]] * 4), -1).reshape(-1, 4)
    for colors in (random_colors(1, 20_000), random_colors(2, 5000, 255), corners):
        away = placed(colors, oklab, straight) - reference(colors, oklab, straight)
        assert np.abs(away).max() <= 0.51  # floats may round what lies between the other way


@pytest.mark.parametrize("oklab", [False, True])
def test_without_alpha_colours_lie_where_opaque_ones_do(oklab):
    colors = random_colors(3, 3000, 255)
    opaque, plain = placed(colors, oklab), placed(colors, oklab, channels=3)
    assert np.array_equal(opaque[:, :3], plain[:, :3])
    assert not plain[:, 3].any()
    assert set(opaque[:, 3]) == {MOST // 2 if oklab else MOST}
    assert np.array_equal(placed(colors, oklab, straight=True)[:, :3], plain[:, :3])


@pytest.mark.parametrize(("oklab", "straight"), SPACES)
@pytest.mark.parametrize("channels", [3, 4])
def test_points_of_a_histogram_lie_where_their_colours_are_placed(oklab, straight, channels):
    colors = random_colors(4, 3000)
    index = PixelIndex(colors[:, :channels].astype(np.uint8).reshape(-1), channels)
    data, _ = index.colors.colors_and_counts()
    found = np.full((len(index.colors), 4), 255)
    found[:, :channels] = np.frombuffer(data, np.uint8).reshape(-1, channels)
    at = [at for at, _ in index.colors.points(oklab, straight).coordinates()]
    assert np.array_equal(at, placed(found, oklab, straight, channels))


@pytest.mark.parametrize("oklab", [False, True])
def test_what_alpha_0_hides_has_one_place_unless_it_counts(oklab):
    colors = random_colors(5, 500, 0)
    assert len(np.unique(placed(colors, oklab), axis=0)) == 1
    assert len(np.unique(placed(colors, oklab, straight=True), axis=0)) == len(colors)


def test_distances_in_oklab_with_alpha_are_the_mean_of_those_on_black_and_on_white():
    one, other = random_colors(6, 1000), random_colors(7, 1000)

    def over(colors, ground):
        alpha = colors[:, 3:] / 255
        light = oklab_of(colors) * alpha * [1, CHROMA, CHROMA]
        light[:, :1] += ground * (1 - alpha)
        return light

    expected = sum(((over(one, g) - over(other, g)) ** 2).sum(axis=1) for g in (0, 1)) / 2
    away = placed(one, oklab=True) - placed(other, oklab=True)
    assert np.allclose(np.sqrt((away**2).sum(axis=1)), MOST * np.sqrt(expected), atol=2)


# The way back


def seen(colors):
    """Return the colours without what alpha 0 hides."""
    return np.where(colors[:, 3:] == 0, 0, colors)


@pytest.mark.parametrize(("oklab", "straight"), SPACES)
@pytest.mark.parametrize("alpha", [255, 254, 128, 10, 3, 0])
def test_a_colours_place_leads_back_to_one_in_the_same_place(oklab, straight, alpha):
    """Where alpha is low many share theirs; so do a few of the greenest in Oklab."""
    colors = random_colors(8, 20_000, alpha)
    at = placed(colors, oklab, straight)
    back = colors_at(at, oklab, straight)
    away = placed(back, oklab, straight) - at
    assert np.abs(away).max() <= (oklab and not straight and alpha < 255)  # rounded twice
    assert np.array_equal(back[:, 3], colors[:, 3])
    if not oklab and (straight or alpha > 3):
        assert np.array_equal(back, colors)
    if oklab and (straight or alpha > 250):
        assert np.abs(back - colors).max() <= 1
        assert (back != colors).any(axis=1).mean() < 3e-4


@pytest.mark.parametrize("oklab", [False, True])
def test_every_colour_leads_back(oklab):
    """Of all 16,777,216, of which these are some, 2,626 share a place with a neighbour in red."""
    numbers = np.arange(5, 1 << 24, 257)  # no more than there may be centroids
    colors = np.stack([numbers >> 16, numbers >> 8 & 255, numbers & 255, 0 * numbers + 255], 1)
    back = colors_at(placed(colors, oklab, channels=3), oklab, channels=3)
    assert np.abs(back - colors).max() <= oklab
    assert (back != colors).any(axis=1).mean() <= 3e-4 * oklab


def neighbours(colors, reach: int = 2):
    """Yield colours up to so many levels away."""
    for by in np.ndindex(*[2 * reach + 1] * 3):
        yield np.hstack([np.clip(colors[:, :3] + np.array(by) - reach, 0, 255), colors[:, 3:]])


@pytest.mark.parametrize(("oklab", "straight"), SPACES)
@pytest.mark.parametrize("alpha", [255, 200, 90])
def test_no_neighbour_is_nearer(oklab, straight, alpha):
    """In Oklab one of the eight around is taken: a tenth of a level short of the nearest."""
    rng = np.random.default_rng(9)
    at = placed(random_colors(9, 1500, alpha), oklab, straight)
    at[:, :3] = np.clip(at[:, :3] + rng.integers(-40, 41, (len(at), 3)), 0, MOST)
    own = colors_at(at, oklab, straight)
    points = placed(own, oklab, straight)
    least = [
        np.linalg.norm(placed(other, oklab, straight) - at, axis=1) for other in neighbours(own)
    ]
    excess = np.linalg.norm(points - at, axis=1) - np.min(least, axis=0)
    rounding = 0 if straight or alpha == 255 else 2  # of premultiplied coordinates
    assert excess.max() <= (8 if oklab else 0) + rounding
    assert excess.mean() < 0.6 + rounding


@given(st.tuples(*[st.integers(0, MOST)] * 4), st.sampled_from(SPACES), st.sampled_from([3, 4]))
@settings(max_examples=200)
def test_every_point_has_a_colour(at, space, channels):
    """Most of the coordinates' range is no colour at all in Oklab."""
    red, green, blue, alpha = colors_at([at], *space, channels)[0]
    whole = 255 if channels == 4 and space == (True, False) else 510
    assert alpha == 255 if channels == 3 else abs(alpha / 255 - at[3] * whole / MOST / 255) < 2
    assert min(red, green, blue) >= 0
