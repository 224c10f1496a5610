"""An image in, a compressed file or pair of files out."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Literal

from huepress.atomic import check_target, write_all, write_stream
from huepress.errors import OptionError
from huepress.files import name_of, with_size
from huepress.formats import chosen_format, encode
from huepress.image_io import read_pixels
from huepress.mapping import MOST_COLORS
from huepress.naming import check_suffix, files_of, output_names
from huepress.options import Options
from huepress.quantize import Study
from huepress.report import Report
from huepress.stages import Stages
from huepress.targets import Goal
from huepress.trials import Workbench

if TYPE_CHECKING:
    from typing import Unpack

    from huepress.files import Target
    from huepress.formats.metadata import Metadata
    from huepress.image_io import Pixels, Source
    from huepress.options import OtherKnobs
    from huepress.quantized import Quantized

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
        If no result has the least quality, or fits the size.
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
    stages = Stages()
    goal = Goal.of(k, quality, target_size)
    options = Options(k=MOST_COLORS if k == "auto" else k, **knobs)
    kind = chosen_format(format, options.k, output)
    _check_kept(metadata, options.keep_profile, kind)
    names = _targets(source, output, kind)
    for name in names:
        check_target(name, force)
    source, size = with_size(source)
    found = _metadata_of(source, options.max_pixels) if metadata == "keep" else None
    original = read_pixels(source, options.max_pixels, options.page, options.keep_profile)
    kept = _kept(found, original)
    bench, thresholded = _workbench(name_of(source), original, kind, options, kept, stages)
    trial = goal.met(bench, options)
    q, contents = trial.q, trial.contents
    if output is None or isinstance(output, str | os.PathLike):
        write_all(list(zip(names, contents, strict=True)), force)
    else:
        write_stream(output, contents[0])
    stages.end("write")
    restored = _restored_size(q, options.effort) if reconstructed else None
    if reconstructed:
        stages.end("reconstruct")
    sizes = [len(content) for content in contents]
    assert q.mse is not None  # quantize always measures
    assert q.psnr is not None
    return Report(
        input=name_of(source),
        outputs=names,
        width=q.width,
        height=q.height,
        bytes_in=size or q.width * q.height * q.codebook.channels,
        bytes_out=sum(sizes),
        colors=len(q.codebook),
        rd=trial.options.rd,
        dither=trial.options.dither,
        ssimulacra2=trial.score if goal else None,
        mse=q.mse,
        psnr=q.psnr,
        label_bytes=sizes[0] if kind == "pair" else None,
        codebook_bytes=sizes[1] if kind == "pair" else None,
        thresholded=thresholded,
        notices=original.notices,
        remarks=original.remarks,
        reconstructed_bytes=restored,
        seconds=round(sum(stages.seconds.values()), 6),
        stages={name: round(seconds, 6) for name, seconds in stages.seconds.items()},
    )


def _targets(source: Source, output: Target | None, kind: str) -> tuple[str, ...]:
    if output is None:
        if not isinstance(source, str | os.PathLike):
            raise OptionError("output: the input is no file to put the result beside; name one")
        return output_names(os.fspath(source), kind)
    if isinstance(output, str | os.PathLike):
        check_suffix(os.fspath(output), kind)
        return files_of(os.fspath(output), kind)
    if kind == "pair":
        raise OptionError("format: a pair is two files, which can't go to one stream; name a file")
    return ()


def _check_kept(metadata: str, keep_profile: bool, kind: str) -> None:
    if metadata not in ("strip", "keep"):
        raise OptionError(f"metadata: {metadata!r} is not one of strip, keep")
    if metadata == "keep" and kind == "pair":
        raise OptionError("metadata: a pair can't keep any; use another --format, or --strip")
    if keep_profile and kind in ("pair", "gif"):
        raise OptionError(f"keep_profile: a {kind} can't hold a profile; use --format png or webp")


def _metadata_of(source: Source, max_pixels: int) -> Metadata:
    from huepress.formats.metadata import read_metadata

    return read_metadata(source, max_pixels)


def _kept(found: Metadata | None, pixels: Pixels) -> Metadata | None:
    """Return the metadata that belong to these pixels."""
    if found is None and not pixels.profile:
        return None
    from huepress.formats.metadata import Metadata

    found = found or Metadata()
    if pixels.profile:
        return found._replace(icc=pixels.profile)
    return found._replace(icc=b"", color_chunks=()) if pixels.converted else found


def _workbench(
    name: str,
    original: Pixels,
    kind: str,
    options: Options,
    kept: Metadata | None,
    stages: Stages,
) -> tuple[Workbench, int]:
    """Return all that it takes to try options on an image; and the pixels a GIF must harden."""
    pixels, thresholded = original, 0
    if kind == "gif":
        from huepress.formats import gif

        pixels, thresholded = gif.thresholded(original)
    stages.end("read")
    study = Study(pixels, options, stages)

    def make(options: Options) -> Quantized:
        q = study.quantized(options)
        return gif.as_shown(q, original) if kind == "gif" else q

    bench = Workbench(
        name,
        original,
        make,
        lambda q: encode(q, kind, options.effort, kept),
        exact_from=study.exact_from,
        fewest=study.fewest(options),
        threads=options.threads,
        stages=stages,
    )
    return bench, thresholded


def _restored_size(q: Quantized, effort: int) -> int:
    from huepress.formats import truecolor_png

    return len(truecolor_png.encode(q, effort))
