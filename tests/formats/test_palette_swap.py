"""Other colours for the labels of an indexed image."""

from __future__ import annotations

import io
import random

import oxipng
import pytest
from helpers.images import file_of, picture, shown
from helpers.quantized_images import meant, quantized, quantizeds
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

import huepress
from huepress import Codebook, PairError, Quantized
from huepress.formats import decode, encode, pair

LIMIT = 1_000_000


def written(q: Quantized, kind: str) -> bytes:
    return encode(q, kind, 1)[0]


def indexed(colors: list[tuple[int, ...]], labels: list[int], kind: str = "PNG") -> bytes:
    """Return an image of another program, of one row."""
    image = Image.new("P", (len(labels), 1))
    image.putpalette([value for color in colors for value in color])
    image.putdata(labels)
    return file_of(image, kind)


@given(quantizeds(256), st.sampled_from(["png", "gif"]), st.randoms(use_true_random=False))
def test_each_pixel_gets_the_new_colour_of_its_label(q, kind, chance):
    content = written(q, kind)
    own = decode(content, LIMIT)
    other = Codebook.from_bytes(chance.randbytes(4 * len(own.codebook)), 4)
    got = decode(content, LIMIT, other)
    assert got.label_bytes == own.label_bytes
    assert (got.codebook, got.codebook.counts()) == (other, own.codebook.counts())
    assert meant(decode(content, LIMIT, own.codebook)) == meant(own)


@given(quantizeds(256), st.sampled_from(["png", "gif"]), st.randoms(use_true_random=False))
def test_one_colour_edited_changes_its_pixels_and_no_others(q, kind, chance):
    content = written(q, kind)
    before = decode(content, LIMIT)
    colors = list(before.codebook)
    edited = chance.randrange(len(colors))
    colors[edited] = tuple(255 - value for value in colors[edited])
    after = decode(content, LIMIT, Codebook(colors))
    (_, old), (_, new) = shown(content), meant(after)
    differs = [old[at : at + 4] != new[at : at + 4] for at in range(0, len(old), 4)]
    assert differs == [label == edited for label in before.label_bytes]


@pytest.mark.parametrize("kind", ["PNG", "GIF", "BMP", "TIFF"])
def test_images_of_other_programs(kind):
    content = indexed([(255, 0, 0), (0, 255, 0), (0, 0, 255)], [2, 0, 0, 1], kind)
    after = decode(content, LIMIT, Codebook([(1, 1, 1), (2, 2, 2), (3, 3, 3)]))
    assert [rgb[0] for rgb in after.pixels()[0]] == [3, 1, 1, 2]


def test_what_is_clear_stays_clear_unless_the_codebook_says_otherwise():
    image = Quantized(
        3, 1, bytes([0, 1, 2]), Codebook([(0, 0, 0, 0), (1, 1, 1, 9), (2, 2, 2, 255)])
    )
    content = written(image, "png")
    plain = decode(content, LIMIT, Codebook([(7, 7, 7), (8, 8, 8), (9, 9, 9)]))
    assert list(plain.codebook) == [(7, 7, 7, 0), (8, 8, 8, 9), (9, 9, 9, 255)]
    solid = Codebook([(7, 7, 7, 255), (8, 8, 8, 255), (9, 9, 9, 0)])
    assert decode(content, LIMIT, solid).codebook == solid


def test_too_few_colours(tmp_path):
    path, book = tmp_path / "a.png", tmp_path / "b.gpl"
    path.write_bytes(indexed([(9, 0, 0), (8, 0, 0), (7, 0, 0)], [0, 1, 1]))
    Codebook([(1, 2, 3)]).save(book)
    with pytest.raises(PairError) as caught:
        decode(path, LIMIT, book)
    assert str(caught.value) == (
        f"{path}: label 1 has no colour in {book}, which has 1; give one of at least 2 colours, "
        "in the order of 'huepress codebook FILE --export'"
    )
    assert decode(path, LIMIT, Codebook([(1, 2, 3), (4, 5, 6)])).codebook.counts() == [1, 2]


def test_too_many_are_left_out():
    content = indexed([(9, 0, 0), (8, 0, 0)], [0, 1])
    many = Codebook([(i >> 8, i & 255, 5) for i in range(300)])
    after = decode(content, LIMIT, many)
    assert list(after.codebook) == [(0, 0, 5), (0, 1, 5)]
    assert len(after.label_bytes) == 2


def test_shades_of_grey_are_no_labels():
    shades = huepress.quantize(picture(mode="L"), k=9)
    other = Codebook(random.Random(1).randbytes(27)[at : at + 3] for at in range(0, 27, 3))
    content = written(shades, "png")
    after = decode(content, LIMIT, other)
    assert after.label_bytes == decode(content, LIMIT).label_bytes
    every = indexed([(255 - i,) * 3 for i in range(256)], [0, 255])
    assert list(decode(every, LIMIT, Codebook([(i, 0, 0) for i in range(256)])).labels[0]) == [
        0,
        255,
    ]


def test_a_label_map_that_became_indexed_is_one_still():
    q = quantized(5, 64, 64)
    content = oxipng.optimize_from_memory(pair.encode(q, 1)[0], level=4)
    assert shown(content)[0] == (64, 64)
    assert Image.open(io.BytesIO(content)).mode == "P"
    assert decode(content, LIMIT, q.codebook).label_bytes == q.label_bytes


def test_greys_that_may_be_both(tmp_path):
    path = tmp_path / "a.png"
    path.write_bytes(indexed([(0, 0, 0), (255, 255, 255)], [0, 1]))
    with pytest.raises(PairError, match=r"a\.png: .* 2 greys may be shades or labels; give a"):
        decode(path, LIMIT, Codebook([(i, i, 9) for i in range(256)]))
    after = decode(path, LIMIT, Codebook([(1, 2, 3), (4, 5, 6)]))
    assert after.pixels()[0].tolist() == [[1, 2, 3], [4, 5, 6]]


def test_a_webp_has_no_labels(tmp_path):
    path = tmp_path / "a.webp"
    path.write_bytes(file_of(picture().quantize(9), "WEBP", lossless=True))
    with pytest.raises(PairError, match=r"a\.webp: a WebP keeps pixels and no labels"):
        decode(path, LIMIT, Codebook([(1, 2, 3)] * 9))


def test_an_animation_is_refused_with_a_codebook_too():
    frames = [picture().quantize(9), picture().rotate(180).quantize(9)]
    content = file_of(frames[0], "GIF", save_all=True, append_images=frames[1:])
    with pytest.raises(huepress.NotAnImageError, match="an animation"):
        decode(content, LIMIT, Codebook([(1, 2, 3)] * 256))
