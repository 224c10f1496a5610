"""Where output goes."""

from __future__ import annotations

import os

import pytest

from huepress import OptionError
from huepress.naming import check_suffix, files_of, output_names, restored_name


@pytest.mark.parametrize(
    ("name", "folder", "png", "labels", "codebook"),
    [
        ("a.png", None, "a-hp.png", "compressed_a.png", "codebook_a.npy"),
        ("d/a.b.jpg", None, "d/a.b-hp.png", "d/compressed_a.b.png", "d/codebook_a.b.npy"),
        ("/d/a.tif", "out", "out/a-hp.png", "out/compressed_a.png", "out/codebook_a.npy"),
        ("a", "", "a-hp.png", "compressed_a.png", "codebook_a.npy"),
    ],
)
def test_names_by_default(name, folder, png, labels, codebook):
    assert output_names(name, "png", folder) == (os.path.normpath(png),)
    expected = (os.path.normpath(labels), os.path.normpath(codebook))
    assert output_names(name, "pair", folder) == expected


@pytest.mark.parametrize(
    ("target", "codebook"),
    [
        ("out/compressed_a.png", "out/codebook_a.npy"),
        ("labels.png", "codebook_labels.npy"),
        ("a.b.PNG", "codebook_a.b.npy"),
    ],
)
def test_the_codebook_lies_beside_its_label_map(target, codebook):
    assert files_of(target, "pair") == (target, codebook)
    assert files_of(target, "png") == (target,)


@pytest.mark.parametrize(
    ("name", "restored"),
    [
        ("d/a-hp.png", "d/a-restored.png"),
        ("compressed_a.png", "a-restored.png"),
        ("a.png", "a-restored.png"),
    ],
)
def test_restored_names(name, restored):
    assert restored_name(name) == restored


@pytest.mark.parametrize("name", ["a.jpg", "a.JPEG", "d/a.webp", "a.avif", "a.jxl"])
def test_lossy_formats_are_refused_with_the_reason(name):
    with pytest.raises(OptionError, match=f"{name}: .*a changed label is a wrong colour; give"):
        check_suffix(name, "png")


@pytest.mark.parametrize("name", ["a.gif", "a", "png", ".png", "a.npy"])
def test_other_formats_are_refused(name):
    with pytest.raises(OptionError, match=r"give a name that ends in \.png"):
        check_suffix(name, "png")


def test_a_device_takes_one_file_but_not_two():
    check_suffix(os.devnull, "png")
    with pytest.raises(OptionError):
        check_suffix(os.devnull, "pair")
