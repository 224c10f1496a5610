"""Which images inputs stand for: files, folders, patterns, lists."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest
from helpers.images import picture
from PIL import Image

from huepress.batch.discover import SUFFIXES, Input, discover, is_several

# What Pillow knows, too, but nobody takes for an image that it could show.
NO_IMAGES = {
    ".bufr", ".emf", ".eps", ".fit", ".fits", ".grib", ".h5", ".hdf", ".mpeg", ".mpg", ".ps",
    ".wmf",
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in (
        "b.png", "a.JPG", "notes.txt", "noext", ".hidden.png", "sub/c.webp", "sub/deep/d.gif",
        ".git/e.png", "out/f.png", "[1].png", "@2x.png",
    ):  # fmt: skip
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return tmp_path


def names(*words: str, recursive: bool = False, exclude: str | None = None) -> list[str]:
    found = list(discover(words, recursive, exclude))
    assert all(image.error is None for image in found)
    return [image.name.replace(os.sep, "/") for image in found]


def errors(*words: str, recursive: bool = False) -> list[str]:
    return [str(image.error) for image in discover(words, recursive) if image.error]


@pytest.mark.usefixtures("folder")
def test_a_folder_gives_its_images_in_a_fixed_order_and_those_below():
    found = list(discover(["."], recursive=True))
    assert [(image.name, image.subfolder) for image in found] == [
        ("./@2x.png", ""), ("./[1].png", ""), ("./a.JPG", ""), ("./b.png", ""),
        ("./out/f.png", "out"), ("./sub/c.webp", "sub"), ("./sub/deep/d.gif", "sub/deep"),
    ]  # fmt: skip
    assert all(image.origin == "found" for image in found)


@pytest.mark.usefixtures("folder")
def test_the_folder_of_results_is_not_looked_into_by_whatever_path():
    assert "./out/f.png" not in names(".", recursive=True, exclude="sub/../out")
    assert "./sub/c.webp" in names(".", recursive=True, exclude="sub/../out")


def test_folders_may_lie_as_deep_as_names_go(folder):
    """More than 1,000 in each other were too deep for Python, as they are for `shutil.rmtree`."""
    depth = 1500
    for _ in range(depth):
        os.mkdir("d")
        os.chdir("d")
    Path("a.png").touch()
    os.chdir(folder)
    try:
        (found,) = discover(["d"], recursive=True)
        assert found.name == "d/" * depth + "a.png"
    finally:
        os.chdir("d/" * depth)
        os.unlink("a.png")
        for _ in range(depth):
            os.chdir("..")
            os.rmdir("d")


def test_links_to_folders_pipes_and_devices_are_left_alone(folder):
    (folder / "loop").symlink_to(folder)
    (folder / "link.png").symlink_to("b.png")
    os.mkfifo(folder / "pipe.png")
    (folder / "zero.png").symlink_to("/dev/zero")
    found = names(".", recursive=True)
    assert "./link.png" in found
    assert not {"./pipe.png", "./zero.png"} & set(found)
    assert not any("loop" in name for name in found)
    assert names("*.png") == ["@2x.png", "[1].png", "b.png", "link.png"]
    assert errors("pip*.png")[0].startswith("pip*.png: no such file, and none that matches")


@pytest.mark.usefixtures("folder")
def test_folders_that_give_nothing_say_so():
    assert errors("sub") == ["sub: is a directory; give `recursive` to take the images in it"]
    os.mkdir("empty")
    assert errors("empty", recursive=True) == ["empty: holds no images; check the path"]


@pytest.mark.usefixtures("permissions")
def test_a_folder_that_may_not_be_read(folder):
    (folder / "sub").chmod(0)
    try:
        assert errors(".", recursive=True) == ["./sub: may not be read; check its permissions"]
        assert len(list(discover(["."], recursive=True))) == 6
    finally:
        (folder / "sub").chmod(0o700)


@pytest.mark.usefixtures("folder")
def test_patterns_are_for_shells_that_have_none():
    assert names("*.png") == ["@2x.png", "[1].png", "b.png"]
    assert names("**/*.gif") == ["sub/deep/d.gif"]
    assert names("[1].png") == ["[1].png"]  # a name comes first
    assert errors("*.tga") == [
        "*.tga: no such file, and none that matches it as a pattern; check the path"
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"b.png\na b\nsub/c.webp\n",
        b"b.png\0a b\0sub/c.webp\0",
        b"\xef\xbb\xbfb.png\r\na b\r\n\r\nsub/c.webp",
    ],
)
def test_a_list_holds_names_in_lines_or_between_nuls(folder, content, monkeypatch):
    (folder / "list.txt").write_bytes(content)
    assert names("@list.txt") == ["b.png", "a b", "sub/c.webp"]
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    assert names("@-") == ["b.png", "a b", "sub/c.webp"]


def test_names_in_lists_are_taken_as_they_are(folder):
    (folder / "list").write_bytes(b"a\nb.png\0*.png\0@list\0caf\xe9.png\0-k.png")
    assert names("@list") == ["a\nb.png", "*.png", "@list", os.fsdecode(b"caf\xe9.png"), "-k.png"]


@pytest.mark.usefixtures("folder")
def test_an_at_sign_may_begin_a_name():
    assert names("@2x.png") == ["@2x.png"]
    assert errors("@none.txt") == ["none.txt: no such file; check the path"]


@pytest.mark.parametrize(("words", "several"), [
    (["b.png"], False), (["none.png"], False), (["-"], False), (["sub"], False), (["*.tga"], False),
    (["b.png", "a.JPG"], True), (["sub/deep"], True), (["*.JPG"], True), (["@one"], True),
    (["@none"], False), (["@empty"], True),
])  # fmt: skip
def test_what_is_a_run_over_many(folder, words, several):
    (folder / "one").write_text("b.png")
    (folder / "empty").write_text("")
    assert is_several(list(discover(words, recursive=words == ["sub/deep"]))) is several


def test_every_kind_of_image_that_pillow_opens_is_taken_from_folders():
    Image.init()
    opened = {
        suffix for suffix, kind in Image.registered_extensions().items() if kind in Image.OPEN
    }
    assert opened - SUFFIXES == NO_IMAGES & opened
    assert not SUFFIXES & NO_IMAGES


def test_and_every_kind_that_the_extras_open():
    assert {".heic", ".heics", ".heif", ".heifs", ".hif", ".jxl"} <= SUFFIXES


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "TIFF", "WEBP", "BMP"])
def test_an_image_is_no_list(folder, kind):
    """Hundreds of lines said of its bytes that there is no such file."""
    picture(20, 20).convert("RGB").save(folder / "image", kind)
    assert errors("@image") == [
        "image: is no list of names; if it is an image, name it without the @"
    ]


def test_names_of_any_bytes_are_told_from_an_image(folder):
    odd = bytes({*range(1, 256)} - {ord("/")})
    with open(os.path.join(os.fsencode(folder), odd), "wb"):
        pass
    (folder / "list").write_bytes(odd + b"\0b.png\0")
    assert names("@list") == [os.fsdecode(odd), "b.png"]


def test_what_is_no_list_or_pattern_is_taken_as_it_is():
    assert list(discover(["-", "none"], False)) == [Input("-"), Input("none")]
