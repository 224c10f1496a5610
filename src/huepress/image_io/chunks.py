"""The chunks of a PNG, and what those about colours say (PNG specification, third edition)."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["SRGB", "code_points_in", "has_srgb_primaries", "headers", "means_srgb"]

SRGB = (0.3127, 0.3290, 0.64, 0.33, 0.30, 0.60, 0.15, 0.06)
"""x and y of sRGB's white, red, green and blue."""

# Numbers that were rounded, or that a display says in 10 bits, mean sRGB; so does 1/2.2, within
# what libpng takes for no difference.
_NEAR, _SAME_GAMMA = 0.003, 0.05


def headers(file: BinaryIO) -> Iterator[tuple[bytes, int]]:
    """Yield name and size of each chunk, while the file stands at its content.

    Parameters
    ----------
    file : binary file object
        Seekable, standing behind the signature.
    """
    while len(header := file.read(8)) == 8:
        size, name = struct.unpack(">I4s", header)
        behind = file.tell() + size + 4
        yield name, size
        file.seek(behind)


def code_points_in(file: BinaryIO) -> tuple[int, int, int, int] | None:
    """Return what the chunk cICP says, which Pillow doesn't; None if there is none.

    Parameters
    ----------
    file : binary file object
        As in `headers`; Pillow has checked all before the pixels.
    """
    for name, size in headers(file):
        if name == b"cICP" and size == 4:
            primaries, transfer, matrix, full_range = file.read(4)
            return primaries, transfer, matrix, full_range
        if name == b"IDAT":
            break
    return None


def means_srgb(gamma: float | None, chromaticities: tuple[float, ...] | None) -> bool:
    """Tell whether what gAMA and cHRM hold is sRGB's; None is."""
    is_gamma_same = gamma is None or abs(gamma * 2.2 - 1) <= _SAME_GAMMA
    return is_gamma_same and (chromaticities is None or has_srgb_primaries(chromaticities))


def has_srgb_primaries(chromaticities: tuple[float, ...]) -> bool:
    """Tell whether x and y are those of `SRGB`, nearly."""
    return all(abs(a - b) < _NEAR for a, b in zip(chromaticities, SRGB, strict=True))
