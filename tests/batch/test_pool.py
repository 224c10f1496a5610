"""Threads side by side, and large images alone."""

from __future__ import annotations

import threading
import time
from itertools import islice

import pytest

from huepress.batch import pool
from huepress.engine.threads import at_most, cores


@pytest.mark.parametrize("workers", [1, 2, 7])
@pytest.mark.parametrize("count", [0, 1, 5, 100])
def test_every_job_is_done_once(workers, count):
    found = [result for result in pool.results(range(count), str, workers) if result is not None]
    assert sorted(found) == sorted(map(str, range(count)))
    if workers == 1:
        assert found == list(map(str, range(count)))


def test_results_come_as_they_are_ready_and_ticks_meanwhile():
    wait = threading.Event()

    def work(job: int) -> int:
        if job == 0:
            wait.wait(10)
        return job

    stream = pool.results([0, 1, 2], work, 2)
    first = list(islice((result for result in stream if result is not None), 2))
    assert sorted(first) == [1, 2]
    assert next(stream) is None  # nothing new: whoever waits hears so, and may be interrupted
    wait.set()
    assert [result for result in stream if result is not None] == [0]


def test_where_no_thread_can_be_started_the_work_is_done_all_the_same(monkeypatch):
    def start(self):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", start)
    assert list(pool.results([1, 2], str, 2)) == ["1", "2"]


def test_a_large_image_is_alone_and_nobody_overtakes_it():
    room, inside, log, lock = pool.Room(3), [], [], threading.Lock()

    def work(job: int) -> int:
        alone = job % 5 == 0
        with room.entered(alone):
            with lock:
                inside.append(job)
                log.append((alone, len(inside)))
            time.sleep(0.002)
            with lock:
                inside.remove(job)
        return job

    done = [r for r in pool.results(range(30), work, 3) if r is not None]
    assert sorted(done) == list(range(30))
    assert all(count == 1 for alone, count in log if alone)
    assert max(count for _, count in log) <= 3


def test_threads_of_an_image_are_its_share_of_the_cores():
    room = pool.Room(2)
    with room.entered(False):
        assert at_most.get() == max(1, cores() // 2)
    with room.entered(True):
        assert at_most.get() == cores()
    assert at_most.get() >= 256
