"""Pictures to compress, and files of them."""

from __future__ import annotations

import io
import random
from functools import cache
from pathlib import Path

from PIL import Image

LITERAL = {"space": "rgb", "dither": "none", "rd": 0}
"""The textbook's recipe: least squared error in sRGB, nearest labels."""


def picture(width: int = 60, height: int = 40, mode: str = "RGB") -> Image.Image:
    """Return gradients with some noise: nearly every pixel has a colour of its own."""
    noise = random.Random(7)
    pixels = bytearray()
    for y in range(height):
        for x in range(width):
            pixels += bytes((255 * x // width, 255 * y // height, noise.randrange(256)))
            pixels.append(255 * (x + y) // (width + height))
    return Image.frombytes("RGBA", (width, height), bytes(pixels)).convert(mode)


@cache
def scene() -> Image.Image:
    """Return a part of the sample picture: sky, hills, water and text."""
    with Image.open(Path(__file__).parents[2] / "examples" / "scene.png") as image:
        return image.crop((320, 120, 800, 520))


def file_of(image: Image.Image, kind: str = "PNG", **settings: object) -> bytes:
    """Return an image file's content."""
    file = io.BytesIO()
    image.save(file, kind, **settings)
    return file.getvalue()


def shown(png: bytes) -> tuple[tuple[int, int], bytes]:
    """Return the size and the RGBA pixels that a viewer shows."""
    image = Image.open(io.BytesIO(png))
    return image.size, image.convert("RGBA").tobytes()


def mode_of(path: Path) -> str:
    """Return Pillow's name for what the pixels of a file are."""
    with Image.open(path) as image:
        return image.mode
