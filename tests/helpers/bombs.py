"""Small files that promise or unfold into much: what is sent to exhaust a machine."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from functools import cache

from PIL import Image

from helpers.images import file_of
from helpers.png_files import png_chunk

__all__ = ["BOMBS"]


def png(side: int, *chunks: bytes, bits: int = 8, kind: int = 2, rows: int | None = None) -> bytes:
    """Return a square PNG of zeros: of so many rows, compressed a thousandfold."""
    planes = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[kind]
    stride = 1 + (side * planes * bits + 7) // 8
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(stride)) for _ in range(side if rows is None else rows))
    header = struct.pack(">IIBBBBB", side, side, bits, kind, 0, 0, 0)
    parts = [png_chunk(b"IHDR", header), *chunks, png_chunk(b"IDAT", packed + packer.flush())]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts) + png_chunk(b"IEND", b"")


@cache
def _zeros(count: int) -> bytes:
    packer = zlib.compressobj(9)
    parts = [packer.compress(bytes(1 << 20)) for _ in range(count >> 20)]
    return b"".join(parts) + packer.flush()


def _too_much_data() -> bytes:
    """A PNG of 8x8 whose data go on for a quarter of a gigabyte."""
    header = struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header)
        + png_chunk(b"IDAT", _zeros(1 << 28)) + png_chunk(b"IEND", b"")
    )  # fmt: skip


def _many_texts() -> bytes:
    text = png_chunk(b"zTXt", b"Comment\0\0" + _zeros(1 << 20))
    return png(8, *[text] * 500)


def _gif(width: int, height: int) -> bytes:
    """A GIF that declares a size and holds next to nothing."""
    screen = struct.pack("<HHBBB", width, height, 0x80, 0, 0) + bytes(6)
    frame = b"," + struct.pack("<HHHHB", 0, 0, width, height, 0) + b"\x02\x02\x4c\x01\0"
    return b"GIF89a" + screen + frame + b";"


def _frames() -> bytes:
    """A GIF of 9 megapixels, five thousand times."""
    content = file_of(Image.new("P", (3000, 3000)), "GIF")
    at = content.index(b",\0\0\0\0")
    return content[:at] + content[at:-1] * 5000 + b";"


def _tiff(width: int, height: int, strip: bytes, compression: int, count: int = 1) -> bytes:
    """A TIFF of RGB in one strip, with `count` tags of a huge array."""
    entries = [
        (256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, 8), (259, 3, 1, compression),
        (262, 3, 1, 2), (273, 4, 1, 8), (277, 3, 1, 3), (278, 4, 1, height),
        (279, 4, 1, len(strip)),
    ]  # fmt: skip
    if count > 1:
        entries.append((65_000, 4, count, 8))
    directory = struct.pack("<H", len(entries))
    directory += b"".join(struct.pack("<HHII", *entry) for entry in entries) + bytes(4)
    return b"II*\0" + struct.pack("<I", 8 + len(strip)) + strip + directory


def _ico() -> bytes:
    inner = png(40_000, rows=0)
    entry = struct.pack("<BBBBHHII", 16, 16, 0, 0, 1, 32, len(inner), 22)
    return struct.pack("<HHH", 0, 1, 1) + entry + inner


def _looping_tiff() -> bytes:
    """A TIFF whose second page is its first."""
    content = bytearray(_tiff(2, 2, bytes(12), 1))
    content[-4:] = content[4:8]
    return bytes(content)


def _webp(width: int, height: int) -> bytes:
    """A lossless WebP that declares a size."""
    bits = (width - 1) | (height - 1) << 14
    body = b"\x2f" + struct.pack("<I", bits) + bytes(20)
    chunk = b"VP8L" + struct.pack("<I", len(body)) + body + bytes(len(body) & 1)
    return b"RIFF" + struct.pack("<I", 4 + len(chunk)) + b"WEBP" + chunk


BOMBS: dict[str, Callable[[], bytes]] = {
    "size.png": lambda: png(2**31 - 1, rows=0),
    "large.png": lambda: png(17_000, bits=16, kind=6, rows=100),
    "goes-on.png": _too_much_data,
    "texts.png": _many_texts,
    "profile.png": lambda: png(8, png_chunk(b"iCCP", b"x\0\0" + _zeros(1 << 28))),
    "text.png": lambda: png(8, png_chunk(b"zTXt", b"x\0\0" + _zeros(1 << 28))),
    "international.png": lambda: png(8, png_chunk(b"iTXt", b"x\0\1\0\0\0" + _zeros(1 << 28))),
    "size.gif": lambda: _gif(65_535, 65_535),
    "large.gif": lambda: _gif(17_000, 17_000),
    "frames.gif": _frames,
    "size.tiff": lambda: _tiff(1 << 30, 1 << 30, b"", 8),
    "large.tiff": lambda: _tiff(10_000, 10_000, _zeros(300_000_000), 8),
    "goes-on.tiff": lambda: _tiff(8, 8, _zeros(1 << 28), 8),
    "tags.tiff": lambda: _tiff(8, 8, bytes(192), 1, count=1 << 30),
    "loops.tiff": _looping_tiff,
    "large.webp": lambda: _webp(16_383, 16_383),
    "inside.ico": _ico,
    "size.bmp": lambda: b"BM" + struct.pack("<IIIIiiHHIIiiII", 0, 0, 54, 40, 60_000, 60_000, 1, 24,
                                            0, 0, 0, 0, 0, 0),
    "size.ppm": lambda: b"P6 99999 99999 255\n",
    "comment.ppm": lambda: b"P6\n#" + b"x" * (1 << 27) + b"\n1 1 255\n123",
    "comments.ppm": lambda: b"P3 99 99 255\n" + b"#\n" * 4_000_000 + b"1 " * 30_000,
    "text.pbm": lambda: b"P1 5000 4000\n" + b"1 " * 20_000_000,
    "digits.ppm": lambda: b"P2 " + b"9" * 1_000_000 + b" 1 255\n",
    "size.tga": lambda: struct.pack("<BBBHHBHHHHBB", 0, 0, 2, 0, 0, 0, 0, 0, 65_535, 65_535, 24, 0),
    "size.qoi": lambda: b"qoif" + struct.pack(">IIBB", 1 << 30, 1 << 30, 4, 0),
    "cut.jpg": lambda: file_of(Image.new("RGB", (64, 64)), "JPEG")[:-40],
}  # fmt: skip
