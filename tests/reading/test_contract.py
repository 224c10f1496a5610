"""What holds for files of every format: truncated, too large, turned, with alpha, profile, depth.

A format is a row of `helpers.image_formats.FORMATS`, and a new one gets all of these tests. What a
format can't hold is written there, with the reason.
"""

from __future__ import annotations

import io
import warnings

import numpy as np
import pytest
from helpers.image_formats import FORMATS, PROPERTIES, ImageFormat
from helpers.images import picture
from helpers.profiles import matrix_profile
from PIL import Image, ImageCms, ImageFile, ImageOps

from huepress import NotAnImageError, TooLargeError
from huepress.reading import Pixels, read_pixels
from huepress.reading.deep import pixels_from_samples

LIMIT = 10_000_000
SAMPLES = np.random.default_rng(11).integers(0, 65_536, (13, 17, 3), np.uint16)
SAMPLES[0, :2] = [[0], [65_535]]  # black and white, where decoders go wrong
WIDE = matrix_profile(name="Wide")
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def holding(what: str) -> list[str]:
    """Return the formats that can hold a property."""
    return [name for name, kind in FORMATS.items() if what not in kind.cannot]


def pixels_of(image: Image.Image) -> Pixels:
    """Return what reading must give: RGB, or RGBA if something is translucent."""
    opaque = "A" not in image.mode or image.getchannel("A").getextrema() == (255, 255)
    image = image.convert("RGB" if opaque else "RGBA")
    return Pixels(image.width, image.height, len(image.mode), image.tobytes())


def shown(kind: ImageFormat, content: bytes, mode: str = "RGB") -> Image.Image:
    """Return what Pillow alone makes of a file."""
    if kind.shown:
        return kind.shown(content)
    with Image.open(io.BytesIO(content)) as image:
        return image.convert(mode)


def image_for(kind: ImageFormat, mode: str = "RGB") -> Image.Image:
    return picture(*kind.sizes[0], mode)


@pytest.mark.parametrize("name", FORMATS)
def test_the_table_names_properties(name):
    assert set(FORMATS[name].cannot) <= set(PROPERTIES)
    assert (FORMATS[name].declare is None) == ("declared size" in FORMATS[name].cannot)
    assert (FORMATS[name].make_deep is None) == ("depth" in FORMATS[name].cannot)


@pytest.mark.parametrize(
    ("name", "size"), [(name, size) for name, kind in FORMATS.items() for size in kind.sizes]
)
def test_an_image_comes_as_it_is_shown(name, size):
    kind, image = FORMATS[name], picture(*size)
    content = kind.make(image)
    pixels = read_pixels(content, LIMIT)
    assert pixels == pixels_of(shown(kind, content))
    if kind.is_exact and pixels[:2] == size:
        assert pixels == pixels_of(image)


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_cut_anywhere_is_refused_unless_all_pixels_are_there(name):
    content = FORMATS[name].make(image_for(FORMATS[name]))
    whole, step = read_pixels(content, LIMIT), max(1, len(content) // 400)
    for length in [*range(0, len(content), step), *range(max(0, len(content) - 40), len(content))]:
        try:
            assert read_pixels(content[:length], LIMIT) == whole, length
        except NotAnImageError as error:
            assert "; " in str(error)
            assert len(str(error).splitlines()) == 1
    with pytest.raises(NotAnImageError):
        read_pixels(content[: len(content) // 2], LIMIT)


@pytest.mark.parametrize("name", holding("declared size"))
@pytest.mark.parametrize("wide", [True, False])
@pytest.mark.parametrize("high", [True, False])
def test_a_declared_size_is_checked_before_anything_is_decoded(name, wide, high, monkeypatch):
    kind = FORMATS[name]
    assert kind.declare
    width, height = kind.sizes[0]
    size = kind.max_side if wide else width, kind.max_side if high else height
    content = kind.declare(kind.make(image_for(kind)), *size)

    def load(image: ImageFile.ImageFile) -> None:
        raise AssertionError("it is decoded")

    monkeypatch.setattr(ImageFile.ImageFile, "load", load)
    with pytest.raises(TooLargeError, match=f"{size[0]}x{size[1]} is more than") as caught:
        read_pixels(content, size[0] * size[1] - 1)
    assert str(caught.value).endswith("; raise `max_pixels` if you trust it")


@pytest.mark.parametrize("name", FORMATS)
def test_the_limit_counts_pixels(name):
    content = FORMATS[name].make(image_for(FORMATS[name]))
    whole = read_pixels(content, LIMIT)
    assert read_pixels(content, whole.width * whole.height) == whole
    with pytest.raises(TooLargeError, match="raise `max_pixels`"):
        read_pixels(content, whole.width * whole.height - 1)


@pytest.mark.parametrize("name", holding("orientation"))
@pytest.mark.parametrize("orientation", range(10))
def test_an_image_is_turned_upright(name, orientation):
    """0 and 9 are no orientations, and turn nothing."""
    kind, exif = FORMATS[name], Image.Exif()
    exif[0x0112] = orientation
    content = kind.make(image_for(kind), exif=exif)
    with Image.open(io.BytesIO(content)) as image:
        assert read_pixels(content, LIMIT) == pixels_of(ImageOps.exif_transpose(image))


@pytest.mark.parametrize("name", holding("alpha"))
def test_alpha_is_kept_if_it_hides_something(name):
    kind, image = FORMATS[name], image_for(FORMATS[name], "RGBA")
    content = kind.make(image)
    pixels = read_pixels(content, LIMIT)
    assert pixels.channels == 4
    assert pixels == pixels_of(shown(kind, content, "RGBA"))
    if kind.is_exact and pixels[:2] == image.size:
        assert pixels == pixels_of(image)
    image.putalpha(255)
    content = kind.make(image)
    assert read_pixels(content, LIMIT) == pixels_of(shown(kind, content))


@pytest.mark.parametrize("name", holding("profile"))
def test_a_profile_is_converted_or_kept(name):
    kind = FORMATS[name]
    content = kind.make(image_for(kind), icc_profile=WIDE)
    image = shown(kind, content)
    source, target = ImageCms.ImageCmsProfile(io.BytesIO(WIDE)), ImageCms.createProfile("sRGB")
    expected = ImageCms.profileToProfile(image, source, target)
    assert expected is not None
    pixels = read_pixels(content, LIMIT)
    assert bytes(pixels.to_8_bits()) == expected.tobytes() != image.tobytes()
    assert (pixels.converted, pixels.profile, pixels.notices) == (True, b"", ())
    assert pixels.remarks == ("colours converted from Wide (RGB) to sRGB",)
    kept = read_pixels(content, LIMIT, keep_profile=True)
    assert bytes(kept.to_8_bits()) == image.tobytes()
    assert (kept.converted, kept.profile, kept.notices) == (False, WIDE, ())


@pytest.mark.parametrize("name", holding("profile"))
def test_a_profile_of_srgb_changes_nothing_and_a_damaged_one_is_a_notice(name):
    kind = FORMATS[name]
    content = kind.make(image_for(kind), icc_profile=SRGB)
    assert read_pixels(content, LIMIT) == pixels_of(shown(kind, content))
    content = kind.make(image_for(kind), icc_profile=WIDE[:140])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of Pillow's
        expected = pixels_of(shown(kind, content))
    pixels = read_pixels(content, LIMIT)
    assert pixels._replace(notices=()) == expected
    (notice,) = pixels.notices
    assert notice.startswith("its ICC profile is damaged or of another kind")


@pytest.mark.parametrize("name", holding("depth"))
@pytest.mark.parametrize("planes", [1, 3])
def test_all_bits_count(name, planes):
    kind = FORMATS[name]
    assert kind.make_deep
    if planes not in kind.deep_planes:
        pytest.skip(f"{name} holds 16 bits only of {kind.deep_planes} channels")
    samples = SAMPLES[..., :planes]
    pixels = read_pixels(kind.make_deep(samples), LIMIT)
    assert pixels == pixels_from_samples(samples)
    assert pixels.is_fine


@pytest.mark.parametrize("name", FORMATS)
def test_every_kind_of_source_gives_the_same(name, tmp_path):
    content = FORMATS[name].make(image_for(FORMATS[name]))
    path = tmp_path / "a"
    path.write_bytes(content)
    behind = io.BytesIO(b"junk" + content)
    behind.seek(4)
    whole = read_pixels(content, LIMIT)
    for source in (path, str(path), io.BytesIO(content), bytearray(content), behind):
        assert read_pixels(source, LIMIT) == whole
    with path.open("rb") as file:
        assert read_pixels(file, LIMIT) == whole
