"""Small good files of every kind, for the fuzzer to start from."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from typing import Any

from PIL import Image, PngImagePlugin

from tools.fuzz.mutators import joined, split

__all__ = ["IMAGES", "joined_pair", "of_heics", "of_images", "of_jxls", "of_pairs", "of_palettes",
           "of_results"]  # fmt: skip

# Per format: modes, and the settings to save each with.
IMAGES: dict[str, tuple[str, list[tuple[str, dict[str, Any]]]]] = {
    "png": ("PNG", [("RGB", {}), ("RGBA", {}), ("P", {"transparency": 1}), ("1", {}), ("LA", {}),
                    ("L", {"bits": 4}), ("I;16", {}), ("RGB", {"described": True})]),
    "jpeg": ("JPEG", [("RGB", {}), ("L", {"progressive": True}), ("CMYK", {}),
                      ("RGB", {"described": True, "quality": 30, "restart_marker_blocks": 1})]),
    "webp": ("WEBP", [("RGB", {}), ("RGBA", {"lossless": True}), ("RGB", {"described": True}),
                      ("RGBA", {"pages": 2})]),
    "avif": ("AVIF", [("RGB", {}), ("RGBA", {"pages": 2}), ("RGB", {"described": True})]),
    "gif": ("GIF", [("P", {}), ("P", {"transparency": 0, "pages": 3}), ("L", {})]),
    "bmp": ("BMP", [("RGB", {}), ("P", {}), ("1", {}), ("RGBA", {})]),
    "tiff": ("TIFF", [("RGB", {}), ("I;16", {}), ("F", {}), ("LAB", {}), ("CMYK", {}),
                      ("RGB", {"compression": "tiff_lzw"}), ("L", {"compression": "packbits"}),
                      ("RGBA", {"compression": "tiff_adobe_deflate"}), ("P", {"pages": 2}),
                      ("1", {"compression": "group4"}), ("RGB", {"compression": "jpeg"}),
                      ("RGB", {"described": True})]),
    "tga": ("TGA", [("RGB", {}), ("RGBA", {"compression": "tga_rle"}), ("P", {}), ("LA", {})]),
    "ppm": ("PPM", [("RGB", {}), ("L", {}), ("1", {}), ("I;16", {})]),
    "ico": ("ICO", [("RGBA", {"sizes": [(16, 16), (8, 8)]}), ("RGB", {"bitmap_format": "bmp"})]),
    "jp2": ("JPEG2000", [("RGB", {}), ("LA", {"irreversible": True}), ("L", {"no_jp2": True})]),
    "qoi": ("QOI", [("RGB", {}), ("RGBA", {})]),
}  # fmt: skip


def of_images(kind: str) -> Iterator[bytes]:
    """Yield images of one of the formats."""
    name, cases = IMAGES[kind]
    for mode, settings in cases:
        yield _saved(_picture(mode, 16), name, **settings)
        if mode in ("RGB", "L", "P"):
            yield _saved(_picture(mode, 1), name, **settings)
    if kind == "png":
        yield _saved(_picture("RGB", 8), name, pages=3)
        for bits, color, interlaced in ((16, 2, 0), (16, 6, 1), (16, 0, 1), (8, 2, 1), (2, 3, 1)):
            yield _raw_png(bits, color, interlaced)
        yield from _colored_pngs()
    if kind == "avif":
        plain = _saved(_picture("RGB", 16), name)
        at = plain.index(b"nclx") + 4
        for codes in ((12, 13), (9, 16), (77, 77)):
            yield plain[:at] + struct.pack(">HH", *codes) + plain[at + 4 :]
    if kind == "ppm":
        yield b"P3 2 1 255\n1 2 3 # black\n255 255 255\n"


def of_heics() -> Iterator[bytes]:
    """Yield AVIFs that say they are HEICs, of which nothing here can write one: the same boxes.

    Real ones are to be put into the corpus.
    """
    for avif in of_images("avif"):
        yield avif.replace(b"ftypavif", b"ftypheic", 1)


def of_jxls() -> Iterator[bytes]:
    """Yield JPEG XLs, if what writes them is installed."""
    with suppress(ImportError):
        import numpy as np
        import pyjpegxl

        for mode in ("L", "RGB", "RGBA"):
            pixels = np.asarray(_picture(mode, 16))
            for samples in (pixels, pixels.astype(np.uint16) * 257):
                shaped = samples.reshape(16, 16, -1)
                yield pyjpegxl.encode_from_numpy(shaped, lossless=mode != "RGB")


def of_results() -> Iterator[bytes]:
    """Yield what huepress writes: indexed PNGs, WebPs and GIFs."""
    import huepress

    for kind in ("png", "webp", "gif"):
        for k, mode in ((2, "L"), (20, "RGBA"), (200, "RGB")):
            out = io.BytesIO()
            huepress.compress(_picture(mode, 16), out, k=k, format=kind)
            yield out.getvalue()
    yield _saved(_picture("P", 16), "PNG", transparency=1, described=True)
    yield _raw_png(2, 3, 1)


def of_pairs() -> Iterator[bytes]:
    """Yield label maps with their codebooks."""
    import huepress
    from huepress.formats import encode

    for k, mode in ((4, "RGB"), (300, "RGB"), (16, "RGBA")):
        q = huepress.quantize(_picture(mode, 20), k=k, rd=0, dither="none")
        yield joined_pair(*encode(q, "pair", 1))


def joined_pair(labels: bytes, codebook: bytes) -> bytes:
    """Return two files as one input."""
    return struct.pack("<I", len(labels)) + labels + codebook


def of_palettes() -> Iterator[bytes]:
    """Yield palette files, after a byte that says which."""
    from huepress import Codebook, HuepressError, palettes

    books = [Codebook([(1, 2, 3)]), Codebook([(9 * i, 255 - i, i) for i in range(20)])]
    books.append(Codebook([(1, 2, 3, 4), (5, 6, 7, 255), (0, 0, 0, 0)]))
    for number, suffix in enumerate(palettes.FORMATS):
        for book in books:
            with suppress(HuepressError):  # a format without alpha
                yield bytes([number]) + book.file_content(f"x{suffix}")


@cache
def _picture(mode: str, side: int) -> Image.Image:
    """Return a square of gradients with some disorder."""
    values = bytes((x * 15 + y * c * 5 + x * y * x) & 255
                   for y in range(side) for x in range(side) for c in range(4))  # fmt: skip
    image = Image.frombytes("RGBA", (side, side), values)
    if mode == "P":
        return image.convert("RGB").quantize(16)
    if mode == "LAB":
        return Image.frombytes("LAB", image.size, image.convert("RGB").tobytes())
    if mode == "F":
        return image.convert("L").convert("F").point(lambda v: v / 255)
    return image.convert("L").convert(mode) if mode == "I;16" else image.convert(mode)


def _saved(image: Image.Image, name: str, **settings: Any) -> bytes:
    file = io.BytesIO()
    pages = settings.pop("pages", 1)
    if pages > 1:
        settings |= {"save_all": True, "append_images": [image.rotate(90)] * (pages - 1)}
    if settings.pop("described", False):
        settings |= _description(name)
    image.save(file, name, **settings)
    return file.getvalue()


def _raw_png(bits: int, color: int, interlaced: int) -> bytes:
    """Return what Pillow doesn't write: 16 bits a channel, Adam7."""
    side, planes = 9, {0: 1, 2: 3, 3: 1, 6: 4}[color]
    whole = [(0, 0, 1, 1)]
    adam7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2),
             (0, 1, 1, 2)]  # fmt: skip
    rows = b""
    for x, y, across, down in adam7 if interlaced else whole:
        stride = (len(range(x, side, across)) * planes * bits + 7) // 8
        for row in range(y, side, down):
            rows += bytes([row % 5]) + bytes((row * 40 + 7 * i) & 255 for i in range(stride))
    header = struct.pack(">IIBBBBB", side, side, bits, color, 0, 0, interlaced)
    palette = [(b"PLTE", bytes(range(12)))] if color == 3 else []
    return joined([(b"IHDR", header), *palette, (b"IDAT", zlib.compress(rows)), (b"IEND", b"")])


def _colored_pngs() -> Iterator[bytes]:
    """Yield PNGs whose chunks say what their colours mean."""
    gamma = (b"gAMA", struct.pack(">I", 100_000))
    adobe = (31_270, 32_900, 64_000, 33_000, 21_000, 71_000, 15_000, 6_000)
    primaries = (b"cHRM", struct.pack(">8I", *adobe))
    for said in ([gamma], [primaries], [gamma, primaries], [(b"cICP", bytes((12, 13, 0, 1)))],
                 [(b"cICP", bytes((9, 18, 0, 1))), gamma]):  # fmt: skip
        for png in (_saved(_picture("P", 16), "PNG", transparency=1), _raw_png(16, 2, 0)):
            head, *rest = split(png)
            yield joined([head, *said, *rest])


def _description(name: str) -> dict[str, Any]:
    """Return metadata of every sort."""
    from PIL import ImageCms

    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "a seed"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    found: dict[str, Any] = {"exif": exif, "icc_profile": profile, "dpi": (72, 72)}
    if name == "PNG":
        texts = PngImagePlugin.PngInfo()
        texts.add_text("Comment", "some text", zip=True)
        texts.add_itxt("Title", "another", zip=True)
        found["pnginfo"] = texts
    return found
