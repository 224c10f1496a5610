"""Threads within one image: started for a call and joined before it returns.

A pool of threads that outlives the call hangs in a process forked meanwhile (docs/dependencies.md).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextvars import ContextVar

__all__ = ["cores", "run_parts", "thread_limit", "useful_threads"]

# Starting a thread takes as long as assigning some 10,000 points.
POINTS_PER_THREAD = 100_000

thread_limit: ContextVar[int] = ContextVar("thread_limit", default=256)
"""The most threads for an image where no number was asked for; set for each thread of a run."""


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def useful_threads(points: int, asked: int) -> int:
    """Return how many threads to use: as many as asked, or (0) as many as pay."""
    if asked:
        return asked
    return max(1, min(cores(), thread_limit.get(), points // POINTS_PER_THREAD))


def run_parts(work: Callable[[int, int], object], parts: int) -> None:
    """Call ``work(part, parts)`` for each part, all at the same time.

    Parts for which the system has no thread left run one after the other. All are over when this
    returns or raises, which it does if one of them did.
    """
    if parts == 1:
        work(0, 1)
        return
    from threading import Thread

    failures: list[BaseException] = []

    def attempt(part: int) -> None:
        try:
            work(part, parts)
        except BaseException as failure:
            failures.append(failure)

    threads = []
    for part in range(1, parts):
        thread = Thread(target=attempt, args=(part,))
        try:
            thread.start()
        except RuntimeError:
            attempt(part)
        else:
            threads.append(thread)
    attempt(0)
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
