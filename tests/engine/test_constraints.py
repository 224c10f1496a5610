"""Given colours, kept colours, and importance."""

from __future__ import annotations

import io

import numpy as np
import pytest
from helpers.images import file_of, picture
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from huepress import Codebook, InputError, OptionError, Options, TooLargeError
from huepress.engine.constraints import (
    given_colors,
    importance_of,
    kept_colors,
    numbers_of,
    prepare_pixels,
    with_clear_entry,
)
from huepress.reading import Pixels

COLORS = [(227, 6, 19), (0, 0, 0), (255, 255, 255), (10, 20, 30)]
MOST = 10_000


def pixels_of(array) -> Pixels:
    height, width, channels = array.shape
    return Pixels(width, height, channels, array.astype(np.uint8).tobytes())


# Given colours


@pytest.mark.parametrize(
    "palette",
    [
        Codebook(COLORS),
        COLORS,
        tuple(COLORS),
        [list(color) for color in COLORS],
        np.array(COLORS, np.uint8),
    ],
    ids=lambda palette: type(palette).__name__,
)
def test_colours_come_as_codebook_list_or_array(palette):
    assert list(given_colors(palette, MOST)) == COLORS


@pytest.mark.parametrize("suffix", ["gpl", "act", "ase", "aco", "pal", "hex", "json", "npy"])
def test_colours_come_from_palette_files_in_their_order(tmp_path, suffix):
    path = tmp_path / f"my colours.{suffix}"
    Codebook(COLORS).save(path)
    for name in (path, str(path)):
        assert [tuple(color[:3]) for color in given_colors(name, MOST)] == COLORS


def image_of_colors(mode: str = "RGB") -> Image.Image:
    """Return an image with the first colour most often, and so on."""
    rows = [color for n, color in enumerate(COLORS) for _ in range(8 - 2 * n)]
    return Image.fromarray(np.array([rows], np.uint8)).convert(mode)


def test_colours_come_from_images_most_used_first(tmp_path):
    image = image_of_colors()
    path = tmp_path / "colours.png"
    path.write_bytes(file_of(image))
    for palette in (image, path, str(path), path.read_bytes(), io.BytesIO(path.read_bytes()),
                    np.asarray(image)):  # fmt: skip
        codebook = given_colors(palette, MOST)
        assert list(codebook) == COLORS
        assert codebook.counts() == [8, 6, 4, 2]


def test_translucent_images_give_colours_with_alpha():
    image = image_of_colors("RGBA")
    image.putpixel((19, 0), (1, 2, 3, 4))
    assert (1, 2, 3, 4) in list(given_colors(image, MOST))


def test_none_are_none():
    assert given_colors(None, MOST) is None


def test_too_many_colours_are_refused_with_the_file_and_a_remedy(tmp_path):
    colors = np.arange(65_537, dtype=np.uint32).view(np.uint8).reshape(1, -1, 4)[..., :3]
    path = tmp_path / "photo.png"
    path.write_bytes(file_of(Image.fromarray(colors.copy())))
    with pytest.raises(OptionError, match=r"palette: .*photo.png has 65,537 colours.*; compress"):
        given_colors(path, 100_000)
    assert len(given_colors(colors[:, :65_536].copy(), 100_000)) == 65_536


@pytest.mark.parametrize("palette", ["none.gpl", "none.png", b"no image", "", 7, object()])
def test_what_is_no_palette_is_one_line(tmp_path, monkeypatch, palette):
    monkeypatch.chdir(tmp_path)
    with pytest.raises((InputError, OptionError)) as caught:
        given_colors(palette, MOST)
    assert len(str(caught.value).splitlines()) == 1


def test_large_images_are_refused_before_they_are_decoded():
    with pytest.raises(TooLargeError):
        given_colors(picture(), 100)


# What is clustered


@given(st.integers(0, 2**32), st.booleans())
def test_what_alpha_0_hides_is_cleared_unless_it_counts(seed, straight):
    array = np.random.default_rng(seed).integers(0, 256, (5, 7, 4))
    array[::2, ::2, 3] = 0
    alpha = "straight" if straight else "premultiplied"
    made = prepare_pixels(pixels_of(array), Options(alpha=alpha), None)
    expected = array if straight else np.where(array[..., 3:] == 0, 0, array)
    assert made == pixels_of(expected)


@pytest.mark.parametrize(
    ("keep", "fixed", "channels"),
    [
        ((), None, 3),
        (["#123"], None, 3),
        (["#1234"], None, 4),
        (["#123", "#12345678"], None, 4),
        ((), [(1, 2, 3)], 3),
        ((), [(1, 2, 3, 255)], 3),
        ((), [(1, 2, 3, 254)], 4),
    ],
)
def test_opaque_pixels_get_an_alpha_if_colours_have_some(keep, fixed, channels):
    array = np.random.default_rng(1).integers(0, 256, (5, 7, 3))
    fixed = fixed and Codebook(fixed)
    made = prepare_pixels(pixels_of(array), Options(keep=keep), fixed)
    alpha = np.full((5, 7, 1), 255)
    assert made == pixels_of(np.concatenate([array, alpha], axis=2)[..., :channels])


def test_only_an_image_with_clear_pixels_adds_a_clear_entry():
    clear, other = np.full((2, 2, 4), 9), np.full((2, 2, 4), 9)
    clear[0, 0] = 0
    plain = pixels_of(np.full((2, 2, 3), 9))
    palette = Codebook([(1, 2, 3), (4, 5, 6)])
    with_alpha = Codebook([(1, 2, 3, 4)])
    opaque = [(1, 2, 3, 255), (4, 5, 6, 255)]
    assert list(with_clear_entry(palette, pixels_of(clear))) == [*opaque, (0, 0, 0, 0)]
    assert list(with_clear_entry(palette, pixels_of(other))) == opaque
    assert with_clear_entry(palette, plain) is palette
    assert with_clear_entry(with_alpha, pixels_of(clear)) is with_alpha


# Kept colours


@given(st.lists(st.tuples(*[st.integers(0, 255)] * 4), max_size=9))
def test_numbers_of_colours_are_each_there_once(colors):
    numbers = numbers_of([*colors, *colors])
    assert len(set(numbers)) == len(numbers)
    assert [tuple(n >> shift & 255 for shift in (16, 8, 0, 24)) for n in numbers] == list(
        dict.fromkeys(colors)
    )


def test_kept_colours_under_alpha_0_are_clear_unless_they_count():
    keep = ["#01020300", "#04050600", "#fff"]
    assert kept_colors(Options(keep=keep)) == (0, 0xFFFFFFFF)
    straight = kept_colors(Options(keep=keep, alpha="straight"))
    assert straight == (0x010203, 0x040506, 0xFFFFFFFF)


# Importance

PLAIN = pixels_of(np.zeros((40, 60, 3)))


def test_a_mask_is_read_from_anywhere(tmp_path):
    grey = picture(mode="L")
    expected = grey.tobytes()
    path = tmp_path / "mask.png"
    path.write_bytes(file_of(grey))
    for mask in (grey, path, str(path), np.asarray(grey), path.read_bytes(), grey.convert("RGB")):
        assert importance_of(Options(importance=mask), PLAIN) == expected
    assert importance_of(Options(importance="auto"), PLAIN) == "auto"
    assert importance_of(Options(), PLAIN) is None


def test_a_mask_of_another_size_is_refused_with_both_sizes():
    for size in ((40, 60), (60, 41), (1, 1)):
        mask = Image.new("L", size)
        with pytest.raises(OptionError, match="60x40; give a mask of the same size") as caught:
            importance_of(Options(importance=mask), PLAIN)
        assert "{}x{}".format(*size) in str(caught.value)


@pytest.mark.parametrize("mask", ["none.png", "AUTO", b"no image", "", 7])
def test_a_mask_that_can_not_be_read_is_one_line(tmp_path, monkeypatch, mask):
    monkeypatch.chdir(tmp_path)
    with pytest.raises((InputError, OptionError)) as caught:
        importance_of(Options(importance=mask), PLAIN)
    assert len(str(caught.value).splitlines()) == 1
