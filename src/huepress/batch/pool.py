"""Threads that work off a list of jobs, side by side.

Threads do as well as processes here: kernels, decoders and DEFLATE let go of Python's lock. (On two
cores, threads took 3 to 6 % longer than processes for photographs of 0.4 megapixels.)
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Condition, Lock, Thread
from typing import Generic, TypeVar

from huepress.engine.threads import at_most, cores

__all__ = ["Room", "results"]

J = TypeVar("J")
R = TypeVar("R")

TICK = 0.1  # seconds after which whoever waits for results hears that there is none


def results(jobs: Sequence[J], work: Callable[[J], R], workers: int) -> Iterator[R | None]:
    """Do the work on each job, and return what comes of it as it is ready.

    The threads don't keep the process alive: it may end while they work, if it has had enough.

    Parameters
    ----------
    jobs : sequence
        What to do, in this order.
    work : callable
        Does one; must not raise.
    workers : int
        How many at the same time.

    Yields
    ------
    object or None
        A result; or None, some times in a second, if there is none yet.
    """
    crew = _Crew(jobs, work)
    crew.start(min(workers, len(jobs)))
    while True:
        with crew.news:
            if not crew.ready and crew.busy:
                crew.news.wait(TICK)
            ready = list(crew.ready)
            crew.ready.clear()
            over = not crew.busy
        yield from ready
        if over:
            return
        if not ready:
            yield None


class _Crew(Generic[J, R]):
    def __init__(self, jobs: Sequence[J], work: Callable[[J], R]) -> None:
        self._jobs = iter(jobs)
        self._next = Lock()
        self._work = work
        self.news = Condition()
        self.ready: deque[R] = deque()
        self.busy = 0

    def start(self, workers: int) -> None:
        for i in range(workers):
            with self.news:
                self.busy += 1
            try:
                Thread(target=self._run, daemon=True).start()
            except RuntimeError:  # the system has no more threads: those that there are must do
                if i == 0:
                    self._run()
                else:
                    with self.news:
                        self.busy -= 1
                return

    def _run(self) -> None:
        try:
            while True:
                with self._next:
                    job = next(self._jobs)
                result = self._work(job)
                with self.news:
                    self.ready.append(result)
                    self.news.notify()
        except StopIteration:
            pass
        finally:
            with self.news:
                self.busy -= 1
                self.news.notify()


class Room:
    """Where images are worked on: small ones side by side, a large one alone.

    So the memory that is needed doesn't grow with the number of workers where it would matter.
    """

    def __init__(self, workers: int) -> None:
        self._free = self._places = workers
        self._waiting = 0
        self._change = Condition()

    @contextmanager
    def entered(self, alone: bool) -> Iterator[None]:
        """Wait for a place, or for all of them, and hold it; its threads are shared fairly."""
        wanted = self._places if alone else 1
        with self._change:
            self._waiting += alone
            # Nobody overtakes a large one, which would wait forever.
            self._change.wait_for(lambda: self._free >= wanted and (alone or not self._waiting))
            self._waiting -= alone
            self._free -= wanted
        token = at_most.set(max(1, cores() * wanted // self._places))
        try:
            yield
        finally:
            at_most.reset(token)
            with self._change:
                self._free += wanted
                self._change.notify_all()
