"""The command line, run as a person runs it: what goes well."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import numpy as np
import pytest
from helpers.commands import assert_failed, run, snapshot
from helpers.images import file_of, mode_of, picture, shown
from PIL import Image

from huepress import Codebook, __version__
from huepress.metrics import compare
from huepress.palettes import FORMATS


def ok(*args: str | bytes | Path, cwd: Path, stdin: bytes = b"", **environ: str) -> str:
    """Run a command that must succeed without complaint, and return what it says."""
    result = run(*args, cwd=cwd, stdin=stdin, **environ)
    assert (result.returncode, result.stderr) == (0, b"")
    return result.stdout.decode(errors="surrogateescape")


def test_compress_decompress_and_look_at_the_codebook(photo, tmp_path):
    said = ok("compress", "photo.png", "-k", "16", cwd=tmp_path)
    assert said.startswith("photo.png -> photo-hp.png: ")
    assert len(said.splitlines()) == 1
    for word in ("ratio", "16 colours", "MSE", "PSNR", " dB", " s\n"):
        assert word in said
    said = ok("decompress", "photo-hp.png", cwd=tmp_path)
    assert said.startswith("photo-hp.png -> photo-restored.png: 60x40, 16 colours, ")
    compressed = (tmp_path / "photo-hp.png").read_bytes()
    assert shown((tmp_path / "photo-restored.png").read_bytes()) == shown(compressed)
    lines = ok("codebook", "photo-hp.png", cwd=tmp_path).splitlines()
    assert len(lines) == 16
    shares = [float(line.split()[2]) for line in lines]
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) == pytest.approx(100, abs=0.01)


def test_the_pair_gives_what_a_viewer_shows_of_the_png(photo, tmp_path):
    ok("compress", photo, cwd=tmp_path)
    said = ok("compress", photo, "--format", "pair", "--reconstructed-size", cwd=tmp_path)
    for word in ("label map", "codebook", "decompressed as PNG"):
        assert word in said
    ok("decompress", "compressed_photo.png", "codebook_photo.npy", "-o", "back.png", cwd=tmp_path)
    seen = shown((tmp_path / "photo-hp.png").read_bytes())
    assert shown((tmp_path / "back.png").read_bytes()) == seen


def test_many_colours_in_a_pair(photo, tmp_path):
    ok("compress", photo, "--format", "pair", "-k", "65536", cwd=tmp_path)
    ok("decompress", "compressed_photo.png", "codebook_photo.npy", "-o", "back.png", cwd=tmp_path)
    assert shown((tmp_path / "back.png").read_bytes()) == shown(photo.read_bytes())
    listed = ok("codebook", "compressed_photo.png", "codebook_photo.npy", cwd=tmp_path)
    assert len(listed.splitlines()) == len(np.load(tmp_path / "codebook_photo.npy"))


def test_outputs_go_where_they_are_asked_for(photo, tmp_path):
    (tmp_path / "out").mkdir()
    ok("compress", photo, "-o", "out/a.png", "-q", cwd=tmp_path)
    ok("compress", photo, "-d", "out", "-q", cwd=tmp_path)
    ok("compress", photo, "-d", "out", "--format", "pair", "-q", cwd=tmp_path)
    ok("compress", photo, "-o", "out/b.png", "--format", "pair", "-q", cwd=tmp_path)
    assert sorted(snapshot(tmp_path / "out")) == [
        "a.png", "b.png", "codebook_b.npy", "codebook_photo.npy", "compressed_photo.png",
        "photo-hp.png",
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ["webp", "gif"])
def test_other_formats(photo, tmp_path, kind):
    (tmp_path / "out").mkdir()
    name = f"photo-hp.{kind}"
    said = ok("compress", "photo.png", "-k", "16", "--format", kind, cwd=tmp_path)
    assert said.startswith(f"photo.png -> {name}: ")
    content = (tmp_path / name).read_bytes()
    ok("compress", "photo.png", "-k", "16", "-o", f"a.{kind}", cwd=tmp_path)
    ok("compress", "photo.png", "-k", "16", "--format", kind, "-d", "out", "-q", cwd=tmp_path)
    piped = run(
        "compress", "-", "-k", "16", "--format", kind, cwd=tmp_path, stdin=photo.read_bytes()
    )
    assert (tmp_path / f"a.{kind}").read_bytes() == content
    assert (tmp_path / "out" / name).read_bytes() == content
    assert piped.stdout == content
    said = ok("decompress", name, cwd=tmp_path)
    assert said.startswith(f"{name} -> photo-restored.png: 60x40, 16 colours, ")
    assert shown((tmp_path / "photo-restored.png").read_bytes()) == shown(content)
    assert len(ok("codebook", name, cwd=tmp_path).splitlines()) == 16
    said = ok("compress", "photo.png", "--format", kind, "--json", "-f", cwd=tmp_path)
    assert json.loads(said)["outputs"] == [name]


def test_a_gif_says_what_became_of_alpha(tmp_path):
    (tmp_path / "a.png").write_bytes(file_of(picture(mode="RGBA")))
    said = ok("compress", "a.png", "-o", "a.gif", cwd=tmp_path)
    assert " translucent pixels made opaque or clear, " in said
    record = json.loads(ok("compress", "a.png", "-o", "a.gif", "--json", "-f", cwd=tmp_path))
    assert f"{record['thresholded']:,} translucent pixels" in said


def test_metadata_is_kept_only_if_asked_for(tmp_path):
    (tmp_path / "a.jpg").write_bytes(file_of(picture(), "JPEG", comment=b"hello"))
    ok("compress", "a.jpg", "-o", "1.png", cwd=tmp_path)
    ok("compress", "a.jpg", "--strip", "-o", "2.png", cwd=tmp_path)
    ok("compress", "a.jpg", "--keep-metadata", "-o", "3.png", cwd=tmp_path)
    texts = []
    for name in ("1.png", "2.png", "3.png"):
        with Image.open(tmp_path / name) as image:
            texts.append(image.text)
    assert texts == [{}, {}, {"Comment": "hello"}]
    result = run(
        "compress", "-", "--keep-metadata", cwd=tmp_path, stdin=(tmp_path / "a.jpg").read_bytes()
    )
    assert result.stdout == (tmp_path / "3.png").read_bytes()


def test_as_a_filter(photo, tmp_path):
    result = run("compress", "-", "-k", "9", cwd=tmp_path, stdin=photo.read_bytes())
    assert result.returncode == 0
    assert result.stderr.startswith(b"<stdin> -> stdout: ")
    ok("compress", photo, "-k", "9", cwd=tmp_path)
    assert result.stdout == (tmp_path / "photo-hp.png").read_bytes()
    quiet = run("compress", "-", "-k", "9", "-q", cwd=tmp_path, stdin=photo.read_bytes())
    assert (quiet.stdout, quiet.stderr) == (result.stdout, b"")
    back = run("decompress", "-", cwd=tmp_path, stdin=result.stdout)
    assert shown(back.stdout) == shown(result.stdout)
    assert len(ok("codebook", "-", cwd=tmp_path, stdin=result.stdout).splitlines()) == 9


def test_standard_input_into_a_file_and_a_file_to_standard_output(photo, tmp_path):
    ok("compress", "-", "-o", "a.png", cwd=tmp_path, stdin=photo.read_bytes())
    to_stdout = run("compress", photo, "-o", "-", cwd=tmp_path)
    assert to_stdout.stdout == (tmp_path / "a.png").read_bytes()
    assert b"photo.png -> stdout: " in to_stdout.stderr


def test_quiet_says_nothing(photo, tmp_path):
    assert ok("compress", photo, "-q", cwd=tmp_path) == ""
    assert ok("decompress", "photo-hp.png", "-q", cwd=tmp_path) == ""
    assert ok("codebook", "photo-hp.png", "-q", "--export", "b.npy", cwd=tmp_path) == ""
    assert (tmp_path / "b.npy").exists()


def test_json_is_one_object_per_image(photo, tmp_path):
    (tmp_path / "other.png").write_bytes(photo.read_bytes())
    said = ok("compress", "photo.png", "other.png", "-k", "9", "--json", "-q", cwd=tmp_path)
    records = sorted(
        map(json.loads, said.splitlines()), key=lambda record: record["input"], reverse=True
    )
    assert [record["input"] for record in records] == ["photo.png", "other.png"]
    assert [record["status"] for record in records] == ["done", "done"]
    assert records[0]["outputs"] == ["photo-hp.png"]
    assert records[0]["bytes_out"] == (tmp_path / "photo-hp.png").stat().st_size
    assert {"mse", "psnr", "seconds", "colors", "ratio", "width", "height"} <= set(records[0])
    book = json.loads(ok("codebook", "photo-hp.png", "--json", cwd=tmp_path))
    assert sum(color["pixels"] for color in book["colors"]) == 60 * 40


def test_compare(photo, tmp_path):
    ok("compress", photo, "-k", "9", "-q", cwd=tmp_path)
    lines = ok("compare", "photo.png", "photo-hp.png", cwd=tmp_path).splitlines()
    names = ["ssimulacra2", "psnr", "ssim", "ciede2000", "mse"]
    assert [line.split()[0] for line in lines] == names
    expected = compare(tmp_path / "photo.png", tmp_path / "photo-hp.png")
    shown = {line.split()[0]: float(line.split()[1]) for line in lines}
    assert shown == pytest.approx(expected, abs=0.006)
    record = json.loads(ok("compare", "photo.png", "photo-hp.png", "--json", cwd=tmp_path))
    assert record == {"a": "photo.png", "b": "photo-hp.png", **expected}
    piped = ok("compare", "-", "photo-hp.png", cwd=tmp_path, stdin=photo.read_bytes())
    assert piped.splitlines() == lines


def test_compare_what_is_equal_or_tiny(photo, tmp_path):
    assert "psnr              inf dB\n" in ok("compare", photo, photo, cwd=tmp_path)
    record = json.loads(ok("compare", photo, photo, "--json", cwd=tmp_path))
    assert (record["ssimulacra2"], record["psnr"], record["mse"]) == (100, None, 0)
    (tmp_path / "tiny.png").write_bytes(file_of(picture(5, 5)))
    said = ok("compare", "tiny.png", "tiny.png", cwd=tmp_path)
    assert said.startswith("ssimulacra2         -  (the images are too small)\n")


def test_codebook_in_colour_plain_and_as_files(photo, tmp_path):
    ok("compress", photo, "-k", "5", "-q", cwd=tmp_path)
    plain = ok("codebook", "photo-hp.png", cwd=tmp_path, COLORTERM="truecolor")
    assert "\x1b" not in plain
    assert "\x1b[48;2;" in ok("codebook", "photo-hp.png", cwd=tmp_path, FORCE_COLOR="1")
    ok("codebook", "photo-hp.png", "--export", "b.npy", "--swatches", "s.png", cwd=tmp_path)
    book = Codebook.load(tmp_path / "b.npy")
    assert {line.split()[1] for line in plain.splitlines()} == set(book.hex())
    seen = Image.open(tmp_path / "s.png").convert("RGB").getcolors()
    assert set(book) <= {color for _, color in seen}
    listed = ok("codebook", "b.npy", cwd=tmp_path)
    assert [line.split()[1] for line in listed.splitlines()] == book.hex()


@pytest.mark.parametrize("suffix", [suffix for suffix, kind in FORMATS.items() if kind.readable])
def test_a_codebook_goes_through_every_palette_format(photo, tmp_path, suffix):
    ok("compress", photo, "-k", "9", "-o", "labels.png", "--format", "pair", cwd=tmp_path)
    ok("codebook", "codebook_labels.npy", "-q", "--export", f"a{suffix}", cwd=tmp_path)
    as_before = ok("codebook", "codebook_labels.npy", cwd=tmp_path)
    assert ok("codebook", f"a{suffix}", cwd=tmp_path) == as_before
    ok("decompress", "labels.png", "codebook_labels.npy", "-o", "1.png", cwd=tmp_path)
    ok("decompress", "labels.png", f"a{suffix}", "-o", "2.png", cwd=tmp_path)
    assert (tmp_path / "1.png").read_bytes() == (tmp_path / "2.png").read_bytes()


@pytest.mark.parametrize("kind", ["png", "gif"])
@pytest.mark.parametrize("suffix", [".gpl", ".json", ".hex"])
def test_an_edited_export_recolors_an_image(photo, tmp_path, kind, suffix):
    name = f"photo-hp.{kind}"
    ok("compress", photo, "-k", "9", "--format", kind, "-q", cwd=tmp_path)
    ok("codebook", name, "-q", "--export", f"a{suffix}", cwd=tmp_path)
    book = Codebook.load(tmp_path / f"a{suffix}")
    ok("decompress", name, f"a{suffix}", "-o", "same.png", cwd=tmp_path)
    edited = [*[*book][:4], (1, 2, 3), *[*book][5:]]
    Codebook(edited).save(tmp_path / f"b{suffix}")
    ok("decompress", name, f"b{suffix}", "--indexed", "-o", "b.png", cwd=tmp_path)
    assert mode_of(tmp_path / "b.png") == "P"
    before, same, after = (
        shown((tmp_path / file).read_bytes())[1] for file in (name, "same.png", "b.png")
    )
    assert same == before
    pixels = (before[at : at + 4] for at in range(0, len(before), 4))
    old, new = bytes((*book[4], 255)), bytes((1, 2, 3, 255))
    assert after == b"".join(new if pixel == old else pixel for pixel in pixels)


def test_an_export_overwrites_only_by_force(photo, tmp_path):
    ok("compress", photo, "-k", "9", "-q", cwd=tmp_path)
    (tmp_path / "a.css").write_text("precious")
    assert run("codebook", "photo-hp.png", "--export", "a.css", cwd=tmp_path).returncode == 15
    assert (tmp_path / "a.css").read_text() == "precious"
    ok("codebook", "photo-hp.png", "--export", "a.css", "-f", cwd=tmp_path)
    assert (tmp_path / "a.css").read_text().count("--color-") == 9


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize(("no_color", "colored"), [("", True), ("1", False)])
def test_codebook_in_a_terminal(photo, tmp_path, no_color, colored):
    import pty
    import subprocess

    ok("compress", photo, "-k", "2", "-q", cwd=tmp_path)
    ours, theirs = pty.openpty()
    environ = {"COLORTERM": "truecolor", "TERM": "xterm", "NO_COLOR": no_color}
    command = [sys.executable, "-m", "huepress", "codebook", "photo-hp.png"]
    subprocess.run(command, cwd=tmp_path, stdout=theirs, env=os.environ | environ, check=True)
    said = os.read(ours, 10_000)
    os.close(ours)
    os.close(theirs)
    assert (b"\x1b[48;2;" in said) is colored


def test_force_overwrites_even_the_input(photo, tmp_path):
    ok("compress", photo, cwd=tmp_path)
    ok("compress", photo, "-f", cwd=tmp_path)
    ok("compress", photo, "--force", "-o", photo, cwd=tmp_path)
    assert mode_of(photo) == "P"
    assert sorted(snapshot(tmp_path)) == ["photo-hp.png", "photo.png"]


def test_the_same_bytes_every_time(photo, tmp_path):
    for name in ("a.png", "b.png"):
        ok("compress", photo, "-o", name, "-k", "20", "--seeding", "kmeans++", cwd=tmp_path)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


@pytest.mark.parametrize("name", ["naïve 照片.png", "a\nb.png", "-k.png", "%s{}.png"])
def test_unusual_names(tmp_path, name):
    (tmp_path / name).write_bytes(file_of(picture()))
    said = ok("compress", "--", name, cwd=tmp_path, PYTHONIOENCODING="ascii")
    assert len(said.splitlines()) == 1
    assert (tmp_path / (name.removesuffix(".png") + "-hp.png")).exists()


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="names are Unicode there")
def test_names_that_are_not_utf8_come_out_as_they_are(tmp_path):
    name = b"caf\xe9.png"
    (tmp_path / os.fsdecode(name)).write_bytes(file_of(picture()))
    result = run("compress", name, cwd=tmp_path, PYTHONUTF8="1")
    assert result.returncode == 0
    assert result.stdout.startswith(b"caf\xe9.png -> caf\xe9-hp.png: ")
    assert_failed(run("compress", name, cwd=tmp_path, PYTHONUTF8="1"), 15, "exists already")
    record = json.loads(run("compress", name, "-f", "--json", cwd=tmp_path).stdout)
    assert os.fsencode(record["input"]) == name


def test_version_and_help(tmp_path):
    assert ok("--version", cwd=tmp_path) == f"huepress {__version__}\n"
    for words in (["--help"], ["compress", "-h"], ["decompress", "--help"], ["codebook", "-h"]):
        assert "examples:" in ok(*words, cwd=tmp_path)


def test_the_time_of_each_stage(photo, tmp_path):
    _, times = ok("compress", photo, "-vv", cwd=tmp_path).splitlines()
    names = [part.split()[0] for part in times.split(", ")]
    assert names == ["read", "histogram", "cluster", "map", "encode", "write"]
    (record,) = ok("compress", photo, "-f", "-vv", "--json", cwd=tmp_path).splitlines()
    assert list(json.loads(record)["stages"]) == names
    assert len(ok("compress", photo, "-f", "-v", cwd=tmp_path).splitlines()) == 1


def test_verbose_takes_no_time_of_its_own(photo, tmp_path):
    """It encoded the decompressed image as a PNG, which took several times as long as the rest."""
    quiet = ok("compress", photo, cwd=tmp_path)
    said = ok("compress", photo, "-f", "-v", cwd=tmp_path)
    assert "MSE" in said
    assert "PSNR" in said
    assert "decompressed as PNG" not in said
    assert said.split(", ")[:-1] == quiet.split(", ")[:-1]  # all but the seconds
    said = ok("compress", photo, "-f", "--reconstructed-size", "-vv", cwd=tmp_path)
    assert "decompressed as PNG" in said
    assert "reconstruct" in said


def test_a_dry_run_of_one_image_says_what_would_be_written(photo, tmp_path):
    """It printed the line of a real run."""
    before = snapshot(tmp_path)
    said = ok("compress", "photo.png", "--dry-run", cwd=tmp_path)
    assert said.startswith("photo.png: would write photo-hp.png: ")
    record = json.loads(ok("compress", "photo.png", "--dry-run", "--json", cwd=tmp_path))
    assert record["dry_run"] is True
    result = run("compress", "-", "--dry-run", cwd=tmp_path, stdin=photo.read_bytes())
    assert result.stdout == b""
    assert result.stderr.startswith(b"<stdin>: would write stdout: ")
    assert snapshot(tmp_path) == before


def test_a_dry_run_says_what_would_be_skipped(photo, tmp_path):
    (tmp_path / "other.png").write_bytes(photo.read_bytes())
    run("compress", "photo.png", "other.png", "--no-skip-if-larger", cwd=tmp_path)
    result = run("compress", "photo.png", "other.png", "--dry-run", cwd=tmp_path)
    assert sorted(result.stdout.decode().splitlines()) == [
        "other.png: would be skipped: up to date", "photo.png: would be skipped: up to date",
    ]  # fmt: skip
    assert b"0 would be done, 2 would be skipped (2 up to date)" in result.stderr


def test_an_animation_among_many_is_said_to_be_skipped(photo, tmp_path):
    frames = [picture(20, 20, "P"), picture(20, 20, "P").rotate(90)]
    (tmp_path / "a.gif").write_bytes(
        file_of(frames[0], "GIF", save_all=True, append_images=frames[1:])
    )
    result = run("compress", "a.gif", "photo.png", "--dry-run", cwd=tmp_path)
    lines = sorted(result.stdout.decode().splitlines())
    assert lines[0].startswith("a.gif: would be skipped: an animation of 2 frames, ")
    assert lines[0].endswith("; choose one frame by --page")


def test_a_quality_that_can_not_be_reached_is_said_to_be(photo, tmp_path):
    """It ended far below, without a word."""
    words = ["compress", "photo.png", "--quality", "99", "-k", "4"]
    result = run(*words, cwd=tmp_path)
    assert result.returncode == 0
    assert result.stderr.startswith(b"huepress: photo.png: reached ")
    for word in (b" of the 99 asked for", b"up to 4 colours; raise -k or lower --quality"):
        assert word in result.stderr
    assert len(result.stderr.splitlines()) == 1
    record = json.loads(run(*words, "-f", "--json", cwd=tmp_path).stdout)
    (notice,) = record["notices"]
    assert " of the 99 asked for" in notice
    assert run(*words, "-f", "-q", cwd=tmp_path).stderr == b""


@pytest.mark.parametrize("words", [[], ["compress"], ["compress", "-k", "5"]])
def test_nothing_to_do_shows_the_help(tmp_path, words):
    result = run(*words, cwd=tmp_path)
    assert result.returncode == 1
    assert result.stdout == b""
    assert b"examples:" in result.stderr
