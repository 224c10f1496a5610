"""Codebooks and label maps for tests."""

from __future__ import annotations

import random
import sys

from hypothesis import strategies as st

from huepress import Codebook, Quantized


def codebooks(most: int = 300) -> st.SearchStrategy[Codebook]:
    """Return any small codebook, with or without alpha."""

    def build(channels: int, count: int, fill: bytes) -> Codebook:
        size = channels * count
        return Codebook.from_bytes((fill * size)[:size], channels)

    return st.builds(build, st.sampled_from([3, 4]), st.integers(1, most), st.binary(min_size=1))


def quantized(k: int, width: int, height: int, channels: int = 3, seed: int = 0) -> Quantized:
    """Return K random colours and random labels, the highest label among them."""
    rng = random.Random(seed)
    size = 1 if k <= 256 else 2
    labels = [rng.randrange(k) for _ in range(width * height - 1)] + [k - 1]
    data = b"".join(label.to_bytes(size, sys.byteorder) for label in labels)
    return Quantized(
        width, height, data, Codebook.from_bytes(rng.randbytes(k * channels), channels)
    )


def quantizeds(most_colors: int) -> st.SearchStrategy[Quantized]:
    """Return any small label map with any codebook of up to so many colours."""
    few = st.integers(1, min(most_colors, 20))
    k = few | st.integers(1, most_colors)
    side = st.integers(1, 20)
    return st.builds(quantized, k, side, side, st.sampled_from([3, 4]), st.integers(0, 2**32))


def meant(q: Quantized) -> tuple[tuple[int, int], bytes]:
    """Return the same of a Quantized, taken label by label."""
    size = len(q.label_bytes) // (q.width * q.height)
    colors = [bytes((*color, 255)[:4]) for color in q.codebook]
    labels = (
        int.from_bytes(q.label_bytes[at : at + size], sys.byteorder)
        for at in range(0, len(q.label_bytes), size)
    )
    return (q.width, q.height), b"".join(colors[label] for label in labels)
