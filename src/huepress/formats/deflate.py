"""Bytes → a zlib stream: parsed by libdeflate, cut into blocks by our own kernel.

Long inputs are parsed in parts, at the same time where there are threads. Each part is compressed
after a copy of the 32 KB before it, whose tokens are then dropped, so that nothing is lost at the
seams: the result depends on the length of the input only, never on the number of threads.
"""

from __future__ import annotations

from array import array

from huepress._kernels.gate import BlockSplitter
from huepress.engine.threads import run_parts, useful_threads

__all__ = ["deflated", "deflated_as_copied", "quick_size"]

WINDOW = 1 << 15
PART = 1 << 19
COPIED_PART = 3 << 16  # half a photograph of Kodak's size; a seam costs some 100 bytes


def deflated(raw: bytes, level: int, threads: int = 0) -> bytes:
    """Compress as a zlib stream.

    Parameters
    ----------
    raw : bytes
        At least one.
    level : int
        libdeflate's, 1 (fastest) to 12 (smallest).
    threads : int, default 0
        As many at most; 0: as many as pay.

    Returns
    -------
    bytes
        The stream; the same for the same input and level.
    """
    from deflate import adler32, deflate_compress

    starts = list(range(0, len(raw), PART))
    streams = _parsed(raw, starts, level, threads)
    body: bytes | bytearray | None = _cut_anew(raw, starts, streams)
    if body is None:
        body = streams[0] if len(starts) == 1 else deflate_compress(raw, level)
    return b"\x78\xda" + body + adler32(raw).to_bytes(4, "big")


def deflated_as_copied(raw: bytes, hints: bytes, distances: array[int], threads: int = 0) -> bytes:
    """Compress as a zlib stream bytes of which it is known what they are copies of.

    Parameters
    ----------
    raw : bytes
        At least one.
    hints : bytes
        Of each byte the index of the distance from which it was copied, or 0. May be wrong.
    distances : array of int
        256 of them.
    threads : int, default 0
        As many at most; 0: as many as pay.

    Returns
    -------
    bytes
        The stream; the same for the same input.
    """
    from deflate import adler32

    parts = max(1, round(len(raw) / COPIED_PART))
    streams = [b""] * parts

    def write(worker: int, workers: int) -> None:
        for i in range(worker, parts, workers):
            start, end = len(raw) * i // parts, len(raw) * (i + 1) // parts
            blocks = BlockSplitter((end - start) + (end - start) // 8 + 1024)
            blocks.add_bytes(raw, hints, distances, start, end)
            stream = blocks.finish(i == parts - 1)
            assert stream is not None  # there was room for DEFLATE's fixed code
            streams[i] = stream

    run_parts(write, min(parts, useful_threads(len(raw), threads)))
    return b"".join([b"\x78\xda", *streams, adler32(raw).to_bytes(4, "big")])


def quick_size(raw: bytes, level: int) -> int:
    """Return about how many bytes `deflated` gives at some level, as this level sees it."""
    from deflate import deflate_compress

    return len(deflate_compress(raw, level))


def _parsed(raw: bytes, starts: list[int], level: int, threads: int) -> list[bytes | bytearray]:
    """Compress the parts, each after the window before it."""
    from deflate import deflate_compress

    streams: list[bytes | bytearray] = [b""] * len(starts)
    view = memoryview(raw)

    def parse(part: int, parts: int) -> None:
        for i in range(part, len(starts), parts):
            with_window = view[max(0, starts[i] - WINDOW) : starts[i] + PART]
            streams[i] = deflate_compress(with_window, level)

    run_parts(parse, min(len(starts), useful_threads(len(raw), threads)))
    return streams


def _cut_anew(raw: bytes, starts: list[int], streams: list[bytes | bytearray]) -> bytes | None:
    """Join the parts in blocks of our own; None if a single part was smaller before."""
    view = memoryview(raw)
    room = len(streams[0]) - 1 if len(starts) == 1 else len(raw) + len(raw) // 64 + 1024
    blocks = BlockSplitter(room)
    for start, stream in zip(starts, streams, strict=True):
        before = min(start, WINDOW)
        blocks.add_stream(stream, view[start - before : start + PART], before)
    return blocks.finish()
