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

__all__ = ["MOST_COLORS"]

MOST_COLORS: Final = {"png": 256, "pair": 65_536}
"""The formats by name, each with the largest codebook that it can hold."""
