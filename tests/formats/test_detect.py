"""What can be a result, told by its first bytes."""

from __future__ import annotations

import io
import os
import random
from pathlib import Path

import pytest
from helpers.images import picture
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from huepress import compress
from huepress.formats.detect import is_indexed, is_label_map

PROFILE = bytes(range(256)) * 5 + b"odd"


def colorful(side: int = 40) -> Image.Image:
    """Return an image of more than 256 colours."""
    return Image.frombytes("RGB", (side, side), random.Random(1).randbytes(3 * side * side))


@pytest.mark.parametrize("kind", ["png", "webp", "gif"])
@pytest.mark.parametrize("k", [1, 2, 7, 16, 256])
@pytest.mark.parametrize("kept", ["strip", "keep"])
def test_results_are_indexed(tmp_path, kind, k, kept):
    file = io.BytesIO()
    colorful().save(file, "PNG", icc_profile=PROFILE)
    path = tmp_path / f"a.{kind}"
    compress(file.getvalue(), path, k=k, metadata=kept)
    assert is_indexed(str(path))


@pytest.mark.parametrize(("mode", "save"), [
    ("RGB", {"format": "PNG"}), ("L", {"format": "PNG"}), ("RGB", {"format": "JPEG"}),
    ("RGB", {"format": "BMP"}), ("RGB", {"format": "WEBP"}), ("L", {"format": "WEBP"}),
    ("RGB", {"format": "WEBP", "lossless": True}),
    ("RGB", {"format": "WEBP", "lossless": True, "icc_profile": PROFILE}),
])  # fmt: skip
def test_images_in_true_colour_or_grey_are_not(tmp_path, mode, save):
    path = tmp_path / "a"
    colorful().convert(mode).save(path, **save)
    assert not is_indexed(str(path))


def test_label_maps_have_a_codebook_beside_them(tmp_path):
    labels, codebook = str(tmp_path / "compressed_a.png"), str(tmp_path / "codebook_a.npy")
    for k in (9, 999):
        compress(picture(40, 40), labels, k=k, format="pair", force=True)
        assert is_label_map(labels, codebook)
    os.rename(codebook, tmp_path / "other.npy")
    assert not is_label_map(labels, codebook)
    Path(codebook).touch()
    picture(40, 40).save(labels)
    assert not is_label_map(labels, codebook)


@given(st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"RIFF0000WEBP", b"GIF8"]), st.binary())
def test_whatever_a_file_holds_is_an_answer(tmp_path_factory, start, rest):
    path = tmp_path_factory.mktemp("peek") / "a"
    path.write_bytes(start + rest)
    assert is_indexed(str(path)) in (True, False)
    assert is_label_map(str(path), str(path)) in (True, False)


def test_what_is_no_file_is_none(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for name in (str(tmp_path / "pipe"), str(tmp_path), str(tmp_path / "none"), "\0", ""):
        assert not is_indexed(name)
        assert not is_label_map(name, name)
