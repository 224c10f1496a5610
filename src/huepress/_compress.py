"""An image in, a compressed file or pair of files out.

`compress_one` is the only way from a source to the content of its files; `huepress.compress`, runs
over many images and the command line all call it, and differ only in where the bytes go and in
what is skipped.
"""

from __future__ import annotations

import os
from time import perf_counter
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from huepress.engine.timing import StageTimer
from huepress.errors import HuepressError, MiscodedError, OptionError, TooManyBytesError
from huepress.files import (
    FileAttributes,
    Snapshot,
    check_input,
    check_target,
    name_of,
    with_size,
    write_all,
    write_stream,
)
from huepress.formats import FORMATS, chosen_format, colors_stored, decode, encode
from huepress.formats.names import check_stream, check_suffix, files_of, output_names
from huepress.options import (
    MAX_COLORS,
    MAX_PIXELS,
    AlphaMode,
    Dither,
    FormatName,
    MetadataMode,
    Options,
    Seeding,
    Space,
)
from huepress.presets import PRESETS
from huepress.reading import read_pixels
from huepress.report import Report
from huepress.targets import Evaluator, has_target, search

if TYPE_CHECKING:
    from huepress.codebook import Codebook
    from huepress.files import Target
    from huepress.formats.metadata import Metadata
    from huepress.quantized import Quantized
    from huepress.reading import Pixels, Source
    from huepress.targets import Candidate

__all__ = ["Compressed", "check_smaller", "compress", "compress_one", "resolve_options"]


class Compressed(NamedTuple):
    """What `compress_one` returns.

    Attributes
    ----------
    report : Report
        Sizes, distortion and time.
    files : tuple of bytes
        The content of the file, or of the pair's two.
    """

    report: Report
    files: tuple[bytes, ...]

    def with_stage(self, name: str, seconds: float) -> Compressed:
        """Return the same with one more stage, that came after all others."""
        report = self.report
        stages = {**report.stages, name: round(seconds, 6)}
        total = round(report.seconds + seconds, 6)
        return self._replace(report=report.replace(stages=stages, seconds=total))


def compress(
    source: Source,
    output: Target | None = None,
    *,
    k: int | Literal["auto"] = 256,
    quality: str | float | tuple[float, float] | None = None,
    target_size: str | int | None = None,
    effort: int = 5,
    rd: float = 1.0,
    dither: Dither = "auto",
    dither_strength: float = 1.0,
    space: Space = "auto",
    palette: Any = None,
    keep: Any = (),
    importance: Any = None,
    alpha: AlphaMode = "premultiplied",
    keep_profile: bool = False,
    format: FormatName | None = None,
    metadata: MetadataMode = "strip",
    page: int | None = None,
    verify: bool | None = None,
    reconstructed: bool = False,
    force: bool = False,
    skip_if_larger: bool = False,
    keep_times: bool = False,
    seeding: Seeding = "wu",
    max_iter: int | None = None,
    tol: float | None = None,
    n_init: int | None = None,
    seed: int = 0,
    threads: int = 0,
    max_pixels: int = MAX_PIXELS,
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
    quality : str, number, or pair of numbers, optional
        MIN-MAX, from 0 to 100 as SSIMULACRA 2 counts: the fewest bytes that look at least as good
        as MAX, if up to `k` colours can, else the best they can, with a notice in the report; a
        number alone is MAX.
    target_size : str or int, optional
        The best looks in no more than so many bytes: ``'50KB'``, ``'1.5MB'``, ``20000``.
    effort, space, dither, dither_strength, palette, keep, importance, alpha, keep_profile, page, \
seeding, max_iter, tol, n_init, seed, threads, max_pixels
        As in `huepress.quantize`.
    rd : float, default 1.0
        As in `huepress.quantize`; with `quality` or `target_size` it is what is searched for.
    format : {'png', 'webp', 'gif', 'pair'}, optional
        One indexed PNG, one lossless WebP, one GIF, or the pair. PNG and GIF hold up to 256
        colours. A GIF's pixels are opaque or clear: what is less than half opaque becomes clear
        before colours are chosen. By default what the suffix of `output` says, else a PNG.
    metadata : {'strip', 'keep'}, default 'strip'
        Leave out whatever the input holds besides pixels, or keep EXIF, XMP, ICC profile, texts
        and physical resolution, as far as the format can hold them; a pair can't.
    verify : bool, optional
        Decode the result before it is written, and compare it with what was meant. By default
        from `effort` 7 up.
    reconstructed : bool, default False
        Find out the size of the decompressed image as a PNG, for comparison; takes long.
    force : bool, default False
        Overwrite existing files.
    skip_if_larger : bool, default False
        Write nothing if the result would take no fewer bytes than the input.
    keep_times : bool, default False
        Give the output the input file's times. Its permissions it gets anyway, if it is new.

    Returns
    -------
    Report
        Sizes, distortion and time.

    Raises
    ------
    OptionError
        If an option is wrong, or two don't fit each other.
    InputError
        If the image can't be read.
    OutputError
        If an output exists and `force` is false, or can't be written.
    TargetError
        If nothing has the least quality, or fits the size; or, with `skip_if_larger`, if the
        result would take no fewer bytes than the input.
    MiscodedError
        If the result was verified and doesn't decode to what was meant.

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
    options = resolve_options(
        Options(
            k=k, quality=quality, target_size=target_size, effort=effort, rd=rd, dither=dither,
            dither_strength=dither_strength, space=space, palette=palette, keep=keep,
            importance=importance, alpha=alpha, keep_profile=keep_profile, format=format,
            metadata=metadata, page=page, verify=verify, reconstructed=reconstructed,
            seeding=seeding, max_iter=max_iter, tol=tol, n_init=n_init, seed=seed, threads=threads,
            max_pixels=max_pixels,
        ),
        output,
    )  # fmt: skip
    names = _output_names(source, output, options.format or "png")
    check_input(source)
    for name in names:
        check_target(name, force)
    attributes = FileAttributes.of(source, keep_times)
    compressed = compress_one(source, options, names)
    if skip_if_larger:
        check_smaller(compressed.report)
    start = perf_counter()
    if output is None or isinstance(output, str | os.PathLike):
        write_all(list(zip(names, compressed.files, strict=True)), force, attributes)
    else:
        write_stream(output, compressed.files[0])
    return compressed.with_stage("write", perf_counter() - start).report


def resolve_options(options: Options, output: Target | None = None) -> Options:
    """Return options with the format that will be written, if they fit each other and it.

    Parameters
    ----------
    options : Options
        As given.
    output : path or binary file object, optional
        Where the result goes; its suffix says the format, if the options don't.

    Raises
    ------
    OptionError
        If the format can't hold what is asked of it.
    """
    kind = chosen_format(options.format, options.max_k, output)
    what = FORMATS[kind]
    if options.metadata == "keep" and not what.has_metadata:
        raise OptionError(
            f"a {kind} can't keep any; use another `format`, or leave it out", "metadata"
        )
    if options.keep_profile and not what.has_profile:
        raise OptionError(
            f"a {kind} can't hold a profile; use `format` png or webp", "keep_profile"
        )
    if options.alpha == "straight" and what.is_clear_or_opaque:
        raise OptionError(
            f"a {kind} has one clear colour, so it can't keep those under alpha 0; "
            "use `format` png or webp",
            "alpha",
        )
    return options.replace(format=kind)


def compress_one(source: Source, options: Options, outputs: tuple[str, ...] = ()) -> Compressed:
    """Compress one image: read, count colours, fit, map, encode. Nothing is written.

    Parameters
    ----------
    source : path, bytes, binary file object, PIL image or array
        The image.
    options : Options
        As `resolve_options` returns them.
    outputs : tuple of str
        What the report calls the files.

    Returns
    -------
    Compressed

    Raises
    ------
    InputError
        If the image can't be read.
    TargetError
        If no result has the least quality, or fits the size.
    MiscodedError
        If the result was verified and doesn't decode to what was meant.
    """
    timer = StageTimer()
    source, size = with_size(source)
    metadata = _read_metadata(source, options)
    pixels = read_pixels(source, options.max_pixels, options.page, options.keep_profile)
    if isinstance(source, Snapshot):
        source.release()
    described = pixels._replace(raw=b"")  # what is said of the pixels, without their memory
    timer.end("read")
    evaluator, hardened = _evaluator(name_of(source), pixels, options, metadata, timer)
    del pixels
    chosen = search(evaluator, options)
    if options.verify if options.verify is not None else PRESETS[options.effort].verify:
        _verify(chosen, options, evaluator.name)
        timer.end("verify")
    reconstructed = None
    if options.reconstructed:
        from huepress.formats import truecolor_png

        png = truecolor_png.encode(chosen.quantized, options.effort, threads=options.threads)
        reconstructed = len(png)
        timer.end("reconstruct")
    files = chosen.files
    assert files is not None
    report = _report(evaluator.name, chosen, options, described, timer).replace(
        outputs=outputs, thresholded=hardened, reconstructed_bytes=reconstructed
    )
    return Compressed(report.replace(bytes_in=size) if size else report, files)


def _report(
    name: str, chosen: Candidate, options: Options, described: Pixels, timer: StageTimer
) -> Report:
    q, kind = chosen.quantized, options.format or "png"
    sizes = [len(content) for content in chosen.files or ()]
    is_pair = kind == "pair"
    assert q.mse is not None  # mapping always measures
    assert q.psnr is not None
    return Report(
        input=name,
        width=q.width,
        height=q.height,
        bytes_in=q.width * q.height * q.codebook.channels,
        bytes_out=sum(sizes),
        colors=colors_stored(q, kind),
        rd=chosen.options.rd,
        dither=chosen.options.dither,
        ssimulacra2=chosen.score,
        mse=q.mse,
        psnr=q.psnr,
        label_bytes=sizes[0] if is_pair else None,
        codebook_bytes=sizes[1] if is_pair else None,
        notices=described.notices + _missed(chosen, options),
        remarks=described.remarks,
        seconds=round(sum(timer.seconds.values()), 6),
        stages={stage: round(seconds, 6) for stage, seconds in timer.seconds.items()},
    )


def _missed(chosen: Candidate, options: Options) -> tuple[str, ...]:
    """Return a notice if the quality that was asked for wasn't reached."""
    if options.quality is None or chosen.score is None:
        return ()
    wanted = options.quality[1]
    if wanted == 100 or chosen.score >= wanted - 0.05:  # 100 stands for the best there is
        return ()
    k = options.max_k
    remedy = "lower `quality`" if k >= MAX_COLORS else "raise `k` or lower `quality`"
    return (
        f"reached quality {chosen.score:.1f} of the {wanted:g} asked for, the best with up to "
        f"{k:,} colours; {remedy}",
    )


def check_smaller(report: Report) -> None:
    """Refuse a result that is no smaller than the input.

    Raises
    ------
    TooManyBytesError
        If it isn't.
    """
    if report.bytes_out >= report.bytes_in:
        raise TooManyBytesError(
            f"{report.input}: takes {report.bytes_in:,} bytes and would take "
            f"{report.bytes_out:,}; keep the original, or leave out `skip_if_larger`"
        )


def _output_names(source: Source, output: Target | None, kind: str) -> tuple[str, ...]:
    if output is None:
        if not isinstance(source, str | os.PathLike):
            raise OptionError("the input is no file to put the result beside; name one", "output")
        return output_names(os.fspath(source), kind)
    if isinstance(output, str | os.PathLike):
        check_suffix(os.fspath(output), kind)
        return files_of(os.fspath(output), kind)
    check_stream(kind)
    return ()


def _evaluator(
    name: str, original: Pixels, options: Options, metadata: Metadata | None, timer: StageTimer
) -> tuple[Evaluator, int]:
    """Return what makes candidates of an image; and how many pixels a GIF makes opaque or clear."""
    from huepress.engine import prepare

    kind = options.format or "png"
    pixels, hardened, finish = original, 0, None
    if FORMATS[kind].is_clear_or_opaque:
        from huepress.formats import gif

        pixels, hardened = gif.thresholded(original)

        def finish(q: Quantized) -> Quantized:
            return gif.as_shown(q, original)

    prepared = prepare(pixels, options)
    timer.end("histogram")
    kept = _fitting_metadata(metadata, original)
    evaluator = Evaluator(
        name,
        prepared,
        lambda q: encode(q, kind, options.effort, kept, options.threads),
        timer,
        original=original if has_target(options) else None,
        finish=finish,
    )
    return evaluator, hardened


def _read_metadata(source: Source, options: Options) -> Metadata | None:
    """Return what the source holds besides pixels, if that is to be kept."""
    if options.metadata != "keep":
        return None
    from huepress.formats.metadata_reading import read_metadata

    return read_metadata(source, options.max_pixels)


def _fitting_metadata(found: Metadata | None, pixels: Pixels) -> Metadata | None:
    """Return the metadata that are still true of these pixels."""
    if found is None and not pixels.profile:
        return None
    from huepress.formats.metadata import Metadata

    found = found or Metadata()
    if pixels.profile:
        return found._replace(icc=pixels.profile)
    return found._replace(icc=b"", color_chunks=()) if pixels.converted else found


def _verify(chosen: Candidate, options: Options, name: str) -> None:
    """Decode what would be written, and compare it with what was meant."""
    q, files = chosen.quantized, chosen.files or ()
    try:
        shown = decode(files[0], options.max_pixels, _codebook_in(files[1:]))
        is_right = (shown.width, shown.height) == (q.width, q.height) and _same_pixels(shown, q)
    except HuepressError:
        is_right = False
    if not is_right:
        raise MiscodedError(
            f"{name}: the result doesn't decode to what was meant, so nothing was written; "
            "please report it, with the image"
        )


def _codebook_in(files: tuple[bytes, ...]) -> Codebook | None:
    """Return the codebook of a pair's second file, or None."""
    if not files:
        return None
    from huepress import palettes
    from huepress.codebook import Codebook

    palette = palettes.read(files[0], "codebook.npy")
    return Codebook.from_bytes(palette.data, palette.channels)


def _same_pixels(a: Quantized, b: Quantized) -> bool:
    """Tell whether all pixels are equal; where only one has alpha, it must be opaque."""
    if a.codebook.channels == b.codebook.channels:
        return a.pixel_bytes() == b.pixel_bytes()
    return a.image().convert("RGBA").tobytes() == b.image().convert("RGBA").tobytes()
