"""Options times tiny images of every mode: out comes an image of that size, or our error."""

from __future__ import annotations

import io
import warnings

import numpy as np
from helpers.images import picture
from helpers.profiles import matrix_profile
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

import huepress
from huepress import HuepressError, MiscodedError

MODES = ("1", "L", "LA", "P", "PA", "RGB", "RGBA", "RGBa", "CMYK", "YCbCr", "LAB", "HSV", "I", "F",
         "I;16")  # fmt: skip
KINDS = ("PNG", "TIFF", "WEBP", "GIF", "JPEG", "BMP", "PPM", "TGA", "ICO", "JPEG2000", None)


def image(mode: str, width: int, height: int, few: bool) -> Image.Image:
    base = picture(width, height, "RGBA")
    if few:
        base = base.quantize(3).convert("RGBA")
    if mode in ("I", "F", "I;16"):
        grey = np.asarray(base.convert("L"))
        scaled = {"I": grey.astype(np.int32) * 257, "F": grey / np.float32(255)}
        return Image.fromarray(scaled.get(mode, grey.astype(np.uint16) * 257))
    if mode == "LAB":
        from PIL import ImageCms

        spaces = [ImageCms.createProfile(name) for name in ("sRGB", "LAB")]
        lab = ImageCms.profileToProfile(base.convert("RGB"), *spaces, outputMode="LAB")
        assert lab is not None
        return lab
    if mode in ("PA", "RGBa"):
        return base.convert(mode) if mode == "RGBa" else base.convert("LA").convert("PA")
    return (
        base.convert("RGB").convert(mode)
        if mode in ("CMYK", "YCbCr", "HSV")
        else base.convert(mode)
    )


def sources() -> st.SearchStrategy[tuple[Image.Image, bytes | Image.Image]]:
    """Return an image, and itself or a file of it."""

    def build(mode, width, height, few, kind, with_profile):
        made = image(mode, width, height, few)
        file = io.BytesIO()
        try:
            made.save(file, kind, **({"icc_profile": matrix_profile()} if with_profile else {}))
        except (OSError, KeyError, ValueError, AttributeError):
            return made, made  # the format doesn't hold the mode
        return made, file.getvalue()

    return st.builds(
        build, st.sampled_from(MODES), st.integers(1, 12), st.integers(1, 12), st.booleans(),
        st.sampled_from(KINDS), st.booleans(),
    )  # fmt: skip


OPTIONS = st.fixed_dictionaries(
    {"effort": st.sampled_from([1, 4]), "k": st.sampled_from([1, 2, 5, 256])},
    optional={
        "format": st.sampled_from(["png", "webp", "gif"]),
        "space": st.sampled_from(["rgb", "oklab"]),
        "dither": st.sampled_from(["none", "diffusion", "ordered", "blue-noise"]),
        "rd": st.sampled_from([0.0, 1.0, 50.0]),
        "alpha": st.sampled_from(["straight", "premultiplied"]),
        "keep": st.sampled_from([["#ff0000"], ["#00000000", "#123"]]),
        "importance": st.just("auto"),
        "palette": st.just(huepress.Codebook([(0, 0, 0), (255, 255, 255), (9, 200, 9)])),
        "seeding": st.just("kmeans++"),
        "page": st.sampled_from([1, 2]),
        "keep_profile": st.booleans(),
        "metadata": st.sampled_from(["keep", "strip"]),
        "verify": st.booleans(),
        "max_pixels": st.sampled_from([40, 1000]),
    },
)


@settings(max_examples=150)
@given(sources(), OPTIONS)
def test_any_options_on_any_mode(source, options):
    made, given_as = source
    out = io.BytesIO()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            report = huepress.compress(given_as, out, **options)
    except HuepressError as error:
        assert not isinstance(error, MiscodedError)  # as GIFs were that kept colours under alpha 0
        assert "; " in str(error)
        assert "\n" not in str(error)
        assert out.getvalue() == b""
        return
    shown = Image.open(io.BytesIO(out.getvalue()))
    assert shown.size == (report.width, report.height) == made.size
    assert report.colors <= max(options["k"], 4)
