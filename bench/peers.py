"""Quantizers as Python libraries: one small function each, behind one registry.

Such a function receives its library, an (H, W, 3) uint8 array and K. It converts the array to the
form that the library wants, and returns what is timed, and how to read the result of that.
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

from bench.measures import Pixels

Answer = tuple[NDArray[np.generic], NDArray[np.integer]]
"""A codebook (K, 3 or more) and labels (H, W)."""

Job = tuple[Callable[[], Any], Callable[[Any], Answer]]
"""What is timed, and what reads its result, untimed."""


@dataclass(frozen=True, slots=True)
class Quantizer:
    """A quantizer; `module` is what it needs, `package` the name that its users know."""

    name: str
    module: str
    package: str
    prepare: Callable[[ModuleType, Pixels, int], Job]
    max_k: int = 65_536
    slow: bool = False
    """So slow that one run on one image has to do."""

    def library(self) -> ModuleType:
        """Import what it needs; ImportError if that is not installed."""
        return import_module(self.module)

    def version(self) -> str:
        """Return package and version, as in ``Pillow 12.0.0``."""
        root = self.module.partition(".")[0]
        version = getattr(import_module(root), "__version__", None) or metadata.version(root)
        return f"{self.package} {version}"


def huepress(effort: int) -> Quantizer:
    """Return huepress as plain K-means in RGB, as all its peers are, at one effort."""
    prepare = partial(_huepress, effort=effort, space="rgb", dither="none", rd=0)
    return Quantizer(f"huepress (effort {effort})", "huepress", "huepress", prepare)


def huepress_defaults() -> Quantizer:
    """Return huepress with its default options."""
    return Quantizer("huepress (defaults)", "huepress", "huepress", _huepress)


def _huepress(library: ModuleType, pixels: Pixels, k: int, **options: Any) -> Job:
    def run() -> Answer:
        quantized = library.quantize(pixels, k=k, **options)
        # Asked for inside the clock, in case either is computed only when asked for.
        return quantized.codebook.colors, quantized.labels

    return run, lambda answer: answer


def _textbook(cluster: ModuleType, pixels: Pixels, k: int) -> Job:
    return _sklearn(cluster.KMeans(k, n_init=10, max_iter=200, random_state=0), pixels)


def _minibatch(cluster: ModuleType, pixels: Pixels, k: int) -> Job:
    return _sklearn(cluster.MiniBatchKMeans(k, random_state=0), pixels)


def _sklearn(model: Any, pixels: Pixels) -> Job:
    def answer(fitted: Any) -> Answer:
        return fitted.cluster_centers_, fitted.labels_.reshape(pixels.shape[:2])

    return partial(model.fit, _samples(pixels)), answer


def _opencv(cv2: ModuleType, pixels: Pixels, k: int) -> Job:
    samples = _samples(pixels)
    # At most 20 iterations, fewer if no centroid moves by more than 1: cv2 has no defaults here.
    criteria = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 20, 1.0)

    def run() -> Any:
        cv2.setRNGSeed(0)
        return cv2.kmeans(samples, k, None, criteria, 1, cv2.KMEANS_PP_CENTERS)

    return run, lambda result: (result[2], result[1].reshape(pixels.shape[:2]))


def _pillow(image_module: ModuleType, pixels: Pixels, k: int, *, kmeans: int = 0) -> Job:
    image, off = image_module.fromarray(pixels), image_module.Dither.NONE

    def answer(quantized: Any) -> Answer:
        colors = np.asarray(quantized.getpalette("RGB"), np.uint8).reshape(-1, 3)
        return colors, np.asarray(quantized)

    return partial(image.quantize, k, kmeans=kmeans, dither=off), answer


def _imagequant(imagequant: ModuleType, pixels: Pixels, k: int) -> Job:
    height, width = pixels.shape[:2]
    opaque = np.full((height, width, 1), 255, np.uint8)
    rgba = np.concatenate((pixels, opaque), axis=2).tobytes()

    def answer(result: Any) -> Answer:
        labels, palette = result
        colors = np.asarray(palette, np.uint8).reshape(-1, 4)
        return colors, np.frombuffer(labels, np.uint8).reshape(height, width)

    quantize = imagequant.quantize_raw_rgba_bytes
    return partial(quantize, rgba, width, height, dithering_level=0.0, max_colors=k), answer


def _samples(pixels: Pixels) -> NDArray[np.float32]:
    return np.ascontiguousarray(pixels.reshape(-1, 3), np.float32)


_REGISTERED = (
    Quantizer("textbook", "sklearn.cluster", "scikit-learn", _textbook, slow=True),
    Quantizer("minibatch", "sklearn.cluster", "scikit-learn", _minibatch),
    Quantizer("opencv", "cv2", "OpenCV", _opencv),
    Quantizer("pillow", "PIL.Image", "Pillow", _pillow, max_k=256),
    # `kmeans` is a threshold: iterate until no more than that many colours change their centroid.
    # 1 gives the least error; at 1000 to 10000 it is 2 to 4 times faster and 4 to 18 % worse.
    Quantizer("pillow-kmeans", "PIL.Image", "Pillow", partial(_pillow, kmeans=1), max_k=256),
    Quantizer("imagequant", "imagequant", "imagequant", _imagequant, max_k=256),
)
PEERS = {quantizer.name: quantizer for quantizer in _REGISTERED}
