"""Pillow's many modes of up to 8 bits a channel, as RGB or RGBA."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["to_rgb", "transparent_key"]

_SCALE_TO_8_BITS = {"L;2": 85, "L;4": 17}


def transparent_key(image: Image.Image) -> Any:
    """Return the value that the file declares transparent, or None; before it is decoded.

    Pillow scales greys of 2 and 4 bits up to 8, but not the one that is transparent.
    """
    key = image.info.get("transparency")
    raw_mode = next((tile[3] for tile in getattr(image, "tile", ())), None)
    if isinstance(key, int) and raw_mode in _SCALE_TO_8_BITS:
        return (key * _SCALE_TO_8_BITS[raw_mode]) & 255
    return key


def to_rgb(image: Image.Image, key: Any = None) -> Image.Image:
    """Convert any mode of up to 8 bits to RGB or RGBA; `key` is that of `transparent_key`."""
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
