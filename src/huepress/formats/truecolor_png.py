"""The restored image as an ordinary PNG of full colours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from huepress.formats.png_writer import RGB, RGBA, write_png

if TYPE_CHECKING:
    from huepress.formats.metadata import Metadata
    from huepress.quantized import Quantized

__all__ = ["encode"]


def encode(q: Quantized, effort: int, metadata: Metadata | None = None, threads: int = 0) -> bytes:
    """Write the pixels that the labels stand for as a PNG of 24 or 32 bits per pixel.

    Parameters
    ----------
    q : Quantized
        Any.
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
    """
    kind = RGB if q.codebook.channels == 3 else RGBA
    chunks: list[tuple[bytes, bytes]] = []
    if metadata:
        from huepress.formats.png_metadata import chunks_of

        chunks = chunks_of(metadata)
    return write_png(
        q.pixel_bytes(), q.width, q.height, kind, 8, effort, chunks=chunks, threads=threads
    )
