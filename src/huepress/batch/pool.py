"""Threads that work on many jobs side by side, and how they share the machine.

Threads do as well as processes here: kernels, decoders and DEFLATE release Python's lock. (On two
cores, threads took 3 to 6 % longer than processes for photographs of 0.4 megapixels.)
"""

from __future__ import annotations

import atexit
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from threading import Condition, Lock, Thread
from typing import Generic, TypeVar

from huepress.engine.threads import cores, thread_limit

__all__ = ["Cancellation", "Cancelled", "Slots", "map_unordered"]

J = TypeVar("J")
R = TypeVar("R")

TICK = 0.1  # seconds after which whoever waits for results is told that there is none yet
PATIENCE = 2.0  # seconds to wait for files that are being written; longer means a disk that hangs


class Cancelled(Exception):  # noqa: N818 (not an error: nobody wants the result any more)
    """The work was cancelled while a job was being done."""


class Cancellation:
    """Lets whoever waits for jobs cancel them, but never in the middle of writing a file."""

    def __init__(self) -> None:
        self._change = Condition()
        self._cancelled = False
        self._writing = 0

    @property
    def is_cancelled(self) -> bool:
        """Whether the jobs have been cancelled."""
        return self._cancelled

    def cancel(self) -> None:
        """Cancel; once this returns, nothing is being written, and nothing more will be."""
        with self._change:
            self._cancelled = True
            self._change.wait_for(lambda: not self._writing, PATIENCE)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Make `cancel` wait until a file has been written; raise `Cancelled` if it was called."""
        with self._change:
            if self._cancelled:
                raise Cancelled
            self._writing += 1
        try:
            yield
        finally:
            with self._change:
                self._writing -= 1
                self._change.notify_all()


# Those of all threads at work. They don't keep the process alive, but what they are writing when it
# ends must not be left as a temporary file.
_active: set[Cancellation] = set()


@atexit.register
def _cancel_all() -> None:
    for cancellation in list(_active):
        cancellation.cancel()


def map_unordered(
    work: Callable[[J], R],
    jobs: Sequence[J],
    workers: int,
    cancellation: Cancellation | None = None,
) -> Generator[R | None]:
    """Do the work on each job, and yield results as they are ready.

    The threads don't keep the process alive. Closing the iterator cancels the jobs: the threads end
    once they are through with those that they have begun.

    Parameters
    ----------
    work : callable
        Does one job; must not raise anything but `Cancelled`.
    jobs : sequence
        What to work on, in this order.
    workers : int
        How many jobs at the same time.
    cancellation : Cancellation, optional
        Cancels the jobs.

    Yields
    ------
    object or None
        A result; or None, a few times per second, if there is none yet.
    """
    cancellation = cancellation or Cancellation()
    pool = _Pool(work, jobs, cancellation)
    _active.add(cancellation)
    try:
        pool.start(min(workers, len(jobs)))
        while True:
            with pool.change:
                if not pool.results and pool.busy:
                    pool.change.wait(TICK)
                results = list(pool.results)
                pool.results.clear()
                is_over = not pool.busy
            yield from results
            if is_over:
                return
            if not results:
                yield None
    finally:
        cancellation.cancel()
        _active.discard(cancellation)


class _Pool(Generic[J, R]):
    """Threads that take jobs until there are none left.

    Attributes
    ----------
    change : Condition
        Guards the others, and is notified when they change.
    results : deque
        Those that nobody has taken yet.
    busy : int
        Threads that haven't ended.
    """

    def __init__(
        self, work: Callable[[J], R], jobs: Sequence[J], cancellation: Cancellation
    ) -> None:
        self._work = work
        self._jobs = iter(jobs)
        self._jobs_lock = Lock()
        self._cancellation = cancellation
        self.change = Condition()
        self.results: deque[R] = deque()
        self.busy = 0

    def start(self, workers: int) -> None:
        for i in range(workers):
            with self.change:
                self.busy += 1
            try:
                Thread(target=self._run, daemon=True).start()
            except RuntimeError:  # the system has no more threads
                if i == 0:
                    self._run()
                else:
                    with self.change:
                        self.busy -= 1
                return

    def _run(self) -> None:
        try:
            while not self._cancellation.is_cancelled:
                with self._jobs_lock:
                    job = next(self._jobs)
                result = self._work(job)
                with self.change:
                    self.results.append(result)
                    self.change.notify()
        except (StopIteration, Cancelled):
            pass
        finally:
            with self.change:
                self.busy -= 1
                self.change.notify()


class Slots:
    """Limits how many images are worked on at a time: several small ones, or a single large one.

    So the memory that a run needs doesn't grow with the number of workers where that would matter.

    Parameters
    ----------
    count : int
        How many small images at a time.
    """

    def __init__(self, count: int) -> None:
        self._free = self._count = count
        self._waiting = 0
        self._change = Condition()

    @contextmanager
    def acquire(self, *, exclusive: bool) -> Iterator[None]:
        """Wait for a slot, or for all of them, and hold it; its owner gets its share of the cores.

        Parameters
        ----------
        exclusive : bool
            Whether to work on this image alone.
        """
        wanted = self._count if exclusive else 1
        with self._change:
            self._waiting += exclusive
            # Small images wait for large ones, which might wait forever otherwise.
            self._change.wait_for(lambda: self._free >= wanted and (exclusive or not self._waiting))
            self._waiting -= exclusive
            self._free -= wanted
        token = thread_limit.set(max(1, cores() * wanted // self._count))
        try:
            yield
        finally:
            thread_limit.reset(token)
            with self._change:
                self._free += wanted
                self._change.notify_all()
