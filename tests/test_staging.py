"""Files on their way to their names, and what becomes of them when the process has to end."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support import picture

from huepress.staging import Likeness, sweep


def ended(folder: Path, code: str) -> str:
    """Run code that ends its process, with `abandon` and `write_atomically` at hand."""
    start = """if True:
        import os, threading, time
        from huepress.atomic import write_all, write_atomically
        from huepress.staging import abandon
    """
    command = [sys.executable, "-c", start + code]
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert result.stderr == ""
    return result.stdout


def test_after_abandoning_nothing_more_is_written(tmp_path):
    said = ended(tmp_path, """
        write_atomically("before", b"1", False)
        abandon()
        thread = threading.Thread(target=write_atomically, args=("after", b"2", False))
        thread.start()
        thread.join()
        print(*os.listdir("."))
    """)  # fmt: skip
    assert said == "before\n"


def test_a_file_written_meanwhile_leaves_nothing(tmp_path):
    said = ended(tmp_path, """
        writing = threading.Event()
        def fsync(descriptor):
            writing.set()
            time.sleep(0.3)
        os.fsync = fsync
        def write():
            try:
                write_atomically("out", b"2", False)
            except OSError:
                print("gone")
        thread = threading.Thread(target=write)
        thread.start()
        writing.wait()
        print(len(os.listdir(".")))
        abandon()
        print(*os.listdir("."))
        thread.join()
        print(*os.listdir("."))
    """)  # fmt: skip
    assert said == "1\n\ngone\n\n"


def test_of_files_that_get_their_names_meanwhile_all_do(tmp_path):
    said = ended(tmp_path, """
        half = threading.Event()
        link = os.link
        def slow(*args):
            link(*args)
            half.set()
            time.sleep(0.1)
        os.link = slow
        files = [("a", b"1"), ("b", b"2")]
        thread = threading.Thread(target=write_all, args=(files, False))
        thread.start()
        half.wait()
        abandon()
        print(*sorted(os.listdir(".")))
    """)  # fmt: skip
    assert said == "a b\n"


def test_whoever_holds_a_file_on_a_disk_that_hangs_keeps_nobody_waiting(tmp_path):
    start = time.monotonic()
    said = ended(tmp_path, """
        hanging = threading.Event()
        def link(*args):
            hanging.set()
            time.sleep(60)
        os.link = link
        threading.Thread(target=write_atomically, args=("a", b"1", False), daemon=True).start()
        hanging.wait()
        start = time.monotonic()
        abandon()
        print(time.monotonic() - start < 0.9, *os.listdir("."), flush=True)
        os._exit(0)
    """)  # fmt: skip
    assert said == "True\n"
    assert time.monotonic() - start < 30


def test_likeness_is_that_of_files_alone(tmp_path):
    path = tmp_path / "file"
    path.touch()
    path.chmod(0o4755)
    os.utime(path, ns=(5, 7))
    assert Likeness.of(path, False) == Likeness(0o755, None)
    assert Likeness.of(str(path), True) == Likeness(0o755, (5, 7))
    for other in (tmp_path, tmp_path / "none", os.devnull, "\0", b"bytes", picture(2, 2), None):
        assert Likeness.of(other, True) == Likeness()


@pytest.mark.parametrize("place", ["none", "file", ""])
def test_sweeping_where_there_is_nothing_to_sweep(tmp_path, monkeypatch, place):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").touch()
    sweep(place)
    assert os.listdir(tmp_path) == ["file"]
