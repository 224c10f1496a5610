"""One image of a run: done, skipped or failed."""

from __future__ import annotations

import os
from contextlib import suppress
from time import perf_counter
from typing import TYPE_CHECKING, BinaryIO, Literal, NamedTuple

from huepress import __version__
from huepress._compress_one import Recipe, check_smaller, made, with_stage
from huepress.batch.plan import Job, Places
from huepress.batch.pool import Room
from huepress.errors import HuepressError, OutputExistsError, TargetError, UnwritableError
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
from huepress.options import MAX_PIXELS
from huepress.reading import opened

if TYPE_CHECKING:
    from huepress.batch.cache import Ledger
    from huepress.report import Report

__all__ = ["Doer", "Outcome", "Settings"]

OUT_OF_MEMORY = 17  # as pngquant
UNEXPECTED = 70
HUGE = 1 << 26  # bytes of a file from which it must be an image before all of it is read
LARGE = 8_000_000  # pixels from which an image is worked on alone, on all cores


class Settings(NamedTuple):
    """What was asked of a run.

    Attributes
    ----------
    recipe : Recipe
        What to make of each image.
    places : Places
        Where results go.
    recursive, force, dry_run, skip_ok, keep_times : bool
        As on the command line.
    skip_if_larger : bool or None
        None: only in a run over many.
    workers : int
        Images at the same time; 0: as many as there are cores.
    """

    recipe: Recipe
    places: Places
    recursive: bool = False
    force: bool = False
    dry_run: bool = False
    skip_if_larger: bool | None = None
    skip_ok: bool = False
    keep_times: bool = False
    workers: int = 0


class Outcome(NamedTuple):
    """What became of one image.

    Attributes
    ----------
    name : str
        The input.
    status : {'done', 'skipped', 'failed'}
        What became of it.
    report : Report or None
        If it was done.
    message : str
        Why it has failed, or how what was asked for could not be had; it begins with the name.
    reason : str
        Why it was skipped, in a few words.
    exit_code : int
        If it has failed.
    to_stdout : bool
        Whether its result goes to standard output.
    """

    name: str
    status: Literal["done", "skipped", "failed"]
    report: Report | None = None
    message: str = ""
    reason: str = ""
    exit_code: int = 0
    to_stdout: bool = False


class _Skipped(Exception):  # noqa: N818 (no error)
    """There is nothing to do for an image; says why."""


class Doer:
    """Does one image after the other, in several threads at the same time.

    Parameters
    ----------
    settings : Settings
        What was asked for.
    room : Room
        Where images are worked on.
    ledger : Ledger or None
        What was made before, in a run over many; None for a single image, which is never skipped
        unasked.
    """

    def __init__(self, settings: Settings, room: Room, ledger: Ledger | None) -> None:
        self._settings = settings
        self._recipe = settings.recipe
        self._room = room
        self._ledger = ledger
        self._mark = _mark(settings.recipe) if ledger else b""
        asked = settings.skip_if_larger
        self._skips_larger = ledger is not None if asked is None else asked

    def outcome(self, job: Job) -> Outcome | BrokenPipeError:
        """Do one image, and return what became of it, whatever that is."""
        name, to_stdout = job.item.name, job.stream is not None
        try:
            return Outcome(name, "done", self._done(job), to_stdout=to_stdout)
        except BrokenPipeError as error:
            return error
        except _Skipped as reason:
            return _skipped(job, str(reason))
        except HuepressError as error:
            message, code = str(error), error.exit_code
            if self._settings.skip_ok and isinstance(error, TargetError):
                return _skipped(job, "missed what was asked for", message)
        except MemoryError:
            message, code = f"{name}: not enough memory; scale it down", OUT_OF_MEMORY
        except Exception as error:  # a bug, which must not stop the others
            message, code = f"{name}: {_described(error)}; please report it", UNEXPECTED
        return Outcome(name, "failed", message=message, exit_code=code, to_stdout=to_stdout)

    def _done(self, job: Job) -> Report:
        if job.error:
            raise job.error
        if job.skipped:
            raise _Skipped(job.skipped)
        if self._ledger is None:
            if job.item.name != "-":
                check_input(job.item.name)
            for output in job.outputs:
                self._check_target(output)
        source, recipe = self._taken(job)
        report, contents = self._made(source, job.outputs)
        if self._skips_larger and report.bytes_out >= report.bytes_in:
            self._leave(job, report, recipe)
        start = perf_counter()
        if job.stream is None:
            self._write(job, source, recipe, contents)
        elif not self._settings.dry_run:
            write_stream(job.stream, contents[0])
        return with_stage(report, "write", perf_counter() - start)

    def _taken(self, job: Job) -> tuple[BinaryIO, bytes]:
        """Return the image, and what stands for it and the recipe; or skip it, best unread."""
        name, ledger = job.item.name, self._ledger
        if name == "-":
            return binary_stdin(), b""
        if ledger is None:
            return self._read(name), b""
        from huepress.batch.cache import digest_of

        with suppress(OSError, ValueError):  # reading it will tell what is wrong
            known = ledger.content(name, os.stat(name))
            if known:
                self._check(job, known)
        source = self._read(name)
        digest = digest_of(source.data)
        ledger.note_content(name, source.status, digest)
        return source, self._check(job, digest)

    def _read(self, name: str) -> Snapshot:
        if os.path.isfile(name) and os.path.getsize(name) > HUGE:
            with opened(name, self._recipe.options.max_pixels):
                pass  # it is an image, of no more pixels than allowed
        return read_snapshot(name)

    def _check(self, job: Job, content: bytes) -> bytes:
        """Return what stands for content and recipe, if there is something to do."""
        from huepress.batch.cache import digest_of

        assert self._ledger
        recipe = digest_of(self._mark, content)
        made = [self._ledger.recipe(output) for output in job.outputs]
        if made and all(entry == (recipe, True) for entry in made):
            raise _Skipped("up to date")
        if self._skips_larger and made and all(entry == (recipe, False) for entry in made):
            raise _Skipped("no smaller")
        if job.item.origin == "search" and self._ledger.is_output(content):
            raise _Skipped("a result of huepress")
        for output, entry in zip(job.outputs, made, strict=True):
            if entry and entry[1] and entry[0] != recipe and not self._settings.force:
                raise exists_error(output)
            self._check_place(job, output)
        return recipe

    def _check_target(self, output: str) -> None:
        """Find out before any long work whether the output of a single image could be written."""
        folder = self._settings.places.directory
        if folder is None or os.path.isdir(folder):  # else this is a dry run, which makes none
            check_target(output, self._settings.force)

    def _check_place(self, job: Job, output: str) -> None:
        """Find out before any long work whether an output could be written."""
        folder = self._settings.places.directory
        if folder is not None and job.below and not self._settings.dry_run:
            make_parents(folder, job.below, os.path.dirname(job.item.name))
        if os.path.isdir(os.path.dirname(output) or "."):
            check_target(output, True)
        if is_device(output):
            raise UnwritableError(f"{output}: is a device or a pipe; remove it, or use -d DIR")

    def _made(self, source: BinaryIO, outputs: tuple[str, ...]) -> tuple[Report, tuple[bytes, ...]]:
        alone = False
        if self._ledger and source.seekable():
            with opened(source, self._recipe.options.max_pixels) as image:
                alone = image.width * image.height > LARGE
            source.seek(0)
        with self._room.entered(alone):
            return made(source, self._recipe, outputs)

    def _leave(self, job: Job, report: Report, recipe: bytes) -> None:
        """Don't write what is no smaller than the input."""
        if self._ledger is None and not self._settings.skip_ok:
            check_smaller(report)
        if self._ledger and recipe and not self._settings.dry_run:
            self._ledger.note(job.outputs, recipe)
        raise _Skipped("no smaller")

    def _write(
        self, job: Job, source: BinaryIO, recipe: bytes, contents: tuple[bytes, ...]
    ) -> None:
        """Write what isn't there yet; in a run over many, what is there already is up to date."""
        settings, ledger = self._settings, self._ledger
        files = list(zip(job.outputs, contents, strict=True))
        rest = [file for file in files if ledger is None or not has_content(*file)]
        if settings.dry_run:
            for output, _ in rest:
                if not settings.force and os.path.lexists(output):
                    raise exists_error(output)
        else:
            like = FileAttributes.of(source, settings.keep_times)
            try:
                written = write_all(rest, settings.force, like)
            except OutputExistsError:
                if ledger is None or not all(has_content(*file) for file in rest):
                    raise
                raise _Skipped("up to date") from None  # by another run at the same time
            if ledger and recipe:
                statuses = dict(zip((output for output, _ in rest), written, strict=True))
                every = [statuses.get(output) or os.stat(output) for output in job.outputs]
                ledger.note(job.outputs, recipe, contents, every)
        if not rest:
            raise _Skipped("up to date")


def _skipped(job: Job, reason: str, message: str = "") -> Outcome:
    name = job.item.name
    message = message or f"{name}: skipped: {reason}"
    to_stdout = job.stream is not None
    return Outcome(name, "skipped", message=message, reason=reason, to_stdout=to_stdout)


def _mark(recipe: Recipe) -> bytes:
    """Return what stands for all that makes a difference to the result, besides the image."""
    from huepress.batch.cache import digest_of

    options = recipe.options.replace(threads=0, max_pixels=MAX_PIXELS)
    parts = [__version__.encode()]
    for path in (options.palette, options.importance):
        with suppress(OSError, ValueError, TypeError), open(path, "rb") as file:  # type: ignore[call-overload]
            parts.append(file.read())
    plain = recipe._replace(options=options, verify=False, reconstructed=False)
    return digest_of(repr(plain).encode(errors="surrogatepass"), *parts)


def _described(error: Exception) -> str:
    """Return what a bug looks like in one line: what, where and why."""
    at = error.__traceback__
    while at and at.tb_next:
        at = at.tb_next
    where = f"{os.path.basename(at.tb_frame.f_code.co_filename)}:{at.tb_lineno}" if at else "?"
    return f"unexpected {type(error).__name__} at {where} ({error})"
