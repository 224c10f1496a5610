"""Row `folder`: a folder of 200 photographs, two at a time.

They are those of Kodak and CQ100, again and again: mirrored, upside down, both, and then with more
and more of their rim cut away, so that no two are the same.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from itertools import count, islice
from pathlib import Path

import numpy as np
from PIL import Image

from bench import processes
from bench.images import load_opaque
from bench.measures import Pixels, interleaved
from bench.processes import MissingError
from bench.speed.figures import Bar, Figure, compare
from bench.speed.setup import Setup
from huepress.metrics import ssimulacra2

IMAGES = 200
RIM = 8
"""Pixels cut from each side, once all four ways of mirroring were had."""

JUDGED = 10
"""Of so many images one is judged by its looks."""


def folder(setup: Setup) -> Iterator[Figure]:
    """Compare images per second, bytes and looks with ``xargs -P2 pngquant``."""
    peer = processes.pngquant_paths()[0]
    version = processes.pngquant_version(peer)
    setup.versions.append(version)
    inputs, ours, theirs = (setup.scratch / name for name in ("images", "ours", "theirs"))
    files = setup.files("kodak") + setup.files("cq100")
    names = fill(inputs, files, min(IMAGES, setup.limit or IMAGES))
    runs = {
        "ours": lambda: run_huepress(inputs, ours, setup.scratch / "state"),
        "theirs": lambda: run_pngquant(peer, inputs, theirs),
    }
    interleaved(runs, 1)
    turns = interleaved(runs, setup.repeat)
    rates = ({"folder": [len(names) / seconds for seconds in turns[who]]} for who in runs)
    what = f"images per second / `xargs -P2` {version}"
    yield compare(what, "/s", rates, Bar("≥", 3.0), high_is_good=True)
    made = own_outputs(ours, names), {name: theirs / name for name in names}
    sizes = ({name: (path.stat().st_size,) for name, path in side.items()} for side in made)
    yield compare(f"bytes / {version}", "B", sizes, Bar("<", 1.0), sums=True)
    scores = (
        {name: (ssimulacra2(inputs / name, side[name]),) for name in names[::JUDGED]}
        for side in made
    )
    yield compare(f"SSIMULACRA 2 - {version}", "", scores, Bar(">", 0.0),
                  difference=True, high_is_good=True)  # fmt: skip


def fill(place: Path, files: Sequence[Path], number: int) -> list[str]:
    """Write so many different images into a new folder, and return their names."""
    place.mkdir()
    names: list[str] = []
    for pixels in islice(variants(files), number):
        names.append(f"{len(names):03}.png")
        Image.fromarray(pixels).save(place / names[-1])
    return names


def variants(files: Sequence[Path]) -> Iterator[Pixels]:
    """Yield images that all differ, one of each file and then one more of each, for ever."""
    for turn in count():
        rim, way = turn // 4 * RIM, turn % 4
        for file in files:
            pixels = load_opaque(file)
            height, width = pixels.shape[:2]
            kept = pixels[rim : height - rim, rim : width - rim]
            yield np.ascontiguousarray(kept[:: -1 if way & 2 else 1, :: -1 if way & 1 else 1])


def run_huepress(inputs: Path, outputs: Path, state: Path) -> float:
    """Return the seconds of our run, which finds nothing of an earlier one."""
    for left in (outputs, state):
        shutil.rmtree(left, ignore_errors=True)
    outputs.mkdir()
    fresh = {**os.environ, "XDG_STATE_HOME": str(state), "XDG_CACHE_HOME": str(state)}
    command = [processes.huepress_path(), "compress", "-r", str(inputs), "-d", str(outputs)]
    return processes.run([*command, "-j", "2"], fresh).seconds


def run_pngquant(pngquant: str, inputs: Path, outputs: Path) -> float:
    """Return the seconds of the peer's run; it writes beside its inputs, so these are links."""
    shutil.rmtree(outputs, ignore_errors=True)
    shutil.copytree(inputs, outputs, copy_function=os.link)
    script = 'printf "%s\\0" "$1"/*.png | xargs -0 -P2 -n1 "$0" --force --ext .png'
    return processes.run(["sh", "-c", script, pngquant, str(outputs)]).seconds


def own_outputs(place: Path, names: Sequence[str]) -> dict[str, Path]:
    """Return our file for each input, such as NAME-hp.png, wherever it lies."""
    made = {path.stem.partition("-")[0]: path for path in place.rglob("*.png")}
    absent = [name for name in names if Path(name).stem not in made]
    if absent:
        raise MissingError(f"huepress made nothing of {', '.join(absent)}")
    return {name: made[Path(name).stem] for name in names}
