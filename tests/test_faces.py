"""One contract for all faces: each gives the same files, the same report and the same errors.

The faces are Python's `compress` and `compress_many` and the command line, for one image and for a
folder. They share the one function that compresses an image; what surrounds it must not differ,
except that the command line calls options by their flags.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from helpers.bombs import BOMBS
from helpers.commands import snapshot
from helpers.images import file_of, picture
from PIL import Image

import huepress
from huepress import HuepressError
from huepress.cli import main
from huepress.cli.arguments import parse
from huepress.formats.names import output_names


class Result(NamedTuple):
    """What a face gives for an image."""

    files: dict[str, bytes]
    report: dict[str, Any] | None
    exit_code: int
    message: str


class Options(NamedTuple):
    """The same options for Python and for the command line; a file is made of `colors`."""

    keywords: dict[str, Any]
    words: str = ""


def reported(record: dict[str, Any]) -> dict[str, Any]:
    """Return what a report says of the image and its result, but not of time and place."""
    fields = set(huepress.Report.field_names) - {"input", "outputs", "seconds", "stages"}
    plain = json.loads(json.dumps({field: record[field] for field in fields}))
    assert plain.keys() >= {"bytes_in", "bytes_out", "colors", "mse"}
    return plain


def by_compress(name: str, options: Options, folder: str, _: Any) -> Result:
    output = output_names(name, options.keywords.get("format", "png"), folder)[0]
    try:
        report = huepress.compress(name, output, **options.keywords)
    except HuepressError as error:
        return Result(snapshot(Path(folder)), None, error.exit_code, unquoted(str(error)))
    return Result(snapshot(Path(folder)), reported(report.as_dict()), 0, "")


def by_compress_many(inputs: Any, options: Options, folder: str) -> Result:
    try:
        (outcome,) = huepress.compress_many(
            inputs, directory=folder, skip_if_larger=False, **options.keywords
        )
    except HuepressError as error:
        return Result(snapshot(Path(folder)), None, error.exit_code, unquoted(str(error)))
    report = reported(outcome.report.as_dict()) if outcome.report else None
    return Result(snapshot(Path(folder)), report, outcome.exit_code, unquoted(outcome.message))


def by_compress_many_of_one(name: str, options: Options, folder: str, _: Any) -> Result:
    return by_compress_many(name, options, folder)


def by_compress_many_of_several(name: str, options: Options, folder: str, _: Any) -> Result:
    return by_compress_many([name], options, folder)


def by_command(name: str, options: Options, folder: str, capsys: Any) -> Result:
    return commanded([name, "-d", folder], options, folder, capsys)


def by_command_on_a_folder(name: str, options: Options, folder: str, capsys: Any) -> Result:
    words = [os.path.dirname(name), "-r", "-d", folder]
    if not os.path.exists(name):  # no folder has it, but a list may name it
        Path("list").write_text(name)
        words = ["@list", "-d", folder]
    return commanded([*words, "--no-skip-if-larger"], options, folder, capsys)


def commanded(words: list[str], options: Options, folder: str, capsys: Any) -> Result:
    code = main(["compress", "--json", *options.words.split(), *words])
    said = capsys.readouterr()
    if not said.out:  # an option is wrong, which concerns no image
        message = said.err.removeprefix("huepress: ").removesuffix("\n")
        return Result(snapshot(Path(folder)), None, code, without_flags(message, options.words))
    record = json.loads(said.out)
    report = reported(record) if record["status"] == "done" else None
    # Of a run over many the exit code tells only that some have failed.
    message = without_flags(record.get("error", ""), options.words)
    return Result(snapshot(Path(folder)), report, record.get("exit_code", 0), message)


def unquoted(message: str) -> str:
    """Return Python's message without the backquotes around options."""
    return message.replace("`", "")


def without_flags(message: str, words: str) -> str:
    """Return the command line's message with options called by their Python names."""
    args = parse(["compress", *words.split()], "")
    for name, flag in {**args.parser.flags(), **args.typed}.items():
        message = re.sub(rf"(?<![\w-]){re.escape(flag)}(?![\w-])", name, message)
    return message


Face = Callable[[str, Options, str, Any], Result]
FACES: dict[str, Face] = {
    "compress": by_compress,
    "compress_many of one": by_compress_many_of_one,
    "compress_many of several": by_compress_many_of_several,
    "command": by_command,
    "command on a folder": by_command_on_a_folder,
}


def animation() -> bytes:
    frames = [picture(20, 20, "P"), picture(20, 20, "P").rotate(90)]
    return file_of(frames[0], "GIF", save_all=True, append_images=frames[1:])


IMAGES: dict[str, Callable[[], bytes]] = {
    "rgb.png": lambda: file_of(picture()),
    "photo.jpg": lambda: file_of(picture(), "JPEG", quality=90),
    "alpha.png": lambda: file_of(picture(mode="RGBA")),
    "deep.png": lambda: file_of(Image.frombytes("I;16", (64, 32), bytes(range(256)) * 16)),
    "palette.png": lambda: file_of(picture().quantize(40)),
    "grey.bmp": lambda: file_of(picture(mode="L"), "BMP"),
}
OPTIONS = {
    "defaults": Options({}),
    "k": Options({"k": 16}, "-k 16"),
    "k auto": Options({"k": "auto"}, "-k auto"),
    "quality": Options({"quality": "40-70"}, "--quality 40-70"),
    "target size": Options({"target_size": "3KB"}, "--target-size 3KB"),
    "pair": Options({"format": "pair"}, "--format pair"),
    "gif": Options({"format": "gif", "k": 32}, "--format gif -k 32"),
    "webp": Options({"format": "webp"}, "--format webp"),
    "palette": Options({"palette": "colors.hex"}, "--palette colors.hex"),
    "keep": Options({"keep": ["#e30613"]}, "--keep #e30613"),
    "several": Options(
        {"effort": 2, "dither": "ordered", "rd": 0.5, "space": "rgb", "verify": True,
         "metadata": "keep"},
        "--effort 2 --dither ordered --rd 0.5 --space rgb --verify --keep-metadata",
    ),
}  # fmt: skip


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current directory, with a folder `in`, and a folder for the results of each face."""
    monkeypatch.chdir(tmp_path)
    Path("colors.hex").write_text("ffffff\n203040\n80a0c0\ne30613\n")
    Path("in").mkdir()
    for number, _ in enumerate(FACES):
        Path(f"out{number}").mkdir()
    return tmp_path


def results(name: str, content: bytes | None, options: Options, capsys: Any) -> dict[str, Result]:
    """Return what each face gives for an image of this name and content."""
    path = os.path.join("in", name)
    if content is not None:
        Path(path).write_bytes(content)
    return {
        face: compress(path, options, f"out{number}", capsys)
        for number, (face, compress) in enumerate(FACES.items())
    }


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
@pytest.mark.parametrize("name", IMAGES)
def test_all_faces_give_the_same_files_and_reports(name, options, capsys):
    found = results(name, IMAGES[name](), options, capsys)
    expected = found["compress"]
    for face, result in found.items():
        assert result == expected, face
    if not expected.exit_code:  # some can't be had: of few colours not any quality
        assert len(expected.files) == (2 if options.keywords.get("format") == "pair" else 1)
        assert expected.report


BAD_IMAGES: dict[str, tuple[Callable[[], bytes | None], dict[str, Any], str, int]] = {
    "text.png": (lambda: b"no image", {}, "not an image", 2),
    "empty.png": (lambda: b"", {}, "empty", 2),
    "cut.png": (lambda: file_of(picture())[:-900], {}, "truncated", 2),
    "missing.png": (lambda: None, {}, "no such file; check the path", 2),
    "bomb.png": (BOMBS["size.png"], {}, "a side of more than 268,435,456 pixels", 2),
    "bomb.gif": (BOMBS["size.gif"], {}, "more than 300,000,000 pixels", 2),
    "pixels.png": (lambda: file_of(picture()), {"max_pixels": 100}, "more than 100 pixels", 2),
    "quality.png": (lambda: file_of(picture()), {"quality": "95-", "k": 2}, "", 99),
    "target.png": (lambda: file_of(picture()), {"target_size": 70}, "", 98),
    "page.png": (lambda: file_of(picture()), {"page": 3}, "page", 4),
    "palette.png": (lambda: file_of(picture()), {"palette": "none.hex"}, "none.hex", 2),
    "mask.png": (lambda: file_of(picture()), {"importance": "in/mask.png"}, "", 0),
}


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize("name", BAD_IMAGES)
def test_all_faces_fail_alike(name, capsys):
    content, keywords, message, exit_code = BAD_IMAGES[name]
    words = " ".join(f"--{key.replace('_', '-')} {value}" for key, value in keywords.items())
    options = Options(keywords, words.replace("--k ", "-k "))
    found = results(name, content(), options, capsys)
    expected = found["compress"]
    assert expected.exit_code == exit_code
    assert message in expected.message
    for face, result in found.items():
        if "command" in face:  # it calls the option --page
            result = result._replace(message=result.message.removeprefix("--"))
        assert result == expected, face
    assert (expected.files == {}) == bool(exit_code)


WRONG_OPTIONS = {
    "range": Options({"k": 0}, "-k 0"),
    "choice": Options({"dither": "much"}, "--dither much"),
    "contradiction": Options(
        {"keep": "#fff", "palette": "colors.hex"}, "--keep #fff --palette colors.hex"
    ),
    "targets": Options({"quality": 50, "target_size": "3KB"}, "--quality 50 --target-size 3KB"),
    "format": Options({"k": 1000}, "-k 1000"),
    "metadata": Options({"format": "pair", "metadata": "keep"}, "--format pair --keep-metadata"),
}


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize("options", WRONG_OPTIONS.values(), ids=WRONG_OPTIONS)
def test_all_faces_refuse_the_same_options(options, capsys):
    found = results("a.png", file_of(picture()), options, capsys)
    for face, result in found.items():
        assert (result.files, result.report, result.exit_code) == ({}, None, 4), face
        assert "; " in result.message, face
        assert result.message == found["compress"].message, face


@pytest.mark.usefixtures("place")
def test_all_faces_refuse_an_animation(capsys):
    """One image fails; in a run over many, where nobody may be there to choose, it is skipped."""
    found = results("moving.gif", animation(), Options({"format": "gif"}, "--format gif"), capsys)
    for face in ("compress", "compress_many of one", "command"):
        assert found[face] == found["compress"]
        assert found[face].exit_code == 2
        assert "an animation of 2 frames" in found[face].message
    for face in set(found) - {"compress", "compress_many of one", "command"}:
        assert (found[face].files, found[face].report, found[face].exit_code) == ({}, None, 0)
    named = results("moving.gif", None, Options({"page": 2, "k": 9}, "--page 2 -k 9"), capsys)
    for face, result in named.items():
        assert result == named["compress"], face
        assert result.exit_code == 0
