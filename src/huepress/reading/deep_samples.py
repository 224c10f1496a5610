"""All bits of images that have more than 8 a channel, out of Pillow, which keeps the high ones.

Told that the other byte order was in use, its decoders take the low byte for the high one:
decoding twice gives all 16 bits. Greys come whole; but what they mean is left to the caller.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from huepress.errors import NotAnImageError
from huepress.reading import jpeg2000

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

__all__ = ["is_deep", "read_samples", "upright"]

_STRIP = 1 << 18  # pixels
_BITS_PER_SAMPLE, _PHOTOMETRIC, _PLANAR = 258, 262, 284


def is_deep(image: Image.Image) -> bool:
    """Tell whether an image, opened but not decoded, has more than 8 bits a channel."""
    return image.mode[0] in "IF" or _has_own_samples(image) or _raw_modes(image) is not None


def read_samples(
    image: Image.Image, again: Callable[[], Image.Image], name: str
) -> tuple[NDArray[np.uint16], tuple[str, ...]]:
    """Decode all bits of a deep image.

    Parameters
    ----------
    image : PIL.Image.Image
        For which `is_deep` holds.
    again : callable
        Opens the same once more.
    name : str
        For messages.

    Returns
    -------
    ndarray of uint16, shape (H, W, 1 to 4)
        Grey, grey and alpha, RGB or RGBA; as they lie in the file.
    tuple of str
        Notices.

    Raises
    ------
    NotAnImageError
        If values are no numbers, or not within 16 bits.
    """
    key = image.info.get("transparency")
    notices: tuple[str, ...] = ()
    if _has_own_samples(image):
        from huepress.reading.optional import deep_samples

        return deep_samples(image), ()
    if image.mode == "F":
        samples, notices = _of_float(image, name)
    elif image.mode[0] == "I":
        samples = _of_grey(image, name)
    else:
        samples = _of_color(image, again)
        white = _white(image, name)
        if white < 65_535:
            samples = _widened(samples, white)
    if isinstance(key, int | tuple) and samples.shape[2] in (1, 3):
        samples = _with_key(samples, key)
    return samples, notices


def _has_own_samples(image: Image.Image) -> bool:
    """Tell whether `extras` has opened an image, and has more bits of it than Pillow takes."""
    return hasattr(image, "deep_samples") and image.info.get("bit_depth", 8) > 8


def upright(samples: NDArray[np.uint16], orientation: int) -> NDArray[np.uint16]:
    """Undo what EXIF's number for the orientation says."""
    if orientation in (5, 6, 7, 8):
        samples = samples.swapaxes(0, 1)
    if orientation in (2, 3, 6, 7):
        samples = samples[:, ::-1]
    return samples[::-1] if orientation in (3, 4, 7, 8) else samples


def _of_float(image: Image.Image, name: str) -> tuple[NDArray[np.uint16], tuple[str, ...]]:
    import numpy as np

    from huepress.reading.depth import unit_samples

    values = np.array(image)
    if not np.isfinite(values).all():
        raise NotAnImageError(f"{name}: some values are no numbers; replace them first")
    low, high = float(values.min()), float(values.max())
    notices: tuple[str, ...] = ()
    if low < 0 or high > 1:
        notices = (f"values from {low:.4g} to {high:.4g} were cut off to 0 to 1",)
        np.clip(values, 0, 1, out=values)
    return _dark_first(unit_samples(values)[:, :, None], image), notices


def _of_grey(image: Image.Image, name: str) -> NDArray[np.uint16]:
    import numpy as np

    white = _white(image, name)  # asked before the file is decoded
    values = np.array(image)
    if image.format == "FITS" and "zero" in image.info and image.mode == "I;16":
        values = values.astype(np.int16).astype(np.int32) + image.info["zero"]
    low, high = int(values.min()), int(values.max())
    if low < 0 or high > 65_535:  # 32 bits, of which most files use 16
        raise NotAnImageError(
            f"{name}: its grey values lie between {low} and {high}; convert it to 8 or 16 bit"
        )
    samples = values.astype(np.uint16)
    if white < 65_535:
        samples = _widened(samples, white)
    return _dark_first(samples[:, :, None], image)


def _widened(samples: NDArray[np.uint16], white: int) -> NDArray[np.uint16]:
    import numpy as np

    table = np.minimum(np.arange(65_536, dtype=np.uint32) * 65_535 // white, 65_535)
    return table.astype(np.uint16)[samples]


def _white(image: Image.Image, name: str) -> int:
    """Return the sample that is white, or black if that comes last."""
    if image.format == "JPEG2000":
        return jpeg2000.white_of(image, name)
    if image.format == "PPM":
        return int(image.info.get("white", 65_535))
    bits = _bits(image)
    return (1 << bits) - 1 if 8 < bits < 16 else 65_535


def _of_color(image: Image.Image, again: Callable[[], Image.Image]) -> NDArray[np.uint16]:
    import numpy as np

    raw_modes = _raw_modes(image) or []
    high, low = ([pair[which] for pair in raw_modes] for which in (0, 1))
    premultiplied = any("a" in _raw_mode(tile) for tile in image.tile)  # type: ignore[attr-defined]
    if high == low:  # grey and alpha, two bytes of each
        both = _decoded(image, high).astype(np.uint16)
        return (both[..., ::2] << 8 | both[..., 1::2]).astype(np.uint16)
    samples = np.empty((image.height, image.width, len(image.mode)), np.uint16)
    halves = samples.view(np.uint8).reshape(*samples.shape, 2)
    low_half = 0 if sys.byteorder == "little" else 1
    _decode_into(halves[..., low_half], again(), low)
    _decode_into(halves[..., 1 - low_half], image, high)
    if premultiplied:
        alpha = np.maximum(samples[..., 3:], 1).astype(np.uint64)
        samples[..., :3] = np.minimum(samples[..., :3] * np.uint64(65_535) // alpha, 65_535)
    return samples


def _decode_into(out: NDArray[np.uint8], image: Image.Image, raw_modes: list[str]) -> None:
    """Copy strip by strip, so that memory holds one copy besides Pillow's own."""
    import numpy as np

    _decode(image, raw_modes)
    step = max(1, _STRIP // image.width)
    for y in range(0, image.height, step):
        strip = image.crop((0, y, image.width, min(y + step, image.height)))
        out[y : y + step] = np.asarray(strip)
    image.im = None  # type: ignore[assignment]  # else it stays until the file is closed


def _decoded(image: Image.Image, raw_modes: list[str]) -> NDArray[np.uint8]:
    import numpy as np

    _decode(image, raw_modes)
    return np.asarray(image)


def _decode(image: Image.Image, raw_modes: list[str]) -> None:
    tiles: Any = image.tile  # type: ignore[attr-defined]
    image.tile = [  # type: ignore[attr-defined]
        _with_raw_mode(tile, mode) for tile, mode in zip(tiles, raw_modes, strict=True)
    ]
    image.load()


def _with_key(samples: NDArray[np.uint16], key: int | tuple[int, ...]) -> NDArray[np.uint16]:
    """Return samples with alpha: the one colour that means "see-through" gets none."""
    import numpy as np

    clear = (samples == np.array(key)).all(axis=2, keepdims=True)
    return np.concatenate([samples, np.where(clear, 0, 65_535).astype(np.uint16)], axis=2)


def _raw_modes(image: Image.Image) -> list[tuple[str, str]] | None:
    """Return how high and low bytes of each tile are decoded; None if there are no low ones."""
    pairs = []
    for tile in getattr(image, "tile", ()):
        mode, _, order = _raw_mode(tile).partition(";16")
        if mode in ("R", "G", "B", "A") and not order and _bits(image) == 16:
            order = _tiff_order(image)  # Pillow takes these for 8 bits
        if image.mode not in ("RGB", "RGBA") or order not in ("B", "L", "N"):
            return None
        if tile[0] == "libtiff" and _tag(image, _PLANAR) == 2:
            return None  # compressed planes are taken as Pillow wants, whatever it is told
        if mode == "LA":
            pairs.append(("RGBA", "RGBA"))
            continue
        own = sys.byteorder[0].upper() if order == "N" else order
        other = "L" if own == "B" else "B"
        pairs.append((f"{mode.upper()};16{own}", f"{mode.upper()};16{other}"))
    return pairs or None


def _raw_mode(tile: Any) -> str:
    arguments = tile[3]
    return str(arguments[0] if isinstance(arguments, tuple) and arguments else arguments)


def _with_raw_mode(tile: Any, raw_mode: str) -> Any:
    arguments = tile[3]
    new = (raw_mode, *arguments[1:]) if isinstance(arguments, tuple) else raw_mode
    # Before Pillow 11.1 it was a plain tuple.
    return tile._replace(args=new) if hasattr(tile, "_replace") else (*tile[:3], new)


def _tag(image: Image.Image, tag: int) -> Any:
    """Return a tag of a TIFF; None of anything else."""
    return image.tag_v2.get(tag) if hasattr(image, "tag_v2") else None


def _bits(image: Image.Image) -> int:
    found = _tag(image, _BITS_PER_SAMPLE)
    return max(found) if isinstance(found, tuple) and found else 0


def _dark_first(samples: NDArray[np.uint16], image: Image.Image) -> NDArray[np.uint16]:
    """Return samples whose 0 is black: in a TIFF it may be white."""
    turned: NDArray[np.uint16] = ~samples if _tag(image, _PHOTOMETRIC) == 0 else samples
    return turned


def _tiff_order(image: Image.Image) -> str:
    prefix: bytes = image.tag_v2.prefix  # type: ignore[attr-defined]
    return "B" if prefix == b"MM" else "L"
