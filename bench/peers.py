"""The contestants: one small function each, behind one registry.

A contestant's function receives its library, an (H, W, 3) uint8 array and K. It converts the array
to the form the library wants, and returns a `Start`: what is timed, and how to read its result.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib import import_module, metadata
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.figures import Pixels

SEED = 0

Answer = tuple[NDArray[np.generic], NDArray[np.integer]]
"""A codebook (K, 3 or more) and labels (H, W)."""

Raw = Any
"""An object of a contestant's library, which none but its function can read."""


@dataclass(frozen=True, slots=True)
class Start:
    """A contestant at the start: ``run`` is timed; ``answer`` reads what it returned, untimed."""

    run: Callable[[], Raw]
    answer: Callable[[Raw], Answer]


@dataclass(frozen=True, slots=True)
class Contestant:
    """Who races; `module` is what it needs, `package` the name its users know."""

    name: str
    module: str
    package: str
    start: Callable[[ModuleType, Pixels, int], Start]
    max_k: int = 65_536
    once: bool = False
    """So slow that one run on few images has to do."""

    def library(self) -> ModuleType:
        """Import what it needs; ImportError if that is not installed."""
        return import_module(self.module)

    def version(self) -> str:
        """Return package and version, as in ``Pillow 12.0.0``."""
        root = self.module.partition(".")[0]
        version = getattr(import_module(root), "__version__", None) or metadata.version(root)
        return f"{self.package} {version}"


def huepress(effort: int) -> Contestant:
    """Return huepress itself at one effort."""
    start = partial(_huepress, effort=effort)
    return Contestant(f"huepress (effort {effort})", "huepress", "huepress", start)


def _huepress(library: ModuleType, pixels: Pixels, k: int, *, effort: int) -> Start:
    def run() -> Answer:
        quantized = library.quantize(pixels, k=k, effort=effort, space="rgb", dither="none", rd=0)
        # Asked for inside the clock, in case either is computed only when asked for.
        return quantized.codebook.colors, quantized.labels

    return Start(run, lambda answer: answer)


def _textbook(cluster: ModuleType, pixels: Pixels, k: int) -> Start:
    return _sklearn(cluster.KMeans(k, n_init=10, max_iter=200, random_state=SEED), pixels)


def _minibatch(cluster: ModuleType, pixels: Pixels, k: int) -> Start:
    return _sklearn(cluster.MiniBatchKMeans(k, random_state=SEED), pixels)


def _sklearn(model: Raw, pixels: Pixels) -> Start:
    samples = _samples(pixels)

    def answer(fitted: Raw) -> Answer:
        return fitted.cluster_centers_, fitted.labels_.reshape(pixels.shape[:2])

    return Start(lambda: model.fit(samples), answer)


def _opencv(cv2: ModuleType, pixels: Pixels, k: int) -> Start:
    samples = _samples(pixels)
    # At most 20 iterations, fewer if no centroid moves by more than 1: cv2 has no defaults here.
    criteria = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 20, 1.0)

    def run() -> Raw:
        cv2.setRNGSeed(SEED)
        return cv2.kmeans(samples, k, None, criteria, 1, cv2.KMEANS_PP_CENTERS)

    def answer(result: Raw) -> Answer:
        _, labels, centers = result
        return centers, labels.reshape(pixels.shape[:2])

    return Start(run, answer)


def _pillow(image_module: ModuleType, pixels: Pixels, k: int, *, kmeans: int = 0) -> Start:
    image = image_module.fromarray(pixels)
    off = image_module.Dither.NONE

    def answer(quantized: Raw) -> Answer:
        colors = np.asarray(quantized.getpalette("RGB"), np.uint8).reshape(-1, 3)
        return colors, np.asarray(quantized)

    return Start(lambda: image.quantize(k, kmeans=kmeans, dither=off), answer)


def _imagequant(imagequant: ModuleType, pixels: Pixels, k: int) -> Start:
    height, width = pixels.shape[:2]
    opaque = np.full((height, width, 1), 255, np.uint8)
    rgba = np.concatenate((pixels, opaque), axis=2).tobytes()

    def run() -> Raw:
        return imagequant.quantize_raw_rgba_bytes(
            rgba, width, height, dithering_level=0.0, max_colors=k
        )

    def answer(result: Raw) -> Answer:
        labels, palette = result
        colors = np.asarray(palette, np.uint8).reshape(-1, 4)
        return colors, np.frombuffer(labels, np.uint8).reshape(height, width)

    return Start(run, answer)


def _samples(pixels: Pixels) -> NDArray[np.float32]:
    return np.ascontiguousarray(pixels.reshape(-1, 3), np.float32)


_REGISTERED = (
    Contestant("textbook", "sklearn.cluster", "scikit-learn", _textbook, once=True),
    Contestant("minibatch", "sklearn.cluster", "scikit-learn", _minibatch),
    Contestant("opencv", "cv2", "OpenCV", _opencv),
    Contestant("pillow", "PIL.Image", "Pillow", _pillow, max_k=256),
    # `kmeans` is a threshold: iterate until no more than that many colours change their centroid.
    # 1 gives the least error; at 1000 to 10000 it is 2 to 4 times faster and 4 to 18 % worse.
    Contestant("pillow-kmeans", "PIL.Image", "Pillow", partial(_pillow, kmeans=1), max_k=256),
    Contestant("imagequant", "imagequant", "imagequant", _imagequant, max_k=256),
)
PEERS = {contestant.name: contestant for contestant in _REGISTERED}
