"""Does time grow faster than images? Seconds per megapixel, from small images to 45 megapixels.

Two large images, each at several sizes, and some small ones as they are; all as PNGs, which both
programs read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from statistics import median

from PIL import Image

from bench import whole
from bench.chart import Chart, Line
from bench.figures import Spread
from bench.speed.bars import Bar, Figure, ratio
from bench.speed.large import GRADIENT, PHOTOGRAPH, as_png
from bench.speed.setting import Setting

SUBJECTS = {
    "photograph": (PHOTOGRAPH, (8, 4, 2, 1)),
    "gradient": (GRADIENT, (10, 5, 3, 2, 1)),
}
"""Where they lie, and by what their sides are divided."""

SMALL = "Kodak"
OURS, PEER = "huepress", "pngquant"
MOST_GROWTH = Bar("≤", 1.1)
"""Level is what rises by no more than noise."""


@dataclass(frozen=True, slots=True)
class Sized:
    """Seconds per megapixel of both programs on one image, turn by turn."""

    subject: str
    megapixels: float
    ours: tuple[float, ...]
    theirs: tuple[float, ...]


def measure(setting: Setting) -> Iterator[Figure]:
    """Compare time at each size, and how it grows; draw the chart."""
    small = [timed(SMALL, file, setting) for file in setting.files("kodak")]
    found = [timed(subject, file, setting) for subject, file in enlarged(setting)]
    shown = [*found, middle(small)]
    if setting.chart:
        setting.chart.write_text(drawn(shown).svg(), encoding="utf-8")
    for one in shown:
        what = f"{one.subject}, {one.megapixels:.2g} megapixels: time per megapixel / {PEER}"
        yield ratio(what, "s", [one.ours], [one.theirs])
    for subject in SUBJECTS:
        yield growth(subject, [one for one in found if one.subject == subject])


def enlarged(setting: Setting) -> Iterator[tuple[str, Path]]:
    """Yield each subject at each size."""
    for subject, (name, divisors) in SUBJECTS.items():
        for divisor in divisors:
            yield subject, as_png(setting.file(name), setting.scratch, divisor)


def timed(subject: str, file: Path, setting: Setting) -> Sized:
    """Let both programs take turns on one file."""
    coders = {OURS: whole.huepress(), PEER: whole.pngquant()}
    made = whole.make(coders, file, setting.scratch, setting.repeat)
    with Image.open(file) as image:
        megapixels = image.width * image.height / 1e6
    ours, theirs = (tuple(s / megapixels for s in made[name].seconds) for name in (OURS, PEER))
    return Sized(subject, megapixels, ours, theirs)


def middle(small: Iterable[Sized]) -> Sized:
    """Return images of a size as one: the median of each turn."""
    images = list(small)
    ours = tuple(map(median, zip(*(one.ours for one in images), strict=True)))
    theirs = tuple(map(median, zip(*(one.theirs for one in images), strict=True)))
    return Sized(SMALL, median(one.megapixels for one in images), ours, theirs)


def growth(subject: str, found: Iterable[Sized]) -> Figure:
    """Return the largest rise from any size to any larger one; the peer's stands beside it."""
    ordered = sorted(found, key=lambda one: one.megapixels)
    ours = steepest([median(one.ours) for one in ordered])
    theirs = steepest([median(one.theirs) for one in ordered])
    what = f"{subject}: largest rise of time per megapixel to a larger size"
    return Figure(what, "", (ours,), (theirs,), Spread(ours, ours, ours), MOST_GROWTH)


def steepest(values: Iterable[float]) -> float:
    """Return the most by which any value exceeds an earlier one, as a ratio."""
    return max(later / earlier for earlier, later in combinations(values, 2))


def drawn(found: Iterable[Sized]) -> Chart:
    """Return the chart of all sizes, a line for each subject and program."""
    spots: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for one in found:
        for coder, turns in ((OURS, one.ours), (PEER, one.theirs)):
            spots.setdefault((coder, one.subject), []).append((one.megapixels, median(turns)))
    lines = [Line(f"{coder}, {subject}", spots[coder, subject], coder) for coder, subject in spots]
    return Chart("Seconds per megapixel, whole process", "megapixels", "s/MP", lines)
