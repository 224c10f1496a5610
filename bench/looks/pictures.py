"""The images that are judged: which there are, as a viewer sees them, and as a plain PNG."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from bench import images
from bench.measures import Pixels

SETS = {
    "kodak": "kodak",
    "cq100": "cq100",
    "1MP": "photos_large/wikipedia_1MP_lossless",
    "screenshots": "screenshots",
    "alpha": "alpha",
}
"""The sets, and where they lie in the folder of shared images."""

BACKGROUNDS = (255, 0x20)
"""White and dark grey; translucent images are judged on both, and the worse counts."""


@dataclass(frozen=True, slots=True)
class Picture:
    """An image file, the set that it belongs to, and its name in tables."""

    path: Path
    set: str
    name: str


def find(folders: Iterable[Path], sets: Sequence[str] | None, limit: int | None) -> list[Picture]:
    """Return the images of each set, at most `limit` of each, in order of name.

    A folder that holds some of `SETS` stands for those; any other is a set of its own, and files
    are the set ``files``. With `sets`, only those.
    """
    found: dict[Path, Picture] = {}
    for folder in folders:
        for name, place in _places(folder):
            if sets is None or name in sets:
                for path in islice(images.find([place]), limit):
                    inside = path.relative_to(place) if place.is_dir() else path.name
                    found.setdefault(path, Picture(path, name, f"{name}/{inside}"))
    return list(found.values())


def _places(folder: Path) -> Iterator[tuple[str, Path]]:
    if not folder.is_dir():
        yield "files", folder
        return
    known = {name: folder / place for name, place in SETS.items() if (folder / place).is_dir()}
    if known:
        yield from known.items()
        return
    own = folder.resolve().name
    yield next((name for name, place in SETS.items() if Path(place).name == own), own), folder


def visible(pixels: Pixels) -> NDArray[np.uint32]:
    """Return one number for each pixel, equal for those that look alike on any background."""
    rgba = np.full((*pixels.shape[:2], 4), 255, np.uint8)
    rgba[..., : pixels.shape[2]] = pixels
    numbers = rgba.view(np.uint32)[..., 0]
    numbers[rgba[..., 3] == 0] = 0
    return numbers


def count_colors(pixels: Pixels) -> int:
    """Return how many colours there are; all that is fully transparent is one."""
    return len(np.unique(visible(pixels)))


def on_background(pixels: Pixels, grey: int) -> Pixels:
    """Return what a viewer shows: (H, W, 3) uint8, blended in sRGB as viewers do."""
    if pixels.shape[2] == 3:
        return pixels
    alpha = pixels[..., 3:].astype(np.uint32)
    blended = pixels[..., :3] * alpha + grey * (255 - alpha)
    return ((blended + 127) // 255).astype(np.uint8)


def plain_png(pixels: Pixels, folder: Path) -> Path:
    """Write an image as a PNG of nothing but pixels, for all encoders to read.

    Of colour profiles, gamma and comments, pngquant converts the first two and copies the last into
    its output, which says nothing about quantization.
    """
    path = folder / "plain.png"
    Image.fromarray(pixels).save(path, compress_level=1)
    return path
