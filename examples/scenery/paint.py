"""The paint box: colours, noise, gradients, and sheets on which shapes are drawn finely.

A canvas is a float32 array of shape (HEIGHT, WIDTH, 3) that holds sRGB values from 0 to 1.
Nothing is rounded before `to_image`, so a gradient stays smooth however many layers lie on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

WIDTH, HEIGHT = 1280, 720
FINE = 4  # shapes are drawn this much larger and averaged down, which smooths their edges

# Brightness and the differences of blue and of red from it, as JPEG files have them.
TO_YCBCR = np.array(
    [[0.299, 0.587, 0.114], [-0.168736, -0.331264, 0.5], [0.5, -0.418688, -0.081312]], np.float32
)

Floats = NDArray[np.floating]
Point = tuple[float, float]


@cache
def colour(code: str) -> Floats:
    """Read a colour such as ``#e8a35c`` as three floats from 0 to 1."""
    channels = np.array([int(code[i : i + 2], 16) / 255 for i in (1, 3, 5)], np.float32)
    channels.setflags(write=False)  # it is kept for the next to ask, who must find it unchanged
    return channels


def mix(first: Floats, second: Floats, share: Floats | float) -> Floats:
    """Blend two colours or canvases; `share` is how much of the second."""
    return first + (second - first) * np.asarray(share, np.float32)


def positions() -> tuple[Floats, Floats]:
    """Return x as a row and y as a column, ready to broadcast over the canvas."""
    x = np.arange(WIDTH, dtype=np.float32)[None, :] + 0.5
    y = np.arange(HEIGHT, dtype=np.float32)[:, None] + 0.5
    return x, y


def smooth(low: float, high: float, values: Floats) -> Floats:
    """Step from 0 at `low` to 1 at `high` without a corner at either end."""
    t = np.clip((values - low) / (high - low), 0, 1)
    return (t * t * (3 - 2 * t)).astype(np.float32)


def softener(reach: int) -> Floats:
    """Return weights, `reach` to either side of the middle one, that smooth what they run over."""
    weights = np.hanning(2 * reach + 3)[1:-1]
    return weights / weights.sum()


def ramp(stops: Sequence[tuple[float, str]], softness: int = 90) -> Floats:
    """Make a vertical gradient, one colour for each row.

    Parameters
    ----------
    stops
        Rows and the colours they have, from top to bottom.
    softness
        Rows over which it is smoothed: the eye sees a line wherever a slope changes abruptly.
    """
    rows = np.arange(-softness, HEIGHT + softness)
    where = [row for row, _ in stops]
    colours = np.array([colour(code) for _, code in stops])
    channels = [
        np.convolve(np.interp(rows, where, c), softener(softness), "valid") for c in colours.T
    ]
    return np.stack(channels, axis=1).astype(np.float32)


def noise(rng: np.random.Generator, across: int, down: int, width: int, height: int) -> Floats:
    """Draw smooth random values from 0 to 1 that continue over the edges.

    Parameters
    ----------
    rng
        Source of randomness.
    across, down
        Number of random cells in each direction: the more, the finer.
    width, height
        Size of the result.
    """
    cells = np.pad(rng.random((down, across), dtype=np.float32), 2, mode="wrap")
    box = (2, 2, 2 + across, 2 + down)
    return np.asarray(Image.fromarray(cells).resize((width, height), Image.Resampling.BICUBIC, box))


def fractal(
    rng: np.random.Generator,
    across: int,
    down: int,
    octaves: int = 5,
    gain: float = 0.5,
    size: tuple[int, int] = (WIDTH, HEIGHT),
) -> Floats:
    """Add noise of doubling fineness, each finer one `gain` times as strong; from 0 to 1."""
    total = np.zeros(size[::-1], np.float32)
    for octave in range(octaves):
        total += gain**octave * noise(rng, across << octave, down << octave, *size)
    total -= total.min()
    return total / total.max()


def sample(field: Floats, x: Floats, y: Floats) -> Floats:
    """Read a field at fractional places (bilinear); it repeats beyond its edges."""
    height, width = field.shape[:2]
    x0, y0 = np.floor(x), np.floor(y)
    right, below = x - x0, y - y0
    if field.ndim == 3:
        right, below = right[..., None], below[..., None]
    left, top = x0.astype(np.int64) % width, y0.astype(np.int64) % height
    next_left, next_top = (left + 1) % width, (top + 1) % height
    upper = mix(field[top, left], field[top, next_left], right)
    lower = mix(field[next_top, left], field[next_top, next_left], right)
    return mix(upper, lower, below)


def below(line: Floats) -> Floats:
    """Return how much of each pixel lies below a line given as one y for each column."""
    _, y = positions()
    steepness = np.sqrt(1 + np.gradient(line) ** 2)
    return np.clip((y - line[None, :]) / steepness[None, :] + 0.5, 0, 1).astype(np.float32)


def blurred(mask: Floats, radius: float) -> Floats:
    """Blur a mask that holds values from 0 to 1."""
    image = Image.fromarray((mask * 255 + 0.5).astype(np.uint8))
    return np.asarray(image.filter(ImageFilter.GaussianBlur(radius)), np.float32) / 255


def to_image(canvas: Floats, rng: np.random.Generator) -> Image.Image:
    """Round a canvas to 8 bits, dithered: noise of one level hides the steps of a gradient.

    As in a JPEG file, it is brightness and two colour differences that are rounded. This leaves
    half as many distinct colours as rounding red, green and blue: as many as a photograph has.
    """
    levels = np.clip(canvas, 0, 1) * 255 @ TO_YCBCR.T + np.array([0, 128, 128], np.float32)
    dithered = np.floor(levels + rng.random(levels.shape, dtype=np.float32))
    planes = np.clip(dithered, 0, 255).astype(np.uint8)
    bands = [Image.fromarray(np.ascontiguousarray(planes[..., i])) for i in range(3)]
    return Image.merge("YCbCr", bands).convert("RGB")


class Sheet:
    """A transparent sheet for shapes with clean edges.

    Shapes hide those drawn before them. They are drawn `FINE` times larger than the canvas, in
    canvas coordinates, and averaged down when the sheet is laid on a canvas.
    """

    def __init__(self) -> None:
        self._image = Image.new("RGBA", (WIDTH * FINE, HEIGHT * FINE))
        self._pen = ImageDraw.Draw(self._image)

    def shape(self, points: Sequence[Point], fill: Floats) -> None:
        """Fill a polygon."""
        # Whole numbers: Pillow's treatment of fractions has changed between releases.
        corners = [(round(x * FINE), round(y * FINE)) for x, y in points]
        self._pen.polygon(corners, fill=_ink(fill))

    def box(self, corner: Point, size: Point, fill: Floats) -> None:
        """Fill a rectangle given by its lower left corner, its width and its height."""
        left, bottom = corner
        right, top = left + size[0], bottom - size[1]
        self.shape([(left, top), (right, top), (right, bottom), (left, bottom)], fill)

    def dot(self, x: float, y: float, across: float, down: float, fill: Floats) -> None:
        """Fill an ellipse given by its centre and its two radii."""
        left, top = round((x - across) * FINE), round((y - down) * FINE)
        right, bottom = round((x + across) * FINE), round((y + down) * FINE)
        self._pen.ellipse((left, top, right, bottom), fill=_ink(fill))

    def stroke(self, start: Point, end: Point, widths: tuple[float, float], fill: Floats) -> None:
        """Draw a straight stroke that changes its width from start to end."""
        dx, dy = end[0] - start[0], end[1] - start[1]
        length = max((dx * dx + dy * dy) ** 0.5, 1e-6)
        nx, ny = -dy / length / 2, dx / length / 2
        first, last = widths
        self.shape(
            [
                (start[0] + nx * first, start[1] + ny * first),
                (end[0] + nx * last, end[1] + ny * last),
                (end[0] - nx * last, end[1] - ny * last),
                (start[0] - nx * first, start[1] - ny * first),
            ],
            fill,
        )

    def read(self) -> tuple[Floats, Floats]:
        """Return the sheet's colour, already multiplied by its coverage, and its coverage."""
        small = np.zeros((HEIGHT, WIDTH, 4), np.float32)
        box = self._image.getbbox()
        if box is not None:
            left, top = box[0] // FINE, box[1] // FINE
            right, bottom = -(-box[2] // FINE), -(-box[3] // FINE)
            used = self._image.crop((left * FINE, top * FINE, right * FINE, bottom * FINE))
            small[top:bottom, left:right] = np.asarray(used.convert("RGBa").reduce(FINE)) / 255.0
        return small[..., :3], small[..., 3:]

    def lay_on(self, canvas: Floats, light: Floats | float = 1.0) -> Floats:
        """Return the canvas with this sheet over it, its colours multiplied by `light`."""
        paint, coverage = self.read()
        return canvas * (1 - coverage) + paint * light


def _ink(fill: Floats) -> tuple[int, int, int, int]:
    red, green, blue = (min(max(int(c * 255 + 0.5), 0), 255) for c in fill.tolist())
    return red, green, blue, 255
