"""What a Quantized is written as and read from.

===== ========================================================= ==========
name  files                                                     colours
===== ========================================================= ==========
png   one indexed PNG, which any viewer opens                   1 to 256
pair  a label map (greyscale PNG) and a codebook (``.npy``)     1 to 65,536
===== ========================================================= ==========
"""

from __future__ import annotations

from typing import Final

from huepress.errors import OptionError

__all__ = ["MOST_COLORS", "chosen_format"]

MOST_COLORS: Final = {"png": 256, "pair": 65_536}
"""The formats by name, each with the largest codebook that it can hold."""


def chosen_format(name: str | None, k: int) -> str:
    """Return the name of the format to write, the default if None was given.

    Raises
    ------
    OptionError
        If there is no such format, or it can't hold `k` colours.
    """
    kind = name or "png"
    if kind not in MOST_COLORS:
        raise OptionError(f"format: {kind!r} is not one of {', '.join(MOST_COLORS)}")
    if k > MOST_COLORS[kind]:
        raise OptionError(
            f"k: {k:,} colours don't fit an indexed PNG, which holds at most 256; use --format pair"
        )
    return kind
