"""A folder of 200 images, two at a time.

The images are the photographs of the sets Kodak and CQ100, again and again: mirrored, upside down,
both, and then with more and more of their rim cut away, so that no two are the same.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from itertools import count, islice
from pathlib import Path

import numpy as np
from PIL import Image

from bench import programs, timing
from bench.figures import Pixels
from bench.images import load
from bench.programs import MissingError
from bench.speed.bars import Bar, Figure, gain, ratio, totals
from bench.speed.setting import Setting

IMAGES = 200
RIM = 8
"""Pixels cut from each side, once all four ways of mirroring were had."""

JUDGED = 10
"""Of so many images one is judged by its looks."""

MOST_RATE = Bar("≥", 3.0)
FEWER = Bar("<", 1.0)
HIGHER = Bar(">", 0.0)


def measure(setting: Setting) -> Iterator[Figure]:
    """Compare images per second, bytes and looks with ``xargs -P2 pngquant``."""
    peer = programs.find("pngquant")
    programs.find("xargs")
    inputs, ours, theirs = (setting.scratch / name for name in ("images", "ours", "theirs"))
    names = fill(inputs, setting.files("kodak") + setting.files("cq100"), setting.at_most(IMAGES))
    command = [
        *programs.huepress(), "compress", "-r", str(inputs), "-d", str(ours), "-j", "2",
    ]  # fmt: skip
    runs = {
        "ours": lambda: own_run(command, ours, setting.scratch / "state"),
        "theirs": lambda: peer_run(peer, inputs, theirs),
    }
    timing.take_turns(runs, 1)
    turns = timing.take_turns(runs, setting.repeat)
    rates = [[len(names) / seconds for seconds in turns[who]] for who in ("ours", "theirs")]
    yield ratio("images per second / `xargs -P2 pngquant`", "/s", rates[:1], rates[1:], MOST_RATE)
    made = own_outputs(ours, names), [theirs / name for name in names]
    our_bytes, their_bytes = ([path.stat().st_size for path in paths] for paths in made)
    yield totals("bytes / pngquant", "B", our_bytes, their_bytes, FEWER)
    our_scores, their_scores = looks([inputs / name for name in names], *made)
    yield gain("SSIMULACRA 2 - pngquant", "", our_scores, their_scores, HIGHER)


def fill(folder: Path, files: Sequence[Path], number: int) -> list[str]:
    """Write so many different images into a new folder, and return their names."""
    folder.mkdir()
    names: list[str] = []
    for pixels in islice(variants(files), number):
        names.append(f"{len(names):03}.png")
        Image.fromarray(pixels).save(folder / names[-1])
    return names


def variants(files: Sequence[Path]) -> Iterator[Pixels]:
    """Yield images that all differ, one of each file and then one more of each, for ever."""
    for turn in count():
        rim, way = turn // 4 * RIM, turn % 4
        for file in files:
            pixels = load(file)
            height, width = pixels.shape[:2]
            kept = pixels[rim : height - rim, rim : width - rim]
            yield np.ascontiguousarray(kept[:: -1 if way & 2 else 1, :: -1 if way & 1 else 1])


def own_run(command: Sequence[str], outputs: Path, state: Path) -> float:
    """Return the seconds of our run, which finds nothing of an earlier one."""
    for left in (outputs, state):
        shutil.rmtree(left, ignore_errors=True)
    outputs.mkdir()
    fresh = {**os.environ, "XDG_STATE_HOME": str(state), "XDG_CACHE_HOME": str(state)}
    return timing.process(command, fresh).seconds


def peer_run(pngquant: str, inputs: Path, outputs: Path) -> float:
    """Return the seconds of the peer's run; it writes beside its inputs, so these are links."""
    shutil.rmtree(outputs, ignore_errors=True)
    shutil.copytree(inputs, outputs, copy_function=os.link)
    script = 'printf "%s\\0" "$1"/*.png | xargs -0 -P2 -n1 "$0" --force --ext .png'
    return timing.process(["sh", "-c", script, pngquant, str(outputs)]).seconds


def own_outputs(folder: Path, names: Sequence[str]) -> list[Path]:
    """Return our file for each input, such as NAME-hp.png, wherever it lies."""
    made = {path.stem.partition("-")[0]: path for path in folder.rglob("*.png")}
    absent = [name for name in names if Path(name).stem not in made]
    if absent:
        raise MissingError(f"huepress made nothing of {', '.join(absent)}")
    return [made[Path(name).stem] for name in names]


def looks(
    originals: Sequence[Path], ours: Sequence[Path], theirs: Sequence[Path]
) -> tuple[list[float], list[float]]:
    """Return SSIMULACRA 2 of both on a sample."""
    from huepress.metrics import Reference

    scores: tuple[list[float], list[float]] = ([], [])
    for original, *made in islice(zip(originals, ours, theirs, strict=True), 0, None, JUDGED):
        reference = Reference(original)
        for found, path in zip(scores, made, strict=True):
            found.append(reference.ssimulacra2(path))
    return scores
