"""Bytes that were made by copying, with hints of what from, right and wrong."""

from __future__ import annotations

from array import array
from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st


class Copied(NamedTuple):
    """Bytes, of each the index of the distance that it was copied from or 0, and the distances."""

    raw: bytes
    hints: bytes
    distances: array


def copied(seed: int, size: int, values: int, share: float, reach: int) -> Copied:
    """Return bytes of so many values, with that share of their runs copied from up to `reach`."""
    rng = np.random.default_rng(seed)
    distances = array("i", rng.integers(1, reach + 1, 256).tolist())
    raw, hints = bytearray(), bytearray()
    while len(raw) < size:
        hint = int(rng.integers(1, 256))
        length = int(rng.choice([1, 2, 3, 4, 30, 257, 258, 259, 260, 261, 600]))
        if rng.random() < share and distances[hint] <= len(raw):
            for _ in range(length):
                raw.append(raw[-distances[hint]])
            hints += bytes([hint]) * length
        else:
            raw += rng.integers(0, values, min(length, 30), np.uint8).tobytes()
            hints += bytes(min(length, 30))
    return Copied(bytes(raw[:size]), bytes(hints[:size]), distances)


def wrong(it: Copied, seed: int, share: float) -> Copied:
    """Return the same with that share of the hints replaced by any."""
    rng = np.random.default_rng(seed)
    hints = np.frombuffer(it.hints, np.uint8).copy()
    at = rng.random(len(hints)) < share
    hints[at] = rng.integers(0, 256, np.count_nonzero(at))
    return it._replace(hints=hints.tobytes())


def copies(most: int = 4000) -> st.SearchStrategy[Copied]:
    """Return any bytes with any hints."""
    made = st.builds(
        copied,
        st.integers(0, 2**32),
        st.integers(1, 50) | st.integers(1, most),
        st.sampled_from([1, 2, 256]),
        st.sampled_from([0, 0.5, 1]),
        st.sampled_from([1, 4, 500, 32_768]),
    )
    return st.builds(wrong, made, st.integers(0, 2**32), st.sampled_from([0, 0, 0.01, 0.3, 1]))
