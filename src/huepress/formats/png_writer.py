"""The PNG writer: writes what it is given, or the smallest of several layouts of it.

oxipng was tried first. Told to change nothing it gives the same bytes in the same time, but it
holds Python's global lock meanwhile, and its pool of threads hangs every process forked later.
Told to look for less (level 4) it takes some ten times as long as effort 5 and ends larger.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from typing import NamedTuple

from huepress._kernels.gate import filter_rows
from huepress.formats.encodings import Encoding, best_encoding
from huepress.presets import ALL_FILTERS, NONE

__all__ = ["GREY", "INDEXED", "RGB", "RGBA", "Layout", "write_png", "write_smallest"]

# PNG's numbers for what samples mean, and how many samples each pixel has.
GREY, RGB, INDEXED, RGBA = 0, 2, 3, 6
_SAMPLES = {GREY: 1, RGB: 3, INDEXED: 1, RGBA: 4}


class Layout(NamedTuple):
    """One layout of an image in a PNG: its samples, their order in the palette, their depth.

    Parameters
    ----------
    pack : callable
        Returns the rows of packed samples, each starting at a whole byte; 16-bit samples have
        their high byte first.
    width, height : int
        Size in pixels.
    kind : {GREY, RGB, INDEXED, RGBA}
        What the samples mean.
    bit_depth : int
        1, 2, 4, 8 or 16 bits per sample.
    palette : sequence of (int, int, int, int), default ()
        Red, green, blue and alpha of each index.
    filters : tuple of int
        The filters to try, as in `huepress.formats.encodings`.
    """

    pack: Callable[[], bytes | bytearray]
    width: int
    height: int
    kind: int
    bit_depth: int
    palette: Sequence[tuple[int, ...]] = ()
    filters: tuple[int, ...] = ALL_FILTERS

    def encoding(self) -> Encoding:
        """Return what there is to try."""
        bits = self.bit_depth * _SAMPLES[self.kind]
        stride = (bits * self.width + 7) // 8
        other_bytes = len(self.head())
        return Encoding(self.pack, stride, max(1, bits // 8), other_bytes, self.filters)

    def head(self, chunks: Sequence[tuple[bytes, bytes]] = ()) -> bytes:
        """Return what comes before the pixels, with further chunks before the palette."""
        size = struct.pack(">II", self.width, self.height)
        parts = [
            b"\x89PNG\r\n\x1a\n",
            *_chunk(b"IHDR", size + bytes([self.bit_depth, self.kind, 0, 0, 0])),
        ]
        for name, content in chunks:
            parts += _chunk(name, content)
        if self.palette:
            parts += _chunk(b"PLTE", bytes(value for color in self.palette for value in color[:3]))
        alphas = bytes(color[3] for color in self.palette).rstrip(b"\xff")  # of others it is 255
        if alphas:
            parts += _chunk(b"tRNS", alphas)
        return b"".join(parts)

    def rows(self) -> bytes:
        """Return the rows unfiltered, each with the number that says so."""
        encoding = self.encoding()
        return filter_rows(self.pack(), encoding.stride, encoding.pixel, NONE)

    def written(self, stream: bytes, chunks: Sequence[tuple[bytes, bytes]] = ()) -> bytes:
        """Return the file: what comes before the pixels, with further chunks, and their stream."""
        head = self.head(chunks)
        return b"".join([head, *_chunk(b"IDAT", stream), *_chunk(b"IEND", b"")])


def write_png(
    data: bytes | bytearray,
    width: int,
    height: int,
    kind: int,
    bit_depth: int,
    effort: int,
    palette: Sequence[tuple[int, ...]] = (),
    chunks: Sequence[tuple[bytes, bytes]] = (),
    threads: int = 0,
) -> bytes:
    """Encode rows of packed samples as a PNG.

    Parameters
    ----------
    data : bytes or bytearray
        The rows, each starting at a whole byte; 16-bit samples have their high byte first.
    width, height : int
        Size in pixels.
    kind : {GREY, RGB, INDEXED, RGBA}
        What the samples mean.
    bit_depth : int
        1, 2, 4, 8 or 16 bits per sample.
    effort : int
        1 (fastest) to 10 (smallest).
    palette : sequence of (int, int, int, int)
        Red, green, blue and alpha of each index.
    chunks : sequence of (bytes, bytes)
        Names and contents of further chunks; they go before the palette, where all may stand.
    threads : int, default 0
        As many at most; 0: as many as pay.

    Returns
    -------
    bytes
        The PNG file; the same for the same input.
    """
    layout = Layout(lambda: data, width, height, kind, bit_depth, palette)
    return write_smallest([layout], effort, chunks=chunks, threads=threads)


def write_smallest(
    layouts: Sequence[Layout],
    effort: int,
    more: Callable[[], Sequence[Layout]] = tuple,
    chunks: Sequence[tuple[bytes, bytes]] = (),
    threads: int = 0,
) -> bytes:
    """Encode an image in the smallest of several layouts, as far as the effort finds it.

    Parameters
    ----------
    layouts : sequence of Layout
        They show the same pixels.
    effort : int
        1 (fastest) to 10 (smallest).
    more : callable, optional
        Returns further ones, that may save some hundred bytes: for small files.
    chunks : sequence of (bytes, bytes)
        As in `write_png`.
    threads : int, default 0
        As many at most; 0: as many as pay.

    Returns
    -------
    bytes
        The PNG file; the same for the same input.
    """
    found = list(layouts)

    def more_encodings() -> list[Encoding]:
        found.extend(more())
        return [layout.encoding() for layout in found[len(layouts) :]]

    encodings = [layout.encoding() for layout in layouts]
    best, stream = best_encoding(encodings, more_encodings, layouts[0].height, effort, threads)
    return found[best].written(stream, chunks)


def _chunk(name: bytes, content: bytes) -> tuple[bytes, bytes, bytes, bytes]:
    from deflate import crc32

    check = crc32(content, crc32(name))
    return struct.pack(">I", len(content)), name, content, struct.pack(">I", check)
