"""Reading images: from files, bytes, PIL images and arrays to `Pixels`.

Import from here what `__all__` lists. Everything is taken for hostile: the size that a file
declares is checked before anything is decoded, and whatever a decoder raises becomes one of our
errors.

========== ==========================================================================
images     `read_pixels`: an image of any kind as pixels
opening    which decoder reads a file, and its errors; `optional`: HEIC and JPEG XL
pages      files of several images; `icons`, whose largest may be a file of its own
modes      Pillow's modes of up to 8 bits a channel; `deep`: more than 8
conversion colours to sRGB; `png_chunks` and `isobmff` find what a file says of its colours
arrays     arrays of NumPy and others
pnm        PBM, PGM and PPM within bounds; `fits` and `jpeg2000`: what Pillow gets wrong
========== ==========================================================================
"""

from huepress.reading.images import orientation_of, read_pixels, to_pillow
from huepress.reading.opening import decoding, is_array, is_pillow, opened
from huepress.reading.pixels import Pixels, Source
from huepress.reading.png_chunks import chunk_headers

__all__ = [
    "Pixels", "Source", "chunk_headers", "decoding", "is_array", "is_pillow", "opened",
    "orientation_of", "read_pixels", "to_pillow",
]  # fmt: skip
