"""Real files of every kind: each gives pixels, or one clear error that is decided here."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from helpers.commands import snapshot

from huepress.errors import InputError
from huepress.reading import read_pixels

LIMIT = 100_000_000
UNREADABLE_TIFF = "TIFF: unknown pixel mode"
# What Pillow can't read; docs/inputs.md says so.
ERRORS = {
    "modes/bmpsuite/q__pal8os2v2-16.bmp": "Unsupported BMP header",
    "modes/imagers/farbfeld__transparency__tp0n2c08.ff": "not an image of a known format",
    "modes/imagers/hdr__images__rgbr4x4.hdr": "not an image of a known format",
    "modes/imagers/hdr__images__scale.hdr": "not an image of a known format",
    "modes/imagers/tga__testsuite__b5-cmap.tga": "not an image of a known format",
    "modes/imagers/tga__testsuite__bottom_left.tga": "damaged or cut short",
    "modes/pillow/hopper.mic": "not an image of a known format",
    "modes/pillow/hopper_naxis_zero.fits": "No image data",
    "modes/tiff/12m_floatingpoint-64bit.tif": UNREADABLE_TIFF,
    "modes/tiff/12m_flower-rgb-contig-12.tif": UNREADABLE_TIFF,
    "modes/tiff/12m_flower-rgb-contig-32.tif": UNREADABLE_TIFF,
    "modes/tiff/12m_flower-rgb-planar-12.tif": UNREADABLE_TIFF,
    "modes/tiff/12m_flower-rgb-planar-14.tif": UNREADABLE_TIFF,
    "modes/tiff/12m_flower-rgb-planar-24.tif": UNREADABLE_TIFF,
    "modes/tiff/12m_planar-yuv420-jpeg-uncompressed.tif": "unknown raw mode",
    "modes/tiff/irs_gradient-1c-64b.tiff": UNREADABLE_TIFF,
    "modes/tiff/irs_int16_rgb.tif": UNREADABLE_TIFF,
    "modes/tiff/irs_int8_rgb.tif": UNREADABLE_TIFF,
    "modes/tiff/irs_miniswhite-1c-3b.tiff": UNREADABLE_TIFF,
    "modes/tiff/irs_random-fp16.tiff": UNREADABLE_TIFF,
    "modes/tiff/libtiff_off_luv32.tif": UNREADABLE_TIFF,
    "modes/wuffs/bricks-nodither.wbmp": "not an image of a known format",
    "modes/zune/bmp__rgba32-61754.bmp": "Unsupported BMP bitfields",
}
# The others that have something to say.
NOTICES = {
    "modes/avif/colors_text_hdr_rec2020.avif": "HDR (PQ) was tone-mapped",
    "modes/pillow/g4-multi.tiff": "several pages",
}
CONVERTED = {
    "modes/avif/apple_gainmap_old.jpg", "modes/jxl/DJI-FC6310-16bit_709_v4_krita.png",
    "modes/jxl/Google-Pixel2XL-16bit_acescg_g1_v4_krita.png",
    "modes/jxl/Nikon-D300-12bit_2020_g1_dt.png", "modes/jxl/Sony-DSC-RX1RM2-14bit_709_v4_krita.png",
    "modes/avif/colors_text_hdr_rec2020.avif", "modes/imagers/png__transparency__tbrn2c08.png",
    "modes/imagers/png__transparency__tbwn3p08.png",
    "modes/imagers/png__transparency__tp0n2c08.png", "modes/sharp/tbgn2c16.png",
}  # fmt: skip
# More than 8 bits a channel, and opaque.
DEEP = {
    "modes/heif/L_10__29x100.heif", "modes/heif/RGB_10__128x128.heif",
    "modes/heif/RGB_16__128x128.png", "modes/pillow/12in16bit.tif",
    "modes/pillow/16_bit_binary_pgm.tiff", "modes/pillow/16bit.deflate.tif",
    "modes/pillow/hopper_16bit.pgm", "modes/tiff/12m_flower-rgb-contig-16.tif",
    "modes/tiff/irs_gradient-1c-32b-float.tiff", "modes/tiff/irs_hpredict-1c-12b.tiff",
    "modes/jxl/DJI-FC6310-16bit_709_v4_krita.png",
    "modes/jxl/Google-Pixel2XL-16bit_acescg_g1_v4_krita.png",
    "modes/jxl/Nikon-D300-12bit_2020_g1_dt.png", "modes/jxl/Sony-DSC-RX1RM2-14bit_709_v4_krita.png",
}  # fmt: skip


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_each_gives_pixels_or_the_error_decided_on(shared_images):
    has_heif = "pi_heif" in sys.modules or __import__("importlib.util").util.find_spec("pi_heif")
    seen = set()
    for name in snapshot(shared_images / "modes"):
        name = f"modes/{name}"
        if name.endswith(".heif") and not has_heif:
            continue
        try:
            pixels = read_pixels(shared_images / name, LIMIT)
        except InputError as error:
            assert ERRORS.get(name, "no error") in str(error), name
            assert "; " in str(error), name
        else:
            assert name not in ERRORS
            assert len(pixels.to_8_bits()) == pixels.width * pixels.height * pixels.channels
            assert [NOTICES[name] in said for said in pixels.notices] == [True] * (name in NOTICES)
            assert pixels.converted == (name in CONVERTED), name
            assert pixels.is_fine == (name in DEEP), name
        seen.add(name)
    assert ERRORS.keys() | NOTICES.keys() | CONVERTED <= seen


def test_eight_orientations_are_one_picture(shared_images):
    folder = shared_images / "photos_large" / "exif_orientation"
    first, *others = (
        np.frombuffer(pixels.to_8_bits(), np.uint8).reshape(1200, 1800, 3).astype(int)
        for pixels in (read_pixels(folder / f"Landscape_{i}.jpg", LIMIT) for i in range(1, 9))
    )
    for other in others:  # each was compressed anew
        assert np.abs(first - other).mean() < 5  # of other pictures, 60


def test_two_colour_spaces_of_one_photo(shared_images: Path):
    """A phone's photo in Display P3: in sRGB saturated colours are farther from grey."""
    file = shared_images / "photos_large" / "exif_icc" / "P3-sRGB-color-ring.png"
    ours, kept = read_pixels(file, LIMIT), read_pixels(file, LIMIT, keep_profile=True)
    assert ours.converted
    assert kept.profile

    def spread(data: bytes | memoryview) -> float:
        rgb = np.frombuffer(data, np.uint8).reshape(-1, ours.channels)[:, :3].astype(int)
        return float((rgb.max(axis=1) - rgb.min(axis=1)).mean())

    assert spread(ours.to_8_bits()) > spread(kept.to_8_bits())


@pytest.mark.parametrize("kind", ["n0g16", "n2c08", "n3p04"])
def test_pngsuite_shows_the_same_picture_at_each_gamma(shared_images: Path, kind: str):
    """A number in the lower third tells the files apart: it isn't compared."""
    folder = shared_images / "malformed" / "pngsuite"
    found = {}
    for gamma in ("g03", "g04", "g05", "g07", "g10", "g25"):
        pixels = read_pixels(folder / f"{gamma}{kind}.png", LIMIT)
        found[gamma] = (
            np.frombuffer(pixels.to_8_bits(), np.uint8).reshape(32, 32, 3)[:20].astype(int)
        )
    away = {gamma: np.abs(shown - found["g05"]) for gamma, shown in found.items()}
    away["g25"][found["g05"] < 140] = 0  # it has no step from black to there
    assert max(away[gamma].max() for gamma in ("g03", "g07", "g10")) <= 1
    assert away["g25"].max() <= 2
    assert away["g04"].max() <= 4  # 1/2.2 is taken as sRGB
