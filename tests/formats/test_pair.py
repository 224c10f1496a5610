"""The pair of label map and codebook."""

from __future__ import annotations

import io

import numpy as np
import oxipng
import pytest
from helpers.images import file_of, picture
from helpers.quantized_images import meant, quantized, quantizeds
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image

from huepress import Codebook, NotAnImageError, PairError, TooLargeError, UnreadableError
from huepress.formats import decode
from huepress.formats.pair import encode

LIMIT = 1_000_000


@given(quantizeds(65_536), st.integers(1, 10))
@example(quantized(65_536, 9, 9), 5)
@example(quantized(256, 9, 9), 5)
@example(quantized(257, 9, 9), 5)
@example(quantized(1, 1, 1), 5)
def test_the_pair_gives_back_labels_and_colours(tmp_path_factory, q, effort):
    labels, codebook = encode(q, effort)
    path = tmp_path_factory.mktemp("pair") / "codebook.npy"
    path.write_bytes(codebook)
    for book in (path, str(path), Codebook.load(path)):
        again = decode(labels, LIMIT, book)
        assert again.codebook == q.codebook
        assert again.label_bytes == q.label_bytes
        assert meant(again) == meant(q)
        assert (
            again.codebook.counts()
            == np.bincount(q.labels.ravel(), minlength=len(q.codebook)).tolist()
        )


@given(quantizeds(65_536))
def test_numpy_and_pillow_alone_can_read_it(q):
    labels, codebook = encode(q, 1)
    image = Image.open(io.BytesIO(labels))
    assert image.mode == ("L" if len(q.codebook) <= 256 else "I;16")
    colors = np.load(io.BytesIO(codebook), allow_pickle=False)
    assert np.array_equal(colors[np.asarray(image)], q.pixels())


def test_labels_beyond_the_codebook(tmp_path):
    labels, _ = encode(quantized(200, 20, 20), 5)
    path = tmp_path / "compressed_photo.png"
    path.write_bytes(labels)
    small = tmp_path / "codebook_photo.npy"
    Codebook([(1, 2, 3)] * 199).save(small)
    with pytest.raises(PairError) as caught:
        decode(path, LIMIT, small)
    assert str(caught.value) == (
        f"{path}: label 199 has no colour in {small}, which has 199; "
        "give the codebook that was written with it"
    )


def test_a_larger_codebook_fits(tmp_path):
    q = quantized(200, 20, 20)
    labels, _ = encode(q, 5)
    larger = Codebook([*q.codebook, *[(0, 0, 0)] * 100])
    assert np.array_equal(decode(labels, LIMIT, larger).pixels(), q.pixels())


@pytest.mark.parametrize("kind", ["TIFF", "BMP"])
def test_other_lossless_grey_files(kind):
    q = quantized(200, 20, 20)
    labels = Image.fromarray(q.labels)
    assert decode(file_of(labels, kind), LIMIT, q.codebook).label_bytes == q.label_bytes


@pytest.mark.parametrize("k", [2, 5, 200, 300])
def test_a_label_map_that_a_png_optimizer_went_over(k):
    q = quantized(k, 64, 64)
    smaller = oxipng.optimize_from_memory(encode(q, 1)[0], level=4)
    assert decode(smaller, LIMIT, q.codebook).label_bytes == q.label_bytes


def test_lossy_formats_are_refused_with_the_reason(tmp_path):
    path = tmp_path / "labels"
    path.write_bytes(file_of(picture(mode="L"), "JPEG"))
    with pytest.raises(PairError, match=r"labels: JPEG .*a changed label is a wrong colour"):
        decode(path, LIMIT, Codebook([(1, 2, 3)] * 256))
    path.write_bytes(file_of(picture(mode="L"), "WEBP", lossless=True))
    with pytest.raises(PairError, match=r"labels: a WebP keeps pixels and no labels.*; give the"):
        decode(path, LIMIT, Codebook([(1, 2, 3)] * 256))


def test_a_tiff_may_be_lossy_too():
    content = file_of(picture(mode="L"), "TIFF", compression="jpeg")
    with pytest.raises(PairError, match="a changed label is a wrong colour"):
        decode(content, LIMIT, Codebook([(1, 2, 3)] * 256))


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "LA"])
def test_label_maps_are_grey(mode):
    with pytest.raises(PairError, match=f"greyscale, this has colours or alpha .{mode}"):
        decode(file_of(picture(mode=mode)), LIMIT, Codebook([(1, 2, 3)]))


def test_what_can_not_be_read(tmp_path):
    labels, codebook = encode(quantized(9, 90, 90), 5)
    book = Codebook([(1, 2, 3)] * 9)
    with pytest.raises(NotAnImageError, match="damaged or cut short"):
        decode(labels[:-300], LIMIT, book)
    with pytest.raises(NotAnImageError, match="not an image"):
        decode(codebook, LIMIT, book)
    with pytest.raises(TooLargeError):
        decode(labels, 90 * 90 - 1, book)
    with pytest.raises(UnreadableError, match=r"none\.npy: no such file"):
        decode(labels, LIMIT, tmp_path / "none.npy")
    with pytest.raises(UnreadableError, match=r"none\.png: no such file"):
        decode(tmp_path / "none.png", LIMIT, book)
