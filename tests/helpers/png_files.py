"""PNGs from their parts, as the specification has them: what Pillow does not write."""

from __future__ import annotations

import struct
import zlib

import numpy as np

SIGNATURE = b"\x89PNG\r\n\x1a\n"
# The seven passes of Adam7: first column and row, and steps.
PASSES = (
    (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)
)  # fmt: skip


def png_chunk(name: bytes, data: bytes) -> bytes:
    """Return one chunk."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def with_chunks(png: bytes, *chunks: tuple[bytes, bytes]) -> bytes:
    """Return a PNG with further chunks behind its header."""
    behind = len(SIGNATURE) + 25
    return png[:behind] + b"".join(png_chunk(*chunk) for chunk in chunks) + png[behind:]


def deep_png(samples: np.ndarray, transparent: bytes = b"", interlaced: bool = False) -> bytes:
    """Return a 16-bit PNG, written from the specification: Pillow writes none of colours."""
    height, width, planes = samples.shape
    kind = {1: 0, 2: 4, 3: 2, 4: 6}[planes]
    parts = [samples[y::dy, x::dx] for x, y, dx, dy in PASSES] if interlaced else [samples]
    rows = b"".join(
        b"\0" + row.astype(">u2").tobytes() for part in parts if part.size for row in part
    )
    header = struct.pack(">IIBBBBB", width, height, 16, kind, 0, 0, interlaced)
    key = png_chunk(b"tRNS", transparent) if transparent else b""
    content = png_chunk(b"IHDR", header) + key + png_chunk(b"IDAT", zlib.compress(rows))
    return SIGNATURE + content + png_chunk(b"IEND", b"")
