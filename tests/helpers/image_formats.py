"""Every format that can be made in a test, and which properties of an image it can hold."""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pytest
import tifffile
from PIL import Image, features

from helpers.images import file_of
from helpers.png_files import SIGNATURE, deep_png, png_chunk

__all__ = ["FORMATS", "PROPERTIES", "ImageFormat", "fits", "icns"]

PROPERTIES = ("declared size", "orientation", "alpha", "profile", "depth")


class ImageFormat(NamedTuple):
    """How files of one format are made, and what they can't hold.

    Attributes
    ----------
    make : callable
        From a PIL image of mode RGB or RGBA, and settings of `Image.save`, to a file's content.
    cannot : dict of str to str
        Of `PROPERTIES` those that can't be tested with this format, and why.
    declare : callable or None
        From a file's content to one that declares another width and height.
    make_deep : callable or None
        From samples of 16 bits, shape (H, W, 1 or 3), to a file's content.
    sizes : tuple of (int, int)
        Sizes in which files are made: an ordinary one, and degenerate ones.
    deep_planes : tuple of int
        How many channels `make_deep` takes.
    max_side : int
        The longest side that can be declared.
    is_exact : bool
        Whether the colours that are read are those that were written.
    shown : callable or None
        What a file shows, where Pillow can't tell: from its content to a PIL image.
    """

    make: Callable[..., bytes]
    cannot: dict[str, str] = {}  # noqa: RUF012 (nobody changes it)
    declare: Callable[[bytes, int, int], bytes] | None = None
    make_deep: Callable[[np.ndarray], bytes] | None = None
    sizes: tuple[tuple[int, int], ...] = ((17, 13), (1, 1), (1, 19), (19, 1))
    deep_planes: tuple[int, ...] = (1, 3)
    max_side: int = 65_535
    is_exact: bool = True
    shown: Callable[[bytes], Image.Image] | None = None


def saved(kind: str, **always: object) -> Callable[..., bytes]:
    """Return what saves an image by Pillow."""
    return lambda image, **settings: file_of(image, kind, **{**always, **settings})


def at(offset: int, layout: str, *, swapped: bool = False) -> Callable[[bytes, int, int], bytes]:
    """Return what writes another width and height, or height and width, to a place in a file."""

    def declare(content: bytes, width: int, height: int) -> bytes:
        size = struct.pack(layout, *((height, width) if swapped else (width, height)))
        return content[:offset] + size + content[offset + len(size) :]

    return declare


def behind(mark: bytes, offset: int, layout: str, *, swapped: bool = False) -> Callable[..., bytes]:
    """Return the same for a place behind a mark."""

    def declare(content: bytes, width: int, height: int) -> bytes:
        return at(content.index(mark) + offset, layout, swapped=swapped)(content, width, height)

    return declare


def declare_in_png(content: bytes, width: int, height: int) -> bytes:
    header = struct.pack(">II", width, height) + content[24:29]
    return SIGNATURE + png_chunk(b"IHDR", header) + content[33:]


def declare_in_ico(content: bytes, width: int, height: int) -> bytes:
    return content[:22] + declare_in_png(content[22:], width, height)


def declare_in_icns(content: bytes, width: int, height: int) -> bytes:
    at_png = content.index(SIGNATURE)
    return content[:at_png] + declare_in_png(content[at_png:], width, height)


def declare_in_text(content: bytes, width: int, height: int) -> bytes:
    """Replace the first two numbers after the mark of a PPM, or within the quotes of an XPM."""
    return re.sub(rb"(P[56]\s|\")\d+ \d+", rb"\g<1>%d %d" % (width, height), content, count=1)


def declare_in_tiff(content: bytes, width: int, height: int) -> bytes:
    for tag, value in ((256, width), (257, height)):
        entry = re.search(struct.pack("<H", tag) + b"[\3\4]\0\1\0\0\0", content)
        assert entry
        new = struct.pack("<HHII", tag, 4, 1, value)
        content = content[: entry.start()] + new + content[entry.start() + 12 :]
    return content


def declare_in_webp(content: bytes, width: int, height: int) -> bytes:
    place = content.index(b"VP8L") + 9
    (bits,) = struct.unpack_from("<I", content, place)
    bits = bits & 0xF0000000 | (height - 1) << 14 | (width - 1)
    return content[:place] + struct.pack("<I", bits) + content[place + 4 :]


def declare_in_fits(content: bytes, width: int, height: int) -> bytes:
    for key, value in ((b"NAXIS1", width), (b"NAXIS2", height)):
        place = content.index(key)
        content = content[:place] + key.ljust(8) + b"= %20d" % value + content[place + 30 :]
    return content


def declare_in_jpeg_2000(content: bytes, width: int, height: int) -> bytes:
    content = behind(b"ihdr", 4, ">II", swapped=True)(content, width, height)
    return behind(b"\xff\x4f\xff\x51", 8, ">II")(content, width, height)


def deep_tiff(samples: np.ndarray) -> bytes:
    file = io.BytesIO()
    photometric = "minisblack" if samples.shape[2] < 3 else "rgb"
    tifffile.imwrite(file, samples.squeeze(), photometric=photometric)
    return file.getvalue()


def deep_pnm(samples: np.ndarray) -> bytes:
    height, width, planes = samples.shape
    magic = b"P5" if planes == 1 else b"P6"
    return b"%s %d %d 65535\n" % (magic, width, height) + samples.astype(">u2").tobytes()


def deep_fits(samples: np.ndarray) -> bytes:
    grey = samples[..., 0]
    return fits((grey.astype(np.int32) - 32_768).astype(">i2"), 16, BZERO=32_768)


def fits(values: np.ndarray, bits: int, **cards: object) -> bytes:
    """Return a FITS file; its rows go upwards."""
    named = {"SIMPLE": "T", "BITPIX": bits, "NAXIS": 2, "NAXIS1": values.shape[1],
             "NAXIS2": values.shape[0], **cards}  # fmt: skip
    header = "".join(f"{key:<8}= {value:>20} / about it".ljust(80) for key, value in named.items())
    data = values[::-1].tobytes()
    return (header + "END".ljust(80)).ljust(2880).encode() + data + bytes(-len(data) % 2880)


def grey_fits(image: Image.Image, **settings: object) -> bytes:
    return fits(np.asarray(image.convert("L")), 8)


def psd(image: Image.Image, **settings: object) -> bytes:
    """Return a Photoshop file of no layers, not compressed."""
    planes = b"".join(band.tobytes() for band in image.convert("RGB").split())
    header = struct.pack(">4sH6xHIIHH", b"8BPS", 1, 3, image.height, image.width, 8, 3)
    return header + bytes(12) + bytes(2) + planes


def xpm(image: Image.Image, **settings: object) -> bytes:
    """Return a text of colours by name and of pixels, two letters each."""
    values = image.convert("RGB").tobytes()
    pixels = list(zip(values[::3], values[1::3], values[2::3], strict=True))
    colors = sorted({*pixels})
    letters = [chr(35 + i // 64) + chr(35 + i % 64) for i in range(len(colors))]
    name_of = {color: name.replace("\\", "!") for color, name in zip(colors, letters, strict=True)}
    rows = [f"{image.width} {image.height} {len(colors)} 2"]
    rows += [f"{name} c #{r:02x}{g:02x}{b:02x}" for (r, g, b), name in name_of.items()]
    for y in range(image.height):
        rows.append("".join(name_of[p] for p in pixels[y * image.width : (y + 1) * image.width]))
    body = ",\n".join(f'"{row}"' for row in rows)
    return f"/* XPM */\nstatic char * image[] = {{\n{body}}};\n".encode()


def icns(*entries: tuple[bytes, bytes]) -> bytes:
    """Return an icon of macOS: codes and the files they stand for."""
    body = b"".join(
        code + struct.pack(">I", 8 + len(content)) + content for code, content in entries
    )
    return b"icns" + struct.pack(">I", 8 + len(body)) + body


def ico(image: Image.Image, **settings: object) -> bytes:
    return file_of(image, "ICO", sizes=[image.size])


def gif(image: Image.Image, **settings: object) -> bytes:
    return file_of(image.convert("RGB").quantize(256) if image.mode == "RGB" else image, "GIF")


def jxl(image: Image.Image, **settings: object) -> bytes:
    package = pytest.importorskip("pyjpegxl")
    content: bytes = package.encode_from_numpy(np.array(image), lossless=True)
    return content


def deep_jxl(samples: np.ndarray) -> bytes:
    package, samples = pytest.importorskip("pyjpegxl"), np.ascontiguousarray(samples)
    content: bytes = package.encode_from_numpy(samples, lossless=True)
    return content


def shown_jxl(content: bytes) -> Image.Image:
    array = pytest.importorskip("pyjpegxl").decode_to_numpy(content, dtype="uint8")[1]
    return Image.fromarray(array.squeeze(2) if array.shape[2] == 1 else array)


NO_EXIF = {"orientation": "holds no EXIF"}
NO_PROFILE = {"profile": "holds none, or Pillow reads none"}
NO_ALPHA = {"alpha": "holds none, or Pillow writes none"}
NO_DEPTH = {"depth": "8 bits at most, or Pillow gives no more"}
PIXELS_ONLY = NO_EXIF | NO_PROFILE | NO_DEPTH
OPAQUE_PIXELS_ONLY = PIXELS_ONLY | NO_ALPHA
DEPTH_INSIDE = {"depth": "that of the PNG in it"}

# HEIC can't be made here: its package only reads. `test_optional.py` has files.
FORMATS = {
    "PNG": ImageFormat(saved("PNG"), declare=declare_in_png, make_deep=deep_png),
    "JPEG": ImageFormat(
        saved("JPEG"),
        NO_ALPHA | NO_DEPTH,
        declare=behind(b"\xff\xc0", 5, ">HH", swapped=True),
        is_exact=False,
    ),
    "WebP": ImageFormat(
        saved("WEBP", lossless=True, exact=True),
        NO_DEPTH,
        declare=declare_in_webp,
        max_side=13_000,  # of more pixels, Pillow itself refuses WebPs
    ),
    "GIF": ImageFormat(
        gif,
        PIXELS_ONLY | {"alpha": "one clear colour, as a palette in test_images.py"},
        declare=at(6, "<HH"),
        is_exact=False,
    ),
    "TIFF": ImageFormat(saved("TIFF"), declare=declare_in_tiff, make_deep=deep_tiff),
    "TIFF, deflated": ImageFormat(
        saved("TIFF", compression="tiff_adobe_deflate"),
        NO_DEPTH | {"orientation": "libtiff writes no wrong ones; as of a plain TIFF"},
        declare=declare_in_tiff,
    ),
    "BMP": ImageFormat(saved("BMP"), OPAQUE_PIXELS_ONLY, declare=at(18, "<ii")),
    "PPM": ImageFormat(
        saved("PPM"),
        NO_EXIF | NO_PROFILE | NO_ALPHA,
        declare=declare_in_text,
        make_deep=deep_pnm,
    ),
    "TGA": ImageFormat(saved("TGA"), PIXELS_ONLY, declare=at(12, "<HH")),
    "TGA, run lengths": ImageFormat(
        saved("TGA", compression="tga_rle"), PIXELS_ONLY, declare=at(12, "<HH")
    ),
    "ICO": ImageFormat(ico, NO_EXIF | NO_PROFILE | DEPTH_INSIDE, declare=declare_in_ico),
    "ICNS": ImageFormat(
        lambda image, **settings: icns((b"icp5", file_of(image))),
        NO_EXIF | NO_PROFILE | DEPTH_INSIDE,
        declare=declare_in_icns,
        sizes=((32, 32),),
    ),
    "JPEG 2000": ImageFormat(
        saved("JPEG2000"),
        NO_EXIF | NO_PROFILE,
        declare=declare_in_jpeg_2000,
        make_deep=lambda samples: file_of(Image.fromarray(samples[..., 0]), "JPEG2000"),
        deep_planes=(1,),
    ),
    "PCX": ImageFormat(
        saved("PCX"),
        OPAQUE_PIXELS_ONLY,
        declare=lambda content, width, height: at(8, "<HH")(content, width - 1, height - 1),
    ),
    "DDS": ImageFormat(saved("DDS"), PIXELS_ONLY, declare=at(12, "<II", swapped=True)),
    "QOI": ImageFormat(saved("QOI"), PIXELS_ONLY, declare=at(4, ">II")),
    "SGI": ImageFormat(saved("SGI"), PIXELS_ONLY, declare=at(6, ">HH")),
    "FITS": ImageFormat(
        grey_fits,
        NO_EXIF | NO_PROFILE | NO_ALPHA,
        declare=declare_in_fits,
        make_deep=deep_fits,
        deep_planes=(1,),
        is_exact=False,
    ),
    "PSD": ImageFormat(psd, OPAQUE_PIXELS_ONLY, declare=at(14, ">II", swapped=True)),
    "XPM": ImageFormat(xpm, OPAQUE_PIXELS_ONLY, declare=declare_in_text),
    "AVIF": ImageFormat(
        saved("AVIF", quality=90),
        {"declared size": "stands in two places", "depth": "its decoder rounds to 8 bits"},
        is_exact=False,
    ),
    "JPEG XL": ImageFormat(
        jxl,
        {
            "declared size": "of bits, at no fixed place",
            "orientation": "pyjpegxl writes none",
            "profile": "pyjpegxl embeds none",
        },
        make_deep=deep_jxl,
        shown=shown_jxl,
    ),
}
if not features.check("avif"):
    del FORMATS["AVIF"]
