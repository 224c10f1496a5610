"""Threads within one image: started for a call and joined before it returns.

A pool that outlived the call would hang in a forked child (docs/design says what was seen).
"""

from __future__ import annotations

import os
from collections.abc import Callable

__all__ = ["run_parts", "useful_threads"]

# Starting a thread takes as long as assigning some 10,000 points.
POINTS_PER_THREAD = 100_000


def useful_threads(points: int, asked: int) -> int:
    """Return how many threads to use: as many as asked, or (0) as many as pay."""
    if asked:
        return asked
    if hasattr(os, "sched_getaffinity"):
        cores = len(os.sched_getaffinity(0))
    else:
        cores = os.cpu_count() or 1
    return max(1, min(cores, points // POINTS_PER_THREAD))


def run_parts(work: Callable[[int, int], object], parts: int) -> None:
    """Call ``work(part, parts)`` for each part, all at the same time."""
    if parts == 1:
        work(0, 1)
        return
    from threading import Thread

    threads = [Thread(target=work, args=(part, parts)) for part in range(1, parts)]
    for thread in threads:
        thread.start()
    work(0, parts)
    for thread in threads:
        thread.join()
