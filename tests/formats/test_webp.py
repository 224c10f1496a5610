"""Lossless WebP."""

from __future__ import annotations

import io
import struct

import pytest
from helpers.images import shown
from helpers.quantized_images import meant, quantized, quantizeds
from hypothesis import example, given
from PIL import Image, features

from huepress import Codebook, OptionError, Quantized
from huepress.formats import decode
from huepress.formats.webp import encode

LIMIT = 1_000_000


@given(quantizeds(65_536))
@example(quantized(256, 16, 16))
@example(quantized(257, 20, 20, 4))
@example(quantized(1, 1, 1, 4))
def test_every_pixel_comes_back_whatever_its_alpha(q):
    content = encode(q, 1)
    assert shown(content) == meant(q)
    assert meant(decode(content, LIMIT)) == meant(q)


def test_colours_that_nobody_sees_are_kept():
    book = Codebook([(1, 2, 3, 0), (4, 5, 6, 0), (7, 8, 9, 255)])
    q = Quantized(3, 1, bytes([0, 1, 2]), book)
    assert set(decode(encode(q, 5), LIMIT).codebook) == set(book)


@pytest.mark.parametrize("effort", range(1, 11))
def test_it_is_lossless_at_every_effort(effort):
    content = encode(quantized(200, 64, 48), effort)
    assert content[12:16] == b"VP8L"  # lossless, and nothing but the image
    assert struct.unpack("<I", content[4:8])[0] == len(content) - 8


def test_more_effort_gives_no_larger_files():
    q = Quantized(256, 64, bytes(range(256)) * 64, Codebook([(i, i, i) for i in range(256)]))
    sizes = [len(encode(q, effort)) for effort in (1, 5, 9)]
    assert sizes == sorted(sizes, reverse=True)


def test_sides_that_are_too_long():
    assert encode(Quantized(16_383, 1, bytes(16_383), Codebook([(1, 2, 3)])), 1)
    q = Quantized(1, 16_384, bytes(16_384), Codebook([(1, 2, 3)]))
    with pytest.raises(OptionError, match=r"1x16384 pixels don't fit a WebP, .*; use png"):
        encode(q, 1)


def test_a_pillow_without_webp(monkeypatch):
    monkeypatch.setattr(features, "check", lambda name: False)
    with pytest.raises(OptionError, match="without WebP; use png"):
        encode(quantized(2, 2, 2), 1)


def test_a_palette_of_256_colours_is_found_again():
    # Noise of 8 bits per pixel: full colours would take 24.
    q = quantized(256, 128, 128)
    assert len(encode(q, 5)) < 1.15 * 128 * 128 + 3 * 256
    assert Image.open(io.BytesIO(encode(q, 5))).mode == "RGB"
