"""`huepress.compress_many`: the run over many as Python sees it."""

from __future__ import annotations

import io
import os
import pickle
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from helpers.commands import snapshot
from helpers.faults import leftovers, make_album
from helpers.images import file_of, picture
from PIL import Image

from huepress import Codebook, OptionError, Outcome, Summary, UnwritableError, compress_many
from huepress.batch import pool, worker


def statuses(run) -> dict[str, str]:
    return {o.name.replace(os.sep, "/"): o.reason or o.message or o.status for o in run}


FOLDER = {"directory": "out", "recursive": True, "skip_if_larger": False, "k": 16}
IMAGES = ["in/1.png", "in/2.png", "in/sub/0.png", "in/sub/3.png"]


def test_it_iterates_over_outcomes_and_counts_them(album):
    run = compress_many("in", **FOLDER)
    assert (run.total, run.several, run.summary.images) == (4, True, 0)
    outcomes = list(run)
    assert sorted(outcome.name for outcome in outcomes) == IMAGES
    assert all(isinstance(o, Outcome) and o.status == "done" and o.report for o in outcomes)
    assert sorted(snapshot(album / "out")) == [
        "1-hp.png", "2-hp.png", "sub/0-hp.png", "sub/3-hp.png"
    ]  # fmt: skip
    summary = run.summary
    assert (summary.done, summary.failed, summary.skipped, summary.images) == (4, 0, {}, 4)
    assert summary.bytes_out == sum(map(len, snapshot(album / "out").values()))
    assert summary.seconds > 0
    assert run.summary == summary  # the clock stands when it is over
    assert (run.exit_code, next(run, None)) == (0, None)


@pytest.mark.usefixtures("album")
def test_a_second_run_in_the_same_process_has_nothing_to_do():
    assert set(statuses(compress_many("in", **FOLDER)).values()) == {"done"}
    run = compress_many("in", **FOLDER)
    assert set(statuses(run).values()) == {"up to date"}
    assert run.summary.skipped == {"up to date": 4}


@pytest.mark.parametrize(
    ("inputs", "found"),
    [
        (Path("in"), IMAGES),
        ([Path("in/1.png"), "in/2.png"], IMAGES[:2]),
        ("in/*.png", IMAGES[:2]),
        (["@list"], IMAGES[1:3]),
        ((name for name in IMAGES[2:]), IMAGES[2:]),
        (b"in/1.png", IMAGES[:1]),
        ([], []),
    ],
)
def test_inputs_are_those_of_the_command_line(album, inputs, found):
    (album / "list").write_text("in/2.png\nin/sub/0.png")
    assert sorted(statuses(compress_many(inputs, **FOLDER))) == found


@pytest.mark.usefixtures("album")
def test_whether_images_are_skipped_does_not_depend_on_how_many_a_list_holds():
    """A list that happens to have one image is a run over many; a single path is not."""
    assert statuses(compress_many(["in/1.png"], **FOLDER)) == {"in/1.png": "done"}
    assert statuses(compress_many(["in/1.png"], **FOLDER)) == {"in/1.png": "up to date"}
    (failed,) = compress_many("in/1.png", **FOLDER)
    assert (failed.status, failed.exit_code) == ("failed", 15)
    run = compress_many(["in/1.png"], output="named.png")
    assert (statuses(run), run.several) == ({"in/1.png": "done"}, False)


@pytest.mark.usefixtures("album")
def test_errors_on_images_are_outcomes():
    Path("in/bad.png").write_bytes(b"no image")
    run = compress_many(["in/bad.png", "in/1.png", "none.png"], **FOLDER)
    failed = {o.name: o for o in run if o.status == "failed"}
    assert sorted(failed) == ["in/bad.png", "none.png"]
    assert failed["none.png"].message == "none.png: no such file; check the path"
    assert (failed["in/bad.png"].exit_code, failed["in/bad.png"].report) == (2, None)
    assert (run.exit_code, run.summary.failed, run.summary.done) == (1, 2, 1)
    run = compress_many("none.png")
    list(run)
    assert run.exit_code == 2


@pytest.mark.parametrize(
    ("inputs", "options", "reason"),
    [
        ("in", {"k": 0}, "k: 0 is out of range"),
        ("in", {"jobs": -1}, "jobs: -1 is out of range"),
        ("in", {"format": "jpeg"}, "format: 'jpeg' is not one of"),
        (["in/1.png", "in/2.png"], {"output": "a.png"}, "takes one input"),
        ("in/1.png", {"output": "a.png", "directory": "out"}, "directory: contradicts"),
        ("in/1.png", {"directory": 3}, "directory: 3 is no path; give a str or a Path"),
        ([3], {}, "inputs: 3 is no path; give a str or a Path"),
        (3, {}, "inputs: 3 is no path; give a str or a Path"),
        ([np.zeros((2, 2))], {}, "is no path"),
    ],
)
@pytest.mark.usefixtures("album")
def test_what_is_wrong_for_all_images_is_raised_at_once(inputs, options, reason):
    with pytest.raises(OptionError) as caught:
        compress_many(inputs, **options)
    assert reason in str(caught.value)


@pytest.mark.usefixtures("album")
def test_a_folder_for_results_that_cannot_be_made_is_raised():
    with pytest.raises(UnwritableError, match="there is no directory none"):
        compress_many("in", recursive=True, directory="none/new")
    run = compress_many("in", recursive=True, directory="x" * 300)
    with pytest.raises(UnwritableError, match="too long for a name"):
        next(run)
    assert next(run, None) is None


@pytest.mark.usefixtures("album")
def test_progress_is_told_after_each_image_and_while_nothing_is_new(monkeypatch):
    monkeypatch.setattr(pool, "TICK", 0.01)
    compress_one = worker.compress_one

    def slow(*given):
        time.sleep(0.1)
        return compress_one(*given)

    monkeypatch.setattr(worker, "compress_one", slow)
    told: list[Summary] = []
    for _ in compress_many("in", jobs=1, on_progress=told.append, **FOLDER):
        pass
    images = [summary.images for summary in told]
    assert images == sorted(images)
    assert {images.count(n) > 1 for n in range(4)} == {True}
    assert images[-1] == 4
    assert all(isinstance(summary, Summary) for summary in told)
    assert told[0].seconds < told[-1].seconds


def stopped(run, folder: Path) -> dict[str, bytes]:
    """Check that a run that was stopped writes nothing more, and return what it wrote."""
    before = snapshot(folder)
    while any(t.daemon and t is not threading.current_thread() for t in threading.enumerate()):
        time.sleep(0.01)  # its threads end
    assert snapshot(folder) == before
    assert leftovers(folder) == []
    assert next(run, None) is None
    return before


@pytest.mark.parametrize("way", ["close", "with", "exception", "interrupt"])
def test_a_run_that_is_given_up_writes_nothing_more(tmp_path, monkeypatch, way):
    make_album(tmp_path, 12)
    monkeypatch.chdir(tmp_path)
    told: list[Summary] = []

    def give_up(summary: Summary) -> None:
        told.append(summary)
        if way in ("exception", "interrupt") and summary.images:
            raise KeyboardInterrupt if way == "interrupt" else ZeroDivisionError

    run = compress_many("in", on_progress=give_up, **FOLDER)
    try:
        with run if way == "with" else threading.Lock():
            for _ in run:
                break
        if way == "close":
            run.close()
    except (KeyboardInterrupt, ZeroDivisionError):
        pass
    assert 1 <= len(stopped(run, tmp_path / "out")) < 12
    assert set(statuses(compress_many("in", **FOLDER)).values()) <= {"done", "up to date"}
    assert len(snapshot(tmp_path / "out")) == 12


def test_a_run_that_nobody_refers_to_any_more_is_given_up(tmp_path, monkeypatch):
    make_album(tmp_path, 12)
    monkeypatch.chdir(tmp_path)
    for _ in compress_many("in", **FOLDER):
        break
    assert 1 <= len(stopped(iter(()), tmp_path / "out")) < 12


def test_a_run_that_was_never_begun_does_nothing(album):
    run = compress_many("in", **FOLDER)
    run.close()
    assert list(run) == []
    assert snapshot(album / "out") == {}


# Writing is made slow, so that the process ends in the middle of it.
LEAVING_EARLY = """
import os, sys, time
import huepress
fsync, times = os.fsync, []
def slow(descriptor):
    times.append(0)
    if len(times) > 1:
        time.sleep(0.5)
    fsync(descriptor)
os.fsync = slow
run = huepress.compress_many("in", recursive=True, directory="out", jobs=2, skip_if_larger=False)
print(next(run).status, flush=True)
while len(times) < 2:
    time.sleep(0.001)
if "raise" in sys.argv:
    raise KeyboardInterrupt
"""


@pytest.mark.parametrize("way", ["end", "raise"])
def test_no_thread_keeps_the_process_alive_and_no_temporary_file_is_left(tmp_path, way):
    make_album(tmp_path, 40)
    process = subprocess.run(
        [sys.executable, "-c", LEAVING_EARLY, way],
        cwd=tmp_path, capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    assert process.stdout == b"done\n"
    if way == "end":
        assert (process.returncode, process.stderr) == (0, b"")
    else:
        assert process.returncode != 0
        assert process.stderr.endswith(b"KeyboardInterrupt\n")
    assert leftovers(tmp_path) == []
    assert 1 <= len(snapshot(tmp_path / "out")) < 40


def test_runs_in_several_threads_at_the_same_time(album):
    results: dict[str, dict[str, str]] = {}

    def compress(name: str) -> None:
        results[name] = statuses(compress_many("in", **{**FOLDER, "directory": name}))

    threads = [threading.Thread(target=compress, args=(f"out{i}",)) for i in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(set(found.values()) == {"done"} for found in results.values())
    assert snapshot(album / "out0") == snapshot(album / "out1") == snapshot(album / "out2")


def test_a_dry_run_says_so_and_writes_nothing(album):
    for outcome in compress_many("in", dry_run=True, **{**FOLDER, "directory": "new"}):
        assert (outcome.status, outcome.dry_run) == ("done", True)
    assert not (album / "new").exists()
    (outcome,) = compress_many("in/1.png", dry_run=True)
    assert (outcome.status, outcome.dry_run) == ("done", True)
    assert not (album / "in" / "1-hp.png").exists()
    (outcome,) = compress_many("in/1.png")
    assert outcome.dry_run is False


def animation() -> bytes:
    frames = [picture(20, 20, "P"), picture(20, 20, "P").rotate(90)]
    return file_of(frames[0], "GIF", save_all=True, append_images=frames[1:])


def test_animations_are_skipped_in_a_run_over_many(album):
    """The first frame of each was compressed and counted as saved, and with -f replaced it."""
    (album / "in" / "moving.gif").write_bytes(animation())
    run = compress_many("in", **FOLDER)
    outcomes = {outcome.name: outcome for outcome in run}
    skipped = outcomes[os.path.join("in", "moving.gif")]
    assert (skipped.status, skipped.reason, skipped.exit_code) == ("skipped", "an animation", 0)
    assert skipped.message.startswith("in/moving.gif: an animation of 2 frames")
    assert "by `page`" in skipped.message  # how to go on
    assert run.exit_code == 0
    assert run.summary.skipped == {"an animation": 1}
    assert sorted(snapshot(album / "out")) == [
        "1-hp.png", "2-hp.png", "sub/0-hp.png", "sub/3-hp.png"
    ]  # fmt: skip


def test_a_single_animation_fails_unless_a_frame_is_named(album):
    (album / "moving.gif").write_bytes(animation())
    for force in (False, True):
        run = compress_many("moving.gif", output="moving.gif", format="gif", force=force)
        (failed,) = run
        assert failed.status == "failed"
    assert (run.exit_code, failed.exit_code) == (2, 2)
    assert (album / "moving.gif").read_bytes() == animation()
    assert statuses(compress_many("moving.gif", page=2)) == {"moving.gif": "done"}
    assert statuses(compress_many(["moving.gif", "in/1.png"], page=2, directory="out",
                                  skip_if_larger=False))["moving.gif"] == "done"  # fmt: skip


@pytest.mark.usefixtures("album")
@pytest.mark.parametrize("kind", ["file", "codebook", "array", "image", "path", "list"])
def test_given_colours_may_be_of_any_kind_and_are_recognized(kind):
    """An open file was at its end after the first image."""
    colors = [(0, 0, 0), (255, 255, 255), (200, 30, 30)]
    image = Image.fromarray(np.array([colors], np.uint8))
    image.save("palette.png")

    def palette() -> object:
        return {
            "file": io.BytesIO(file_of(image)),
            "codebook": Codebook(colors),
            "array": np.array(colors, np.uint8),
            "image": image.copy(),
            "path": Path("palette.png"),
            "list": colors,
        }[kind]

    options = {**FOLDER, "jobs": 1}
    outcomes = list(compress_many("in", palette=palette(), **options))
    assert {(o.status, o.report and o.report.colors) for o in outcomes} == {("done", 3)}
    again = compress_many("in", palette=palette(), **options)
    assert set(statuses(again).values()) == {"up to date"}
    other = compress_many("in", palette=[*colors[:2], (1, 2, 3)], **options)
    assert {outcome.exit_code for outcome in other} == {15}


def test_standard_input_and_output(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(file_of(picture()))))
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written))
    (outcome,) = compress_many("-")
    assert (outcome.status, outcome.to_stdout) == ("done", True)
    assert written.getvalue().startswith(b"\x89PNG")


@pytest.mark.usefixtures("album")
def test_outcomes_may_be_sent_to_another_process():
    outcomes = list(compress_many("in", **FOLDER))
    assert pickle.loads(pickle.dumps(outcomes)) == outcomes
