"""Values that are found when they are first asked for."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from huepress.lazy import lazy


class Meeting:
    """One of two whose values are found only if both are looked for at the same time."""

    def __init__(self, barrier: Barrier) -> None:
        self.found = 0
        self._barrier = barrier

    @lazy
    def place(self) -> int:
        """Where they met."""
        self.found += 1
        return self._barrier.wait(timeout=20)


def test_two_images_do_not_wait_for_each_other():
    """functools.cached_property let one thread at a time encode, whatever `-j` was, until 3.11."""
    barrier = Barrier(2)
    meetings = [Meeting(barrier), Meeting(barrier)]
    with ThreadPoolExecutor(2) as pool:
        places = list(pool.map(lambda meeting: meeting.place, meetings))
    assert sorted(places) == [0, 1]
    assert [meeting.place for meeting in meetings] == places
    assert [meeting.found for meeting in meetings] == [1, 1]
    assert Meeting.__dict__["place"].__doc__ == "Where they met."
