"""One standard PNG that holds codebook and label map, and that any viewer opens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from huepress.codebook import Codebook
from huepress.errors import NotAnImageError, OptionError
from huepress.formats.deflate import deflated_as_copied
from huepress.formats.encodings import LARGE
from huepress.formats.palette_order import (
    for_filters,
    for_no_filters,
    starting_with_start,
    with_translucent_first,
)
from huepress.formats.png_writer import INDEXED, Layout, write_smallest
from huepress.presets import ALL_FILTERS, CHEAPEST_MATCHES, NONE, PRESETS
from huepress.quantized import Quantized
from huepress.reading import decoding

if TYPE_CHECKING:
    from PIL import Image

    from huepress.formats.metadata import Metadata

__all__ = ["decode", "encode", "palette_of"]

# Labels that were chosen as copies are stored as such only where they compress to no less than this
# share: smaller ones are hardly of a photograph, and there a search gains 10 to 50 %. Else it is
# half the time of the whole for 3 % of the bytes. Large photographs are smoother from pixel to
# pixel. (Telling smooth photographs by the share of their commonest colour failed on a night sky.)
FLAT, FLAT_IF_LARGE = 7, 16

# The pixels of an icon, small enough to try everything on.
MOST_OF_ICON = 1 << 14

_MOSTLY_NONE = (NONE, CHEAPEST_MATCHES)


def encode(q: Quantized, effort: int, metadata: Metadata | None = None, threads: int = 0) -> bytes:
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
    threads : int, default 0
        As many at most; 0: as many as pay.

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
            f"{len(q.codebook):,} colours don't fit an indexed PNG, which holds at most 256; "
            "use `format` pair or webp",
            "k",
        )
    chunks: list[tuple[bytes, bytes]] = []
    if metadata:
        from huepress.formats.png_metadata import chunks_of

        chunks = chunks_of(metadata)
    layouts = _Layouts(*_trimmed(q), q.width, effort)
    copied = b""
    if q.copies and PRESETS[effort].png.stores_copies and layouts.depths == [8]:
        layout = layouts.first()
        stream = deflated_as_copied(layout.rows(), *q.copies, threads)
        copied = layout.written(stream, chunks)
        size = len(q.label_bytes)
        if len(stream) * (FLAT if size <= LARGE else FLAT_IF_LARGE) > size:
            return copied
    near = layouts.near_order()
    searched = write_smallest(
        layouts.likely(near), effort, lambda: layouts.others(near), chunks, threads
    )
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


class _Layouts:
    """The layouts of one image: orders of its colours, and bit depths."""

    def __init__(
        self, labels: bytes | bytearray, colors: list[tuple[int, ...]], width: int, effort: int
    ) -> None:
        self.labels = labels
        self.colors = colors
        self.width = width
        self.height = len(labels) // width
        self.search = PRESETS[effort].png
        # Bytes of one pixel each compress better than full ones more often than not.
        self.depths = sorted({_least_depth(len(colors)), 8})
        self.given = tuple(range(len(colors)))

    def first(self) -> Layout:
        """Return the one that takes no time to find."""
        order = (with_translucent_first(self.given, self.colors) or [self.given])[0]
        return self._indexed(order, self.depths[0], ALL_FILTERS)

    def near_order(self) -> tuple[int, ...]:
        """Return the colours in an order in which neighbouring pixels have near numbers."""
        rounds = self.search.order_rounds
        if not rounds:
            return self.given
        return for_filters(self.labels, self.width, len(self.colors), rounds)

    def likely(self, near: tuple[int, ...]) -> list[Layout]:
        """Return the few among which to choose for any image."""
        if not self.search.order_rounds:
            return [self.first()]
        plain = starting_with_start(near, self.labels, self.width)
        layouts = [self._indexed(plain, depth, _MOSTLY_NONE) for depth in self.depths]
        return layouts + [self._indexed(near, depth, ALL_FILTERS[1:]) for depth in self.depths]

    def others(self, near: tuple[int, ...]) -> list[Layout]:
        """Return those that may save some hundred bytes."""
        filtered = with_translucent_first(near, self.colors)
        plain = for_no_filters(self.labels, self.width, self.colors)
        if len(self.labels) > MOST_OF_ICON:
            plain = plain[: self.search.plain_orders]
        layouts = [
            self._indexed(order, depth, ALL_FILTERS[1:])
            for order in filtered
            for depth in self.depths
        ]
        return layouts + [
            self._indexed(order, depth, self.search.plain_choices)
            for order in plain
            for depth in self.depths
        ]

    def _indexed(self, order: Sequence[int], depth: int, filters: tuple[int, ...]) -> Layout:
        palette = [self.colors[label] for label in order]
        places = {label: i for i, label in enumerate(order)}

        def pack() -> bytes | bytearray:
            return _packed(self.labels, self.width, places, depth)

        return Layout(pack, self.width, self.height, INDEXED, depth, palette, filters)


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
