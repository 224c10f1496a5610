"""Targets: what is asked for, and whether it is met."""

from __future__ import annotations

import io
import math

import numpy as np
import pytest
from helpers.images import file_of, picture
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

import huepress
from huepress import BelowQualityError, OptionError, TooManyBytesError, compress
from huepress._option_parsers import quality, size
from huepress.metrics import ssimulacra2
from huepress.options import Options
from huepress.targets import has_target
from huepress.targets.search import _farthest

SCENE = "examples/scene.png"


def made(source, **options):
    """Return the report and the file of an image in memory."""
    file = io.BytesIO()
    report = compress(source, file, **options)
    return report, file.getvalue()


@pytest.fixture(scope="module")
def small():
    """A part of the sample scene, quick to search on."""
    with Image.open(SCENE) as image:
        return file_of(image.convert("RGB").crop((200, 200, 392, 328)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("60-80", (60, 80)), ("60-", (60, 100)), ("-80", (0, 80)), ("80", (0, 80)),
        (" 1.5-2 ", (1.5, 2)), ((60, 80), (60, 80)), (70, (0, 70)), (70.5, (0, 70.5)),
        ("0-100", (0, 100)), ("0", (0, 0)),
    ],
)  # fmt: skip
def test_quality_has_pngquants_grammar(text, expected):
    assert quality("quality", text) == expected


@pytest.mark.parametrize(
    "text", ["", "-", "a", "80-60", "0-101", "60--80", "60-80-90", "1e2", (1, 2, 3), -5]
)
def test_what_is_no_quality_is_an_option_error(text):
    with pytest.raises(OptionError, match=r"quality: .* is not MIN-MAX from 0 to 100; give "):
        quality("quality", text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("50KB", 50_000), ("50 kb", 50_000), ("1.5MB", 1_500_000), ("2KiB", 2048),
        ("20000", 20_000), (300, 300), ("7b", 7), ("1m", 1_000_000), ("0.5k", 500),
    ],
)  # fmt: skip
def test_sizes_have_units(text, expected):
    assert size("target_size", text) == expected


@pytest.mark.parametrize("text", ["", "KB", "-5", "0", "0.1", "5 apples", "1e3"])
def test_what_is_no_size_is_an_option_error(text):
    with pytest.raises(OptionError, match=r"target_size: .* is no size; give "):
        size("target_size", text)


def test_there_is_one_target_or_none():
    assert not has_target(Options())
    assert has_target(Options(k="auto"))
    assert Options(quality="50").quality == (0, 50)
    assert Options(target_size="5k").target_size == 5000
    assert has_target(Options(quality=50))
    assert has_target(Options(target_size=50))
    with pytest.raises(OptionError, match="target_size: contradicts `quality`"):
        Options(quality="50", target_size="5k")


@given(st.floats(-5, 6), st.floats(0.3, 3), st.floats(0.5, 2))
def test_the_farthest_point_that_will_do_is_nearly_found(edge, slope, bend):
    def attempt(x):
        away = x - edge
        return x, math.copysign(slope * abs(away) ** bend, away)

    found = _farthest(attempt, 0.1)
    assert found is None or found <= edge + 1e-9
    if edge > -4.5:
        assert found is not None
        assert attempt(found)[1] > -0.5


@pytest.mark.parametrize("wanted", [40, 60])
def test_quality_is_reached_and_hardly_exceeded(small, wanted):
    report, file = made(small, quality=wanted)
    assert wanted <= report.ssimulacra2 < wanted + 1
    assert ssimulacra2(small, file) == pytest.approx(report.ssimulacra2)
    assert report.bytes_out == len(file) < made(small)[0].bytes_out


def test_quality_out_of_reach_gives_the_best_there_is(small):
    report, _ = made(small, quality="0-99", k=16)
    assert report.colors == 16
    assert report.ssimulacra2 >= made(small, k=16, rd=0, quality=0)[0].ssimulacra2


def test_quality_below_the_least_writes_nothing(small, tmp_path):
    target = tmp_path / "out.png"
    with pytest.raises(BelowQualityError, match=r"^image: quality .* less than 98; ") as caught:
        compress(huepress.decompress(made(small)[1]) ^ 1, target, quality="98-99", k=4)
    assert caught.value.exit_code == 99
    assert not target.exists()


def test_a_quality_without_a_least_one_is_never_out_of_reach():
    """Scores of poor results are negative: `--quality 99` failed as if 99 were the least."""
    report, _ = made(file_of(picture()), quality=99, k=4)
    assert report.ssimulacra2 < 0
    with pytest.raises(BelowQualityError, match="less than 1; lower `quality` or raise `k`"):
        made(file_of(picture()), quality="1-99", k=4)


@pytest.mark.parametrize("share", [0.9, 0.6, 0.3])
def test_a_size_is_kept_and_nearly_reached(small, share):
    limit = int(share * made(small, rd=0)[0].bytes_out)
    report, file = made(small, target_size=limit)
    assert 0.95 * limit < len(file) <= limit
    assert report.bytes_out == len(file)


def test_a_size_that_all_fits_takes_no_looks(small):
    report, _ = made(small, target_size="1MB")
    assert report.rd == 0
    assert report.colors == 256


def test_a_size_that_nothing_fits_writes_nothing(small, tmp_path):
    target = tmp_path / "out.png"
    with pytest.raises(
        TooManyBytesError, match=r": takes at least .* more than 50; raise"
    ) as caught:
        compress(io.BytesIO(small), target, target_size=50)
    assert caught.value.exit_code == 98
    assert not target.exists()


def test_the_knee_is_below_the_most_colours(small):
    report, _ = made(small, k="auto")
    assert 4 <= report.colors < 256
    assert report.ssimulacra2 is not None


def test_metadata_counts(small):
    with Image.open(io.BytesIO(small)) as image:
        tagged = file_of(image, dpi=(72, 72), exif=b"Exif\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0")
    limit = made(small)[0].bytes_out
    _, file = made(tagged, target_size=limit, metadata="keep")
    assert len(file) <= limit
    assert b"pHYs" in file


@pytest.mark.parametrize("size", [(1, 1), (3, 5), (7, 100)])
def test_images_too_small_to_judge_are_judged_as_if_they_went_on(size):
    report, _ = made(file_of(picture(*size)), quality=50)
    assert report.ssimulacra2 >= 50


@pytest.mark.parametrize("kind", ["webp", "gif", "pair"])
def test_targets_hold_for_all_formats(small, kind, tmp_path):
    source = tmp_path / "in.png"
    source.write_bytes(small)
    plain = compress(source, format=kind, rd=0).bytes_out
    report = compress(source, format=kind, target_size=plain * 3 // 4, force=True)
    assert report.bytes_out <= plain * 3 // 4
    report = compress(source, format=kind, quality=40, force=True)
    assert report.ssimulacra2 >= 40


def test_given_colours_hold_no_image_exactly():
    """An image of few colours was once taken for kept exactly, though mapped to others.

    So a size of 500 gave 139 bytes, and a quality of 70 one of 80. (Pixels that the palette has
    keep their colour, which takes more than 300 bytes.)
    """
    rows, columns = np.indices((64, 64))
    image = np.stack([4 * columns, rows // 16 * 60, 0 * rows], axis=2).astype(np.uint8)
    palette = [(red, green, 0) for red in range(0, 256, 16) for green in (0, 60, 120, 180)]
    report, _ = made(image, palette=palette, target_size=500)
    assert 300 < report.bytes_out <= 500
    report, _ = made(image, palette=palette, quality=70)
    assert 70 <= report.ssimulacra2 < 75


def test_kept_colours_that_no_pixel_has_take_their_place(small):
    """With them the colours may be too many, though the image's own are not."""
    few = made(small, k=16)[1]
    report, file = made(few, k=16, keep=["#123456"], quality=60)
    assert report.ssimulacra2 >= 60
    assert len(file) == report.bytes_out


def test_the_same_every_time(small):
    assert made(small, quality=50)[1] == made(small, quality=50, threads=3)[1]
