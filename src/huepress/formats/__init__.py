"""What a Quantized is written as and read from: indexed PNG, WebP, GIF, the textbook pair.

Import from here what `__all__` lists; `huepress.formats.names` says what files are called, and
`huepress.formats.metadata` what they hold besides pixels.
"""

from huepress.formats.table import (
    FORMATS,
    Format,
    FormatModule,
    chosen_format,
    colors_stored,
    decode,
    encode,
)

__all__ = [
    "FORMATS", "Format", "FormatModule", "chosen_format", "colors_stored", "decode", "encode",
]  # fmt: skip
