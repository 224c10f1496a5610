"""Whole processes on the largest images: a photograph, and a smooth gradient."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from math import sqrt
from pathlib import Path

import numpy as np
from PIL import Image

from bench import programs, whole
from bench.figures import Pixels
from bench.images import load
from bench.looks.banding import Banding
from bench.speed.bars import Bar, Figure, gain, ratio, totals
from bench.speed.setting import Setting

PHOTOGRAPH = "photos_large/elem_northern_lights_24.0MP.jpg"
GRADIENT = "photos_large/elem_mesh_gradient_45.6MP.jpg"
MOST_TIME = Bar("≤", 0.30)
MOST_MEMORY = Bar("≤", 2.0)
NO_MORE_BANDS = Bar("≤", 0.0)

STRIP = 512
"""Rows that banding is measured on at once; whole, the planes would take many gigabytes."""


def photograph(setting: Setting) -> Iterator[Figure]:
    """Compare time and peak memory on 24 megapixels, as a PNG."""
    png = as_png(setting.file(PHOTOGRAPH), setting.scratch)
    coders = {"huepress": whole.huepress(), "pngquant": whole.pngquant()}
    ours, theirs = whole.make(coders, png, setting.scratch, setting.repeat).values()
    yield ratio("wall time / pngquant", "s", [ours.seconds], [theirs.seconds], MOST_TIME)
    yield ratio("peak memory / pngquant", "B", [ours.peaks], [theirs.peaks], MOST_MEMORY)
    yield totals("bytes / pngquant", "B", [ours.bytes], [theirs.bytes])


def gradient(setting: Setting) -> Iterator[Figure]:
    """Compare time and bands on 45 megapixels, from the JPEG."""
    image = setting.file(GRADIENT)
    coders = {"huepress": whole.huepress(), "pngquant": convert_and_pngquant()}
    ours, theirs = whole.make(coders, image, setting.scratch, setting.repeat).values()
    name = "`convert \\| pngquant`"
    yield ratio(f"wall time / {name}", "s", [ours.seconds], [theirs.seconds], MOST_TIME)
    yield totals(f"bytes / {name}", "B", [ours.bytes], [theirs.bytes])
    original = load(image)
    bands = [banding(original, load(made.file)) for made in (ours, theirs)]
    what = f"visible banding (thousandths of lightness) - {name}"
    yield gain(what, "", bands[:1], bands[1:], NO_MORE_BANDS)


def as_png(image: Path, folder: Path, shrunk: int = 1) -> Path:
    """Return an image, its sides divided by a whole number, as a PNG that Pillow wrote."""
    path = folder / f"{image.stem}-{shrunk}.png"
    Image.fromarray(load(image)).reduce(shrunk).save(path)
    return path


def convert_and_pngquant() -> whole.Coder:
    """Return the shell's way from a JPEG to an indexed PNG."""
    convert, pngquant = programs.find("convert"), programs.find("pngquant")

    def command(image: Path, output: Path) -> list[str]:
        words = shlex.join([convert, str(image), "png:-"])
        return ["sh", "-c", f"{words} | {shlex.quote(pngquant)} - > {shlex.quote(str(output))}"]

    return command


def banding(original: Pixels, result: Pixels) -> float:
    """Return `Banding`'s figure over all strips of an image; 0 if nothing is smooth."""
    squares, count = 0.0, 0
    for top in range(0, len(original), STRIP):
        strip = slice(top, top + STRIP)
        judge = Banding(np.ascontiguousarray(original[strip]))
        if smooth := int(judge.smooth.sum()):
            squares += judge(result[strip]) ** 2 * smooth
            count += smooth
    return sqrt(squares / count) if count else 0.0
