"""More than 8 bits a channel: read in full, and rounded once, at the end.

Of colours, Pillow keeps the high 8 bits. If its decoders are told that the file has the other byte
order, they take the low byte for the high one: decoding twice gives all 16. Greys it gives in full,
but what they mean is left to the caller.

A codebook holds 8-bit colours, but which ones, and which pixel gets which, is better known with
ten bits: `Pixels.is_fine`. Colour spaces are converted before anything is rounded.
"""

from __future__ import annotations

import sys
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from huepress.errors import NotAnImageError
from huepress.reading import jpeg2000
from huepress.reading.pixels import Pixels

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

    from huepress.color import MatrixShaper

__all__ = ["is_deep", "pixels_from_samples", "read_samples", "samples_from_floats", "turn_upright"]

_BLOCK = 1 << 18  # samples, or pixels, at once: what lies between then takes no memory to speak of
_LEAST_OPAQUE = 65_407  # the least alpha that rounds to 255
_BITS_PER_SAMPLE, _PHOTOMETRIC, _PLANAR = 258, 262, 284  # tags of a TIFF


def is_deep(image: Image.Image) -> bool:
    """Tell whether an image, opened but not decoded, has more than 8 bits a channel."""
    if image.mode[0] in "IF" or _has_own_samples(image):
        return True
    return _raw_mode_pairs(image) is not None


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
        What messages call it.

    Returns
    -------
    ndarray of uint16, shape (H, W, 1 to 4)
        Grey, grey and alpha, RGB or RGBA; not turned upright.
    tuple of str
        Notices.

    Raises
    ------
    NotAnImageError
        If values are no numbers, or not within 16 bits.
    """
    key = image.info.get("transparency")
    if _has_own_samples(image):
        from huepress.reading.optional import deep_samples

        return deep_samples(image), ()
    notices: tuple[str, ...] = ()
    if image.mode == "F":
        samples, notices = _read_floats(image, name)
    elif image.mode[0] == "I":
        samples = _read_grey(image, name)
    else:
        samples = _read_color(image, again)
        white = _white_level(image, name)
        if white < 65_535:
            samples = _scale_to_16_bits(samples, white)
    if isinstance(key, int | tuple) and samples.shape[2] in (1, 3):
        samples = _with_key(samples, key)
    return samples, notices


def turn_upright(samples: NDArray[np.uint16], orientation: int) -> NDArray[np.uint16]:
    """Undo what EXIF's number for the orientation, 1 to 8, says."""
    if orientation in (5, 6, 7, 8):
        samples = samples.swapaxes(0, 1)
    if orientation in (2, 3, 6, 7):
        samples = samples[:, ::-1]
    return samples[::-1] if orientation in (3, 4, 7, 8) else samples


def samples_from_floats(array: NDArray[np.floating[Any]]) -> NDArray[np.uint16]:
    """Return floating point of 0 to 1 as 16-bit samples."""
    import numpy as np

    samples = np.empty(array.shape, np.uint16)
    step = max(1, _BLOCK // max(1, array[:1].size))
    for at in range(0, len(array), step):
        block = array[at : at + step].astype(np.float64)
        samples[at : at + step] = np.rint(block * 65_535)
    return samples


def pixels_from_samples(samples: NDArray[np.uint16], shaper: MatrixShaper | None = None) -> Pixels:
    """Round samples to the bits that are clustered: ten a channel, or eight if there is alpha.

    Parameters
    ----------
    samples : ndarray of uint16, shape (H, W, 1 to 4)
        Grey, grey and alpha, RGB or RGBA.
    shaper : MatrixShaper, optional
        What colours mean, if that isn't sRGB: they are converted.
    """
    import numpy as np

    height, width, planes = samples.shape
    colors, has_alpha = (1 if planes < 3 else 3), planes in (2, 4)
    opaque = not has_alpha or bool((samples[..., -1] >= _LEAST_OPAQUE).all())
    raw = np.empty((height, width, 4), np.uint8)
    convert = None
    if shaper is not None:
        from huepress.reading.conversion import sample_converter

        convert = sample_converter(shaper)
    step = max(1, _BLOCK // (width * planes))
    for at in range(0, height, step):
        block = samples[at : at + step]
        color = np.broadcast_to(block[..., :colors], (*block.shape[:2], 3))
        color = convert(color) if convert else color
        if opaque:
            raw[at : at + step] = _to_ten_bits(color)
        else:
            raw[at : at + step, :, :3] = _to_eight_bits(color)
            raw[at : at + step, :, 3] = _to_eight_bits(block[..., -1])
    return Pixels(
        width, height, 3 if opaque else 4, raw.data.cast("B"), opaque, converted=shaper is not None
    )


@lru_cache
def _tables() -> tuple[NDArray[np.uint8], NDArray[np.uint32]]:
    """Return what each 16-bit sample is in 8 bits, and in ten of red, green and blue.

    Ten bits must round to the nearest 8, for which a few are one less than the nearest ten. The
    ten of each channel lie in a 32-bit number in their place, and its bytes in the order that the
    kernels read: joining the three is then all the work there is for a pixel.
    """
    import numpy as np

    wide = np.arange(65_536, dtype=np.uint32)
    eight = (wide + 128) // 257
    ten = np.minimum((wide * 4 + 128) // 257, eight * 4 + 1)
    packed = np.stack([ten << 20, ten << 10, ten])
    ordered = np.stack([packed >> shift & 255 for shift in (16, 8, 0, 24)], axis=-1)
    return eight.astype(np.uint8), ordered.astype(np.uint8).view(np.uint32)[..., 0]


def _to_eight_bits(samples: NDArray[np.uint16]) -> NDArray[np.uint8]:
    eight: NDArray[np.uint8] = _tables()[0][samples]
    return eight


def _to_ten_bits(samples: NDArray[np.uint16]) -> NDArray[np.uint8]:
    """Return ten bits of each channel, four bytes a pixel."""
    import numpy as np

    red, green, blue = _tables()[1]
    joined: NDArray[np.uint32] = red[samples[..., 0]]
    joined |= green[samples[..., 1]]
    joined |= blue[samples[..., 2]]
    return joined.view(np.uint8).reshape(*joined.shape, 4)


def _has_own_samples(image: Image.Image) -> bool:
    """Tell whether `optional` has opened an image, and has more bits of it than Pillow takes."""
    return hasattr(image, "deep_samples") and image.info.get("bit_depth", 8) > 8


def _read_floats(image: Image.Image, name: str) -> tuple[NDArray[np.uint16], tuple[str, ...]]:
    import numpy as np

    values = np.array(image)
    if not np.isfinite(values).all():
        raise NotAnImageError(f"{name}: some values are no numbers; replace them first")
    low, high = float(values.min()), float(values.max())
    notices: tuple[str, ...] = ()
    if low < 0 or high > 1:
        notices = (f"values from {low:.4g} to {high:.4g} were cut off to 0 to 1",)
        np.clip(values, 0, 1, out=values)
    return _black_as_zero(samples_from_floats(values)[:, :, None], image), notices


def _read_grey(image: Image.Image, name: str) -> NDArray[np.uint16]:
    import numpy as np

    white = _white_level(image, name)  # asked before the file is decoded
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
        samples = _scale_to_16_bits(samples, white)
    return _black_as_zero(samples[:, :, None], image)


def _scale_to_16_bits(samples: NDArray[np.uint16], white: int) -> NDArray[np.uint16]:
    import numpy as np

    table = np.minimum(np.arange(65_536, dtype=np.uint32) * 65_535 // white, 65_535)
    return table.astype(np.uint16)[samples]


def _white_level(image: Image.Image, name: str) -> int:
    """Return the highest sample that there can be."""
    if image.format == "JPEG2000":
        return jpeg2000.white_level(image, name)
    if image.format == "PPM":
        return int(image.info.get("white", 65_535))
    bits = _bits(image)
    return (1 << bits) - 1 if 8 < bits < 16 else 65_535


def _read_color(image: Image.Image, again: Callable[[], Image.Image]) -> NDArray[np.uint16]:
    import numpy as np

    raw_modes = _raw_mode_pairs(image) or []
    high, low = ([pair[which] for pair in raw_modes] for which in (0, 1))
    premultiplied = any("a" in _raw_mode(tile) for tile in image.tile)  # type: ignore[attr-defined]
    if high == low:  # grey and alpha, two bytes of each
        _decode(image, high)
        both = np.asarray(image).astype(np.uint16)
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
    """Decode, and copy strip by strip, so that memory holds one copy besides Pillow's own."""
    import numpy as np

    _decode(image, raw_modes)
    step = max(1, _BLOCK // image.width)
    for y in range(0, image.height, step):
        strip = image.crop((0, y, image.width, min(y + step, image.height)))
        out[y : y + step] = np.asarray(strip)
    image.im = None  # type: ignore[assignment]  # else it stays until the file is closed


def _decode(image: Image.Image, raw_modes: list[str]) -> None:
    tiles: Any = image.tile  # type: ignore[attr-defined]
    image.tile = [  # type: ignore[attr-defined]
        _with_raw_mode(tile, mode) for tile, mode in zip(tiles, raw_modes, strict=True)
    ]
    image.load()


def _with_key(samples: NDArray[np.uint16], key: int | tuple[int, ...]) -> NDArray[np.uint16]:
    """Return samples with alpha: 0 for the one colour that the file declares transparent."""
    import numpy as np

    clear = (samples == np.array(key)).all(axis=2, keepdims=True)
    return np.concatenate([samples, np.where(clear, 0, 65_535).astype(np.uint16)], axis=2)


def _raw_mode_pairs(image: Image.Image) -> list[tuple[str, str]] | None:
    """Return Pillow's raw modes for the high and the low bytes of each tile of a colour image.

    None if it has 8 bits a channel, or Pillow's decoder gives no more.
    """
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
    """Return the bits per sample of a TIFF; 0 of anything else."""
    found = _tag(image, _BITS_PER_SAMPLE)
    return max(found) if isinstance(found, tuple) and found else 0


def _black_as_zero(samples: NDArray[np.uint16], image: Image.Image) -> NDArray[np.uint16]:
    """Return samples whose 0 is black: in a TIFF it may be white."""
    inverted: NDArray[np.uint16] = ~samples if _tag(image, _PHOTOMETRIC) == 0 else samples
    return inverted


def _tiff_order(image: Image.Image) -> str:
    prefix: bytes = image.tag_v2.prefix  # type: ignore[attr-defined]
    return "B" if prefix == b"MM" else "L"
