"""An image in, a compressed file or pair of files out."""

from __future__ import annotations

import os
from time import perf_counter
from typing import TYPE_CHECKING, Literal

from huepress._compress_one import Recipe, check_smaller, made, with_stage
from huepress.engine.mapping import MOST_COLORS
from huepress.errors import OptionError
from huepress.files import FileAttributes, check_input, check_target, write_all, write_stream
from huepress.formats.names import check_stream, check_suffix, files_of, output_names
from huepress.report import Report

if TYPE_CHECKING:
    from typing import Unpack

    from huepress.files import Target
    from huepress.options import OtherKnobs
    from huepress.reading import Source

__all__ = ["Report", "compress"]


def compress(
    source: Source,
    output: Target | None = None,
    *,
    k: int | Literal["auto"] = MOST_COLORS,
    format: str | None = None,
    quality: str | float | tuple[float, float] | None = None,
    target_size: str | int | None = None,
    metadata: str = "strip",
    force: bool = False,
    verify: bool | None = None,
    skip_if_larger: bool = False,
    keep_times: bool = False,
    reconstructed: bool = False,
    **knobs: Unpack[OtherKnobs],
) -> Report:
    """Compress an image into an indexed PNG, a WebP or a GIF, or a label map and a codebook.

    Parameters
    ----------
    source : path, bytes, binary file object, PIL image or array
        The image; as in `huepress.quantize`.
    output : path or binary file object, optional
        Where to. By default beside the input: ``NAME-hp.png`` (or ``.webp``, ``.gif``), or for
        the pair ``compressed_NAME.png`` and ``codebook_NAME.npy``. If given for the pair, it names
        the label map; the codebook is put beside ``[compressed_]STEM.png`` as
        ``codebook_STEM.npy``.
    k : int or 'auto', default 256
        Colours in the codebook; with `quality` or `target_size` the most. 'auto' takes as many as
        lie at the knee of the curve of looks over bytes, up to 256.
    format : {'png', 'webp', 'gif', 'pair'}, optional
        One indexed PNG, one lossless WebP, one GIF, or the pair. PNG and GIF hold up to 256
        colours. A GIF's pixels are opaque or clear: what is less than half opaque becomes clear
        before colours are chosen. By default what the suffix of `output` says, else a PNG.
    quality : str, number, or pair of numbers, optional
        MIN-MAX, from 0 to 100 as SSIMULACRA 2 counts: the fewest bytes that look at least as good
        as MAX, if up to `k` colours can, else the best they can; a number alone is MAX.
    target_size : str or int, optional
        The best looks in no more than so many bytes: ``'50KB'``, ``'1.5MB'``, ``20000``.
    metadata : {'strip', 'keep'}, default 'strip'
        Leave out whatever the input holds besides pixels, or keep EXIF, XMP, ICC profile, texts
        and physical resolution, as far as the format can hold them; a pair can't.
    force : bool, default False
        Overwrite existing files.
    verify : bool, optional
        Decode the result before it is written, and compare it with what was meant. By default
        from `effort` 7 up.
    skip_if_larger : bool, default False
        Write nothing if the result would take no fewer bytes than the input.
    keep_times : bool, default False
        Give the output the input file's times. Its permissions it gets anyway, if it is new.
    reconstructed : bool, default False
        Find out the size of the decompressed image as a PNG, for comparison; takes time.
    **knobs
        Those of `huepress.quantize`: `effort` and so on. With `quality` or `target_size`, `rd` is
        what is searched for.

    Returns
    -------
    Report
        Sizes, distortion and time.

    Raises
    ------
    OptionError
        If an option is out of its range or two contradict each other.
    InputError
        If the image can't be read.
    TargetError
        If no result has the least quality, or fits the size, or with `skip_if_larger` is smaller.
    MiscodedError
        If the result was verified and doesn't decode to what was meant.
    OutputError
        If the output exists and `force` is false, or can't be written.

    Examples
    --------
    >>> import io
    >>> import numpy as np
    >>> import huepress
    >>> ramp = np.arange(256, dtype=np.uint8).reshape(16, 16)
    >>> file = io.BytesIO()
    >>> report = huepress.compress(ramp, file, k=16)
    >>> report.colors, report.bytes_out == len(file.getvalue())
    (16, True)
    """
    recipe = Recipe.of(
        output,
        k=k,
        format=format,
        quality=quality,
        target_size=target_size,
        metadata=metadata,
        verify=verify,
        reconstructed=reconstructed,
        **knobs,
    )
    names = _targets(source, output, recipe.kind)
    check_input(source)
    for name in names:
        check_target(name, force)
    likeness = FileAttributes.of(source, keep_times)
    report, contents = made(source, recipe, names)
    if skip_if_larger:
        check_smaller(report)
    start = perf_counter()
    if output is None or isinstance(output, str | os.PathLike):
        write_all(list(zip(names, contents, strict=True)), force, likeness)
    else:
        write_stream(output, contents[0])
    return with_stage(report, "write", perf_counter() - start)


def _targets(source: Source, output: Target | None, kind: str) -> tuple[str, ...]:
    if output is None:
        if not isinstance(source, str | os.PathLike):
            raise OptionError("output: the input is no file to put the result beside; name one")
        return output_names(os.fspath(source), kind)
    if isinstance(output, str | os.PathLike):
        check_suffix(os.fspath(output), kind)
        return files_of(os.fspath(output), kind)
    check_stream(kind)
    return ()
