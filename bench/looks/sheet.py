"""A contact sheet: the most telling places of each image, as they were and as both coders show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from bench.images import UnusableError
from bench.looks import coders, subjects
from bench.looks.banding import Banding, box_means, lightness
from bench.looks.coders import Peer, RefusedError
from bench.looks.judge import BACKGROUNDS, Judge, Verdict, on_background
from bench.looks.study import DEFAULT_K
from bench.looks.subjects import Candidate, Pixels

CROP = (160, 120)
ZOOM = 2
GAP = 4
LABEL = 14
PAPER, INK = (250, 250, 250), (20, 20, 20)
MOST_IMAGES = 12


@dataclass(frozen=True, slots=True)
class Place:
    """A rectangle of an image, and why it is shown."""

    why: str
    left: int
    top: int
    width: int
    height: int

    def hides(self, other: Place) -> bool:
        """Tell whether another place of the same size shows hardly anything else."""
        across = self.width - abs(self.left - other.left)
        down = self.height - abs(self.top - other.top)
        return min(across, down) > 0 and across * down > 0.75 * self.width * self.height

    def of(self, pixels: Pixels) -> Pixels:
        """Cut it out."""
        return pixels[self.top : self.top + self.height, self.left : self.left + self.width]


@dataclass(frozen=True, slots=True)
class Version:
    """An image as somebody shows it: its pixels on some background, and what to write below."""

    name: str
    pixels: Pixels
    verdict: Verdict | None = None

    @property
    def label(self) -> str:
        """Who, bytes and score."""
        if self.verdict is None:
            return self.name
        score = self.verdict.ssimulacra2
        looks = "lossless" if self.verdict.lossless else f"{score:.1f}" if score else "no score"
        return f"{self.name}: {self.verdict.bytes:,} bytes, {looks}"


def draw(
    candidates: Sequence[Candidate],
    peer: Peer,
    scratch: Path,
    options: dict[str, Any],
    notes: list[str],
    k: int | None = None,
) -> Image.Image | None:
    """Draw the sheet of at most `MOST_IMAGES`, evenly chosen; None if none could be shown.

    Parameters
    ----------
    candidates, peer, scratch
        As in `bench.looks.study.study`.
    options
        What huepress is told; nothing shows its defaults.
    notes
        Receives one line for each image that can't be shown.
    k
        Colours for both; by default huepress decides for itself, and pngquant takes 256.
    """
    chosen = candidates
    if len(candidates) > MOST_IMAGES:
        step = len(candidates) / MOST_IMAGES
        chosen = [candidates[int(i * step)] for i in range(MOST_IMAGES)]
        notes.append(f"sheet: {MOST_IMAGES} of {len(candidates)} images, evenly chosen")
    rows: list[Image.Image] = []
    for candidate in chosen:
        try:
            rows += _rows(candidate, peer, scratch, options, k)
        except (UnusableError, RefusedError) as reason:
            notes.append(f"sheet: {candidate.name} is missing, {reason}")
    if not rows:
        return None
    page = Image.new(
        "RGB", (max(row.width for row in rows), sum(row.height for row in rows)), PAPER
    )
    top = 0
    for row in rows:
        page.paste(row, (0, top))
        top += row.height
    return page


def places(original: Pixels) -> list[Place]:
    """Return the smoothest gradient, if there is any, and the most detailed place of an image."""
    height, width = original.shape[:2]
    across, down = min(CROP[0], width), min(CROP[1], height)

    def best(why: str, values: np.ndarray[Any, Any]) -> Place:
        means = box_means(values, down, across)
        top, left = np.unravel_index(int(np.argmax(means)), means.shape)
        return Place(why, int(left), int(top), across, down)

    if (across, down) == (width, height):
        return [Place("all of it", 0, 0, width, height)]
    light = lightness(original)
    detail = np.zeros_like(light)
    detail[:, 1:] += np.abs(np.diff(light, axis=1))
    detail[1:] += np.abs(np.diff(light, axis=0))
    gradients = Banding(original)
    found = best("most detail", detail)
    if not gradients.applies:
        return [found]
    smooth = best("smoothest gradient", gradients.smooth)
    return [smooth] if smooth.hides(found) else [smooth, found]


def _rows(
    candidate: Candidate, peer: Peer, scratch: Path, options: dict[str, Any], k: int | None
) -> list[Image.Image]:
    """Return an image's rows: each place on each background."""
    original = subjects.load(candidate.path)
    with TemporaryDirectory(dir=scratch) as name:
        file = subjects.plain_png(candidate.path, original, Path(name))
        given = options if k is None else {**options, "k": k}
        files = {"huepress": coders.huepress(file, **given), "pngquant": peer(file, k or DEFAULT_K)}
        judge = Judge(original, Path(name))
        verdicts = {who: judge(png) for who, png in files.items()}
    rows = []
    for grey in BACKGROUNDS if original.shape[2] == 4 else BACKGROUNDS[:1]:
        shown = on_background(original, grey)
        results = [
            Version(who, on_background(subjects.load(BytesIO(png)), grey), verdicts[who])
            for who, png in files.items()
        ]
        for place in places(shown):
            first = Version(f"{candidate.name[-36:]}, {place.why}", shown)
            rows.append(_row(place, [first, *results]))
    return rows


def _row(place: Place, versions: Sequence[Version]) -> Image.Image:
    """Draw one place in all versions side by side, each with its label."""
    # Labels need the room of a whole crop, and smaller images look better larger.
    zoom = ZOOM * min(CROP[0] // place.width, CROP[1] // place.height) or ZOOM
    column = ZOOM * CROP[0] + GAP
    size = (zoom * place.width, zoom * place.height)
    row = Image.new("RGB", (column * len(versions), size[1] + LABEL + GAP), PAPER)
    pen = ImageDraw.Draw(row)
    for number, version in enumerate(versions):
        crop = Image.fromarray(np.ascontiguousarray(place.of(version.pixels)))
        row.paste(crop.resize(size, Image.Resampling.NEAREST), (column * number, 0))
        pen.text((column * number + 2, size[1] + 1), version.label, INK)
    return row
