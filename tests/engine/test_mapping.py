"""Pixels to labels: what dithering and rate-distortion do to a result, seen from outside."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.images import LITERAL, picture, scene
from helpers.instruction_sets import same_on_all
from helpers.point_clouds import clouds
from hypothesis import given, settings
from hypothesis import strategies as st

from huepress import OptionError, compress, metrics, quantize
from huepress.engine import mapping
from huepress.engine.rate_model import match_costs
from huepress.engine.threads import run_parts

DITHERS = ["none", "diffusion", "ordered", "blue-noise"]
SPACES = ["rgb", "oklab"]


def result(**knobs):
    q = quantize(scene(), **knobs)
    return bytes(q.label_bytes), bytes(q.codebook.data)


# What stays


@given(
    clouds(900),
    st.integers(1, 40),
    st.sampled_from(DITHERS),
    st.floats(0, 1),
    st.sampled_from([0, 0.3, 5, 1000]),
    st.sampled_from(SPACES),
    st.integers(1, 5),
)
def test_every_way_gives_labels_of_the_codebook(pixels, k, dither, strength, rd, space, effort):
    rows = 2 if len(pixels) % 2 == 0 else 1
    image = pixels.reshape(rows, -1, pixels.shape[1])
    knobs = {"dither": dither, "dither_strength": strength, "rd": rd, "space": space}
    q = quantize(image, k, effort=effort, **knobs)
    assert len(q.codebook) <= k
    assert q.labels.shape == image.shape[:2]
    assert q.codebook.counts() == np.bincount(q.labels.reshape(-1)).tolist()
    assert len(set(q.codebook)) == len(q.codebook)


@pytest.mark.parametrize("dither", DITHERS)
@pytest.mark.parametrize("rd", [0, 1, 1000])
def test_few_colours_stay_as_they_are(dither, rd):
    image = scene().quantize(30).convert("RGB")
    q = quantize(image, 64, dither=dither, rd=rd)
    assert np.array_equal(q.pixels(), np.asarray(image))


@pytest.mark.parametrize("dither", DITHERS)
@pytest.mark.parametrize("rd", [0, 2])
def test_alpha_of_0_and_255_stays_exact(dither, rd):
    image = np.array(picture(90, 60, "RGBA"))
    image[:20, :, 3], image[40:, :, 3] = 0, 255
    before = image[..., 3]
    for k in (2, 5, 60, 300):
        if k <= 256 or dither == "none":
            after = quantize(image, k, dither=dither, rd=rd).pixels()[..., 3]
            assert (after[before == 0] == 0).all()
            assert (after[before == 255] == 255).all()


@pytest.mark.parametrize("dither", DITHERS)
def test_flat_areas_of_art_stay_flat(dither):
    """Few flat colours, fewer entries, and a gradient beside them."""
    image = np.zeros((80, 120, 3), np.uint8)
    image[..., :60, :] = np.repeat(np.random.default_rng(1).integers(0, 256, (4, 3)), 20, axis=0)[
        :, None
    ]
    image[:, 60:] = np.linspace(0, 255, 60)[None, :, None]
    for rd in (0, 1):
        labels = quantize(image, 12, dither=dither, rd=rd).labels
        inside = labels[:, 4:56].reshape(4, 20, 52)[:, 4:16]
        if dither in ("none", "diffusion"):
            assert all(len(np.unique(area)) == 1 for area in inside)


# What it looks like


def block_means(pixels, side: int = 8):
    """Return the mean colour of blocks."""
    height, width = (length // side * side for length in pixels.shape[:2])
    blocks = pixels[:height, :width].astype(float).reshape(height // side, side, -1, side, 3)
    return blocks.mean(axis=(1, 3))


@pytest.mark.parametrize("space", SPACES)
@pytest.mark.parametrize("dither", DITHERS[1:])
def test_means_of_a_ramp_come_nearer_by_dithering(dither, space):
    ramp = np.linspace([20, 40, 90], [250, 200, 120], 256)[None].repeat(64, 0).astype(np.uint8)
    goal = block_means(ramp)

    def error(**knobs) -> float:
        return np.abs(block_means(quantize(ramp, 6, space=space, **knobs).pixels()) - goal).mean()

    plain = error(dither="none", rd=0)
    assert error(dither=dither, rd=0) < 0.5 * plain
    assert error(dither=dither, rd=0, dither_strength=0) == plain
    if dither == "diffusion":
        assert error(dither=dither, rd=1) < 0.7 * plain


def score(q) -> float:
    return metrics.ssimulacra2(scene(), q.image())


@pytest.mark.parametrize("dither", ["none", "diffusion"])
def test_the_stronger_the_fewer_bytes(dither, tmp_path):
    sizes, scores = [], []
    for rd in (0, 0.25, 1, 4, 16):
        report = compress(scene(), tmp_path / f"{rd}.png", k=128, dither=dither, rd=rd)
        sizes.append(report.bytes_out)
        scores.append(score(quantize(scene(), 128, dither=dither, rd=rd)))
    assert sizes == sorted(set(sizes), reverse=True)
    assert sizes[2] < 0.85 * sizes[0]
    assert scores[2] > scores[0] - 8
    assert scores[1:] == sorted(scores[1:], reverse=True)


def test_effort_finds_better_looks_in_fewer_bytes(tmp_path):
    sizes = [
        compress(scene(), tmp_path / f"{effort}.png", k=64, effort=effort).bytes_out
        for effort in (1, 3, 5, 7)
    ]
    scores = [score(quantize(scene(), 64, effort=effort)) for effort in (1, 3, 5, 7)]
    assert scores[:3] == sorted(set(scores[:3]))
    assert sizes == sorted(set(sizes), reverse=True)
    assert scores[3] > scores[1]


@pytest.mark.parametrize(("k", "labels"), [(2, 8), (3, 4), (4, 4), (5, 2), (16, 2), (17, 1)])
def test_matches_are_of_whole_bytes(k, labels, monkeypatch):
    """Of few colours, several labels share one."""
    seen = []

    def watched(width, rows, span, per_byte):
        seen.append((width, per_byte))
        return match_costs(width, rows, span, per_byte)

    monkeypatch.setattr(mapping, "match_costs", watched)
    assert len(quantize(scene(), k, effort=1, space="rgb").codebook) == k
    assert seen == [(scene().width, labels)]


# When


def test_auto_dithers_where_errors_would_show():
    assert result(k=8) == result(k=8, dither="diffusion")
    assert result(k=8) != result(k=8, dither="none")
    close = np.argwhere(np.ones((7, 7, 6))).astype(np.uint8)[None] + 100  # 294 colours
    auto, none = (quantize(close, 256, dither=dither) for dither in ("auto", "none"))
    assert auto.codebook == none.codebook
    assert auto.label_bytes == none.label_bytes


@pytest.mark.parametrize("dither", DITHERS[1:])
def test_more_than_256_colours_are_not_dithered(dither):
    with pytest.raises(
        OptionError, match=r"^dither: .*is for up to 256 colours; with 257 give none"
    ):
        quantize(scene(), 257, dither=dither, effort=1)
    assert result(k=257, effort=1) == result(k=257, effort=1, dither="none", rd=0)


@pytest.mark.parametrize("dither", ["ordered", "blue-noise"])
def test_patterns_are_not_optimized_for_bytes(dither):
    assert result(k=16, dither=dither, rd=5, effort=1) == result(
        k=16, dither=dither, rd=0, effort=1
    )


@pytest.mark.parametrize("dither", DITHERS)
def test_no_strength_is_no_dithering(dither):
    assert result(k=16, dither=dither, dither_strength=0, rd=0) == result(k=16, dither="none", rd=0)


# The same everywhere


@pytest.mark.parametrize("dither", DITHERS)
@pytest.mark.parametrize("rd", [0, 1])
def test_instruction_sets_and_threads_change_nothing(dither, rd):
    image = np.array(picture(211, 97, "RGBA"))

    def made():
        results = []
        for threads in (1, 3):
            q = quantize(image, 50, dither=dither, rd=rd, threads=threads, importance="auto")
            results.append((bytes(q.label_bytes), bytes(q.codebook.data), q.copies))
        assert results[0] == results[1]
        assert (results[0][2] is not None) == bool(rd and dither in ("none", "diffusion"))
        return results[0]

    same_on_all(made)


@pytest.mark.parametrize(("width", "rows"), [(3, 1), (200, 1), (400, 2), (2000, 8)])
def test_no_more_threads_than_rows_that_can_follow_each_other(monkeypatch, width, rows):
    """Others would wait for the row above all the time, which took a core from who had work."""
    seen = []

    def watched(work, parts):
        seen.append((work.__name__, parts))
        run_parts(work, parts)

    monkeypatch.setattr(mapping, "run_parts", watched)
    quantize(picture(width, 2000 // width), 20, threads=8)
    assert seen == [("measure_tolerance", 8), ("run", rows), ("count", 8)]


@given(clouds(500), st.integers(1, 30), st.sampled_from(DITHERS), st.sampled_from([0, 1]))
@settings(max_examples=20)
def test_twice_the_same_is_the_same(pixels, k, dither, rd):
    image = pixels[None]
    one, other = (quantize(image, k, dither=dither, rd=rd) for _ in range(2))
    assert one.label_bytes == other.label_bytes
    assert one.codebook == other.codebook


def test_the_textbook_is_still_there():
    """Nothing is nearer in sRGB than what its recipe takes."""
    pixels = np.asarray(scene()).astype(int)
    q = quantize(scene(), 20, **LITERAL)
    colors = q.codebook.colors.astype(int)
    away = ((pixels[:, :, None] - colors) ** 2).sum(axis=3)
    assert np.array_equal(np.take_along_axis(away, q.labels[..., None].astype(int), 2)[..., 0],
                          away.min(axis=2))  # fmt: skip
