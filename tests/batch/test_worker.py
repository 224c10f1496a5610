"""One job of a run: what it ends in, and that it waits for its turn."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from helpers.commands import snapshot

from huepress import OptionError, OutputError, TooLargeError
from huepress.batch import worker
from huepress.batch.cache import Cache, cache_folder
from huepress.batch.discover import Input
from huepress.batch.plan import Job
from huepress.batch.pool import Cancellation, Cancelled, Slots
from huepress.batch.worker import JobRunner
from huepress.engine.threads import cores, thread_limit
from huepress.options import Options, RunOptions

JOB = Job(Input("in/1.png"), ("out/1-hp.png",))


def runner(several: bool = True, **given: Any) -> JobRunner:
    run_options = RunOptions(skip_if_larger=False, **given)
    cache = Cache(cache_folder()) if several else None
    return JobRunner(Options(format="png"), run_options, Slots(2), Cancellation(), cache)


@pytest.mark.usefixtures("album")
@pytest.mark.parametrize("several", [True, False])
def test_a_job_is_done_and_then_there_is_nothing_to_do(several):
    done = runner(several).run(JOB)
    assert (done.name, done.status, done.report.outputs) == ("in/1.png", "done", JOB.outputs)
    again = runner(several).run(JOB)
    if several:
        assert (again.status, again.reason) == ("skipped", "up to date")
        assert again.message == "in/1.png: skipped: up to date"
    else:
        assert (again.status, again.exit_code) == ("failed", 15)


@pytest.mark.usefixtures("album")
@pytest.mark.parametrize(
    ("error", "message", "exit_code", "option"),
    [
        (OptionError("is wrong; mend it", "page"), "page: is wrong; mend it", 4, "page"),
        (OutputError("out.png: is full; empty it"), "out.png: is full; empty it", 16, ""),
        (TooLargeError("1.png: is large; cut it"), "1.png: is large; cut it", 2, ""),
        (MemoryError(), "in/1.png: not enough memory; scale it down", 17, ""),
        (KeyError("k"), "in/1.png: unexpected KeyError at test_worker.py:", 70, ""),
    ],
)
def test_whatever_is_raised_is_an_outcome(monkeypatch, error, message, exit_code, option):
    def fail(*given: object) -> None:
        raise error

    monkeypatch.setattr(worker, "compress_one", fail)
    failed = runner().run(JOB)
    assert (failed.status, failed.report, failed.exit_code) == ("failed", None, exit_code)
    assert failed.message.startswith(message)
    assert failed.option == option
    assert failed.name == "in/1.png"


def test_what_is_known_from_the_plan_needs_no_image():
    error = OptionError("none/1.png: is another's; use `directory`")
    assert runner().run(Job(Input("none.png"), error=error)).message == str(error)
    skipped = runner().run(Job(Input("none.png"), skipped="a result of huepress"))
    assert (skipped.status, skipped.reason) == ("skipped", "a result of huepress")


def test_a_reader_who_has_gone_away_concerns_the_whole_run(album):
    class Pipe:
        def write(self, data: object) -> None:
            raise BrokenPipeError

    outcome = runner(several=False).run(Job(Input("in/1.png"), stream=Pipe()))
    assert isinstance(outcome, BrokenPipeError)


@pytest.mark.usefixtures("album")
@pytest.mark.parametrize("is_large", [False, True])
def test_a_large_image_is_worked_on_alone_on_all_cores(monkeypatch, is_large):
    monkeypatch.setattr(worker, "LARGE_IMAGE", 1 if is_large else 10**6)
    compress_one, threads = worker.compress_one, []

    def watch(*given: Any) -> Any:
        threads.append(thread_limit.get())
        return compress_one(*given)

    monkeypatch.setattr(worker, "compress_one", watch)
    assert runner().run(JOB).status == "done"
    assert threads == [cores() if is_large else max(1, cores() // 2)]


@pytest.mark.parametrize("when", ["before", "during"])
def test_a_job_that_is_cancelled_writes_nothing(album, monkeypatch, when):
    cancellation = Cancellation()
    compress_one = worker.compress_one

    def cancel(*given: Any) -> Any:
        assert when == "during"
        threading.Thread(target=cancellation.cancel).run()
        return compress_one(*given)

    monkeypatch.setattr(worker, "compress_one", cancel)
    cache = Cache(cache_folder())
    options = Options(format="png")
    job_runner = JobRunner(options, RunOptions(), Slots(1), cancellation, cache)
    if when == "before":
        cancellation.cancel()
    with pytest.raises(Cancelled):
        job_runner.run(JOB)
    assert snapshot(album / "out") == {}
    assert cache.result("out/1-hp.png") is None


def test_a_dry_run_finds_out_what_is_in_the_way(album):
    (album / "out" / "1-hp.png").write_bytes(b"precious")
    failed = runner(dry_run=True).run(JOB)
    assert (failed.status, failed.exit_code, failed.dry_run) == ("failed", 15, True)
    done = runner(dry_run=True, force=True).run(JOB)
    assert (done.status, done.dry_run) == ("done", True)
    assert (album / "out" / "1-hp.png").read_bytes() == b"precious"
