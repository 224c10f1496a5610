"""Image files as arrays: which there are, their pixels, and the least distortion known."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image

from bench.measures import Pixels

SUFFIXES = (".bmp", ".gif", ".jpeg", ".jpg", ".png", ".ppm", ".tif", ".tiff", ".webp")
BEST_KNOWN = "best_known_mse.json"


class UnusableError(Exception):
    """An image that can't be measured; the message says why."""


def find(inputs: Iterable[Path], suffixes: tuple[str, ...] = SUFFIXES) -> Iterator[Path]:
    """Yield the files given and, in order of name, the images in and below the folders given."""
    for path in inputs:
        if path.is_dir():
            yield from (p for p in sorted(path.rglob("*")) if p.suffix.lower() in suffixes)
        else:
            yield path


def load(file: Path | BinaryIO) -> Pixels:
    """Read an image's first frame as (H, W, 3) uint8, or (H, W, 4) if any pixel is translucent.

    Raises
    ------
    UnusableError
        If it can't be read or has more than 8 bits per sample.
    """
    try:
        with Image.open(file) as image:
            if image.mode.startswith(("I", "F")):
                raise UnusableError("more than 8 bits per sample")
            if not image.has_transparency_data:
                return np.asarray(image.convert("RGB"))
            rgba = np.asarray(image.convert("RGBA"))
    except UnusableError:
        raise
    # Damaged files make Pillow raise all sorts of things; none of them may end a long run.
    except Exception as error:
        raise UnusableError(f"unreadable: {error}") from error
    return rgba if rgba[..., 3].min() < 255 else np.ascontiguousarray(rgba[..., :3])


def load_opaque(path: Path) -> Pixels:
    """Read an image as (H, W, 3) uint8; UnusableError if it is not opaque, too."""
    pixels = load(path)
    if pixels.shape[2] != 3:
        raise UnusableError("not opaque")
    return pixels


def best_known(path: Path) -> dict[int, float]:
    """Return the least MSE known for an image at each K, of 8-bit codebooks.

    It is looked up in `BEST_KNOWN` beside the image; without that, nothing is known.
    """
    table = path.with_name(BEST_KNOWN)
    if not table.exists():
        return {}
    by_k = json.loads(table.read_text(encoding="utf-8"))["images"].get(path.stem, {})
    return {int(k): known["int8_best"] for k, known in by_k.items() if "int8_best" in known}
