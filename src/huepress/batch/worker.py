"""Do the jobs of a run, each of which ends up done, skipped or failed."""

from __future__ import annotations

import os
from contextlib import suppress
from time import perf_counter
from typing import TYPE_CHECKING, Any, BinaryIO, Literal

from huepress._compress import Compressed, check_smaller, compress_one
from huepress.batch.outcome import (
    ANIMATION,
    IS_RESULT,
    NO_SMALLER,
    OFF_TARGET,
    UP_TO_DATE,
    Outcome,
)
from huepress.batch.plan import Job
from huepress.batch.pool import Cancellation, Cancelled, Slots
from huepress.errors import (
    AnimationError,
    HuepressError,
    OutputExistsError,
    TargetError,
    TooManyBytesError,
    UnwritableError,
)
from huepress.files import (
    FileAttributes,
    Snapshot,
    check_input,
    check_target,
    exists_error,
    has_content,
    is_device,
    make_parents,
    read_snapshot,
    write_all,
    write_stream,
)
from huepress.files.streams import binary_stdin
from huepress.options import Options, RunOptions
from huepress.reading import opened

if TYPE_CHECKING:
    from huepress.batch.cache import Cache
    from huepress.report import Report

__all__ = ["JobRunner"]

OUT_OF_MEMORY = 17  # as pngquant
UNEXPECTED = 70
HUGE_FILE = 1 << 26  # bytes from which a file must look like an image before it is read
LARGE_IMAGE = 8_000_000  # pixels from which an image is worked on alone, on all cores


class _Skipped(Exception):  # noqa: N818 (not an error)
    """There is nothing to do for an image; the argument is the reason."""


class JobRunner:
    """Does one job after the other, in several threads at the same time.

    Parameters
    ----------
    options : Options
        How to compress each image; the format has been decided.
    run_options : RunOptions
        What is asked of the run. Its paths are str.
    slots : Slots
        Limits how many images are worked on at a time.
    cancellation : Cancellation
        Tells when nothing must be written any more.
    cache : Cache or None
        What was compressed already, in a run over many; None for a single image, which is never
        skipped unless that was asked for.
    """

    def __init__(
        self,
        options: Options,
        run_options: RunOptions,
        slots: Slots,
        cancellation: Cancellation,
        cache: Cache | None,
    ) -> None:
        self._options = options
        self._run_options = run_options
        self._slots = slots
        self._cancellation = cancellation
        self._cache = cache
        self._options_digest = _digest_of(options) if cache else b""
        asked = run_options.skip_if_larger
        self._skips_larger = cache is not None if asked is None else asked

    def run(self, job: Job) -> Outcome | BrokenPipeError:
        """Do one job, and return what became of it; all errors are caught.

        Raises
        ------
        Cancelled
            If the run was cancelled meanwhile.
        """
        try:
            return self._outcome(job, "done", report=self._compress(job))
        except Cancelled:
            raise
        except BrokenPipeError as error:
            return error
        except _Skipped as skipped:
            return self._skipped(job, str(skipped))
        except HuepressError as error:
            if self._cache and isinstance(error, AnimationError):
                return self._skipped(job, ANIMATION, str(error))
            if self._run_options.skip_ok and isinstance(error, TargetError):
                return self._skipped(job, OFF_TARGET, str(error))
            return self._failed(job, str(error), error.exit_code, error.option)
        except MemoryError:
            return self._failed(
                job, f"{job.input.name}: not enough memory; scale it down", OUT_OF_MEMORY
            )
        except Exception as error:  # a bug, which must not stop the other jobs
            message = f"{job.input.name}: {_description(error)}; please report it"
            return self._failed(job, message, UNEXPECTED)

    def _outcome(
        self, job: Job, status: Literal["done", "skipped", "failed"], **values: Any
    ) -> Outcome:
        return Outcome(
            name=job.input.name,
            status=status,
            to_stdout=job.stream is not None,
            dry_run=self._run_options.dry_run,
            **values,
        )

    def _skipped(self, job: Job, reason: str, message: str = "") -> Outcome:
        message = message or f"{job.input.name}: skipped: {reason}"
        return self._outcome(job, "skipped", message=message, reason=reason)

    def _failed(self, job: Job, message: str, exit_code: int, option: str = "") -> Outcome:
        return self._outcome(job, "failed", message=message, exit_code=exit_code, option=option)

    def _compress(self, job: Job) -> Report:
        """Compress an image and write the result; or raise `_Skipped`, if possible without work."""
        if job.error:
            raise job.error
        if job.skipped:
            raise _Skipped(job.skipped)
        if self._cache is None:
            self._check_paths(job)
        source, key = self._read(job)
        compressed = self._compress_in_slot(source, job.outputs)
        if self._skips_larger:
            self._check_smaller(job, key, compressed.report)
        start = perf_counter()
        if job.stream is None:
            attributes = FileAttributes.of(source, self._run_options.keep_times)
            self._write(job, key, compressed.files, attributes)
        elif not self._run_options.dry_run:
            write_stream(job.stream, compressed.files[0])
        return compressed.with_stage("write", perf_counter() - start).report

    def _check_paths(self, job: Job) -> None:
        """Check, before any work, that a single image can be read and its result written."""
        if job.input.name != "-":
            check_input(job.input.name)
        folder = self._run_options.directory
        if folder is None or os.path.isdir(folder):  # a dry run doesn't make it
            for output in job.outputs:
                check_target(output, self._run_options.force)

    def _read(self, job: Job) -> tuple[BinaryIO, bytes]:
        """Return the image's content and the key of its result, unless that is there already."""
        name, cache = job.input.name, self._cache
        if name == "-":
            return binary_stdin(), b""
        if cache is None:
            return self._snapshot(name), b""
        from huepress.batch.cache import digest

        with suppress(OSError, ValueError):  # the error comes when it is read
            known = cache.input_digest(name, os.stat(name))
            if known:
                self._check_outputs(job, known)
        source = self._snapshot(name)
        content = digest(source.data)
        cache.add_input(name, source.status, content)
        return source, self._check_outputs(job, content)

    def _snapshot(self, name: str) -> Snapshot:
        if os.path.isfile(name) and os.path.getsize(name) > HUGE_FILE:
            with opened(name, self._options.max_pixels):
                pass  # it is an image, of no more pixels than allowed
        return read_snapshot(name)

    def _check_outputs(self, job: Job, content: bytes) -> bytes:
        """Return the key of an image's result; raise `_Skipped` if there is nothing to do."""
        from huepress.batch.cache import digest

        assert self._cache
        key = digest(self._options_digest, content)
        known = [self._cache.result(output) for output in job.outputs]
        if known and all(result == (key, True) for result in known):
            raise _Skipped(UP_TO_DATE)
        if self._skips_larger and known and all(result == (key, False) for result in known):
            raise _Skipped(NO_SMALLER)
        if job.input.origin == "found" and self._cache.has_content(content):
            raise _Skipped(IS_RESULT)
        for output, result in zip(job.outputs, known, strict=True):
            if result and result.written and result.key != key and not self._run_options.force:
                raise exists_error(output)
            self._check_output(job, output)
        return key

    def _check_output(self, job: Job, output: str) -> None:
        """Check, before any long work, that an output of a run over many can be written."""
        directory, subfolder = self._run_options.directory, job.input.subfolder
        if directory is not None and subfolder and not self._run_options.dry_run:
            with self._cancellation.writing():
                make_parents(directory, subfolder, os.path.dirname(job.input.name))
        if os.path.isdir(os.path.dirname(output) or "."):
            check_target(output, True)
        if is_device(output):
            raise UnwritableError(f"{output}: is a device or a pipe; remove it, or use `directory`")

    def _compress_in_slot(self, source: BinaryIO, outputs: tuple[str, ...]) -> Compressed:
        is_large = False
        if self._cache and source.seekable():
            with opened(source, self._options.max_pixels) as image:
                is_large = image.width * image.height > LARGE_IMAGE
            source.seek(0)
        with self._slots.acquire(exclusive=is_large):
            if self._cancellation.is_cancelled:
                raise Cancelled
            return compress_one(source, self._options, outputs)

    def _check_smaller(self, job: Job, key: bytes, report: Report) -> None:
        """Skip a result that is no smaller than the image, or fail."""
        try:
            check_smaller(report)
        except TooManyBytesError:
            if self._cache is None and not self._run_options.skip_ok:
                raise
            if self._cache and key and not self._run_options.dry_run:
                self._cache.add_unwritten(job.outputs, key)
            raise _Skipped(NO_SMALLER) from None

    def _write(
        self, job: Job, key: bytes, contents: tuple[bytes, ...], attributes: FileAttributes
    ) -> None:
        """Write a result; in a run over many only those files that aren't there already."""
        files = list(zip(job.outputs, contents, strict=True))
        missing = [file for file in files if self._cache is None or not has_content(*file)]
        if self._run_options.dry_run:
            for output, _ in missing:
                if not self._run_options.force and os.path.lexists(output):
                    raise exists_error(output)
        else:
            with self._cancellation.writing():
                self._write_files(job, key, contents, missing, attributes)
        if not missing:
            raise _Skipped(UP_TO_DATE)

    def _write_files(
        self,
        job: Job,
        key: bytes,
        contents: tuple[bytes, ...],
        missing: list[tuple[str, bytes]],
        attributes: FileAttributes,
    ) -> None:
        """Write the missing files of a result, and remember it."""
        try:
            written = write_all(missing, self._run_options.force, attributes)
        except OutputExistsError:
            if self._cache is None or not all(has_content(*file) for file in missing):
                raise
            raise _Skipped(UP_TO_DATE) from None  # another run at the same time has written it
        if self._cache and key:
            statuses = dict(zip((output for output, _ in missing), written, strict=True))
            every = [statuses.get(output) or os.stat(output) for output in job.outputs]
            self._cache.add_results(job.outputs, key, contents, every)


def _digest_of(options: Options) -> bytes:
    from huepress.batch.cache import options_digest

    return options_digest(options)


def _description(error: Exception) -> str:
    """Describe a bug in one line: what, where and why."""
    at = error.__traceback__
    while at and at.tb_next:
        at = at.tb_next
    where = f"{os.path.basename(at.tb_frame.f_code.co_filename)}:{at.tb_lineno}" if at else "?"
    return f"unexpected {type(error).__name__} at {where} ({error})"
