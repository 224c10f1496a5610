"""One standard PNG that holds codebook and label map, and that any viewer opens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from huepress.codebook import Codebook
from huepress.errors import NotAnImageError, OptionError
from huepress.formats.png import INDEXED, write_png
from huepress.image_io import decoding
from huepress.quantized import Quantized

if TYPE_CHECKING:
    from PIL import Image

    from huepress.formats.metadata import Metadata

__all__ = ["decode", "encode", "palette_of"]


def encode(q: Quantized, effort: int, metadata: Metadata | None = None) -> bytes:
    """Write an indexed PNG.

    Colours that no pixel uses are left out and equal ones merged; the translucent ones come
    first, so that the table of alphas ends with the last of them. Pixels take the fewest bits
    that can count the colours: 1, 2, 4 or 8.

    Parameters
    ----------
    q : Quantized
        With a codebook of at most 256 colours.
    effort : int
        1 (fastest) to 10 (smallest).
    metadata : Metadata, optional
        What else to put into the file.

    Returns
    -------
    bytes
        The file.

    Raises
    ------
    OptionError
        If the codebook has more than 256 colours.
    """
    if len(q.codebook) > 256:
        raise OptionError(
            f"k: {len(q.codebook):,} colours don't fit an indexed PNG, which holds at most 256; "
            "use --format pair or --format webp"
        )
    palette, places = _trimmed(q)
    depth = _least_depth(len(palette))
    rows = _packed(q.label_bytes, q.width, places, depth)
    chunks: list[tuple[bytes, bytes]] = []
    if metadata:
        from huepress.formats.png_metadata import chunks_of

        chunks = chunks_of(metadata)
    return write_png(rows, q.width, q.height, INDEXED, depth, effort, palette, chunks)


def decode(image: Image.Image, name: str) -> Quantized:
    """Read an indexed PNG, whoever wrote it.

    Parameters
    ----------
    image : PIL.Image.Image
        A PNG, opened, its declared size checked.
    name : str
        What to call it in messages.

    Returns
    -------
    Quantized
        Its codebook is the file's palette, with populations; `mse` is None.

    Raises
    ------
    NotAnImageError
        If it is damaged, or a PNG of another kind.
    """
    if image.mode != "P":
        raise NotAnImageError(_why_not(image, name))
    with decoding(name):
        image.load()
        labels = image.tobytes()
        colors = palette_of(image)
    populations = [labels.count(i) for i in range(len(colors))]
    if sum(populations) != len(labels):
        raise NotAnImageError(
            f"{name}: damaged: it uses more colours than the {len(colors)} that it has; "
            "get an undamaged copy"
        )
    return Quantized(image.width, image.height, labels, Codebook(colors, populations))


def _why_not(image: Image.Image, name: str) -> str:
    if image.mode in ("L", "I;16", "I"):
        return (
            f"{name}: a greyscale PNG; if it is a label map, name its codebook too, "
            "if a picture, compress it first"
        )
    return f"{name}: not an indexed PNG (it is PNG {image.mode}); compress it first"


def _trimmed(q: Quantized) -> tuple[list[tuple[int, ...]], dict[int, int]]:
    """Return the palette to write, and for each label in use its place in it."""
    labels = q.label_bytes
    used = {i: color for i, color in enumerate(q.codebook) if i in labels}
    opaque = (255,)
    palette = sorted(dict.fromkeys(used.values()), key=lambda color: color[3:] in ((), opaque))
    place = {color: i for i, color in enumerate(palette)}
    return (
        [color if len(color) == 4 else color + opaque for color in palette],
        {label: place[color] for label, color in used.items()},
    )


def _least_depth(colors: int) -> int:
    return next(depth for depth in (1, 2, 4, 8) if colors <= 1 << depth)


def _packed(
    labels: bytes | bytearray, width: int, places: dict[int, int], depth: int
) -> bytes | bytearray:
    """Renumber the labels and pack `8 / depth` of them into each byte, the first one highest."""
    per_byte = 8 // depth
    if width % per_byte:
        first = next(label for label, place in places.items() if place == 0)
        padding = bytes([first]) * (-width % per_byte)  # becomes zero bits
        rows = (labels[at : at + width] for at in range(0, len(labels), width))
        labels = b"".join(part for row in rows for part in (row, padding))
    tables = [_table(places, 8 - depth * (place + 1)) for place in range(per_byte)]
    if per_byte == 1:
        return labels.translate(tables[0])
    # One number of as many bits as the image has takes the place of a loop over pixels.
    packed = 0
    for place, table in enumerate(tables):
        packed |= int.from_bytes(labels[place::per_byte].translate(table), "big")
    return packed.to_bytes(len(labels) // per_byte, "big")


def _table(places: dict[int, int], shift: int) -> bytes:
    """Return the translation table from labels to their places, shifted to their bits."""
    table = bytearray(256)
    for label, place in places.items():
        table[label] = place << shift
    return bytes(table)


def palette_of(image: Image.Image, most: int = 256) -> list[tuple[int, ...]]:
    """Return the first colours of a PIL image's palette, with alpha if one is translucent."""
    flat = bytes(image.palette.palette) if image.palette else b""
    colors: list[tuple[int, ...]] = list(zip(flat[0::3], flat[1::3], flat[2::3], strict=True))
    colors = colors[:most]
    alpha = image.info.get("transparency", b"")
    if isinstance(alpha, int):  # Pillow's short form for one transparent entry
        alpha = b"\xff" * alpha + b"\0"
    alpha = alpha[: len(colors)].ljust(len(colors), b"\xff")
    if min(alpha, default=255) == 255:
        return colors
    return [(*color, a) for color, a in zip(colors, alpha, strict=True)]
