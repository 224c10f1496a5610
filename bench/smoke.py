"""``python -m bench smoke``: a few seconds for CI; no peer may distort less. Times don't count."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from PIL import Image

from bench import images, tables
from bench.peers import PEERS, huepress
from bench.race import Measurement, Race, race_tables

SCENE = Path(__file__).parents[1] / "examples" / "scene.png"
KS = (16, 64)
PEER_NAMES = ("pillow", "imagequant")


def add_to(mode: argparse.ArgumentParser) -> None:
    """Declare the options of this mode: none."""
    mode.set_defaults(run=main)


def main(options: argparse.Namespace) -> int:
    """Measure the scene's middle; 1 if a peer distorts less than huepress or none was measured."""
    race = Race()
    race.enter([huepress(5), *(PEERS[name] for name in PEER_NAMES)])
    scene = Image.fromarray(images.load_opaque(SCENE))
    left, top = scene.width // 4, scene.height // 4
    middle = scene.crop((left, top, scene.width - left, scene.height - top)).reduce(2)
    for k in KS:
        race.measure(SCENE, np.asarray(middle), k, repeat=3)
    versions = tables.machine(quantizer.version() for quantizer in race.quantizers)
    faults = verdict(race.measurements)
    print("\n\n".join([versions, *race_tables(race), *race.notes]))
    print("\n".join(faults) or "huepress's distortion is not above its peers'.")
    return 1 if faults else 0


def verdict(measurements: list[Measurement]) -> list[str]:
    """Return why huepress fails: one line for each peer and K with less distortion, or missing."""
    ours = {m.k: m for m in measurements if m.quantizer == huepress(5).name}
    theirs = [m for m in measurements if m.quantizer in PEERS]
    faults = [f"nothing to compare at K={k}" for k in KS
              if k not in ours or k not in {m.k for m in theirs}]  # fmt: skip
    return faults + [
        f"K={m.k}: huepress's MSE {ours[m.k].mse:.4f} is above {m.quantizer}'s {m.mse:.4f}"
        for m in theirs
        if m.k in ours and ours[m.k].mse > m.mse
    ]
