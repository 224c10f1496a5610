"""Colours as they came out, and as LittleCMS converts them."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image, ImageCms

from huepress.reading import Pixels


def values(pixels: Pixels) -> np.ndarray:
    return np.frombuffer(pixels.to_8_bits(), np.uint8).reshape(-1, pixels.channels).astype(int)


def managed(image: Image.Image, profile: bytes) -> np.ndarray:
    """Return what LittleCMS makes of an image, at its most exact."""
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    target, exact = ImageCms.createProfile("sRGB"), ImageCms.Flags.NOOPTIMIZE
    shown = ImageCms.profileToProfile(image, source, target, outputMode=image.mode, flags=exact)
    assert shown is not None
    return np.asarray(shown).reshape(-1, len(image.mode)).astype(int)
