"""A run over one image or many: an iterator of what becomes of each."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator, Sequence
from time import monotonic
from typing import TYPE_CHECKING, BinaryIO

from huepress._compress import resolve_options
from huepress.batch.discover import discover, is_several
from huepress.batch.outcome import Outcome, Summary
from huepress.batch.plan import Destination, plan_jobs
from huepress.batch.pool import Cancellation, Slots, map_unordered
from huepress.batch.worker import JobRunner
from huepress.engine.threads import cores
from huepress.errors import OptionError, UnreadableError
from huepress.files import descriptor_of, make_folder, read_all, remove_stale_temp_files
from huepress.files.streams import binary_stdout
from huepress.options import Options, RunOptions

if TYPE_CHECKING:
    from typing import Self

    from huepress.batch.cache import Cache

__all__ = ["Run"]


class Run(Iterator[Outcome]):
    """A run over one image or many, none of which stops the others: an iterator of `Outcome`.

    The work begins when the first outcome is asked for, and then goes on in the background;
    outcomes come in the order in which images are finished. When the run is closed, or nobody
    refers to it any more, what wasn't finished isn't written.

    Parameters
    ----------
    inputs : sequence of str
        Files, folders, patterns and lists, as the command line takes them.
    options : Options
        How to compress each image.
    run_options : RunOptions
        What is asked of the run.
    several : bool, optional
        Whether images may be skipped, as in a run over many. By default if there are several
        inputs, or any that were found in a folder, by a pattern or in a list.
    on_progress : callable, optional
        Called with the `summary` after each image, and a few times per second while there is
        nothing new.
    stdout : callable, optional
        Returns the binary file for results that go to standard output.

    Attributes
    ----------
    several : bool
        Whether this is a run over many.
    total : int
        How many images there are to look at.

    Raises
    ------
    HuepressError
        If what was asked for is impossible for every image.
    """

    _results: Generator[Outcome | BrokenPipeError | None] | None = None
    _cache: Cache | None = None
    _closed = False
    _start = 0.0
    _seconds: float | None = None
    _summary = Summary()

    def __init__(
        self,
        inputs: Sequence[str],
        options: Options,
        run_options: RunOptions,
        *,
        several: bool | None = None,
        on_progress: Callable[[Summary], object] | None = None,
        stdout: Callable[[], BinaryIO] = binary_stdout,
    ) -> None:
        self._start = monotonic()
        self._exit_code = 0
        self._on_progress = on_progress
        output = _path("output", run_options.output)
        if output and descriptor_of(output) == 1:  # /dev/stdout
            output = "-"
        directory = _path("directory", run_options.directory)
        self._run_options = run_options.replace(output=output, directory=directory)
        self._options = _with_content(resolve_options(options, output))
        found = list(discover(inputs, run_options.recursive, directory))
        self.several = is_several(found) if several is None else several
        if self.several:
            self._cache = _open_cache()
        is_remembered = self._cache.result if self._cache else lambda name: None
        assert self._options.format
        destination = Destination(self._options.format, output, directory, stdout)
        try:
            self._jobs = plan_jobs(found, destination, self.several, is_remembered)
        except FileNotFoundError as error:  # relative paths lead nowhere any more
            raise UnreadableError("the current directory was removed; change to another") from error
        self.total = len(self._jobs)

    @property
    def summary(self) -> Summary:
        """How far the run has come."""
        seconds = monotonic() - self._start if self._seconds is None else self._seconds
        return self._summary.replace(seconds=seconds)

    @property
    def exit_code(self) -> int:
        """The command line's: 0 if no image has failed; else that of a single image's error, or 1.

        Returns
        -------
        int
        """
        return min(self._exit_code, 1) if self.several else self._exit_code

    def __next__(self) -> Outcome:
        """Return what became of the image that is finished next.

        Raises
        ------
        BrokenPipeError
            If the reader of standard output has gone away.
        HuepressError
            If the folder for results can't be made.
        """
        try:
            if self._closed:
                raise StopIteration
            if self._results is None:
                self._results = self._begin()
            while True:
                result = next(self._results)
                if isinstance(result, BrokenPipeError):
                    raise result
                if result is not None:
                    self._summary = self._summary.add(result)
                    self._exit_code = result.exit_code or self._exit_code
                if self._on_progress:
                    self._on_progress(self.summary)
                if result is not None:
                    return result
        except BaseException:  # StopIteration, too
            self.close()
            raise

    def close(self) -> None:
        """End the run: once this returns, nothing more is written.

        Images that are being worked on are given up. Outcomes that weren't asked for are lost.
        """
        if self._closed:
            return
        self._closed = True
        self._seconds = self.summary.seconds
        if self._results:
            self._results.close()
        if self._cache:
            self._cache.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def __del__(self) -> None:
        self.close()

    def _begin(self) -> Generator[Outcome | BrokenPipeError | None]:
        """Start the threads, once there is a folder that they can write into."""
        if not self._run_options.dry_run:
            if self._run_options.directory is not None:
                make_folder(self._run_options.directory)
            if self.several:
                outputs = [output for job in self._jobs for output in job.outputs]
                for folder in set(map(os.path.dirname, outputs)):
                    remove_stale_temp_files(folder)
        workers = min(self._run_options.jobs or cores(), max(self.total, 1))
        cancellation = Cancellation()
        # No thread refers to the run itself: whoever drops it thereby closes it.
        runner = JobRunner(
            self._options, self._run_options, Slots(workers), cancellation, self._cache
        )
        return map_unordered(runner.run, self._jobs, workers, cancellation)


def _path(option: str, value: object) -> str | None:
    """Return the value of an option that is a path as a str."""
    if value is None:
        return None
    try:
        return os.fsdecode(value)  # type: ignore[arg-type]
    except TypeError:
        raise OptionError(f"{value!r} is no path; give a str or a Path", option) from None


def _with_content(options: Options) -> Options:
    """Read palettes and masks that are open files: for the second image nothing would be left."""
    opened = {
        name: read_all(getattr(options, name))
        for name in ("palette", "importance")
        if hasattr(getattr(options, name), "read")
    }
    return options.replace(**opened) if opened else options


def _open_cache() -> Cache:
    from huepress.batch.cache import Cache, cache_folder

    return Cache(cache_folder())
