"""The bar at the bottom of a terminal: there when it is of use, and never in the way."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from helpers.faults import make_album

from huepress.batch.outcome import Summary
from huepress.cli import progress
from huepress.cli.progress import Progress, progress_text


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "DELAY", 0.0)
    monkeypatch.setattr(progress, "REFRESH", 0.0)
    monkeypatch.setenv("TERM", "xterm")


@pytest.mark.usefixtures("impatient")
def test_a_bar_tells_how_far_it_is_and_goes_away():
    stream = Terminal()
    with Progress(10, stream) as bar:
        bar.update(Summary(done=3, bytes_in=5000, bytes_out=1000, seconds=1.0))
        shown = stream.getvalue()
        bar.hide()
        hidden = stream.getvalue()
        bar.update(Summary(done=9, bytes_in=5000, bytes_out=1000, seconds=1.0))
    assert "3/10" in shown
    assert "4.0 kB saved" in shown
    assert hidden.startswith(shown)
    assert hidden.endswith("\x1b[2K")  # the line is empty again
    assert "9/10" in stream.getvalue()[len(hidden) :]
    assert stream.getvalue().count("\x1b[?25l") == stream.getvalue().count("\x1b[?25h") == 2


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("term", ["dumb", "xterm"])
def test_no_bar_where_there_is_no_terminal_for_it(monkeypatch, term):
    monkeypatch.setenv("TERM", term)
    stream = Terminal() if term == "dumb" else io.StringIO()
    with Progress(10, stream) as bar:
        bar.update(Summary(done=3))
    assert stream.getvalue() == ""
    with Progress(10, None) as bar:
        bar.update(Summary(done=3))


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(("total", "done"), [(1, 0), (3, 3)])
def test_no_bar_for_a_single_image_or_at_the_end(total, done):
    stream = Terminal()
    with Progress(total, stream) as bar:
        bar.update(Summary(done=done))
    assert stream.getvalue() == ""


def test_a_quick_run_does_not_import_rich():
    stream = Terminal()
    code = """if True:
        import io, sys
        from huepress.batch.outcome import Summary
        from huepress.cli.progress import Progress
        class Terminal(io.StringIO):
            isatty = lambda self: True
        with Progress(10, Terminal()) as bar:
            bar.update(Summary(done=3))
        print("rich" in sys.modules)
    """
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout == "False\n"
    assert stream.getvalue() == ""


@pytest.mark.parametrize(
    ("summary", "text"),
    [
        (Summary(seconds=2.0), ""),
        (
            Summary(done=1, skipped={"up to date": 9}, seconds=2.0),
            "5.0/s, 0:18 left, 0 B saved",
        ),
        (Summary(failed=1, seconds=100.0), "0.0/s, 2:45:00 left, 0 B saved"),
        (
            Summary(done=50, bytes_in=10, bytes_out=20, seconds=10.0),
            "5.0/s, 0:10 left, 0 B saved",
        ),
    ],
)
def test_what_it_says(summary, text):
    assert progress_text(summary, 100) == text


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_in_a_terminal_lines_go_above_the_bar(tmp_path: Path):
    import pty

    make_album(tmp_path, 6)
    ours, theirs = pty.openpty()
    seen: list[bytes] = []

    def watch() -> None:
        while True:
            try:
                seen.append(os.read(ours, 4096))
            except OSError:
                return

    watcher = threading.Thread(target=watch)
    watcher.start()
    code = """if True:
        from huepress.cli import progress
        from huepress.cli._main import main
        progress.DELAY = progress.REFRESH = 0.0
        raise SystemExit(main("compress -r in -d out --no-skip-if-larger -j 1".split()))
    """
    process = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, stdout=subprocess.PIPE,
        stderr=theirs, env=os.environ | {"TERM": "xterm", "COLUMNS": "100"}, check=False,
    )  # fmt: skip
    os.close(theirs)
    watcher.join(10)
    os.close(ours)
    shown = b"".join(seen).decode()
    assert process.returncode == 0
    assert len(process.stdout.splitlines()) == 6  # and no bar among them
    assert b"\x1b" not in process.stdout
    assert "/6\x1b" in shown
    assert " left, " in shown
    assert "\x1b[2K6 done: " in shown.splitlines()[-1]  # where the bar was
