"""Getting images back."""

from __future__ import annotations

import io

import numpy as np
import pytest
from helpers.commands import snapshot
from helpers.images import mode_of, picture, shown
from helpers.quantized_images import quantized
from PIL import Image

import huepress
from huepress import (
    Codebook,
    NotAnImageError,
    OptionError,
    OutputExistsError,
    PairError,
    TooLargeError,
    UnwritableError,
    compress,
    decompress,
    read,
)
from huepress.formats import indexed_png


@pytest.fixture
def small(tmp_path):
    """An indexed PNG of 9 colours."""
    path = tmp_path / "photo-hp.png"
    path.write_bytes(indexed_png.encode(quantized(9, 20, 15, 4), 1))
    return path


def test_reading_gives_codebook_and_labels(small):
    q = read(small)
    assert (q.width, q.height, len(q.codebook)) == (20, 15, 9)
    assert q.mse is q.psnr is None
    assert q.codebook.populations.sum() == 300
    assert np.array_equal(q.pixels(), decompress(small))


@pytest.mark.parametrize("as_file", [True, False])
def test_the_image_can_be_written_too(small, tmp_path, as_file):
    target = tmp_path / "out.png" if as_file else io.BytesIO()
    pixels = decompress(small, output=target)
    content = target.read_bytes() if as_file else target.getvalue()
    assert shown(content) == shown(small.read_bytes())
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(content))), pixels)


def test_what_a_viewer_shows_is_what_was_quantized(tmp_path):
    image = picture()
    q = huepress.quantize(image, k=20)
    compress(image, tmp_path / "a.png", k=20)
    assert np.array_equal(decompress(tmp_path / "a.png"), q.pixels())
    assert set(read(tmp_path / "a.png").codebook) == set(q.codebook)


def test_what_stands_for_no_compressed_image_or_no_codebook(small):
    """Of two arrays it was a TypeError about paths."""
    array = np.zeros((4, 4, 3), np.uint8)
    for call in (lambda: read(array), lambda: decompress(array, array)):
        with pytest.raises(OptionError, match="an array is no compressed image; give a path"):
            call()
    for codebook in (array, 5, [(1, 2, 3)]):
        with pytest.raises(OptionError, match=r"codebook: \w+ is none; give a Codebook or"):
            decompress(small, codebook)


def test_outputs_are_guarded(small, tmp_path):
    before = snapshot(tmp_path)
    with pytest.raises(OutputExistsError):
        decompress(small, output=small)
    with pytest.raises(OptionError, match="a changed label"):
        decompress(small, output=tmp_path / "out.jpg")
    with pytest.raises(UnwritableError):
        decompress(small, output=tmp_path / "none" / "out.png")
    assert snapshot(tmp_path) == before
    decompress(small, output=small, force=True)
    assert mode_of(small) == "RGBA"


def test_an_indexed_image_in_other_colours(small, tmp_path):
    colors = list(read(small).codebook)
    colors[4] = (1, 2, 3, 255)
    Codebook(colors).save(tmp_path / "edited.json")
    before, after = read(small), read(small, tmp_path / "edited.json")
    changed = (before.pixels() != after.pixels()).any(axis=2)
    assert np.array_equal(changed, before.labels == 4)
    assert (after.pixels()[changed] == (1, 2, 3, 255)).all()
    for indexed, mode in ((True, "P"), (False, "RGBA")):
        target = tmp_path / f"{mode}.png"
        pixels = decompress(small, tmp_path / "edited.json", target, indexed=indexed)
        assert mode_of(target) == mode
        assert np.array_equal(np.asarray(Image.open(target).convert("RGBA")), pixels)
        assert np.array_equal(pixels, after.pixels())


def test_more_colours_than_an_indexed_image_holds(tmp_path):
    compress(picture(), tmp_path / "compressed_a.png", format="pair", k=300)
    files = tmp_path / "compressed_a.png", tmp_path / "codebook_a.npy"
    before = snapshot(tmp_path)
    with pytest.raises(OptionError, match=r"indexed: 300 colours don't fit .*; leave it out"):
        decompress(*files, tmp_path / "out.png", indexed=True)
    assert snapshot(tmp_path) == before
    decompress(*files, tmp_path / "out.png")


def test_a_codebook_where_labels_should_be_and_the_other_way_round(small, tmp_path):
    book = tmp_path / "codebook.npy"
    Codebook([(1, 2, 3)]).save(book)
    with pytest.raises(PairError, match="name the label map first"):
        decompress(book, small)
    with pytest.raises(PairError, match="name the label map first"):
        decompress(book)
    compress(picture(), tmp_path / "compressed_a.png", format="pair")
    with pytest.raises(NotAnImageError, match="name its codebook too"):
        decompress(tmp_path / "compressed_a.png")


def test_the_limit(small):
    with pytest.raises(TooLargeError):
        read(small, max_pixels=299)
