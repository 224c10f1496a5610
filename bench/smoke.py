"""A few seconds for CI: huepress's distortion may not exceed its peers'. Times decide nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from bench import images
from bench.figures import Measurement
from bench.peers import PEERS, huepress
from bench.race import Race

SCENE = Path(__file__).parents[1] / "examples" / "scene.png"
KS = (16, 64)
REPEAT = 3
PEER_NAMES = ("pillow", "imagequant")


def picture(path: Path) -> images.Picture:
    """Return the middle half of an image at half its size."""
    pixels = images.load(path)
    height, width = pixels.shape[:2]
    box = (width // 4, height // 4, width - width // 4, height - height // 4)
    size = (max(1, (box[2] - box[0]) // 2), max(1, (box[3] - box[1]) // 2))
    small = Image.fromarray(pixels).resize(size, Image.Resampling.BOX, box)
    return images.Picture(path, np.asarray(small), {})


def race(path: Path) -> Race:
    """Race huepress against the peers of the smoke test."""
    contest = Race()
    contest.enter([huepress(5), *(PEERS[name] for name in PEER_NAMES)])
    crop = picture(path)
    for k in KS:
        contest.heat(crop, k, REPEAT)
    return contest


def verdict(measurements: list[Measurement]) -> list[str]:
    """Return why huepress fails: one line for each peer and K with less distortion, or missing."""
    ours = {m.k: m for m in measurements if m.contestant == huepress(5).name}
    theirs = [m for m in measurements if m.contestant in PEERS]
    faults = [f"nothing to compare at K={k}" for k in KS
              if k not in ours or k not in {m.k for m in theirs}]  # fmt: skip
    return faults + [
        f"K={m.k}: huepress's MSE {ours[m.k].mse:.4f} is above {m.contestant}'s {m.mse:.4f}"
        for m in theirs
        if m.k in ours and ours[m.k].mse > m.mse
    ]
