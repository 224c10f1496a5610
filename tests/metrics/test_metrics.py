"""The measures of likeness: what must hold for each, and what others compute."""

from __future__ import annotations

import io
import math
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from helpers.images import file_of, picture
from helpers.instruction_sets import same_on_all
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image, ImageFilter

import huepress
from huepress import OptionError, UnreadableError, metrics
from huepress.metrics import Reference, ciede2000, compare, mse, psnr, ssim, ssimulacra2
from huepress.metrics.array_math import color_differences
from huepress.reading import read_pixels

ALL = (ssimulacra2, psnr, ssim, ciede2000, mse)
PERFECT = {ssimulacra2: 100.0, psnr: math.inf, ssim: 1.0, ciede2000: 0.0, mse: 0.0}
BETTER_IF_LESS = (ciede2000, mse)


def scene(width: int, height: int) -> np.ndarray:
    """Return a ramp, rings and squares: whole numbers only, the same everywhere."""
    y, x = np.mgrid[:height, :width]
    rings = (x * x // 7 + y * y // 5) // 16 % 256
    squares = (x // 8 + y // 8) % 2 * 150 + 50
    return np.stack([255 * x // width, rings, squares], axis=2).astype(np.uint8)


def noisy(image: np.ndarray, strength: int) -> np.ndarray:
    """Add noise of -strength to strength to each value, the same everywhere."""
    noise = (np.arange(image.size) * 2654435761 % 2**32 >> 7) % (2 * strength + 1) - strength
    return np.clip(image + noise.reshape(image.shape), 0, 255).astype(np.uint8)


def noisy7(image: np.ndarray) -> np.ndarray:
    return noisy(image, 7)


def shifted(image: np.ndarray) -> np.ndarray:
    return np.roll(image, 1, axis=1)


def coarse(image: np.ndarray) -> np.ndarray:
    return image & 0xE0


def translucent(width: int = 64, height: int = 48) -> np.ndarray:
    alpha = np.add.outer(np.arange(height), np.arange(width)) * 4 % 256
    return np.dstack([scene(width, height), alpha.astype(np.uint8)])


def on_grey(image: np.ndarray, grey: int) -> np.ndarray:
    """What Pillow makes of a translucent image before a background."""
    if image.shape[2] == 3:
        return image
    ground = Image.new("RGBA", image.shape[1::-1], (grey, grey, grey, 255))
    return np.asarray(Image.alpha_composite(ground, Image.fromarray(image)).convert("RGB"))


images = hnp.arrays(
    np.uint8, st.tuples(st.integers(11, 40), st.integers(11, 40), st.sampled_from([3, 4]))
)


# What holds for all


@given(images)
def test_nothing_is_more_like_an_image_than_itself(image):
    for measure in ALL:
        assert measure(image, image) == PERFECT[measure], measure.__name__


@given(images, st.data())
def test_most_are_symmetric_and_all_stay_in_their_range(a, data):
    b = data.draw(hnp.arrays(np.uint8, a.shape))
    for measure in (psnr, ssim, ciede2000, mse):
        assert measure(a, b) == pytest.approx(measure(b, a), rel=1e-12)
    assert 0 <= mse(a, b) <= 3 * 255**2
    assert psnr(a, b) >= 0
    assert -1 <= ssim(a, b) <= 1
    assert 0 <= ciede2000(a, b) < 130
    assert ssimulacra2(a, b) <= 100


@pytest.mark.parametrize("size", [(256, 256), (31, 90), (12, 12)])
@pytest.mark.parametrize("measure", ALL)
def test_more_noise_is_worse(measure, size):
    image = scene(*size)
    values = [measure(image, noisy(image, strength)) for strength in (0, 1, 4, 16, 64)]
    assert values == sorted(values, reverse=measure not in BETTER_IF_LESS)
    assert len(set(values)) == 5


def test_every_kind_of_source_will_do(tmp_path):
    image = picture(40, 30)
    path = tmp_path / "a.png"
    path.write_bytes(file_of(image))
    data = path.read_bytes()
    sources = [path, str(path), data, image, np.asarray(image), read_pixels(path, 10_000)]
    other = coarse(np.asarray(image))
    for measure in ALL:
        expected = measure(image, other)
        for source in (*sources, io.BytesIO(data)):
            assert measure(source, other) == expected
        assert measure(other, io.BytesIO(data)) == measure(other, image)


@pytest.mark.parametrize("measure", [*ALL, compare])
def test_different_sizes_are_refused_by_name(measure, tmp_path):
    path = tmp_path / "a.png"
    path.write_bytes(file_of(picture(40, 30)))
    with pytest.raises(OptionError) as caught:
        measure(path, scene(30, 40))
    message = str(caught.value)
    for word in ("a.png", "40x30", "30x40", "; "):
        assert word in message
    assert len(message.splitlines()) == 1
    with pytest.raises(UnreadableError):
        measure(scene(30, 40), tmp_path / "none.png")


@pytest.mark.parametrize(("measure", "least"), [(ssimulacra2, 8), (ssim, 11)])
def test_what_is_too_small_is_refused(measure, least):
    for size in ((least, least), (least, 50)):
        assert measure(scene(*size), scene(*size)) == PERFECT[measure]
    for size in ((least - 1, 50), (50, least - 1), (1, 1)):
        with pytest.raises(OptionError, match=f"too small.*at least {least}x{least} pixels"):
            measure(scene(*size), scene(*size))


def test_all_measures_at_once():
    a, b = scene(40, 30), noisy(scene(40, 30), 9)
    assert compare(a, b) == {measure.__name__: measure(a, b) for measure in ALL}
    tiny = compare(a[:9, :9], b[:9, :9])
    assert tiny["ssim"] is None
    assert tiny["ssimulacra2"] < 100
    assert compare(a[:1], a[:1])["ssimulacra2"] is None


def test_the_package_has_it_under_its_name():
    assert huepress.metrics is metrics
    code = "import huepress; huepress.metrics.mse; import huepress.metrics; huepress.metrics.mse"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# Alpha


@pytest.mark.parametrize("measure", ALL)
def test_alpha_is_judged_on_white_and_on_dark_grey(measure):
    a, b = translucent(), translucent()
    b[..., 3] = noisy(b[..., 3], 20)
    worst = max if measure in BETTER_IF_LESS else min
    for x, y in ((a, b), (a, b[..., :3]), (a[..., :3], b)):
        values = [measure(on_grey(x, grey), on_grey(y, grey)) for grey in (255, 0x20)]
        assert values[0] != values[1]
        # Pillow rounds some values the other way.
        assert measure(x, y) == pytest.approx(worst(values), rel=0.02)


def test_what_nobody_sees_does_not_count():
    a = translucent()
    b = a.copy()
    a[..., 3] = b[..., 3] = np.where(a[..., 3] < 100, 0, 255)
    b[b[..., 3] == 0, :3] = 99
    for measure in ALL:
        assert measure(a, b) == PERFECT[measure]


# SSIMULACRA 2

# What the package ssimulacra2 0.3.0 gives for these images, saved as PNG:
#     compute_ssimulacra2("original.png", "changed.png")
PINNED = [
    ((8, 8), coarse, 95.8015),
    ((8, 8), shifted, 83.0476),
    ((8, 8), noisy7, 96.9097),
    ((9, 40), coarse, 95.8795),
    ((9, 40), shifted, 78.4433),
    ((9, 40), noisy7, 96.7294),
    ((97, 61), coarse, 65.0239),
    ((97, 61), shifted, -64.2238),
    ((97, 61), noisy7, 77.1563),
    ((300, 270), coarse, 30.7575),
    ((300, 270), shifted, 8.8948),
    ((300, 270), noisy7, 87.8153),
    ((531, 260), coarse, 38.3835),
    ((531, 260), shifted, -10.5095),
    ((531, 260), noisy7, 87.7002),
    ((1041, 135), coarse, 35.8196),
    ((1041, 135), shifted, -32.7781),
    ((1041, 135), noisy7, 81.7053),
]


@pytest.mark.parametrize(("size", "change", "score"), PINNED)
def test_ssimulacra2_of_synthetic_images_is_what_it_was(size, change, score):
    image = scene(*size)
    assert ssimulacra2(image, change(image)) == pytest.approx(score, abs=0.002)


def peer(a: np.ndarray, b: np.ndarray) -> float:
    package = pytest.importorskip("ssimulacra2", reason="the peer of this name isn't installed")
    files = (io.BytesIO(file_of(Image.fromarray(image))) for image in (a, b))
    return package.compute_ssimulacra2(*files)


@given(st.integers(8, 70), st.integers(8, 70), st.integers(1, 80))
def test_ssimulacra2_agrees_with_the_package_at_any_size(width, height, strength):
    image = scene(width, height)
    changed = noisy(image, strength)
    expected = peer(image, changed)
    assert ssimulacra2(image, changed) == pytest.approx(expected, abs=0.01, rel=1e-4)


def distortions(image: Image.Image) -> dict[str, Image.Image]:
    few = image.quantize(64)
    jpeg = Image.open(io.BytesIO(file_of(image, "JPEG", quality=30)))
    return {
        "64 colours": few.convert("RGB"),
        "dithered": image.quantize(palette=few).convert("RGB"),
        "JPEG": jpeg.convert("RGB"),
        "blur": image.filter(ImageFilter.GaussianBlur(0.7)),
    }


@pytest.mark.parametrize(
    "name",
    ["kodak/kodim23.png", "screenshots/gimp_ui/*.png", "alpha/noto512/*.png"],
)
def test_ssimulacra2_agrees_with_the_package_on_real_images(shared_images, name):
    path = sorted(shared_images.glob(name))[:1]
    if not path:
        pytest.skip(f"{name} isn't there")
    image = Image.open(path[0]).convert("RGBA")
    ground = Image.new("RGBA", image.size, "white")
    image = Image.alpha_composite(ground, image).convert("RGB").crop((0, 0, 400, 300))
    reference = Reference(image)
    for kind, changed in distortions(image).items():
        expected = peer(np.asarray(image), np.asarray(changed))
        assert reference.ssimulacra2(changed) == pytest.approx(expected, abs=0.05), kind


@pytest.mark.parametrize("size", [(8, 8), (97, 61), (530, 300), (1041, 140)])
def test_ssimulacra2_has_the_same_bits_on_all_instruction_sets_and_threads(size):
    image = scene(*size)
    alpha = translucent(*size)

    def scores():
        return [
            Reference(original, threads=threads).ssimulacra2(changed)
            for threads in (1, 2, 5)
            for original, changed in ((image, noisy(image, 7)), (image, alpha), (alpha, image))
        ]

    found = same_on_all(scores)
    assert found == found[:3] * 3


def test_one_original_serves_many_candidates_and_threads():
    image = scene(300, 200)
    reference = Reference(image, threads=2)
    candidates = [noisy(image, strength) for strength in range(1, 9)]
    expected = [ssimulacra2(image, candidate) for candidate in candidates]
    assert [reference.ssimulacra2(candidate) for candidate in candidates] == expected
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(reference.ssimulacra2, candidates)) == expected


def test_ssimulacra2_needs_no_numpy(photo):
    code = f"""if True:
        import sys
        before = set(sys.modules)
        import huepress
        huepress.metrics.ssimulacra2({str(photo)!r}, {str(photo)!r})
        assert "numpy" not in set(sys.modules) - before
    """
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# The others


@pytest.mark.parametrize("size", [(11, 11), (40, 300), (250, 130)])
def test_ssim_agrees_with_scikit_image(size):
    peers = pytest.importorskip("skimage.metrics", reason="scikit-image isn't installed")
    a = scene(*size)
    for b in (noisy(a, 30), shifted(a), coarse(a)):
        expected = peers.structural_similarity(
            a, b, gaussian_weights=True, sigma=1.5, use_sample_covariance=False, data_range=255,
            channel_axis=2,
        )  # fmt: skip
        assert ssim(a, b) == pytest.approx(expected, abs=1e-9)


def test_squared_error_and_psnr_by_hand():
    a = np.zeros((200, 300, 3), np.uint8)
    b = a.copy()
    b[0, 0] = (1, 2, 255)
    assert mse(a, b) == (1 + 4 + 255**2) / 60_000
    assert psnr(a, b) == pytest.approx(10 * math.log10(3 * 255**2 * 60_000 / (5 + 255**2)))
    assert mse(a, ~a) == 3 * 255**2
    assert psnr(a, ~a) == 0


def test_ciede2000_agrees_with_scikit_image():
    colors = pytest.importorskip("skimage.color", reason="scikit-image isn't installed")
    a, b = scene(200, 100), noisy(scene(200, 100), 40)
    expected = colors.deltaE_ciede2000(colors.rgb2lab(a), colors.rgb2lab(b)).mean()
    assert ciede2000(a, b) == pytest.approx(expected, rel=1e-4)


# Sharma, Wu and Dalal (2005), table 1: L*a*b* of two colours and their difference.
SHARMA = """
50 2.6772 -79.7751  50 0 -82.7485  2.0425
50 3.1571 -77.2803  50 0 -82.7485  2.8615
50 2.8361 -74.0200  50 0 -82.7485  3.4412
50 -1.3802 -84.2814  50 0 -82.7485  1.0000
50 -1.1848 -84.8006  50 0 -82.7485  1.0000
50 -0.9009 -85.5211  50 0 -82.7485  1.0000
50 0 0  50 -1 2  2.3669
50 -1 2  50 0 0  2.3669
50 2.4900 -0.0010  50 -2.4900 0.0009  7.1792
50 2.4900 -0.0010  50 -2.4900 0.0010  7.1792
50 2.4900 -0.0010  50 -2.4900 0.0011  7.2195
50 2.4900 -0.0010  50 -2.4900 0.0012  7.2195
50 -0.0010 2.4900  50 0.0009 -2.4900  4.8045
50 -0.0010 2.4900  50 0.0010 -2.4900  4.8045
50 -0.0010 2.4900  50 0.0011 -2.4900  4.7461
50 2.5 0  50 0 -2.5  4.3065
50 2.5 0  73 25 -18  27.1492
50 2.5 0  61 -5 29  22.8977
50 2.5 0  56 -27 -3  31.9030
50 2.5 0  58 24 15  19.4535
50 2.5 0  50 3.1736 0.5854  1.0000
50 2.5 0  50 3.2972 0  1.0000
50 2.5 0  50 1.8634 0.5757  1.0000
50 2.5 0  50 3.2592 0.3350  1.0000
60.2574 -34.0099 36.2677  60.4626 -34.1751 39.4387  1.2644
63.0109 -31.0961 -5.8663  62.8187 -29.7946 -4.0864  1.2630
61.2901 3.7196 -5.3901  61.4292 2.2480 -4.9620  1.8731
35.0831 -44.1164 3.7933  35.0232 -40.0716 1.5901  1.8645
22.7233 20.0904 -46.6940  23.0331 14.9730 -42.5619  2.0373
36.4612 47.8580 18.3852  36.2715 50.5065 21.2231  1.4146
90.8027 -2.0831 1.4410  91.1528 -1.6435 0.0447  1.4441
90.9257 -0.5406 -0.9208  88.6381 -0.8985 -0.7239  1.5381
6.7747 -0.2908 -2.4247  5.8714 -0.0985 -2.2286  0.6377
2.0776 0.0795 -1.1350  0.9033 -0.0636 -0.5514  0.9082
"""


def test_ciede2000_of_the_published_pairs():
    table = np.array([line.split() for line in SHARMA.strip().splitlines()], float)
    first, second, expected = table[:, :3].T, table[:, 3:6].T, table[:, 6]
    assert len(expected) == 34
    np.testing.assert_allclose(color_differences(first, second), expected, atol=1e-4)
    np.testing.assert_allclose(color_differences(second, first), expected, atol=1e-4)
