"""Folders and files → RGB arrays, and the best distortion known for them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from bench.figures import Pixels

SUFFIXES = frozenset({".bmp", ".gif", ".jpeg", ".jpg", ".png", ".ppm", ".tif", ".tiff", ".webp"})
BEST_KNOWN = "best_known_mse.json"


class UnusableError(Exception):
    """An image that can't race; the message says why."""


@dataclass(frozen=True, slots=True)
class Picture:
    """An image in memory: (H, W, 3) uint8, and the least MSE known for it at each K."""

    path: Path
    pixels: Pixels
    best_known: dict[int, float]


def find(inputs: Iterable[Path], suffixes: frozenset[str] = SUFFIXES) -> Iterator[Path]:
    """Yield the files given and, in order of name, the images in and below the folders given."""
    for path in inputs:
        if not path.is_dir():
            yield path
            continue
        yield from (p for p in sorted(path.rglob("*")) if p.suffix.lower() in suffixes)


def load(path: Path) -> Pixels:
    """Read an image's first frame as (H, W, 3) uint8.

    Raises
    ------
    UnusableError
        If it can't be read, has more than 8 bits per sample, or is not opaque: the contestants
        agree on what to do with RGB only.
    """
    try:
        with Image.open(path) as image:
            if image.mode.startswith(("I", "F")):
                raise UnusableError("more than 8 bits per sample")
            if image.has_transparency_data:
                rgba = image.convert("RGBA")
                if rgba.getchannel("A").getextrema() != (255, 255):
                    raise UnusableError("not opaque")
                return np.asarray(rgba.convert("RGB"))
            return np.asarray(image.convert("RGB"))
    # Damaged files make Pillow raise all sorts of things; none of them may end a long race.
    except Exception as error:
        if isinstance(error, UnusableError):
            raise
        raise UnusableError(f"unreadable: {error}") from error


def pictures(
    inputs: Iterable[Path], best_known: Path | None, skipped: list[str]
) -> Iterator[Picture]:
    """Yield the images that can race, one in memory at a time; append the others to `skipped`.

    Parameters
    ----------
    inputs
        Folders and files.
    best_known
        A file of best distortions for all images; None looks for `BEST_KNOWN` beside each image.
    skipped
        Receives one line per image that can't race.
    """
    for path in find(inputs):
        try:
            pixels = load(path)
        except UnusableError as reason:
            skipped.append(f"{path}: skipped, {reason}")
            continue
        table = load_best_known(best_known or path.parent / BEST_KNOWN)
        yield Picture(path, pixels, table.get(path.stem, {}))


def load_best_known(path: Path) -> dict[str, dict[int, float]]:
    """Read the least 8-bit MSE by image stem and K; a missing file knows nothing."""
    if not path.exists():
        return {}
    images = json.loads(path.read_text(encoding="utf-8"))["images"]
    return {
        stem: {int(k): known["int8_best"] for k, known in by_k.items() if "int8_best" in known}
        for stem, by_k in images.items()
    }
