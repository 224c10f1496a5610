"""Images whose labels are gone, of whatever program."""

from __future__ import annotations

import subprocess
import sys

import pytest
from helpers.images import file_of, picture, shown
from helpers.quantized_images import meant
from PIL import Image

from huepress import NotAnImageError
from huepress.formats import decode

LIMIT = 1_000_000


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
@pytest.mark.parametrize("lossless", [True, False])
def test_webps_of_other_programs(mode, lossless):
    content = file_of(picture(mode=mode), "WEBP", lossless=lossless)
    q = decode(content, LIMIT)
    assert meant(q) == shown(content)
    assert len(q.codebook) > 256
    assert q.codebook.counts() == sorted(q.codebook.counts(), reverse=True)
    assert min(q.codebook.counts()) > 0


def test_too_many_colours(tmp_path):
    colors = Image.frombytes(
        "RGB",
        (256, 257),
        bytes(v for i in range(256 * 257) for v in (i >> 8 & 255, i & 255, i >> 16)),
    )
    path = tmp_path / "photo.webp"
    path.write_bytes(file_of(colors, "WEBP", lossless=True))
    with pytest.raises(NotAnImageError, match=r"photo\.webp: has more than 65,536 .*; compress it"):
        decode(path, LIMIT)
    path.write_bytes(file_of(colors.crop((0, 0, 256, 256)), "WEBP", lossless=True))
    assert len(decode(path, LIMIT).codebook) == 65_536


@pytest.mark.parametrize("kind", ["GIF", "WEBP"])
def test_animations_are_not_cut_down_to_a_picture(tmp_path, kind):
    path = tmp_path / "moving"
    frames = [picture().quantize(9), picture().rotate(180).quantize(9)]
    path.write_bytes(file_of(frames[0], kind, save_all=True, append_images=frames[1:]))
    with pytest.raises(NotAnImageError, match=r"moving: an animation, .*; take one frame"):
        decode(path, LIMIT)


@pytest.mark.parametrize("kind", ["GIF", "WEBP"])
def test_it_needs_no_numpy(tmp_path, kind):
    path = tmp_path / "a"
    path.write_bytes(file_of(picture().quantize(9), kind, lossless=True))
    code = (
        "import sys; from huepress.formats import decode, encode; "
        f"encode(decode(sys.argv[1], 10**6), {kind.lower()!r}, 5); sys.exit('numpy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code, path], check=False).returncode == 0
