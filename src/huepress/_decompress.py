"""A compressed file or pair of files in, the image out; or the image in other colours."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from huepress import palettes
from huepress.errors import OptionError, PairError
from huepress.files import check_input, check_target, name_of, with_size, write_all, write_stream
from huepress.formats import decode, encode
from huepress.formats.names import check_suffix
from huepress.options import MAX_PIXELS, Options
from huepress.reading import is_array

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from huepress.codebook import Codebook
    from huepress.files import File, Target
    from huepress.formats.metadata import Metadata
    from huepress.quantized import Quantized

__all__ = ["decompress", "read", "restore"]


def read(
    source: File,
    codebook: Codebook | str | os.PathLike[str] | None = None,
    *,
    max_pixels: int = MAX_PIXELS,
) -> Quantized:
    """Read a compressed image.

    Parameters
    ----------
    source : path, bytes or binary file object
        An indexed PNG, a WebP or GIF, or the label map of a pair. The colours of a WebP are
        counted, which must not be more than 65,536.
    codebook : Codebook or path, optional
        The other half of the pair. Or colours that take the place of those of an indexed PNG or
        GIF, one by one in the order of its own codebook; a codebook without alpha leaves alphas
        as they are.
    max_pixels : int, default 300,000,000
        Refuse, before decoding, what declares more pixels.

    Returns
    -------
    Quantized
        With the populations counted; `mse` is None.

    Raises
    ------
    InputError
        If a file can't be read or is of another kind, or the two don't fit each other.
    OptionError
        If what is given stands for no file, or for no codebook.

    Examples
    --------
    >>> import io
    >>> import numpy as np
    >>> import huepress
    >>> file = io.BytesIO()
    >>> flag = np.array([[[255, 255, 255]] * 3, [[255, 0, 0]] * 2 + [[255] * 3]], np.uint8)
    >>> report = huepress.compress(flag, file)
    >>> huepress.read(file.getvalue()).codebook
    <Codebook of 2: #ffffff, #ff0000>
    >>> other = huepress.Codebook([(255, 255, 255), (0, 0, 255)])
    >>> huepress.read(file.getvalue(), other).pixels()[1].tolist()
    [[0, 0, 255], [0, 0, 255], [255, 255, 255]]
    """
    if is_array(source):
        raise OptionError("image: an array is no compressed image; give a path, bytes or a file")
    if palettes.format_of(name_of(source)):
        raise PairError(
            f"{name_of(source)}: is a codebook; name the label map first and the codebook after it"
        )
    return decode(source, max_pixels, codebook)


def decompress(
    source: File,
    codebook: Codebook | str | os.PathLike[str] | None = None,
    output: Target | None = None,
    *,
    indexed: bool = False,
    force: bool = False,
) -> NDArray[np.uint8]:
    """Return the image that a compressed file or pair stands for.

    Parameters
    ----------
    source, codebook
        As in `huepress.read`.
    output : path or binary file object, optional
        Also write it there as a PNG.
    indexed : bool, default False
        Write it as an indexed PNG, of up to 256 colours, instead of one of full colours.
    force : bool, default False
        Overwrite an existing file.

    Returns
    -------
    ndarray of uint8, shape (H, W, 3) or (H, W, 4)
        sRGB, or as the file's ICC profile or colour chunks say, which go into the output, too; with
        alpha if a colour is translucent.

    Raises
    ------
    InputError
        As in `huepress.read`.
    OptionError
        If `indexed` is asked for and there are more than 256 colours.
    OutputError
        If the output exists and `force` is false, or can't be written.

    Examples
    --------
    >>> import io
    >>> import numpy as np
    >>> import huepress
    >>> picture = np.array([[[255, 0, 0], [0, 0, 255]]], np.uint8)
    >>> file = io.BytesIO()
    >>> report = huepress.compress(picture, file)
    >>> huepress.decompress(file.getvalue()).tolist() == picture.tolist()
    True
    """
    if output is None:
        return read(source, codebook).pixels()
    q, _ = restore(source, codebook, output, indexed=indexed, force=force)
    return q.pixels()


def restore(
    source: File,
    codebook: Codebook | str | os.PathLike[str] | None,
    output: Target,
    *,
    indexed: bool = False,
    force: bool = False,
    max_pixels: int = MAX_PIXELS,
) -> tuple[Quantized, int]:
    """Do as `decompress`, but return what was read and the bytes written: needs no NumPy."""
    check_input(source)
    if isinstance(output, str | os.PathLike):
        check_suffix(os.fspath(output), "png")
        check_target(output, force)
    source, _ = with_size(source)
    q = read(source, codebook, max_pixels=max_pixels)
    if hasattr(source, "seek"):
        source.seek(0)
    data = _png_of(q, indexed, _meaning_of(source, max_pixels))
    if isinstance(output, str | os.PathLike):
        write_all([(os.fspath(output), data)], force)
    else:
        write_stream(output, data)
    return q, len(data)


def _meaning_of(source: File, max_pixels: int) -> Metadata:
    """Return, of a file's metadata, what says what its colours mean."""
    from huepress.formats.metadata import Metadata
    from huepress.formats.metadata_reading import read_metadata

    found = read_metadata(source, max_pixels)
    return Metadata(icc=found.icc, color_chunks=found.color_chunks)


def _png_of(q: Quantized, indexed: bool, meaning: Metadata) -> bytes:
    if indexed:
        if len(q.codebook) > 256:
            raise OptionError(
                f"{len(q.codebook):,} colours don't fit an indexed PNG, which holds at most 256; "
                "leave it out for full colours",
                "indexed",
            )
        return encode(q, "png", Options().effort, meaning)[0]
    from huepress.formats import truecolor_png

    return truecolor_png.encode(q, effort=2, metadata=meaning)
