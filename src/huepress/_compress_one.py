"""An image in, the content of its compressed files out; nothing is written here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from huepress import palettes
from huepress.codebook import Codebook
from huepress.engine.mapping import MOST_COLORS
from huepress.engine.study import Study
from huepress.engine.timing import Stages
from huepress.errors import HuepressError, MiscodedError, OptionError, TooManyBytesError
from huepress.files import Snapshot, name_of, with_size
from huepress.formats import chosen_format, decode, encode
from huepress.options import Options
from huepress.reading import read_pixels
from huepress.report import Report
from huepress.targets.evaluator import Workbench
from huepress.targets.goal import Goal

if TYPE_CHECKING:
    from huepress.files import Target
    from huepress.formats.metadata import Metadata
    from huepress.quantized import Quantized
    from huepress.reading import Pixels, Source

__all__ = ["Recipe", "check_smaller", "made", "with_stage"]

VERIFIED_FROM = 7  # effort


class Recipe(NamedTuple):
    """What to make of an image, checked: the same for all images of a run.

    Attributes
    ----------
    kind : str
        One of `huepress.formats.FORMATS`.
    options : Options
        How to quantize.
    goal : Goal
        What is asked of the result.
    metadata : {'strip', 'keep'}
        Whether to keep metadata.
    verify : bool
        Whether to decode the result and compare it with what was meant.
    reconstructed : bool
        Whether to find out the size of the decompressed image.
    """

    kind: str
    options: Options
    goal: Goal
    metadata: str
    verify: bool
    reconstructed: bool

    @classmethod
    def of(
        cls,
        output: Target | None = None,
        *,
        k: Any = MOST_COLORS,
        format: str | None = None,
        quality: Any = None,
        target_size: Any = None,
        metadata: str = "strip",
        verify: bool | None = None,
        reconstructed: bool = False,
        **knobs: Any,
    ) -> Recipe:
        """Return the recipe for what `huepress.compress` takes; errors are those of options."""
        goal = Goal.of(k, quality, target_size)
        options = Options(k=MOST_COLORS if k == "auto" else k, **knobs)
        kind = chosen_format(format, options.k, output)
        _check_kept(metadata, options, kind)
        if verify is None:
            verify = options.effort >= VERIFIED_FROM
        return cls(kind, options, goal, metadata, verify, reconstructed)


def made(
    source: Source, recipe: Recipe, outputs: tuple[str, ...] = ()
) -> tuple[Report, tuple[bytes, ...]]:
    """Compress an image.

    Parameters
    ----------
    source : path, bytes, binary file object, PIL image or array
        The image.
    recipe : Recipe
        What to make of it.
    outputs : tuple of str
        What the report calls the files.

    Returns
    -------
    report : Report
        Sizes, distortion and time.
    contents : tuple of bytes
        The content of the file, or for the pair of both.

    Raises
    ------
    InputError
        If the image can't be read.
    TargetError
        If no result has the least quality, or fits the size.
    MiscodedError
        If the result was verified and doesn't decode to what was meant.
    """
    stages = Stages()
    options, kind = recipe.options, recipe.kind
    source, size = with_size(source)
    found = _metadata_of(source, options.max_pixels) if recipe.metadata == "keep" else None
    original = read_pixels(source, options.max_pixels, options.page, options.keep_profile)
    if isinstance(source, Snapshot):
        source.release()
    kept, notices, remarks = _kept(found, original), original.notices, original.remarks
    bench, thresholded = _workbench(name_of(source), original, recipe, kept, stages)
    del original  # it may be a third of the memory
    trial = recipe.goal.met(bench, options)
    q, contents = trial.q, trial.contents
    if recipe.verify:
        _verify(q, contents, recipe, name_of(source))
        stages.end("verify")
    restored = _restored_size(q, options.effort) if recipe.reconstructed else None
    if recipe.reconstructed:
        stages.end("reconstruct")
    sizes = [len(content) for content in contents]
    assert q.mse is not None  # quantize always measures
    assert q.psnr is not None
    report = Report(
        input=name_of(source),
        outputs=outputs,
        width=q.width,
        height=q.height,
        bytes_in=size or q.width * q.height * q.codebook.channels,
        bytes_out=sum(sizes),
        colors=len(q.codebook),
        rd=trial.options.rd,
        dither=trial.options.dither,
        ssimulacra2=trial.score if recipe.goal else None,
        mse=q.mse,
        psnr=q.psnr,
        label_bytes=sizes[0] if kind == "pair" else None,
        codebook_bytes=sizes[1] if kind == "pair" else None,
        thresholded=thresholded,
        notices=notices,
        remarks=remarks,
        reconstructed_bytes=restored,
        seconds=round(sum(stages.seconds.values()), 6),
        stages={name: round(seconds, 6) for name, seconds in stages.seconds.items()},
    )
    return report, contents


def with_stage(report: Report, name: str, seconds: float) -> Report:
    """Return a report with one more stage, that came after all others."""
    stages = {**report.stages, name: round(seconds, 6)}
    return report._replace(stages=stages, seconds=round(report.seconds + seconds, 6))


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
            f"{report.bytes_out:,}; keep the original, or give --no-skip-if-larger"
        )


def _verify(q: Quantized, contents: tuple[bytes, ...], recipe: Recipe, name: str) -> None:
    """Decode what would be written, and compare it with what was meant."""
    try:
        shown = decode(contents[0], recipe.options.max_pixels, _book_in(contents[1:]))
        right = (shown.width, shown.height) == (q.width, q.height) and _alike(shown, q)
    except HuepressError:
        right = False
    if not right:
        raise MiscodedError(
            f"{name}: the result doesn't decode to what was meant, so nothing was written; "
            "please report it, with the image"
        )


def _book_in(files: tuple[bytes, ...]) -> Codebook | None:
    """Return the codebook of a pair's second file, or None."""
    if not files:
        return None
    palette = palettes.read(files[0], "codebook.npy")
    return Codebook.from_bytes(palette.data, palette.channels)


def _alike(a: Quantized, b: Quantized) -> bool:
    """Tell whether all pixels are equal; where only one has alpha, it must be opaque."""
    if a.codebook.channels == b.codebook.channels:
        return a.pixel_bytes() == b.pixel_bytes()
    return a.image().convert("RGBA").tobytes() == b.image().convert("RGBA").tobytes()


def _check_kept(metadata: str, options: Options, kind: str) -> None:
    """Refuse to keep what a format can't hold."""
    if metadata not in ("strip", "keep"):
        raise OptionError(f"metadata: {metadata!r} is not one of strip, keep")
    if metadata == "keep" and kind == "pair":
        raise OptionError("metadata: a pair can't keep any; use another --format, or --strip")
    if options.keep_profile and kind in ("pair", "gif"):
        raise OptionError(f"keep_profile: a {kind} can't hold a profile; use --format png or webp")
    if options.alpha == "straight" and kind == "gif":
        raise OptionError(
            "alpha: a gif has one clear colour, so it can't keep those under alpha 0; "
            "use --format png or webp"
        )


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
    recipe: Recipe,
    kept: Metadata | None,
    stages: Stages,
) -> tuple[Workbench, int]:
    """Return all that it takes to try options on an image; and the pixels a GIF must harden."""
    options, thresholded = recipe.options, 0
    stages.end("read")
    if recipe.kind == "gif":
        from huepress.formats import gif

        pixels, thresholded = gif.thresholded(original)
        study = Study(pixels, options, stages)

        def make(options: Options) -> Quantized:
            return gif.as_shown(study.quantized(options), original)
    else:
        study = Study(original, options, stages)
        make = study.quantized

    bench = Workbench(
        name,
        original if recipe.goal else None,
        make,
        lambda q: encode(q, recipe.kind, options.effort, kept),
        exact_from=study.exact_from,
        fewest=study.fewest(options),
        threads=options.threads,
        stages=stages,
    )
    return bench, thresholded


def _restored_size(q: Quantized, effort: int) -> int:
    from huepress.formats import truecolor_png

    return len(truecolor_png.encode(q, effort))
