"""The command line, run as a person runs it: what goes wrong.

Every failure is one line on standard error that names the file and the remedy, and an exit code;
nothing is half-written and nothing is overwritten.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
from helpers.commands import assert_failed, run, snapshot
from helpers.images import file_of, picture
from helpers.quantized_images import quantized

from huepress import Codebook
from huepress.cli._main import main
from huepress.formats import pair

PNG = file_of(picture())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A directory full of things to trip over."""
    labels, codebook = pair.encode(quantized(200, 20, 20), 1)
    files = {
        "photo.png": PNG,
        "text.png": b"Dear diary, today I was an image.\n",
        "empty.png": b"",
        "cut.png": PNG[: len(PNG) // 2],
        "precious.png": b"precious",
        "compressed_a.png": labels,
        "codebook_a.npy": codebook,
        "labels.jpg": file_of(picture(mode="L"), "JPEG"),
        "colours.png": PNG,
        "still.gif": file_of(picture(), "GIF"),
        "few.webp": file_of(picture().quantize(9), "WEBP", lossless=True),
        "moving.gif": file_of(
            picture(), "GIF", save_all=True, append_images=[picture().transpose(0)]
        ),
        "text.npy": b"Dear diary",
        "cut.npy": codebook[:-1],
        "book.gpl": b"GIMP Palette\n1 2 3\n",
        "text.ase": b"Dear diary",
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "directory").mkdir()
    Codebook([(1, 2, 3)] * 199).save(tmp_path / "small.npy")
    Codebook([(1, 2, 3)] * 257).save(tmp_path / "257.npy")
    Codebook([(1, 2, 3, 4)]).save(tmp_path / "clear.npy")
    np.save(tmp_path / "floats.npy", np.zeros((200, 3)))
    np.save(tmp_path / "flat.npy", np.zeros(600, np.uint8))
    np.save(tmp_path / "pickled.npy", np.array([{}]), allow_pickle=True)
    return tmp_path


@pytest.mark.parametrize(
    ("words", "code", "reasons"),
    [
        # the input
        ("compress none.png", 2, ["none.png: no such file"]),
        # a missing input isn't a missing folder for its output
        ("compress none/photo.png", 2, ["none/photo.png: no such file; check the path"]),
        ("compress photo.png/a.png", 2, ["photo.png/a.png: no such file; check the path"]),
        ("compress https://x/y.png", 2, ["https://x/y.png: no such file; check the path"]),
        ("decompress none/photo.png", 2, ["none/photo.png: no such file; check the path"]),
        ("compress directory", 2, ["directory: is a directory; give --recursive to"]),
        ("compress directory -r", 2, ["directory: holds no images"]),
        ("compress text.png", 2, ["text.png: not an image"]),
        ("compress empty.png", 2, ["empty.png: is empty"]),
        ("compress cut.png", 2, ["cut.png: damaged or cut short"]),
        ("compress cut.png --format pair", 2, ["cut.png: damaged or cut short"]),
        ("compress photo.png --max-pixels 2399", 2, ["photo.png: 60x40 is more than 2,399"]),
        # options
        ("compress photo.png -k 0", 4, ["huepress: -k: 0 is out of range", "1 to 65,536"]),
        ("compress photo.png --colors 0", 4, ["huepress: --colors: 0 is out of range"]),
        ("compress photo.png -k 65537 --format pair", 4, ["-k: 65,537 is out of range"]),
        ("compress photo.png -k 257", 4, ["huepress: -k: ", "at most 256; use --format pair"]),
        ("compress photo.png -k many", 4, ["-k: 'many' is not a whole number or 'auto'; give one"]),
        ("compress photo.png -k 1.5", 4, ["-k: '1.5' is not a whole number"]),
        ("compress photo.png --effort 11", 4, ["--effort: 11 is out of range", "from 1 to 10"]),
        ("compress photo.png --tol nan", 4, ["--tol: nan is out of range"]),
        (
            "compress photo.png --tol much",
            4,
            ["--tol: 'much' is not a number; give one from 0 to 1"],
        ),
        ("compress photo.png --space lab", 4, ["--space: 'lab' is not one of auto, oklab, rgb; "]),
        ("compress photo.png --format bmp", 4, ["--format: 'bmp' is not one of png, webp, gif"]),
        ("compress photo.png --quality abc", 4, ["--quality: 'abc' is not MIN-MAX from 0 to 100"]),
        ("compress photo.png --target-size big", 4, ["--target-size: 'big' is no size"]),
        ("compress photo.png --keep red", 4, ["--keep: 'red' is no colour; give '#rrggbb'"]),
        ("compress photo.png -j many", 4, ["-j: 'many' is not a whole number; give one from 0"]),
        (
            "compress photo.png --quality 80 --target-size 5k",
            4,
            ["huepress: --target-size: contradicts --quality; give one of them"],
        ),
        ("compress photo.png -d . -o a.png", 4, ["huepress: -d: contradicts -o; give one of them"]),
        ("compress photo.png --palette book.gpl --keep 123", 4, ["--keep: contradicts --palette"]),
        ("compress photo.png --format gif -k 257", 4, ["don't fit a GIF, which holds at most 256"]),
        ("compress photo.png -o out.gif -k 257", 4, ["don't fit a GIF, which holds at most 256"]),
        ("compress photo.png --strip --keep-metadata", 4, ["not allowed with argument --strip"]),
        (
            "compress photo.png --format pair --keep-metadata",
            4,
            ["--keep-metadata: a pair can't keep"],
        ),
        ("compress photo.png --frobnicate", 4, ["unrecognized arguments: --frobnicate"]),
        ("frobnicate", 4, ["invalid choice: 'frobnicate'", "try huepress --help"]),
        (
            "compress photo.png colours.png -o out.png",
            4,
            ["huepress: -o: takes one input; use --directory"],
        ),
        (
            "compress - -d directory",
            4,
            ["huepress: -d: standard input has no name to put there; use --output"],
        ),
        ("compress photo.png -o - --format pair", 4, ["can't go to one stream; name a file"]),
        # the output
        ("compress photo.png -o precious.png", 15, ["precious.png: exists already; give --force"]),
        ("compress photo.png -o none/out.png", 16, ["none/out.png: there is no directory none"]),
        (
            "compress photo.png -o photo.png/out.png",
            16,
            ["photo.png is not a directory; name another"],
        ),
        ("compress photo.png -d none/new", 16, ["there is no directory none", "create it first"]),
        ("compress photo.png -o directory -f", 16, ["directory: is a directory", "-d DIR"]),
        ("compress photo.png -o directory/", 16, ["directory/: is a directory", "-d DIR"]),
        ("compress photo.png -o .", 16, [".: is a directory; name a file in it"]),
        ("decompress still.gif -o .", 16, [".: is a directory; name a file in it"]),
        ("codebook still.gif --swatches directory", 16, ["directory: is a directory"]),
        ("compress photo.png -o out.jpg", 4, ["out.jpg: JPEG", "changed label is a wrong colour"]),
        ("compress photo.png --format pair -o l.jpg", 4, ["changed label is a wrong colour"]),
        ("compress photo.png --format png -o a.webp", 4, ["a.webp: a .png file is written here"]),
        ("compress photo.png --format gif -o a.png", 4, ["give a name that ends in .gif"]),
        ("compress photo.png --format webp -o a.jpg", 4, ["a.jpg: JPEG", "ends in .webp"]),
        ("compress photo.png --format pair -o l.webp", 4, ["changed label is a wrong colour"]),
        ("compress photo.png --format webp -d none/new", 16, ["there is no directory none"]),
        # the pair
        ("decompress none.png", 2, ["none.png: no such file"]),
        ("decompress photo.png", 2, ["photo.png: not an indexed PNG", "compress it first"]),
        ("decompress labels.jpg", 2, ["labels.jpg: not a compressed image (it is JPEG L)"]),
        ("decompress moving.gif", 2, ["moving.gif: an animation"]),
        ("decompress still.gif -o a.webp", 4, ["a.webp: a .png file is written here"]),
        ("decompress text.png", 2, ["text.png: not an image"]),
        ("decompress compressed_a.png", 2, ["compressed_a.png: a greyscale PNG", "codebook"]),
        ("decompress compressed_a.png none.npy", 2, ["none.npy: no such file"]),
        ("decompress compressed_a.png directory", 4, ["directory: not a codebook's name"]),
        ("decompress compressed_a.png small.npy", 2, ["label 199", "small.npy, which has 199"]),
        ("decompress compressed_a.png floats.npy", 2, ["floats.npy: holds an array of float64"]),
        ("decompress compressed_a.png flat.npy", 2, ["flat.npy: holds", "shape (600,)"]),
        ("decompress compressed_a.png pickled.npy", 2, ["pickled.npy: holds an array of object"]),
        ("decompress compressed_a.png text.npy", 2, ["text.npy: not a codebook"]),
        ("decompress compressed_a.png cut.npy", 2, ["cut.npy: ends too early"]),
        ("decompress colours.png codebook_a.npy", 2, ["colours.png: a label map is greyscale"]),
        ("decompress labels.jpg codebook_a.npy", 2, ["a changed label is a wrong colour"]),
        ("decompress codebook_a.npy compressed_a.png", 2, ["name the label map first"]),
        ("decompress compressed_a.png codebook_a.npy -o precious.png", 15, ["exists already"]),
        ("decompress compressed_a.png codebook_a.npy -o none/a.png", 16, ["no directory none"]),
        ("decompress compressed_a.png codebook_a.npy -o a.jpg", 4, ["ends in .png"]),
        # the codebook
        ("codebook none.npy", 2, ["none.npy: no such file"]),
        ("codebook text.npy", 2, ["text.npy: not a codebook"]),
        ("codebook photo.png", 2, ["photo.png: not an indexed PNG"]),
        ("codebook codebook_a.npy --export small.npy", 15, ["small.npy: exists already"]),
        ("codebook codebook_a.npy --export a.npy --swatches precious.png", 15, ["precious.png"]),
        ("codebook codebook_a.npy --export a.gif", 4, ["a.gif: not a codebook's name"]),
        ("codebook codebook_a.npy --swatches a.jpg", 4, ["a.jpg", "ends in .png"]),
        # palette files
        ("codebook none.gpl", 2, ["none.gpl: no such file"]),
        ("codebook text.ase", 2, ["text.ase: is no Adobe Swatch Exchange file"]),
        ("codebook book.css", 4, ["book.css: CSS files are only written", ".npy, .gpl"]),
        ("codebook book.gpl --export precious.png", 4, ["ends in .npy, .gpl, .act"]),
        ("codebook book.gpl --export codebook_a.npy", 15, ["codebook_a.npy: exists already"]),
        ("codebook book.gpl --export none/a.h", 16, ["none/a.h: there is no directory none"]),
        ("codebook clear.npy --export a.aco", 4, ["a.aco: ", "no alpha", ".json, .css or .h"]),
        ("codebook 257.npy --export a.act", 4, ["at most 256 colours, not 257", ".gpl, .ase"]),
        (
            "decompress still.gif book.gpl",
            2,
            ["still.gif: label ", "colour in book.gpl, which has 1"],
        ),
        ("decompress few.webp book.gpl", 2, ["few.webp: a WebP keeps pixels and no labels"]),
        ("decompress still.gif book.gpl --indexed -o a.gif", 4, ["ends in .png"]),
        ("decompress compressed_a.png 257.npy --indexed", 4, ["--indexed: 257 colours don't fit"]),
        ("decompress compressed_a.png book.gpl", 2, ["no colour in book.gpl, which has 1"]),
        ("decompress compressed_a.png photo.png", 4, ["photo.png: an image, not a palette file"]),
        ("decompress book.gpl compressed_a.png", 2, ["book.gpl: is a codebook; name the label"]),
        # two images
        ("compare none.png photo.png", 2, ["none.png: no such file"]),
        ("compare photo.png text.png", 2, ["text.png: not an image"]),
        ("compare photo.png compressed_a.png", 4, ["60x40", "20x20", "images of equal size"]),
        # files that are given as options
        ("compress photo.png --palette none.gpl", 2, ["none.gpl: no such file"]),
        ("compress photo.png --palette none.png", 2, ["huepress: --palette: none.png: no such"]),
        ("compress photo.png --importance text.png", 2, ["--importance: text.png: not an image"]),
        (
            "compress photo.png --importance compressed_a.png",
            4,
            ["huepress: --importance: compressed_a.png is 20x20, the image 60x40; give a mask"],
        ),
        ("compare - -", 4, ["only one of them can be standard input"]),
    ],
)
def test_one_line_the_right_code_and_nothing_written(folder, words, code, reasons):
    before = snapshot(folder)
    assert_failed(run(*words.split(), cwd=folder), code, *reasons)
    assert snapshot(folder) == before


def test_standard_input_that_is_no_image(folder):
    for stdin, reason in ((b"", "is empty"), (b"Dear diary", "not an image"), (PNG[:999], "cut")):
        result = run("compress", "-", cwd=folder, stdin=stdin)
        assert_failed(result, 2, "<stdin>: ", reason)


def test_of_a_pair_both_files_are_written_or_none(folder):
    (folder / "codebook_photo.npy").write_bytes(b"precious")
    before = snapshot(folder)
    result = run("compress", "photo.png", "--format", "pair", cwd=folder)
    assert_failed(result, 15, "codebook_photo.npy: exists already")
    assert snapshot(folder) == before


def test_an_empty_name_is_no_name(folder):
    before = snapshot(folder)
    assert_failed(run("compress", "", cwd=folder), 2, "no such file")
    for words in (["compress", "photo.png"], ["decompress", "compressed_a.png", "codebook_a.npy"]):
        assert_failed(run(*words, "-o", "", cwd=folder), 4, "give a name that ends in .png")
    assert_failed(run("compress", "photo.png", "-d", "", "-o", "a.png", cwd=folder), 4, "-d")
    assert snapshot(folder) == before


@pytest.mark.usefixtures("permissions")
def test_a_directory_without_permission(folder):
    folder.chmod(0o500)
    try:
        assert_failed(run("compress", "photo.png", cwd=folder), 16, "can't be written")
    finally:
        folder.chmod(0o700)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk(folder):
    assert_failed(run("compress", "photo.png", "-o", "/dev/full", cwd=folder), 16, "space")


def test_a_bad_image_does_not_stop_the_others(folder):
    result = run("compress", "none.png", "photo.png", "text.png", "colours.png", cwd=folder)
    assert result.returncode == 1
    *complaints, summary = result.stderr.decode().splitlines()
    assert sorted(line.split(":")[1].strip() for line in complaints) == ["none.png", "text.png"]
    assert summary.startswith("2 done, 2 failed: ")
    assert len(result.stdout.splitlines()) == 2
    assert (folder / "photo-hp.png").exists()
    assert (folder / "colours-hp.png").exists()


def test_two_inputs_never_share_an_output(folder):
    (folder / "directory" / "photo.png").write_bytes(PNG)
    result = run(
        "compress", "photo.png", "directory/photo.png", "-d", "directory", "-fq", cwd=folder
    )
    assert result.returncode == 1
    assert b"is photo.png's result already" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_json_tells_of_failures_too(folder):
    result = run("compress", "none.png", "photo.png", "--json", cwd=folder)
    failure, success = [json.loads(line) for line in result.stdout.splitlines()]
    assert failure["input"] == "none.png"
    assert failure["exit_code"] == 2
    assert "no such file" in failure["error"]
    assert success["input"] == "photo.png"


def test_one_wrong_option_gives_one_message(folder):
    result = run("compress", "photo.png", "colours.png", "-k", "0", cwd=folder)
    assert_failed(result, 4, "-k: 0 is out of range")


def test_names_with_control_characters_stay_on_one_line(folder):
    assert_failed(run("compress", "no\nsuch\x1b[2J.png", cwd=folder), 2, r"no\x0asuch\x1b[2J.png")


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
def test_an_interrupt_is_quiet(folder):
    reading = "import sys; from huepress.cli._main import main; print(flush=True); sys.exit(main())"
    process = subprocess.Popen(
        [sys.executable, "-c", reading, "compress", "-"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=folder,
    )  # fmt: skip
    process.stdout.readline()
    time.sleep(0.5)  # by then it waits for its input
    process.send_signal(signal.SIGINT)
    said, complained = process.communicate(timeout=30)
    assert (process.returncode, said, complained) == (130, b"", b"")


@pytest.mark.skipif(sys.platform == "win32", reason="needs pipes")
@pytest.mark.parametrize("words", ["compress photo.png -o -", "codebook many.npy"])
def test_a_reader_who_goes_away_is_no_error(folder, words):
    Codebook(np.zeros((60_000, 3), np.uint8)).save(folder / "many.npy")
    with subprocess.Popen(
        [sys.executable, "-m", "huepress", *words.split()],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=folder,
    ) as process:  # fmt: skip
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(timeout=30) == 141


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_no_image_is_written_to_a_terminal(folder):
    import pty

    ours, theirs = pty.openpty()
    process = subprocess.run(
        [sys.executable, "-m", "huepress", "compress", "photo.png", "-o", "-"],
        stdout=theirs, stderr=subprocess.PIPE, cwd=folder, check=False,
    )  # fmt: skip
    os.close(ours)
    os.close(theirs)
    assert process.returncode == 4
    assert b"won't write an image to the terminal" in process.stderr


def test_running_out_of_memory_is_one_line(folder, monkeypatch, capsys):
    def compress_one(*args, **settings):
        raise MemoryError

    monkeypatch.setattr(import_module("huepress.batch.worker"), "compress_one", compress_one)
    monkeypatch.chdir(folder)
    assert main(["compress", "photo.png"]) == 17
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == "huepress: photo.png: not enough memory; scale it down\n"
    assert main(["compress", "photo.png", "colours.png"]) == 1
