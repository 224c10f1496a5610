"""`compress_many`: a folder of images, or any others, in one call."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any, Literal

from huepress.batch.outcome import Summary
from huepress.batch.run import Run
from huepress.errors import OptionError
from huepress.options import (
    MAX_PIXELS,
    AlphaMode,
    Dither,
    FormatName,
    MetadataMode,
    Options,
    RunOptions,
    Seeding,
    Space,
)

__all__ = ["compress_many"]


def compress_many(
    inputs: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    *,
    output: str | os.PathLike[str] | None = None,
    directory: str | os.PathLike[str] | None = None,
    force: bool = False,
    keep_times: bool = False,
    recursive: bool = False,
    jobs: int = 0,
    skip_if_larger: bool | None = None,
    skip_ok: bool = False,
    dry_run: bool = False,
    on_progress: Callable[[Summary], object] | None = None,
    quality: str | float | tuple[float, float] | None = None,
    target_size: str | int | None = None,
    effort: int = 5,
    rd: float = 1.0,
    dither: Dither = "auto",
    dither_strength: float = 1.0,
    k: int | Literal["auto"] = 256,
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
    seeding: Seeding = "wu",
    max_iter: int | None = None,
    tol: float | None = None,
    n_init: int | None = None,
    seed: int = 0,
    threads: int = 0,
    max_pixels: int = MAX_PIXELS,
) -> Run:
    """Compress many images side by side, continuing where an earlier run has stopped.

    What is up to date is skipped: results of the same images, by the same options and version of
    huepress. One bad image never stops the others. The work begins when the first outcome is asked
    for, and then goes on in the background.

    Parameters
    ----------
    inputs : path, or iterable of paths
        Files, folders (with `recursive`), patterns such as ``'photos/**/*.png'`` and lists
        (``'@list.txt'``: a file with a name per line), as the command line takes them; '-' is
        standard input. A single path of an image, not in a list, is never skipped unless that is
        asked for.
    output : path, optional
        Where to write, for one input. '-' is standard output.
    directory : path, optional
        Write results into this folder, which is made if only it is missing. What is found in a
        folder keeps its place below it. By default results are written beside their inputs, as
        ``NAME-hp.png``.
    force : bool, default False
        Overwrite existing files. No input is ever overwritten.
    keep_times : bool, default False
        Give results the times of their inputs.
    recursive : bool, default False
        Take the images in folders and in their subfolders.
    jobs : int, default 0
        Images at the same time; 0: as many as there are cores. It doesn't change the results.
    skip_if_larger : bool, optional
        Write nothing that isn't smaller than the input. By default only with several inputs.
    skip_ok : bool, default False
        Skip, instead of fail, an image for which nothing is written because of `quality`,
        `target_size` or `skip_if_larger`.
    dry_run : bool, default False
        Report what would happen, and write nothing.
    on_progress : callable, optional
        Called with a `Summary` after each image, and a few times per second while there is nothing
        new, by the thread that is waiting for the next outcome.
    quality, target_size, effort, rd, dither, dither_strength, k, space, palette, keep, \
importance, alpha, keep_profile, format, metadata, page, verify, reconstructed, seeding, \
max_iter, tol, n_init, seed, threads, max_pixels
        How to compress each image; see `huepress.compress`.

    Returns
    -------
    Run
        An iterator of outcomes (`Outcome`), in the order in which images are finished. It has the
        number of images as ``total``, and as ``summary`` how far it has come (`Summary`). After
        ``close()``, at the end of a ``with`` block, or when it isn't referred to any more, nothing
        more is written.

    Raises
    ------
    OptionError
        If an option is out of its range, or two contradict each other.
    OutputError
        If `directory` can't be made.

    Examples
    --------
    >>> import tempfile
    >>> import numpy as np
    >>> import huepress
    >>> from PIL import Image
    >>> ramp = np.tile(np.arange(256, dtype=np.uint8), (64, 1))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for name in ("a.png", "b.png"):
    ...         Image.fromarray(ramp).save(f"{folder}/{name}", compress_level=0)
    ...     run = huepress.compress_many(folder, recursive=True, k=16)
    ...     for outcome in run:
    ...         print(outcome.status, outcome.report.colors)
    done 16
    done 16
    >>> run.total, run.summary.done, run.exit_code
    (2, 2, 0)
    """
    given = locals()  # before there are others than the parameters
    options = Options(**{name: given[name] for name in Options.field_names})
    run_options = RunOptions(**{name: given[name] for name in RunOptions.field_names})
    several = None
    if isinstance(inputs, str | bytes | os.PathLike) or not isinstance(inputs, Iterable):
        names = [_name(inputs)]
    else:
        names = [_name(path) for path in inputs]
        # Whether images are skipped doesn't depend on how many an iterable happens to have.
        several = True if output is None or len(names) != 1 else None
    return Run(names, options, run_options, several=several, on_progress=on_progress)


def _name(path: object) -> str:
    try:
        return os.fsdecode(path)  # type: ignore[arg-type]
    except TypeError:
        raise OptionError(f"{path!r} is no path; give a str or a Path", "inputs") from None
