"""Pixels in, a codebook and a label map out."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys

import numpy as np
import pytest
from helpers import reference as ref
from helpers.images import LITERAL
from helpers.instruction_sets import running_on
from helpers.point_clouds import cloud, clouds
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from huepress import Quantized, quantize
from huepress._kernels.gate import instruction_sets

EFFORTS = st.integers(1, 5)
COLORS = st.integers(1, 40)


def mse(pixels, other) -> float:
    """Return the mean squared error, summed over red, green and blue."""
    difference = np.asarray(pixels, np.int64)[..., :3] - np.asarray(other, np.int64)[..., :3]
    return (difference**2).sum() / difference[..., 0].size


def seen_mse(pixels, other) -> float:
    """Return the same of premultiplied colours and alpha."""
    seen = [np.float64(p) * np.where([1, 1, 1, 0], p[:, 3:] / 255, 1) for p in (pixels, other)]
    return ((seen[0] - seen[1]) ** 2).sum() / len(pixels)


def as_bytes(q: Quantized) -> tuple[bytes, bytes]:
    return bytes(q.label_bytes), bytes(q.codebook.data)


def image_of(pixels, rows: int = 1):
    return pixels.reshape(rows, -1, pixels.shape[-1])


def cleared(pixels):
    """Return the pixels without the colours that alpha 0 hides."""
    clear = pixels[:, 3:] == 0 if pixels.shape[1] == 4 else False
    return np.where(clear, 0, pixels).astype(np.uint8)


def opaque_or_not(pixels) -> int:
    """Return how many channels the codebook has: an alpha of 255 everywhere is none."""
    return 4 if pixels.shape[1] == 4 and (pixels[:, 3] < 255).any() else 3


# What every result is


@given(
    clouds(1500),
    COLORS | st.integers(1, 700),
    EFFORTS,
    st.sampled_from(["rgb", "oklab", "auto"]),
    st.sampled_from(["none", "auto"]),
    st.sampled_from([0, 0.3, 1, 10]),
)
def test_codebook_and_labels_agree(pixels, k, effort, space, dither, rd):
    q = quantize(image_of(pixels), k, effort=effort, space=space, dither=dither, rd=rd)
    assert len(q.codebook) <= k
    assert q.codebook.channels == opaque_or_not(pixels)
    populations = np.bincount(q.labels.reshape(-1), minlength=len(q.codebook))
    assert q.codebook.counts() == populations.tolist()
    assert q.codebook.counts() == sorted(populations, reverse=True)
    assert min(populations) > 0
    assert len(set(q.codebook)) == len(q.codebook)


@given(clouds(1500, channels=(3,)), COLORS, EFFORTS)
def test_labels_are_of_the_nearest_colours_and_the_error_is_theirs(pixels, k, effort):
    q = quantize(image_of(pixels), k, effort=effort, **LITERAL)
    distances = ref.squared_distances(pixels, q.codebook.colors)
    chosen = distances[np.arange(len(pixels)), q.labels.reshape(-1)]
    assert np.array_equal(chosen, distances.min(axis=1))
    assert q.mse == mse(pixels, q.pixels()[0])


@given(clouds(1500, channels=(4,)), COLORS, EFFORTS)
def test_with_alpha_nearest_is_meant_premultiplied(pixels, k, effort):
    pixels[0, 3] = 254  # not opaque
    q = quantize(image_of(pixels), k, effort=effort, **LITERAL)
    colors = q.codebook.colors
    distances = ref.squared_distances(ref.coordinates(pixels), ref.coordinates(colors))
    for alpha in (0, 255):  # which stay exact
        if alpha in colors[:, 3]:
            distances[np.ix_(pixels[:, 3] == alpha, colors[:, 3] != alpha)] = np.inf
    chosen = distances[np.arange(len(pixels)), q.labels.reshape(-1)]
    if len(np.unique(cleared(pixels), axis=0)) > k:  # otherwise each colour stands for itself
        assert np.array_equal(chosen, distances.min(axis=1))
    assert q.mse == pytest.approx(seen_mse(pixels, q.pixels()[0]))


@given(clouds(800), COLORS, EFFORTS, st.sampled_from(["rgb", "oklab"]), st.integers(0, 2**32))
def test_the_order_of_pixels_does_not_matter_to_the_textbook(pixels, k, effort, space, seed):
    order = np.random.default_rng(seed).permutation(len(pixels))
    recipe = {**LITERAL, "space": space, "effort": effort}
    q = quantize(image_of(pixels), k, **recipe)
    shuffled = quantize(image_of(pixels[order]), k, **recipe)
    assert shuffled.codebook == q.codebook
    assert np.array_equal(shuffled.labels[0], q.labels[0][order])


@given(clouds(300), COLORS, st.sampled_from([2, 4, 8]))  # what floats scale by exactly
@settings(max_examples=25)
def test_only_shares_of_pixels_matter(pixels, k, times):
    q = quantize(image_of(pixels), k, **LITERAL)
    more = quantize(image_of(np.concatenate([pixels] * times)), k, **LITERAL)
    assert more.codebook == q.codebook
    assert np.array_equal(more.labels[0], np.tile(q.labels[0], times))


# The ends of the range


@given(clouds(1500), st.integers(0, 50), st.integers(1, 10))
def test_few_colours_are_kept_exactly(pixels, room, effort):
    shown = cleared(pixels)
    unique = len(np.unique(shown, axis=0))
    q = quantize(image_of(pixels), unique + room, effort=effort)
    assert len(q.codebook) == unique
    channels = q.codebook.channels
    assert np.array_equal(q.pixels()[0], shown[:, :channels])
    assert q.mse == 0


@pytest.mark.parametrize("effort", [1, 5, 10])
@pytest.mark.parametrize("k", [1, 2, 256, 257, 65_536])
@pytest.mark.parametrize(("width", "height"), [(1, 1), (1, 40), (40, 1), (9, 7)])
@pytest.mark.parametrize("color", [(0, 0, 0), (255, 254, 1), (9, 9, 9, 0), (1, 2, 3, 4)])
def test_one_colour(color, width, height, k, effort):
    q = quantize(np.full((height, width, len(color)), color, np.uint8), k, effort=effort)
    assert list(q.codebook) == [color if color[3:] != (0,) else (0, 0, 0, 0)]
    assert q.labels.shape == (height, width)
    assert not q.labels.any()
    assert q.mse == 0


@given(clouds(800, channels=(3,)), st.integers(1, 10))
def test_one_of_many_is_the_rounded_mean(pixels, effort):
    q = quantize(image_of(pixels), 1, effort=effort, **LITERAL)
    total, count = pixels.sum(axis=0, dtype=np.int64), len(pixels)
    assert list(q.codebook) == [tuple(((2 * total + count) // (2 * count)).tolist())]


@pytest.mark.parametrize("channels", [3, 4])
def test_all_but_one_of_the_colours(channels):
    pixels = np.unique(cloud(1, 200, channels, spread=90), axis=0)
    pixels[:, 3:] |= 64  # where less can be seen, colours fall together
    q = quantize(image_of(pixels), len(pixels) - 1, **LITERAL)
    assert len(q.codebook) == len(pixels) - 1
    distances = ref.squared_distances(*[ref.coordinates(pixels)] * 2)
    least = np.min(distances[distances > 0]) / ref.LEVEL**2
    assert q.mse <= least / len(pixels)  # merging the nearest two costs half of that


@pytest.mark.parametrize(("k", "effort"), [(257, 3), (4097, 1), (5000, 5), (65_536, 1)])
def test_many_colours(k, effort):
    rng = np.random.default_rng(0)
    pixels = rng.permutation(np.unique(rng.integers(0, 256, (70_100, 3), np.uint8), axis=0))
    assert len(pixels) > 69_900
    q = quantize(image_of(pixels), k, effort=effort, **LITERAL)
    assert len(q.codebook) == k
    assert q.labels.dtype == np.uint16
    assert q.mse == mse(pixels, q.pixels()[0])
    # Random colours fill space evenly: cubes of equal volume are what K-means has to beat.
    assert q.mse < 255**2 / 4 * k ** (-2 / 3)


# The same everywhere

SHAPES = [(1, 400, 3), (400, 1, 4), (37, 53, 3), (64, 64, 4), (300, 400, 3), (300, 400, 4)]


def noisy_image(shape):
    height, width, channels = shape
    ramp = np.linspace(0, 200, height * width).astype(np.int64)[:, None]
    noise = cloud(height, height * width, channels, middles=9, spread=12)
    return ((noise + ramp) % 256).astype(np.uint8).reshape(shape)


def fingerprint(shape, **knobs) -> str:
    q = quantize(noisy_image(shape), 64, **knobs)
    return hashlib.sha256(b"".join(as_bytes(q))).hexdigest()


@pytest.mark.parametrize("shape", SHAPES)
def test_instruction_sets_and_threads_change_nothing(shape):
    results = set()
    for name in instruction_sets():
        with running_on(name):
            results |= {fingerprint(shape, threads=threads) for threads in (1, 2, 3)}
    assert len(results) == 1


@pytest.mark.parametrize("effort", [1, 2, 7, 8])
@pytest.mark.parametrize("seeding", ["wu", "kmeans++"])
def test_instruction_sets_change_nothing_at_any_effort(effort, seeding):
    results = set()
    for name in instruction_sets():
        with running_on(name):
            results.add(fingerprint((37, 53, 4), effort=effort, seeding=seeding))
    assert len(results) == 1


@pytest.mark.parametrize("name", instruction_sets())
def test_a_fresh_process_gives_the_same(name, request):
    code = (
        "import json, test_quantize as t; from helpers.instruction_sets import running_on\n"
        f"with running_on({name!r}):\n"
        "    print(json.dumps([t.fingerprint(s, threads=n) for s in t.SHAPES for n in (1, 3)]))"
    )
    here = str(request.path.parent)
    output = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {here!r})\n{code}"],
        capture_output=True,
        check=True,
        timeout=300,
    ).stdout
    assert json.loads(output) == [fingerprint(s) for s in SHAPES for _ in (1, 3)]


# How good it is. Results are the same everywhere, so these don't hold by luck.


@pytest.mark.parametrize("k", [16, 64, 256])
@pytest.mark.parametrize("name", ["astronaut", "chelsea", "coffee"])
def test_photographs_come_out_better_than_by_median_cut(photographs, name, k):
    with Image.open(photographs[name]) as file:
        image = file.convert("RGB")
    cut = image.quantize(k, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    pixels = np.asarray(image)
    assert quantize(image, k, effort=1, **LITERAL).mse < 0.85 * mse(pixels, cut.convert("RGB"))


@pytest.mark.parametrize("k", [8, 32])
@pytest.mark.parametrize("name", ["astronaut", "chelsea", "coffee"])
def test_a_photograph_comes_out_as_by_the_textbook(photographs, name, k):
    """The best of three runs of scikit-learn's K-means on every pixel, before any rounding."""
    cluster = pytest.importorskip("sklearn.cluster", reason="scikit-learn is not installed")
    with Image.open(photographs[name]) as file:
        pixels = np.asarray(file.convert("RGB"))[100:164, 150:214]
    textbook = cluster.KMeans(k, n_init=3, random_state=0).fit(pixels.reshape(-1, 3))
    own = quantize(np.ascontiguousarray(pixels), k, **LITERAL)
    assert own.mse <= 1.03 * textbook.inertia_ / 64**2


@pytest.mark.parametrize("name", ["kodim03", "kodim05", "kodim23"])
def test_photographs_come_out_close_to_the_best_known(shared_images, name):
    folder = shared_images / "kodak"
    known = json.loads((folder / "best_known_mse.json").read_text())["images"]
    q = quantize(folder / f"{name}.png", 256, effort=5, **LITERAL)
    assert q.mse <= 1.02 * known[name]["256"]["int8_best"]
