"""Whole processes on the Kodak photographs: the defaults, and the lowest effort."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import whole
from bench.speed.bars import Bar, Figure, gain, ratio, totals
from bench.speed.setting import Setting

MOST_TIME = Bar("≤", 0.6)
FEWER = Bar("<", 1.0)
HIGHER = Bar(">", 0.0)

PILLOW = """
import sys
from PIL import Image
with Image.open(sys.argv[1]) as image:
    image.convert("RGB").quantize(256).save(sys.argv[2], optimize=True)
"""


@dataclass(slots=True)
class Series:
    """One coder over all images."""

    seconds: list[tuple[float, ...]] = field(default_factory=list)
    bytes: list[int] = field(default_factory=list)
    scores: list[float] = field(default_factory=list)


def defaults(setting: Setting) -> Iterator[Figure]:
    """Compare default options with pngquant's."""
    coders = {"huepress": whole.huepress(), "pngquant": whole.pngquant()}
    ours, theirs = series(coders, setting.files("kodak"), setting).values()
    yield from against("pngquant", ours, theirs, MOST_TIME)


def lowest_effort(setting: Setting) -> Iterator[Figure]:
    """Compare effort 1 with pngquant's fastest, and with Pillow."""
    coders = {
        "huepress": whole.huepress("--effort", "1"),
        "pngquant -s10": whole.pngquant("--speed", "10"),
        "Pillow": pillow,
    }
    ours, *others = series(coders, setting.files("kodak"), setting).values()
    for name, theirs in zip(list(coders)[1:], others, strict=True):
        yield from against(name, ours, theirs)


def pillow(image: Path, output: Path) -> list[str]:
    """Return the command that quantizes by Pillow's defaults and saves with ``optimize``."""
    return [sys.executable, "-c", PILLOW, str(image), str(output)]


def series(
    coders: Mapping[str, whole.Coder], files: Sequence[Path], setting: Setting
) -> dict[str, Series]:
    """Let all coders take turns on all images, and judge what they make."""
    from huepress.metrics import Reference

    found = {name: Series() for name in coders}
    for file in files:
        with TemporaryDirectory(dir=setting.scratch) as folder:
            reference = Reference(file)
            for name, made in whole.make(coders, file, Path(folder), setting.repeat).items():
                found[name].seconds.append(made.seconds)
                found[name].bytes.append(made.bytes)
                found[name].scores.append(reference.ssimulacra2(made.file))
    return found


def against(
    name: str, ours: Series, theirs: Series, most_time: Bar | None = None
) -> Iterator[Figure]:
    """Compare time, bytes and looks."""
    yield ratio(f"wall time / {name}", "s", ours.seconds, theirs.seconds, most_time)
    yield totals(f"bytes / {name}", "B", ours.bytes, theirs.bytes, FEWER)
    yield gain(f"SSIMULACRA 2 - {name}", "", ours.scores, theirs.scores, HIGHER)
