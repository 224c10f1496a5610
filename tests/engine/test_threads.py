"""Threads within one image."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huepress.engine.threads import run_parts, useful_threads


@pytest.mark.parametrize("parts", [1, 2, 3, 16, 256])
def test_each_part_runs_once_and_all_are_over_at_the_end(parts):
    done = []
    run_parts(lambda part, parts: done.append((part, parts)), parts)
    assert sorted(done) == [(part, parts) for part in range(parts)]
    assert threading.active_count() == 1


def test_parts_run_at_the_same_time():
    together = threading.Barrier(3, timeout=30)
    run_parts(lambda part, parts: together.wait(), 3)


def test_one_part_needs_no_thread():
    ran_in = []
    run_parts(lambda part, parts: ran_in.append(threading.current_thread()), 1)
    assert ran_in == [threading.current_thread()]


@pytest.mark.parametrize("failing", [{0}, {1}, {2}, {0, 2}, {1, 2}])
def test_an_exception_in_a_part_reaches_the_caller(failing):
    """Those of other threads were printed and forgotten, and half the labels were missing."""

    def work(part: int, parts: int) -> None:
        if part in failing:
            raise MemoryError(f"part {part}")

    with pytest.raises(MemoryError, match="part"):
        run_parts(work, 3)
    assert threading.active_count() == 1


def test_no_thread_outlives_an_exception():
    """The caller's own part failed, and the others went on behind its back."""
    go_on = threading.Event()
    over = []

    def work(part: int, parts: int) -> None:
        if part == 0:
            threading.Timer(0.1, go_on.set).start()
            raise KeyboardInterrupt
        go_on.wait(30)
        over.append(part)

    with pytest.raises(KeyboardInterrupt):
        run_parts(work, 2)
    assert over == [1]


def test_where_no_thread_can_be_started_the_caller_does_its_work(monkeypatch):
    def refuse(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    done = []
    run_parts(lambda part, parts: done.append(part), 4)
    assert sorted(done) == [0, 1, 2, 3]


@given(st.integers(1, 2**31), st.integers(1, 256))
def test_as_many_threads_as_asked(points, asked):
    assert useful_threads(points, asked) == asked


@given(st.integers(1, 2**31))
def test_as_many_threads_as_pay(points):
    threads = useful_threads(points, 0)
    assert threads >= 1
    assert threads <= max(1, points // 10_000)  # starting one takes as long as so many points
    assert threads <= useful_threads(2 * points, 0) <= useful_threads(2**40, 0)


def test_cores_are_counted_where_affinity_is_unknown(monkeypatch):
    monkeypatch.delattr("os.sched_getaffinity", raising=False)
    monkeypatch.setattr("os.cpu_count", lambda: 7)
    assert useful_threads(2**40, 0) == 7
    monkeypatch.setattr("os.cpu_count", lambda: None)
    assert useful_threads(2**40, 0) == 1
