"""Given and kept colours, alpha, importance and spaces: what `quantize` promises of them."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.images import picture
from helpers.point_clouds import cloud, clouds
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from PIL import Image

from huepress import Codebook, InputError, OptionError, Options, quantize
from huepress.engine import prepare
from huepress.engine.timing import StageTimer
from huepress.reading import read_pixels
from huepress.targets import Evaluator

DITHERS = ["none", "diffusion", "ordered", "blue-noise"]
WAYS = st.fixed_dictionaries({
    "dither": st.sampled_from(DITHERS),
    "rd": st.sampled_from([0, 1, 50]),
    "space": st.sampled_from(["rgb", "oklab"]),
    "alpha": st.sampled_from(["premultiplied", "straight"]),
    "effort": st.sampled_from([1, 5]),
})  # fmt: skip
NEAREST = {"dither": "none", "rd": 0}


def rgba(colors):
    """Return colours with alpha, (N, 4)."""
    colors = np.asarray(colors, np.uint8).reshape(-1, np.shape(colors)[-1])
    alpha = np.full((len(colors), 4 - colors.shape[1]), 255, np.uint8)
    return np.hstack([colors, alpha])


def seen(colors, alpha: str):
    """Return what counts of them: under alpha 0 nothing does, unless it is straight."""
    return np.where((alpha == "premultiplied") & (colors[:, 3:] == 0), 0, colors)


def rows(colors) -> list[tuple[int, ...]]:
    return list(map(tuple, np.asarray(colors).tolist()))


# Kept colours


@given(clouds(500), WAYS, st.integers(0, 2**32), st.integers(1, 9), st.integers(0, 30))
@settings(max_examples=150)
def test_kept_colours_are_in_the_codebook_and_pixels_keep_them(pixels, ways, seed, count, room):
    """Some the image has, some not, some translucent, some clear."""
    rng = np.random.default_rng(seed)
    kept = rng.integers(0, 256, (count, pixels.shape[1]), np.uint8)
    kept[::2] = pixels[rng.integers(0, len(pixels), len(kept[::2]))]
    colors = dict.fromkeys(rows(seen(rgba(kept), ways["alpha"])))
    q = quantize(pixels[None], len(colors) + room, keep=kept, **ways)
    assert set(colors) <= set(rows(rgba(q.codebook.colors)))
    before, after = seen(rgba(pixels), ways["alpha"]), rgba(q.pixels()[0])
    for color in colors:
        having = (before == color).all(axis=1)
        assert (after[having] == color).all()
    assert len(q.codebook) <= len(colors) + room


def test_colours_that_share_a_place_are_told_apart():
    """With an alpha of 2, and in the greenest corner of Oklab, neighbours have one place."""
    for low in ([(10, 20, 30, 2), (11, 20, 30, 2)], [(2, 231, 244), (3, 231, 244)]):
        pixels = cloud(1, 300, len(low[0]), spread=60)
        pixels[:2] = low
        for order in (1, -1):
            q = quantize(pixels[None], 9, keep=low[::order], space="oklab")
            assert rows(q.pixels()[0][:2]) == low


def test_a_kept_translucent_colour_stays_so_among_opaque_ones():
    """Its cluster was opaque for the most part, and so it became opaque."""
    pixels = np.array([[200, 10, 10, 255]] * 99 + [[200, 10, 10, 250]], np.uint8)
    pixels = np.concatenate([pixels, cloud(2, 100, spread=90).repeat(1, 0)[:, [0, 1, 2, 2]]])
    q = quantize(pixels[None], 3, keep=[(200, 10, 10, 250)], **NEAREST)
    assert (200, 10, 10, 250) in list(q.codebook)
    assert tuple(q.pixels()[0, 99]) == (200, 10, 10, 250)
    assert (q.pixels()[0, :99, 3] == 255).all()


def test_as_many_kept_as_there_is_room_for():
    keep = ["#000", "#fff", "#e30613"]
    q = quantize(picture(), 3, keep=keep)
    assert set(q.codebook.hex()) == {"#000000", "#ffffff", "#e30613"}
    with pytest.raises(OptionError, match=r"^keep: 3 colours don't fit a codebook of 2; raise `k`"):
        quantize(picture(), 2, keep=keep)
    assert len(quantize(picture(), 1, keep=["#fff", "#ffffff", (255, 255, 255)]).codebook) == 1


def test_kept_colours_leave_the_others_room_to_fit():
    plain = quantize(picture(), 20, **NEAREST, space="rgb")
    kept = quantize(picture(), 20, keep=[plain.codebook[3]], **NEAREST, space="rgb")
    assert kept.mse < 1.1 * plain.mse
    far = quantize(picture(), 21, keep=["#00f"], **NEAREST, space="rgb")
    assert far.mse < 1.1 * plain.mse


def test_an_exact_image_gets_its_missing_kept_colours_last():
    image = np.array([[[1, 2, 3], [1, 2, 3], [4, 5, 6]]], np.uint8)
    q = quantize(image, 4, keep=["#0a0b0c", "#010203"])
    assert list(q.codebook) == [(1, 2, 3), (4, 5, 6), (10, 11, 12)]
    assert q.codebook.counts() == [2, 1, 0]
    assert np.array_equal(q.pixels(), image)


# Given colours


@given(clouds(400), WAYS, st.integers(0, 2**32), st.integers(1, 40), st.sampled_from([3, 4]))
def test_given_colours_stay_all_in_their_order(pixels, ways, seed, k, channels):
    palette = np.random.default_rng(seed).integers(0, 256, (k, channels), np.uint8)
    q = quantize(pixels[None], palette=palette, **ways)
    clear = pixels.shape[1] == 4 and channels == 3 and 0 in pixels[:, 3]
    assert rows(rgba(q.codebook.colors)) == rows(rgba(palette)) + [(0, 0, 0, 0)] * clear
    assert q.codebook.counts() == np.bincount(q.labels[0], minlength=len(q.codebook)).tolist()
    if clear:
        assert (q.labels[0][pixels[:, 3] == 0] == k).all()
        assert (q.labels[0][pixels[:, 3] == 255] < k).all()


@given(clouds(400, channels=(3,)), st.integers(0, 2**32), st.integers(1, 300))
def test_pixels_get_the_nearest_of_the_given_colours(pixels, seed, k):
    palette = np.random.default_rng(seed).integers(0, 256, (k, 3), np.uint8)
    q = quantize(pixels[None], palette=palette, space="rgb", **NEAREST)
    away = ((pixels[:, None].astype(int) - palette) ** 2).sum(axis=2)
    assert np.array_equal(q.labels[0], away.argmin(axis=1))


@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize("dither", DITHERS)
def test_mapping_to_its_own_colours_changes_nothing(channels, dither):
    image = np.array(picture(30, 8, "RGBA"))[..., :channels]
    palette = np.unique(image.reshape(-1, channels), axis=0)
    for space in ("rgb", "oklab"):
        q = quantize(image, palette=palette, dither=dither, rd=0, space=space)
        assert np.array_equal(q.pixels(), image)


@pytest.mark.parametrize("suffix", ["gpl", "act", "ase", "aco", "pal", "hex", "json", "npy", "png"])
def test_palettes_of_every_kind(tmp_path, suffix):
    colors = [(227, 6, 19), (0, 0, 0), (255, 255, 255), (90, 120, 60)]
    path = tmp_path / f"colours.{suffix}"
    if suffix == "png":
        Image.fromarray(np.array([colors], np.uint8)).save(path)
    else:
        Codebook(colors).save(path)
    q = quantize(picture(), palette=path)
    assert {tuple(color[:3]) for color in q.codebook} == set(colors)
    assert list(q.codebook) == list(quantize(picture(), palette=str(path)).codebook)


def test_keeping_contradicts_given_colours():
    with pytest.raises(OptionError, match=r"^keep: contradicts `palette`; add"):
        quantize(picture(), palette=[(255, 255, 255)], keep=["#000"])


def test_many_given_colours_are_mapped_to_but_not_dithered():
    palette = cloud(1, 700, spread=90)
    q = quantize(picture(), 16, palette=palette)
    assert len(q.codebook) == 700
    assert q.labels.dtype == np.uint16
    with pytest.raises(OptionError, match="with 700 give none"):
        quantize(picture(), 16, palette=palette, dither="diffusion")


# Alpha


@given(clouds(500, channels=(4,)), st.integers(2, 40), WAYS)
def test_fully_transparent_pixels_are_one_entry(pixels, k, ways):
    pixels[::3, 3] = 0
    q = quantize(pixels[None], k, **{**ways, "alpha": "premultiplied"})
    assert [color for color in q.codebook if color[3] == 0] in ([], [(0, 0, 0, 0)])
    assert (q.pixels()[0][pixels[:, 3] == 0] == 0).all()


@given(clouds(500, channels=(4,)), st.integers(3, 400), WAYS)
def test_clear_stays_clear_and_opaque_stays_opaque(pixels, k, ways):
    """With any number of colours: above 256 it was the nearest, whatever its alpha."""
    pixels[::3, 3], pixels[1::3, 3] = 0, 255
    assume(k <= 256 or ways["dither"] == "none")
    after = quantize(pixels[None], k, **ways).pixels()[0]
    assert (after[::3, 3] == 0).all()
    if after.shape[1] == 4:
        assert (after[1::3, 3] == 255).all()


@pytest.mark.parametrize("rd", [0, 1])
@pytest.mark.parametrize("more", [0, 300])
def test_an_entry_of_the_same_opacity_goes_before_a_nearer_one(rd, more):
    pixels = np.array([[[200, 10, 10, 255], [200, 10, 10, 1], [90, 90, 90, 0]]], np.uint8)
    palette = [(200, 10, 10, 254), (0, 0, 0, 255), (255, 255, 255, 0)]
    palette += [(0, 0, j % 256, 250 + j // 256) for j in range(more)]
    q = quantize(pixels, palette=palette, dither="none", rd=rd, alpha="straight")
    assert q.labels[0, [0, 2]].tolist() == [1, 2]


def test_colours_count_under_any_alpha_if_straight():
    pixels = np.array([[1, 2, 3, 0], [3, 2, 1, 0], [0, 0, 0, 0], [9, 9, 9, 1]], np.uint8)[None]
    q = quantize(pixels, 4, alpha="straight")
    assert np.array_equal(q.pixels(), pixels)
    assert len(quantize(pixels, 4).codebook) == 2
    many = np.random.default_rng(1).integers(0, 256, (1, 400, 4), np.uint8)
    many[0, :200, 3] = 0
    hidden = quantize(many, 32, alpha="straight", **NEAREST).pixels()[0, :200]
    assert (hidden[:, 3] == 0).all()
    assert len(np.unique(hidden, axis=0)) > 8
    assert np.abs(hidden.astype(int) - many[0, :200]).mean() < 40


def test_premultiplied_colours_do_not_fringe():
    """What is hardly seen has no say: on any ground the composite is nearer than with straight."""
    image = np.array(picture(60, 40, "RGBA"))
    image[..., 3] = (np.linspace(0, 1, 60) ** 3 * 255)[None].round()

    def error(alpha: str, ground: int) -> float:
        after = quantize(image, 24, alpha=alpha, space="rgb", **NEAREST).pixels().astype(float)
        before = image.astype(float)
        a, b = (
            p[..., :3] * p[..., 3:] / 255 + ground * (1 - p[..., 3:] / 255) for p in (before, after)
        )
        return ((a - b) ** 2).mean()

    for ground in (0, 255):
        assert error("premultiplied", ground) < 0.8 * error("straight", ground)


# Importance


def test_what_is_important_fits_better():
    image = np.array(picture(60, 40))
    mask = np.zeros((40, 60), np.uint8)
    mask[:, :30] = 255

    def errors(importance):
        q = quantize(image, 12, importance=importance, space="rgb", **NEAREST)
        away = ((q.pixels().astype(int) - image) ** 2).sum(axis=2)
        return away[:, :30].mean(), away[:, 30:].mean()

    plain, left, right = errors(None), errors(mask), errors(255 - mask)
    assert left[0] < 0.9 * plain[0]
    assert right[1] < 0.9 * plain[1]
    assert left[1] > plain[1]
    assert right[0] > plain[0]
    assert errors(Image.fromarray(mask)) == left


def test_equal_importance_changes_nothing():
    plain = quantize(picture(), 20)
    same = quantize(picture(), 20, importance=np.full((40, 60), 1, np.uint8))
    assert same.codebook == plain.codebook
    assert np.array_equal(same.labels, plain.labels)


def test_of_no_importance_at_all_is_equal_importance():
    q = quantize(picture(), 20, importance=np.zeros((40, 60), np.uint8))
    assert len(q.codebook) == 20


def test_automatic_importance_favours_smooth_areas():
    image = np.random.default_rng(0).integers(0, 256, (80, 80, 3)).astype(np.uint8)
    image[:40] = np.linspace(60, 90, 80)[None, :, None] + np.linspace(0, 60, 40)[:, None, None]

    def smooth_error(importance):
        q = quantize(image, 24, importance=importance, **NEAREST)
        return ((q.pixels()[:38].astype(int) - image[:38]) ** 2).mean()

    assert smooth_error("auto") < 0.8 * smooth_error(None)


@pytest.mark.parametrize(
    ("mask", "words"),
    [(np.zeros((60, 40), np.uint8), "give a mask of the same size"), ("none.png", "none.png")],
)
def test_masks_that_do_not_do(tmp_path, monkeypatch, mask, words):
    monkeypatch.chdir(tmp_path)
    with pytest.raises((OptionError, InputError), match=words) as caught:
        quantize(picture(), importance=mask)
    assert len(str(caught.value).splitlines()) == 1


# Spaces


def test_auto_is_oklab_up_to_256_colours():
    for k, space in ((16, "oklab"), (256, "oklab"), (300, "rgb")):
        auto, named = (quantize(picture(), k, space=s) for s in ("auto", space))
        assert auto.codebook == named.codebook
        assert auto.label_bytes == named.label_bytes
    assert quantize(picture(), 16, space="rgb").codebook != quantize(picture(), 16).codebook


# Fit once, map many times


def test_an_evaluator_gives_what_quantize_gives():
    pixels = read_pixels(picture(mode="RGBA"), 10_000)
    shared = {"keep": ["#102030"], "importance": "auto"}
    evaluator = Evaluator("image", prepare(pixels, Options(**shared)), lambda q: (), StageTimer())
    ways = [
        {"k": k, "dither": dither, "rd": rd, "seed": seed, "effort": effort}
        for k in (40, 9, 40) for dither in ("none", "diffusion") for rd in (0, 2)
        for seed, effort in ((0, 2), (1, 2), (0, 3))
    ]  # fmt: skip
    for way in ways:
        q = evaluator.candidate(Options(**shared, **way)).quantized
        fresh = quantize(picture(mode="RGBA"), **shared, **way)
        assert (q.codebook, q.label_bytes, q.mse) == (fresh.codebook, fresh.label_bytes, fresh.mse)
