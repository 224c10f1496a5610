"""Pillow's many modes of 8 bits or less, as RGB or RGBA."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["as_rgb", "key_of"]

_WIDENED = {"L;2": 85, "L;4": 17}


def key_of(image: Image.Image) -> Any:
    """Return what stands for transparent, before an image is decoded; None if nothing does.

    Pillow widens greys of 2 and 4 bits to 8, but not the one that is transparent.
    """
    key = image.info.get("transparency")
    raw_mode = next((tile[3] for tile in getattr(image, "tile", ())), None)
    if isinstance(key, int) and raw_mode in _WIDENED:
        return (key * _WIDENED[raw_mode]) & 255
    return key


def as_rgb(image: Image.Image, key: Any = None) -> Image.Image:
    """Convert any mode of 8 bits or less to RGB or RGBA; `key` is what `key_of` gave."""
    if image.mode in ("RGB", "RGBA") and key is None:
        return image
    if image.mode in ("1", "L") and isinstance(key, int):
        grey = image.convert("L")
        grey.putalpha(grey.point([0 if value == key else 255 for value in range(256)]))
        return grey.convert("RGBA")
    if image.mode == "La":
        image = image.convert("LA")
    translucent = image.mode in ("RGBA", "RGBa", "LA", "PA") or key is not None
    return image.convert("RGBA" if translucent else "RGB")
