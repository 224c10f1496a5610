"""Being stopped: by signals, by a reader who goes away, by kill -9 at any moment."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from faults import finished, leftovers, make_album, started
from PIL import Image
from support import picture, shown, snapshot

from huepress.stopping import Stopped, deaf, exit_code_of, signals_raised

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs signals")

ALL = "-r in -d out --no-skip-if-larger"
COUNT = 28
LONG = 10  # seconds: less than what is stopped would take, and enough for the busiest machine
CODES = {"SIGINT": 130, "SIGTERM": 143, "SIGHUP": 129}


@pytest.fixture
def album(tmp_path: Path) -> Path:
    make_album(tmp_path, COUNT, width=150)
    return tmp_path


def interrupted(folder: Path, words: str, name: str, until: str) -> tuple[int, float, bytes]:
    """Stop a run once a file is there; return exit code, seconds that it took, and complaints."""
    with started(folder, words) as process:
        for _ in range(2000):
            if list(folder.glob(until)):
                break
            time.sleep(0.005)
        process.send_signal(getattr(signal, name))
        start = time.monotonic()
        _, complained = process.communicate(timeout=30)
    return process.returncode, time.monotonic() - start, complained


@pytest.mark.parametrize("name", CODES)
def test_a_signal_stops_a_run_which_then_goes_on(album, name):
    before = snapshot(album / "in")
    code, seconds, complained = interrupted(album, ALL, name, "out/*-hp.png")
    assert (code, complained) == (CODES[name], b"")
    assert seconds < LONG
    assert leftovers(album) == []
    some = snapshot(album / "out")
    assert 1 <= len(some) < COUNT
    code, said, complained = finished(album, ALL)
    assert code == 0
    assert len([line for line in said if line.endswith(": skipped: up to date")]) >= len(some) - 2
    assert len(snapshot(album / "out")) == COUNT
    assert some.items() <= snapshot(album / "out").items()
    assert snapshot(album / "in") == before


def test_a_large_image_in_the_middle_of_its_kernels_keeps_nobody_waiting(tmp_path):
    picture(200, 200).resize((6000, 4000), Image.Resampling.BICUBIC).save(tmp_path / "large.bmp")
    with started(tmp_path, "large.bmp --effort 9") as process:
        time.sleep(1.5)
        start = time.monotonic()
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=30)
    assert time.monotonic() - start < LONG
    assert (process.returncode, *said) == (130, b"", b"")
    assert [path.name for path in tmp_path.iterdir()] == ["large.bmp"]


def test_an_interrupt_while_a_file_is_being_written(tmp_path):
    """The write is made to take forever, as on a disk that hangs; the temporary file goes."""
    make_album(tmp_path, 2)
    code = r"""if True:
        import os, time
        def hang(descriptor):
            os.write(1, b"writing\n")  # at once, whoever else writes
            time.sleep(60)
        os.fsync = hang
        from huepress.cli import main
        raise SystemExit(main())
    """
    with subprocess.Popen(
        [sys.executable, "-c", code, "compress", *ALL.split(), "-q"],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdout.readline() == b"writing\n"
        assert len(leftovers(tmp_path)) >= 1
        start = time.monotonic()
        process.send_signal(signal.SIGINT)
        _, complained = process.communicate(timeout=30)
    assert time.monotonic() - start < LONG
    assert (process.returncode, complained) == (130, b"")
    assert leftovers(tmp_path) == []
    assert snapshot(tmp_path / "out") == {}


def test_a_reader_who_goes_away_stops_the_run_quietly(album):
    with started(album, f"{ALL} --json") as process:
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(timeout=30) == 141
    assert leftovers(album) == []
    assert 1 <= len(snapshot(album / "out")) < COUNT


@pytest.mark.parametrize("kind", ["png", "pair"])
def test_killed_at_any_moment_every_output_is_whole_or_absent(album, kind):
    """tools/kill_runs.py does so for hundreds of times."""
    words = f"{ALL} --format {kind} -k 16"
    before = snapshot(album / "in")
    for delay in (0.3, 0.45, 0.6):
        with started(album, words) as process:
            time.sleep(delay)
            process.kill()
            process.communicate(timeout=30)
        for path in (album / "out").rglob("*.png"):
            if not path.name.startswith("."):
                assert shown(path.read_bytes())[0][1] == 40
    code, _, complained = finished(album, words)
    assert code == 0, complained
    assert snapshot(album / "in") == before
    whole = {k: v for k, v in snapshot(album / "out").items() if not Path(k).name.startswith(".")}
    (album / "fresh").mkdir()
    assert finished(album, words.replace("out", "fresh"))[0] == 0
    assert whole == snapshot(album / "fresh")


def test_signals_are_raised_and_codes_are_those_of_shells():
    for name, code in CODES.items():
        with pytest.raises(KeyboardInterrupt) as caught, signals_raised():
            signal.raise_signal(getattr(signal, name))
        assert exit_code_of(caught.value) == code
        assert isinstance(caught.value, Stopped) == (name != "SIGINT")
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_an_ignored_signal_stays_ignored():
    """As under nohup."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with signals_raised():
            signal.raise_signal(signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)


def test_who_is_ending_hears_nothing():
    names = list(CODES)
    before = [signal.getsignal(getattr(signal, name)) for name in names]
    try:
        deaf()
        for name in names:
            signal.raise_signal(getattr(signal, name))
    finally:
        for name, handler in zip(names, before, strict=True):
            signal.signal(getattr(signal, name), handler)
