"""Being stopped: by signals, by a reader who goes away, by kill -9 at any moment."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from helpers.commands import snapshot
from helpers.faults import finished, leftovers, make_album, started
from helpers.images import file_of, picture, shown
from PIL import Image

pytestmark = [pytest.mark.skipif(sys.platform == "win32", reason="needs signals"), pytest.mark.slow]

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
        from huepress.cli._main import main
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


MEDDLING = r"""if True:
    import os, signal, sys, threading, time
    from huepress.cli import _main, commands
    from huepress.batch import pool
    from huepress.batch import cache
    from huepress.cli import progress
    from huepress.files import temporary
    def tell():
        for number in NUMBERS:
            os.kill(os.getpid(), number)
    CODE
    raise SystemExit(_main.main())
"""


def meddled(folder: Path, words: str, code: str, numbers: str = "[signal.SIGINT]") -> Any:
    """Run the command with some of its parts exchanged; they may `tell` it to stop."""
    text = MEDDLING.replace("NUMBERS", numbers).replace("CODE", "\n    ".join(code.splitlines()))
    return subprocess.run(
        [sys.executable, "-c", text, *words.split()],
        cwd=folder, capture_output=True, timeout=60, check=False,
    )  # fmt: skip


BAR = """
import io, rich.console
class Terminal(io.StringIO):
    isatty = lambda self: True
terminal = Terminal()
class Seen(progress.Progress):
    def __init__(self, total, stream):
        super().__init__(total, terminal)
progress.Progress = Seen
progress.DELAY = progress.REFRESH = 0.0
os.environ["TERM"] = "xterm"
def busy(self, *rest, once=[], **more):
    if not once:
        once.append(tell())
        time.sleep(0.2)  # the signal is heard meanwhile
    return WAS(self, *rest, **more)
WAS = rich.console.Console.METHOD
rich.console.Console.METHOD = busy
def leave(code, leave=os._exit):
    text = terminal.getvalue()
    print(text.count("\x1b[?25l") == text.count("\x1b[?25h"), flush=True)
    leave(code)
os._exit = leave
"""


@pytest.mark.parametrize("method", ["show_cursor", "set_live", "clear_live", "print", "control"])
def test_a_signal_while_the_bar_is_drawn(tmp_path, method):
    """It was raised within the bar's package: a traceback, no cursor, and a temporary file."""
    make_album(tmp_path, 8)
    said = meddled(tmp_path, f"compress {ALL} -j 1", BAR.replace("METHOD", method))
    assert (said.returncode, said.stderr) == (130, b"")
    assert said.stdout.splitlines()[-1] == b"True"
    assert leftovers(tmp_path) == []


@pytest.mark.parametrize("name", CODES)
def test_signals_end_it_by_the_codes_of_shells_however_many_come(tmp_path, name):
    (tmp_path / "a.png").write_bytes(file_of(picture()))
    code = "commands.COMMANDS['compress'] = lambda args: (tell(), time.sleep(60))"
    said = meddled(tmp_path, "compress a.png", code, f"[signal.{name}] * 3")
    assert (said.returncode, said.stdout, said.stderr) == (CODES[name], b"", b"")


def test_an_ignored_signal_stays_ignored(tmp_path):
    """As under nohup."""
    (tmp_path / "a.png").write_bytes(file_of(picture()))
    code = "signal.signal(signal.SIGHUP, signal.SIG_IGN); tell()"
    assert meddled(tmp_path, "compress a.png", code, "[signal.SIGHUP]").returncode == 0


def test_what_fails_because_the_process_ends_is_not_complained_of(tmp_path):
    """Its temporary file is taken away while the main thread writes it."""
    (tmp_path / "a.png").write_bytes(file_of(picture()))
    assert meddled(tmp_path, "compress a.png", "").returncode == 0
    code = """
fsync, removed = os.fsync, temporary.discard_temp_files
def slow(descriptor):
    fsync(descriptor)
    tell()
    while os.listdir(".") != names:
        time.sleep(0.01)
names = os.listdir(".")
os.fsync = slow
import huepress.cli.signals
def discard_temp_files():
    removed()
    time.sleep(0.3)  # time enough to complain
huepress.cli.signals.discard_temp_files = discard_temp_files
"""
    said = meddled(tmp_path, "decompress a-hp.png", code)
    assert (said.returncode, said.stdout, said.stderr) == (130, b"", b"")
    assert sorted(os.listdir(tmp_path)) == ["a-hp.png", "a.png"]


def test_who_ends_with_the_process_before_it_in_a_pipe_says_nothing(tmp_path):
    """Ctrl-C reaches both: that there is no more input is then no error."""
    code = """
import io
class Input:
    closed = False
    def read(self, *size):
        tell()
        return b""
    buffer = property(lambda self: self)
sys.stdin = Input()
import huepress.cli.signals
ended = huepress.cli.signals.exit_now
def exit_now(code):
    time.sleep(0.3)  # time enough to complain
    ended(code)
huepress.cli.signals.exit_now = exit_now
"""
    said = meddled(tmp_path, "compress -", code)
    assert (said.returncode, said.stdout, said.stderr) == (130, b"", b"")


def test_without_a_thread_to_spare_it_is_interrupted_all_the_same(tmp_path):
    (tmp_path / "a.png").write_bytes(file_of(picture()))
    code = """
def start(self):
    raise RuntimeError("can't start new thread")
threading.Thread.start = start
commands.COMMANDS["compress"] = lambda args: (tell(), time.sleep(60))
"""
    said = meddled(tmp_path, "compress a.png", code)
    assert (said.returncode, said.stdout, said.stderr) == (130, b"", b"")


def test_a_database_that_another_process_holds_keeps_nobody_waiting(tmp_path):
    """SQLite waits in the main thread, which hears no signal meanwhile: it took ten seconds."""
    make_album(tmp_path, 2)
    code = f"""
import sqlite3
os.environ["XDG_CACHE_HOME"] = "{tmp_path}"
os.mkdir("huepress")
other = sqlite3.connect("huepress/made.sqlite", isolation_level=None)
other.execute("BEGIN EXCLUSIVE")
cache.PATIENCE = 60
threading.Timer(0.5, tell).start()
"""
    start = time.monotonic()
    said = meddled(tmp_path, f"compress {ALL}", code)
    assert (said.returncode, said.stdout, said.stderr) == (130, b"", b"")
    assert time.monotonic() - start < 30
