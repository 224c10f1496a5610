"""Bytes to pixels: the door through which images come in.

Import from here what `__all__` lists. Everything that comes in is taken for hostile: the size that
a file declares is checked before anything is decoded; whatever a decoder raises becomes one of
huepress's errors.

========== ==========================================================================
images     an image, wherever it is, as pixels
opening    which decoder reads a file, and its errors
optional   HEIC and JPEG XL
pages      files of several images; `icons` those whose largest is a file of its own
pnm        PBM, PGM and PPM at once and bounded; `fits` and `jpeg2000`, what Pillow gets wrong
deep       all bits of what has more than 8 a channel, rounded once
profiles   what a file says of its colours (`png_chunks` and `isobmff` find it); converts them
modes      all other modes of Pillow
========== ==========================================================================
"""

from huepress.reading.images import Source, orientation_of, read_pixels, to_pillow
from huepress.reading.opening import decoding, is_array, is_pillow, opened
from huepress.reading.pixels import Pixels

__all__ = [
    "Pixels", "Source", "decoding", "is_array", "is_pillow", "opened", "orientation_of",
    "read_pixels", "to_pillow",
]  # fmt: skip
