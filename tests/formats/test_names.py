"""Where output goes."""

from __future__ import annotations

import os

import pytest

from huepress import OptionError
from huepress.formats import FORMATS
from huepress.formats.names import check_suffix, files_of, output_names, restored_name


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
    for kind in ("webp", "gif"):
        single = png.replace("-hp.png", f"-hp.{kind}")
        assert output_names(name, kind, folder) == (os.path.normpath(single),)


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
    for kind in ("png", "webp", "gif"):
        assert files_of(target, kind) == (target,)


@pytest.mark.parametrize(
    ("name", "restored"),
    [
        ("d/a-hp.png", "d/a-restored.png"),
        ("compressed_a.png", "a-restored.png"),
        ("a.png", "a-restored.png"),
        ("a-hp.webp", "a-restored.png"),
        ("d/a-hp.gif", "d/a-restored.png"),
    ],
)
def test_restored_names(name, restored):
    assert restored_name(name) == restored


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("name", ["a.jpg", "a.JPEG", "d/a.avif", "a.jxl"])
def test_lossy_formats_are_refused_with_the_reason(name, kind):
    with pytest.raises(OptionError) as caught:
        check_suffix(name, kind)
    assert str(caught.value).startswith(f"{name}: ")
    assert "a changed label is a wrong colour" in str(caught.value)
    assert str(caught.value).endswith(f"; give a name that ends in {FORMATS[kind].suffix}")


def test_webp_is_no_name_for_labels():
    with pytest.raises(OptionError, match="a changed label is a wrong colour"):
        check_suffix("a.webp", "pair")


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("name", ["a.png", "a.WebP", "d/a.b.gif", "a", "png", ".png", "a.npy", ""])
def test_only_the_suffix_of_the_format_will_do(name, kind):
    suffix = FORMATS[kind].suffix
    if os.path.splitext(name)[1].lower() == suffix:
        check_suffix(name, kind)
    else:
        with pytest.raises(OptionError, match=rf"^{name}: .*give a name that ends in \{suffix}$"):
            check_suffix(name, kind)


@pytest.mark.parametrize("kind", FORMATS)
def test_a_device_takes_one_file_but_not_two(kind):
    if kind != "pair":
        check_suffix(os.devnull, kind)
    else:
        with pytest.raises(OptionError):
            check_suffix(os.devnull, kind)
