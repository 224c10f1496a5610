"""Changes that keep what a decoder checks first, so that they reach what lies behind it.

Each takes an input, the most bytes that it may become, and a seed; `change` is what libFuzzer does
to bytes of no known structure.
"""

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Callable

__all__ = ["Change", "joined", "pair", "plain", "png", "split"]

Change = Callable[[bytes, int], bytes]
Chunks = list[tuple[bytes, bytes]]
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_MOST_RAW = 1 << 16


def plain(data: bytes, most: int, seed: int, change: Change) -> bytes:
    """Change bytes anywhere."""
    return change(data, most)


def split(data: bytes) -> Chunks:
    """Return the chunks of a PNG, as far as they go."""
    chunks, at = [], len(_SIGNATURE)
    while data.startswith(_SIGNATURE) and at + 8 <= len(data):
        size, name = struct.unpack_from(">I4s", data, at)
        chunks.append((name, data[at + 8 : at + 8 + size]))
        at += size + 12
    return chunks


def joined(chunks: Chunks) -> bytes:
    """Return a PNG of these chunks, with right lengths and checksums."""
    parts = [
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    ]
    return _SIGNATURE + b"".join(parts)


def png(data: bytes, most: int, seed: int, change: Change) -> bytes:
    """Change a chunk, what it holds compressed, or the order of chunks."""
    rng = random.Random(seed)
    chunks = split(data)
    if not chunks or rng.random() < 0.1:
        return change(data, most)
    at = rng.randrange(len(chunks))
    name, body = chunks[at]
    what = rng.random()
    if what < 0.08:
        del chunks[at]
    elif what < 0.16:
        chunks.insert(rng.randrange(len(chunks) + 1), (name, body))
    elif what < 0.2:
        chunks[at] = (change(name, 4).ljust(4, b"a")[:4], body)
    else:
        chunks[at] = (name, _changed(name, body, most, change))
    return joined(chunks)[:most]


def _changed(name: bytes, body: bytes, most: int, change: Change) -> bytes:
    """Change a chunk's body; of what is compressed, mostly what that stands for."""
    start = {b"IDAT": 0, b"fdAT": 4, b"zTXt": body.find(b"\0") + 2, b"iCCP": body.find(b"\0") + 2}
    if name not in start or len(body) % 4 == 0:
        return change(body, most) if body else b""
    head, packed = body[: start[name]], body[start[name] :]
    try:
        raw = zlib.decompressobj().decompress(packed, _MOST_RAW)
    except zlib.error:
        return change(body, most)
    return head + zlib.compress(change(raw, _MOST_RAW), 1) if raw else change(body, most)


def pair(data: bytes, most: int, seed: int, change: Change) -> bytes:
    """Change one of the two files of a pair."""
    size = int.from_bytes(data[:4], "little")
    labels, codebook = data[4 : 4 + size], data[4 + size :]
    if seed % 2 and labels:
        labels = png(labels, most // 2, seed, change)
    elif codebook:
        codebook = _npy(codebook, most // 2, seed, change)
    return (struct.pack("<I", len(labels)) + labels + codebook)[:most]


def _npy(data: bytes, most: int, seed: int, change: Change) -> bytes:
    """Change the header of a .npy, whose length stays right, or anything."""
    size = int.from_bytes(data[8:10], "little")
    header, values = data[10 : 10 + size], data[10 + size :]
    if seed % 3 == 0 or not header:
        return change(data, most)
    header = change(header, 60_000)
    return data[:8] + struct.pack("<H", len(header)) + header + values
