"""One standard PNG that holds codebook and label map, and that any viewer opens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from huepress.codebook import Codebook
from huepress.errors import NotAnImageError, OptionError
from huepress.formats.deflate import deflated_as_copied
from huepress.formats.encodings import ALL_CHOICES, FILTERS, LARGE, MOSTLY_NONE, NONE
from huepress.formats.palette_order import (
    for_filters,
    for_no_filters,
    starting_with_start,
    with_translucent_first,
)
from huepress.formats.png_writer import INDEXED, Drawing, write_smallest
from huepress.quantized import Quantized
from huepress.reading import decoding

if TYPE_CHECKING:
    from PIL import Image

    from huepress.formats.metadata import Metadata

__all__ = ["decode", "encode", "palette_of"]

# Up to this effort labels that were chosen as copies are stored as such: half the time of the whole
# for 3 % of the bytes. Not where they compress so well that they are hardly of a photograph: there
# a search gains 10 to 50 %. Large photographs are smoother from pixel to pixel. (Telling smooth
# photographs by the share of their commonest colour failed on a night sky.)
MOST_AS_COPIED = 5
FLAT, FLAT_IF_LARGE = 7, 16

# The pixels of an icon, small enough to try everything on.
MOST_OF_ICON = 1 << 14

# How often each colour looks for a better place, by effort.
_ROUNDS = (0, 0, 1, 1, 1, 3, 3, 20, 20, 20, 20)

# How many orders are tried where nothing is filtered and the file is small; of icons all.
_PLAIN_ORDERS = (0, 0, 0, 1, 1, 2, 2, 4, 4, 8, 8)


def encode(q: Quantized, effort: int, metadata: Metadata | None = None) -> bytes:
    """Write an indexed PNG.

    Colours that no pixel uses are left out and equal ones merged. Their order, the bits of a
    pixel (the fewest that can count them: 1, 2, 4 or 8; or always 8) and the filters are those
    that are found to be the smallest. (An icon of a few hundred pixels can be some bytes smaller in
    full colours, but then it has no codebook.)

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
    chunks: list[tuple[bytes, bytes]] = []
    if metadata:
        from huepress.formats.png_metadata import chunks_of

        chunks = chunks_of(metadata)
    ways = _Ways(*_trimmed(q), q.width)
    copied = b""
    if q.copies and effort <= MOST_AS_COPIED and ways.depths == [8]:
        drawing = ways.first()
        stream = deflated_as_copied(drawing.rows(), *q.copies)
        copied = drawing.written(stream, chunks)
        size = len(q.label_bytes)
        if len(stream) * (FLAT if size <= LARGE else FLAT_IF_LARGE) > size:
            return copied
    searched = write_smallest(ways.likely(effort), effort, lambda: ways.others(effort), chunks)
    return min(copied or searched, searched, key=len)


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


def _trimmed(q: Quantized) -> tuple[bytes | bytearray, list[tuple[int, ...]]]:
    """Return labels and colours without unused and equal ones; each colour has an alpha."""
    labels = q.label_bytes
    used = {i: (*color, 255)[:4] for i, color in enumerate(q.codebook) if i in labels}
    colors = list(dict.fromkeys(used.values()))
    if len(colors) == len(q.codebook):
        return labels, colors
    place = {color: i for i, color in enumerate(colors)}
    return labels.translate(_table({i: place[color] for i, color in used.items()})), colors


class _Ways:
    """The ways to put one image into a PNG: orders of colours, bit depths, and full colours."""

    def __init__(
        self, labels: bytes | bytearray, colors: list[tuple[int, ...]], width: int
    ) -> None:
        self.labels = labels
        self.colors = colors
        self.width = width
        self.height = len(labels) // width
        self.near: tuple[int, ...] = tuple(range(len(colors)))
        # Bytes of one pixel each compress better than full ones more often than not.
        self.depths = sorted({_least_depth(len(colors)), 8})

    def first(self) -> Drawing:
        """Return the way that takes no time to find."""
        order = (with_translucent_first(self.near, self.colors) or [self.near])[0]
        return self._indexed(order, self.depths[0], ALL_CHOICES)

    def likely(self, effort: int) -> list[Drawing]:
        """Return the few among which to choose for any image."""
        if effort == 1:
            return [self.first()]
        self.near = for_filters(self.labels, self.width, len(self.colors), _ROUNDS[effort])
        plain = starting_with_start(self.near, self.labels, self.width)
        drawings = [self._indexed(plain, depth, MOSTLY_NONE) for depth in self.depths]
        return drawings + [self._indexed(self.near, depth, FILTERS) for depth in self.depths]

    def others(self, effort: int) -> list[Drawing]:
        """Return those that may save some hundred bytes."""
        filtered = with_translucent_first(self.near, self.colors)
        plain = for_no_filters(self.labels, self.width, self.colors)
        choices = MOSTLY_NONE if effort > 6 else (NONE,)
        is_icon = len(self.labels) <= MOST_OF_ICON
        drawings = [
            self._indexed(order, depth, FILTERS) for order in filtered for depth in self.depths
        ]
        drawings += [
            self._indexed(order, depth, choices)
            for order in (plain if is_icon else plain[: _PLAIN_ORDERS[effort]])
            for depth in self.depths
        ]
        return drawings

    def _indexed(self, order: Sequence[int], depth: int, choices: tuple[int, ...]) -> Drawing:
        palette = [self.colors[label] for label in order]
        places = {label: i for i, label in enumerate(order)}

        def draw() -> bytes | bytearray:
            return _packed(self.labels, self.width, places, depth)

        return Drawing(draw, self.width, self.height, INDEXED, depth, palette, choices)


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
        is_same = all(label == place for label, place in places.items())
        return labels if is_same else labels.translate(tables[0])
    # One number of as many bits as the image has takes the place of a loop over pixels.
    packed = 0
    for place, table in enumerate(tables):
        packed |= int.from_bytes(labels[place::per_byte].translate(table), "big")
    return packed.to_bytes(len(labels) // per_byte, "big")


def _table(places: dict[int, int], shift: int = 0) -> bytes:
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
