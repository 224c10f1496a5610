"""The examples do what they say, each run as a person would, in a folder of its own."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import huepress

EXAMPLES = Path(__file__).parents[2] / "examples"
SCRIPTS = sorted(path.name for path in EXAMPLES.glob("*.py"))


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Return a function that runs an example in an empty folder, and returns what it prints."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path))

    def run(name, *words, exit_code=0):
        before = sorted(EXAMPLES.iterdir())
        command = [sys.executable, "-W", "error", str(EXAMPLES / name), *map(str, words)]
        done = subprocess.run(command, cwd=elsewhere, capture_output=True, text=True)
        assert done.stderr == ""
        assert done.returncode == exit_code
        assert not list(elsewhere.iterdir())
        assert [p for p in sorted(EXAMPLES.iterdir()) if p.name != "__pycache__"] == [
            p for p in before if p.name != "__pycache__"
        ]
        return done.stdout

    return run


def pixels(path):
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def colors(array):
    return {tuple(color) for color in np.unique(array.reshape(-1, 3), axis=0).tolist()}


def save_flag(path):
    """Save an image of four colours, two of which have the same red and blue; return its pixels."""
    flag = np.zeros((8, 12, 3), np.uint8)
    flag[:3] = (200, 16, 46)
    flag[3:5, :6] = (255, 255, 255)
    flag[5:, 6:] = (200, 90, 46)
    Image.fromarray(flag).save(path)
    return flag


def test_the_textbook_s_steps_fit_together(run, tmp_path):
    printed = run("textbook_kmeans.py", EXAMPLES / "scene.png", tmp_path)
    errors = [float(n) for n in re.findall(r"^mean squared error ([\d.]+)", printed, re.M)]
    assert len(errors) > 5
    assert errors == sorted(errors, reverse=True)
    assert errors[-1] < errors[-2], "huepress comes last, and is better"

    labels = np.asarray(Image.open(tmp_path / "3-label-map.png")) // 15
    codebook = pixels(tmp_path / "4-codebook.png")[24, 24::48]
    reconstruction = pixels(tmp_path / "5-reconstruction.png")
    assert labels.shape == (270, 480)
    assert codebook.shape == (16, 3)
    assert set(np.unique(labels)) == set(range(16))
    assert (codebook[labels] == reconstruction).all()

    with Image.open(EXAMPLES / "scene.png") as image:
        image.thumbnail((480, 480))
        small = np.asarray(image).astype(int)
    distortion = ((small - reconstruction) ** 2).sum(axis=2).mean()
    assert distortion == pytest.approx(errors[-2], rel=0.01)
    nearest = ((small[::9, ::9, None] - codebook) ** 2).sum(axis=3).argmin(axis=2)
    assert (nearest == labels[::9, ::9]).mean() > 0.98, "but for the last update and rounding"

    assert len(colors(pixels(tmp_path / "1-points.png"))) > 10_000
    assert colors(pixels(tmp_path / "2-clusters.png")) <= colors(codebook) | {(255, 255, 255)}
    assert len(colors(pixels(tmp_path / "6-huepress.png"))) == 16
    with Image.open(tmp_path / "7-compressed.png") as image:
        assert (image.mode, image.size) == ("P", (1280, 720))
    size = (tmp_path / "7-compressed.png").stat().st_size
    assert f"1,348,472 bytes became {size:,}" in printed


def test_the_textbook_s_steps_keep_an_image_of_few_colours(run, tmp_path):
    flag = save_flag(tmp_path / "flag.png")
    printed = run("textbook_kmeans.py", tmp_path / "flag.png", tmp_path)
    assert "mean squared error 0.0\n" in printed
    assert (pixels(tmp_path / "5-reconstruction.png") == flag).all()
    assert (pixels(tmp_path / "6-huepress.png") == flag).all()
    plot = pixels(tmp_path / "1-points.png")
    assert plot.shape == (768, 768, 3)
    assert tuple(plot[(255 - 46) * 3, 200 * 3]) in {(200, 16, 46), (200, 90, 46)}
    assert len(colors(plot)) == 3, "two of the four are behind each other, white is the paper"


def test_a_folder_is_compressed_and_then_up_to_date(run, tmp_path):
    (tmp_path / "in" / "sub").mkdir(parents=True)
    exif = Image.Exif()
    exif[0x013B] = "A. Painter"
    for name in ("a.png", "sub/b.png"):
        with Image.open(EXAMPLES / "scene.png") as image:
            image.resize((160, 90)).save(tmp_path / "in" / name, exif=exif)
    printed = run("compress_folder.py", tmp_path / "in", tmp_path / "out")
    for name in ("a-hp.png", "sub/b-hp.png"):
        with Image.open(tmp_path / "out" / name) as image:
            assert (image.mode, image.size) == ("P", (160, 90))
            assert image.getexif()[0x013B] == "A. Painter"
    assert len(list((tmp_path / "out").rglob("*.png"))) == 2
    sizes = [sum(p.stat().st_size for p in (tmp_path / d).rglob("*.png")) for d in ("in", "out")]
    assert f"2 done, 0 failed, skipped: none\n{sizes[0]:,} -> {sizes[1]:,} bytes" in printed

    (tmp_path / "in" / "c.png").write_bytes(b"no image")
    printed = run("compress_folder.py", tmp_path / "in", tmp_path / "out", exit_code=1)
    assert "0 done, 1 failed, skipped: {'up to date': 2}" in printed
    assert re.search(r"^\d/3 failed \S*c\.png: ", printed, re.M)


def test_a_folder_is_by_default_that_of_the_examples(run, tmp_path):
    printed = run("compress_folder.py")
    # The README's first line leaves a result there, which is skipped.
    assert re.search(r"^\d/\d done .*scene\.png", printed, re.M)
    (result,) = tmp_path.glob("*/scene-hp.png")
    assert len(colors(pixels(result))) == 128


def test_given_colours_are_kept(run, tmp_path):
    run("given_colors.py", EXAMPLES / "scene.png", tmp_path / "new")
    printed = run("given_colors.py", EXAMPLES / "scene.png", tmp_path / "new")  # and again
    tmp_path /= "new"
    palette = set(huepress.Codebook.load(tmp_path / "palette.gpl"))
    assert len(palette) == 8
    assert colors(pixels(tmp_path / "eight-colors.png")) == palette
    for name, shown in (("kept.png", True), ("not-kept.png", False)):
        picture = pixels(tmp_path / name)
        assert len(colors(picture)) == 16
        logo = colors(picture[40:72, 40:72])
        assert (logo == {(227, 6, 19)}) is shown
        assert ((227, 6, 19) in colors(picture)) is shown
        assert (f"{name}: #e30613 became #e30613\n" in printed) is shown


def test_arrays_go_in_and_come_out(run, tmp_path):
    printed = run("arrays.py", EXAMPLES / "scene.png", tmp_path)
    assert printed.startswith("float64, (360, 640, 3)")
    shares = [float(n) for n in re.findall(r"covers +([\d.]+)% in [1-9]\d* regions", printed)]
    assert len(shares) == 8
    assert sum(shares) == pytest.approx(100, abs=0.1)
    assert shares == sorted(shares, reverse=True)
    found = {tuple(bytes.fromhex(text)) for text in re.findall(r"^#(\w{6}) covers", printed, re.M)}

    outlined = pixels(tmp_path / "regions.png")
    assert outlined.shape == (360, 640, 3)
    assert (255, 255, 255) in colors(outlined)
    assert found < colors(outlined), "between the outlines, regions have their colours"
    weighed = colors(pixels(tmp_path / "weighed.png"))
    assert len(weighed) == 8
    assert weighed != found, "other pixels count, so other colours are found"
    greys = np.asarray(Image.open(tmp_path / "grey.png"))
    assert greys.shape == (360, 640)
    assert 1 < len(np.unique(greys)) <= 8
    likeness = [float(ssim) for ssim in re.findall(r"SSIM ([\d.]+)", printed)]
    assert len(likeness) == 2
    assert min(likeness) > 0.5


@pytest.mark.parametrize("name", SCRIPTS)
def test_each_says_how_it_is_run_and_uses_what_is_public(name):
    text = (EXAMPLES / name).read_text()
    tree = ast.parse(text)
    assert f"\n    python examples/{name} [" in ast.get_docstring(tree, clean=False)
    assert f"`{name}`" in (EXAMPLES / "README.md").read_text()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            assert not node.module.startswith("huepress")
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            assert node.value.id != "huepress" or node.attr in huepress.__all__
