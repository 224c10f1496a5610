"""The images that are judged: their sets, their pixels, and a plain PNG that both coders read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from bench import images
from bench.images import UnusableError

Pixels = NDArray[np.uint8]
Colors = NDArray[np.uint32]

SETS = {
    "kodak": "kodak",
    "cq100": "cq100",
    "1MP": "photos_large/wikipedia_1MP_lossless",
    "screenshots": "screenshots",
    "alpha": "alpha",
}
"""The sets of issue 3, and where they lie in the folder of shared images."""

PHOTOGRAPHS = ("kodak", "cq100", "1MP")
MOST_COLORS = 256
SIGNATURE = b"\x89PNG\r\n\x1a\n"
PLAIN_CHUNKS = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file that may be judged, the set to which it belongs, and what tables call it."""

    path: Path
    set: str
    name: str


@dataclass(frozen=True, slots=True)
class Subject:
    """An image that is judged; `colors` are those that a viewer can tell apart."""

    image: str
    set: str
    width: int
    height: int
    colors: int
    translucent: bool

    @property
    def few(self) -> bool:
        """Whether 256 colours hold it exactly."""
        return self.colors <= MOST_COLORS


def candidates(
    folders: Iterable[Path], sets: Sequence[str] | None, limit: int | None
) -> list[Candidate]:
    """Return the images of each set, at most `limit` of each, in order of name.

    A folder that holds some of `SETS` stands for those; any other is a set of its own, and files
    are the set ``files``. With `sets`, only those.
    """
    found: dict[Path, Candidate] = {}
    for folder in folders:
        for name, place in _places(folder):
            if sets is None or name in sets:
                for path in islice(images.find([place]), limit):
                    inside = path.relative_to(place) if place.is_dir() else path.name
                    found.setdefault(path, Candidate(path, name, f"{name}/{inside}"))
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


def load(path: Path | BinaryIO) -> Pixels:
    """Read an image's first frame as (H, W, 3) uint8, or (H, W, 4) if any pixel is translucent.

    Raises
    ------
    UnusableError
        If it can't be read or has more than 8 bits per sample.
    """
    try:
        with Image.open(path) as image:
            if image.mode.startswith(("I", "F")):
                raise UnusableError("more than 8 bits per sample")
            rgba = np.asarray(image.convert("RGBA"))
    except UnusableError:
        raise
    # Damaged files make Pillow raise all sorts of things; none of them may end a long run.
    except Exception as error:
        raise UnusableError(f"unreadable: {error}") from error
    return rgba if rgba[..., 3].min() < 255 else np.ascontiguousarray(rgba[..., :3])


def subject(candidate: Candidate, pixels: Pixels) -> Subject:
    """Describe an image."""
    height, width, channels = pixels.shape
    return Subject(
        candidate.name, candidate.set, width, height, count_colors(pixels), channels == 4
    )


def visible(pixels: Pixels) -> Colors:
    """Return one number for each pixel, equal for those that look alike on any background."""
    rgba = np.full((*pixels.shape[:2], 4), 255, np.uint8)
    rgba[..., : pixels.shape[2]] = pixels
    numbers = rgba.view(np.uint32)[..., 0]
    numbers[rgba[..., 3] == 0] = 0
    return numbers


def count_colors(pixels: Pixels) -> int:
    """Return how many colours there are; all that is fully transparent is one."""
    return len(np.unique(visible(pixels)))


def plain_png(path: Path, pixels: Pixels, folder: Path) -> Path:
    """Return the image as a PNG of nothing but pixels: itself, or else a copy in `folder`.

    Colour profiles, gamma and comments are dropped for both coders: pngquant converts the first
    two and copies the last into its output, which says nothing about quantization.
    """
    if _is_plain(path):
        return path
    copy = folder / "plain.png"
    Image.fromarray(pixels).save(copy)
    return copy


def _is_plain(path: Path) -> bool:
    data = path.read_bytes()
    return data.startswith(SIGNATURE) and set(_chunks(data)) <= PLAIN_CHUNKS


def _chunks(data: bytes) -> Iterator[bytes]:
    at = len(SIGNATURE)
    while at + 8 <= len(data):
        yield data[at + 4 : at + 8]
        at += 12 + int.from_bytes(data[at : at + 4], "big")
