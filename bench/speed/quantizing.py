"""Pixels to codebook and labels, in memory, against imagequant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from types import ModuleType

from bench import images
from bench.figures import Measurement, Pixels
from bench.peers import PEERS, Answer, Start, huepress
from bench.programs import MissingError
from bench.race import Race
from bench.speed.bars import Bar, Figure, ratio, totals
from bench.speed.setting import Setting

K = 256
MOST_TIME = Bar("≤", 1 / 20)
MOST_ERROR = Bar("<", 1.0)
"""With lower MSE."""


def measure(setting: Setting) -> Iterator[Figure]:
    """Compare the same job, nearest labels; and the time of the default options."""
    nearest, peer = huepress(5), PEERS["imagequant"]
    defaults = replace(nearest, name="huepress, default options", start=_with_defaults)
    contest = Race()
    contest.enter([nearest, defaults, peer])
    if len(contest.contestants) < 3:
        raise MissingError(contest.notes[0])
    for path in setting.files("kodak"):
        contest.heat(images.Picture(path, images.load(path), {}), K, setting.repeat)
    setting.notes += contest.notes
    ours, own_defaults, theirs = (
        [m for m in contest.measurements if m.contestant == c.name] for c in contest.contestants
    )
    yield ratio("time / imagequant's", "s", _seconds(ours), _seconds(theirs), MOST_TIME)
    errors = [m.mse for m in ours], [m.mse for m in theirs]
    yield totals("MSE / imagequant's", "", *errors, MOST_ERROR)
    what = "default options: time / imagequant's"
    yield ratio(what, "s", _seconds(own_defaults), _seconds(theirs))


def _seconds(measurements: Sequence[Measurement]) -> list[tuple[float, ...]]:
    return [m.seconds for m in measurements]


def _with_defaults(library: ModuleType, pixels: Pixels, k: int) -> Start:
    def run() -> Answer:
        quantized = library.quantize(pixels, k=k)
        return quantized.codebook.colors, quantized.labels

    return Start(run, lambda answer: answer)
