"""The sample picture: it is there, hard enough to be worth compressing, and as README says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

import huepress

ROOT = Path(__file__).parents[2]
SCENE = ROOT / "examples" / "scene.png"


def test_size_mode_and_many_colours():
    with Image.open(SCENE) as image:
        assert (image.size, image.mode) == ((1280, 720), "RGB")
        pixels = np.asarray(image)
    codes = pixels.astype(np.uint32) @ np.array([1 << 16, 1 << 8, 1], np.uint32)
    assert np.unique(codes).size >= 30_000, "few colours would be no work for a quantizer"
    sky = pixels[150:180, 400:560].astype(int)
    equal = (np.abs(np.diff(sky, axis=1)).sum(axis=2) == 0).mean()
    assert equal < 0.6, "bands would be made of equal pixels"


def test_it_becomes_less_than_a_fifth_of_the_size_as_readme_says(tmp_path):
    text = " ".join((ROOT / "README.md").read_text().split())
    assert "huepress compress -f examples/scene.png" in text
    assert "less than a fifth of the size" in text
    report = huepress.compress(SCENE, tmp_path / "scene-hp.png")
    assert (tmp_path / "scene-hp.png").stat().st_size == report.bytes_out
    assert report.bytes_in == SCENE.stat().st_size
    assert report.bytes_out < report.bytes_in / 5
