"""A contact sheet: of each image the place where both encoders differ most, beside the original."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from bench.images import UnusableError, load
from bench.looks import encoders
from bench.looks.banding import box_means
from bench.looks.comparing import DEFAULT_K
from bench.looks.encoders import Peer, RefusedError
from bench.looks.judge import Judge
from bench.looks.pictures import BACKGROUNDS, Picture, on_background, plain_png
from bench.measures import Pixels

WIDTH, HEIGHT = 160, 120
ZOOM = 3
LABEL = 14
MOST_IMAGES = 12


def draw(
    found: Sequence[Picture], peer: Peer, options: dict[str, Any], notes: list[str]
) -> Image.Image | None:
    """Draw at most `MOST_IMAGES`, evenly chosen; None if none could be shown.

    With the option ``k``, pngquant takes as many colours. `notes` receives one line for each image
    that can't be shown.
    """
    if len(found) > MOST_IMAGES:
        notes.append(f"sheet: {MOST_IMAGES} of {len(found)} images, evenly chosen")
        found = [found[i * len(found) // MOST_IMAGES] for i in range(MOST_IMAGES)]
    rows: list[Pixels] = []
    for picture in found:
        try:
            rows += _rows(picture, peer, options)
        except (UnusableError, RefusedError) as reason:
            notes.append(f"sheet: {picture.name} is missing, {reason}")
    return Image.fromarray(np.concatenate(rows)) if rows else None


def _rows(picture: Picture, peer: Peer, options: dict[str, Any]) -> list[Pixels]:
    """Return original, ours and the peer's side by side, on each background."""
    original = load(picture.path)
    with TemporaryDirectory() as name:
        file = plain_png(original, Path(name))
        files = [encoders.huepress(file, **options), peer(file, options.get("k", DEFAULT_K))]
        verdicts = list(map(Judge(original, Path(name)), files))
    labels = [picture.name[-60:]]
    for who, verdict in zip(("huepress", "pngquant"), verdicts, strict=True):
        score = "lossless" if verdict.lossless else f"{verdict.ssimulacra2 or 0:.1f}"
        labels.append(f"{who}: {verdict.bytes:,} bytes, {score}")
    rows = []
    for grey in BACKGROUNDS if original.shape[2] == 4 else BACKGROUNDS[:1]:
        shown = [on_background(p, grey) for p in (original, *(load(BytesIO(f)) for f in files))]
        left, top = most_different(*shown[1:])
        cells = [
            _cell(pixels[top:, left:], label) for pixels, label in zip(shown, labels, strict=True)
        ]
        rows.append(np.concatenate(cells, 1))
    return rows


def most_different(one: Pixels, other: Pixels) -> tuple[int, int]:
    """Return the left top corner of the crop in which two images differ most."""
    difference = np.abs(one.astype(int) - other).sum(2)
    means = box_means(difference, min(HEIGHT, len(one)), min(WIDTH, one.shape[1]))
    top, left = np.unravel_index(int(np.argmax(means)), means.shape)
    return int(left), int(top)


def _cell(pixels: Pixels, label: str) -> Pixels:
    """Return a crop, enlarged, above its label."""
    crop = Image.fromarray(pixels[:HEIGHT, :WIDTH])
    cell = Image.new("RGB", (ZOOM * WIDTH, ZOOM * HEIGHT + LABEL), "white")
    size = (ZOOM * crop.width, ZOOM * crop.height)
    cell.paste(crop.resize(size, Image.Resampling.NEAREST), (0, LABEL))
    ImageDraw.Draw(cell).text((2, 1), label, "black")
    return np.asarray(cell)
