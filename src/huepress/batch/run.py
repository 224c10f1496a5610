"""A run over one image or many."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from time import monotonic
from typing import TYPE_CHECKING

from huepress.batch.discover import expanded, is_several
from huepress.batch.plan import planned
from huepress.batch.pool import Room, results
from huepress.batch.worker import Doer, Outcome, Settings
from huepress.engine.threads import cores
from huepress.errors import UnreadableError
from huepress.files import make_folder, remove_stale_temp_files

if TYPE_CHECKING:
    from huepress.batch.cache import Ledger

__all__ = ["Batch", "Count"]


class Count:
    """What a run has come to so far; all 0 at first.

    Attributes
    ----------
    done, failed : int
        Images.
    skipped : dict of str to int
        Images for each reason.
    bytes_in, bytes_out : int
        Of those that are done.
    last_code : int
        The exit code of the last one that failed.
    """

    def __init__(
        self,
        *,
        done: int = 0,
        failed: int = 0,
        skipped: dict[str, int] | None = None,
        bytes_in: int = 0,
        bytes_out: int = 0,
    ) -> None:
        self.done = done
        self.failed = failed
        self.skipped = skipped or {}
        self.bytes_in = bytes_in
        self.bytes_out = bytes_out
        self.last_code = 0
        self._start = monotonic()

    @property
    def seconds(self) -> float:
        """How long it has been going on."""
        return monotonic() - self._start

    def add(self, outcome: Outcome) -> None:
        """Take one more outcome into account."""
        if outcome.report:
            self.done += 1
            self.bytes_in += outcome.report.bytes_in
            self.bytes_out += outcome.report.bytes_out
        elif outcome.status == "skipped":
            self.skipped[outcome.reason] = self.skipped.get(outcome.reason, 0) + 1
        else:
            self.failed += 1
            self.last_code = outcome.exit_code

    @property
    def images(self) -> int:
        """All that have been looked at."""
        return self.done + self.failed + sum(self.skipped.values())


class Batch:
    """A run over one image or many: none stops the others.

    Parameters
    ----------
    words : sequence of str
        Files, folders, patterns and lists, as `huepress.batch.discover` takes them.
    settings : Settings
        What was asked for.

    Attributes
    ----------
    several : bool
        Whether it is a run over many, where images may be skipped.
    jobs : list of Job
        What is to be done.
    count : Count
        What it has come to so far.

    Raises
    ------
    HuepressError
        If what was asked for goes for no image.
    """

    def __init__(self, words: Sequence[str], settings: Settings) -> None:
        items = list(expanded(words, settings.recursive, settings.places.directory))
        self.several = is_several(items)
        self._settings = settings
        self._ledger = _ledger() if self.several else None
        known = self._ledger.recipe if self._ledger else lambda name: None
        try:
            self.jobs = planned(items, settings.places, self.several, known)
        except FileNotFoundError as error:  # nothing says where relative names lead
            raise UnreadableError("the current directory was removed; change to another") from error
        self.count = Count()

    def outcomes(self) -> Iterator[Outcome | None]:
        """Work through it, and return outcomes as images are finished, in no fixed order.

        Yields
        ------
        Outcome or None
            None, some times in a second, while there is nothing new.

        Raises
        ------
        BrokenPipeError
            If the reader of standard output went away.
        HuepressError
            If the folder for results can't be made.
        """
        directory = self._settings.places.directory
        if not self._settings.dry_run:
            if directory is not None:
                make_folder(directory)
            if self.several:
                self._sweep()
        workers = min(self._settings.workers or cores(), max(len(self.jobs), 1))
        doer = Doer(self._settings, Room(workers), self._ledger)
        for outcome in results(self.jobs, doer.outcome, workers):
            if isinstance(outcome, BrokenPipeError):
                raise outcome
            if outcome:
                self.count.add(outcome)
            yield outcome
        if self._ledger:
            self._ledger.close()

    @property
    def exit_code(self) -> int:
        """0 if none failed; else that of the only image, or 1."""
        if self.several:
            return 1 if self.count.failed else 0
        return self.count.last_code

    def _sweep(self) -> None:
        for folder in {os.path.dirname(output) for job in self.jobs for output in job.outputs}:
            remove_stale_temp_files(folder)


def _ledger() -> Ledger:
    from huepress.batch.cache import Ledger, cache_folder

    return Ledger(cache_folder())
