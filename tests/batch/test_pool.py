"""Threads side by side, and large images alone."""

from __future__ import annotations

import threading
import time
from itertools import islice

import pytest

from huepress.batch import pool
from huepress.engine.threads import cores, thread_limit


@pytest.mark.parametrize("workers", [1, 2, 7])
@pytest.mark.parametrize("count", [0, 1, 5, 100])
def test_every_job_is_done_once(workers, count):
    found = [
        result for result in pool.map_unordered(str, range(count), workers) if result is not None
    ]
    assert sorted(found) == sorted(map(str, range(count)))
    if workers == 1:
        assert found == list(map(str, range(count)))


def test_results_come_as_they_are_ready_and_ticks_meanwhile():
    wait = threading.Event()

    def work(job: int) -> int:
        if job == 0:
            wait.wait(10)
        return job

    stream = pool.map_unordered(work, [0, 1, 2], 2)
    first = list(islice((result for result in stream if result is not None), 2))
    assert sorted(first) == [1, 2]
    assert next(stream) is None  # nothing new: whoever waits hears so, and may be interrupted
    wait.set()
    assert [result for result in stream if result is not None] == [0]


def test_where_no_thread_can_be_started_the_work_is_done_all_the_same(monkeypatch):
    def start(self):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", start)
    assert list(pool.map_unordered(str, [1, 2], 2)) == ["1", "2"]


def test_a_large_image_is_alone_and_nobody_overtakes_it():
    slots, inside, log, lock = pool.Slots(3), [], [], threading.Lock()

    def work(job: int) -> int:
        alone = job % 5 == 0
        with slots.acquire(exclusive=alone):
            with lock:
                inside.append(job)
                log.append((alone, len(inside)))
            time.sleep(0.002)
            with lock:
                inside.remove(job)
        return job

    done = [r for r in pool.map_unordered(work, range(30), 3) if r is not None]
    assert sorted(done) == list(range(30))
    assert all(count == 1 for alone, count in log if alone)
    assert max(count for _, count in log) <= 3


def test_threads_of_an_image_are_its_share_of_the_cores():
    slots = pool.Slots(2)
    with slots.acquire(exclusive=False):
        assert thread_limit.get() == max(1, cores() // 2)
    with slots.acquire(exclusive=True):
        assert thread_limit.get() == cores()
    assert thread_limit.get() >= 256


def test_closing_the_iterator_cancels_what_was_not_begun():
    begun, wait = [], threading.Event()

    def work(job: int) -> int:
        begun.append(job)
        if job:
            wait.wait(10)
        return job

    before = threading.active_count()
    results = pool.map_unordered(work, range(100), 2)
    assert next(results) in (0, None)
    results.close()
    wait.set()
    while threading.active_count() > before:  # its threads end
        time.sleep(0.01)
    assert len(begun) <= 4


def test_cancelling_waits_for_what_is_being_written_and_lets_nothing_more_be():
    cancellation, log = pool.Cancellation(), []
    writing, finish = threading.Event(), threading.Event()

    def write() -> None:
        with cancellation.writing():
            writing.set()
            finish.wait(10)
            log.append("written")

    threads = [threading.Thread(target=write)]
    threads[0].start()
    writing.wait(10)
    threads.append(threading.Thread(target=lambda: (cancellation.cancel(), log.append("over"))))
    threads[1].start()
    while not cancellation.is_cancelled:
        time.sleep(0.001)
    finish.set()
    for thread in threads:
        thread.join(10)
    assert log == ["written", "over"]
    with pytest.raises(pool.Cancelled), cancellation.writing():
        log.append("written after all")
    assert log == ["written", "over"]


def test_a_disk_that_hangs_is_not_waited_for_forever(monkeypatch):
    monkeypatch.setattr(pool, "PATIENCE", 0.01)
    cancellation = pool.Cancellation()
    with cancellation.writing():
        cancellation.cancel()
    assert cancellation.is_cancelled


def test_a_job_that_hears_of_it_ends_its_thread_without_a_result():
    def work(job: int) -> int:
        raise pool.Cancelled

    assert [r for r in pool.map_unordered(work, range(5), 2) if r is not None] == []
