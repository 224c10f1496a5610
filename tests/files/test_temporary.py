"""Files on their way to their names, and what becomes of them when the process has to end."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from helpers.images import picture

from huepress import UnreadableError, UnwritableError
from huepress.files.atomic import write_atomically
from huepress.files.sources import read_snapshot
from huepress.files.temporary import FileAttributes, is_device, remove_stale_temp_files


def ended(folder: Path, code: str) -> str:
    """Run code that ends its process, with `discard_temp_files` and `write_atomically` at hand."""
    start = """if True:
        import os, threading, time
        from huepress.files.atomic import write_all, write_atomically
        from huepress.files.temporary import discard_temp_files
    """
    command = [sys.executable, "-c", start + code]
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert result.stderr == ""
    return result.stdout


def test_after_discarding_nothing_more_is_written(tmp_path):
    said = ended(tmp_path, """
        write_atomically("before", b"1", False)
        discard_temp_files()
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
        discard_temp_files()
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
        discard_temp_files()
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
        discard_temp_files()
        print(time.monotonic() - start < 0.9, *os.listdir("."), flush=True)
        os._exit(0)
    """)  # fmt: skip
    assert said == "True\n"
    assert time.monotonic() - start < 30


def test_attributes_are_those_of_files_alone(tmp_path):
    path = tmp_path / "file"
    path.touch()
    path.chmod(0o4755)
    os.utime(path, ns=(5, 7))
    assert FileAttributes.of(path, False) == FileAttributes(0o755, None)
    assert FileAttributes.of(str(path), True) == FileAttributes(0o755, (5, 7))
    for other in (tmp_path, tmp_path / "none", os.devnull, "\0", b"bytes", picture(2, 2), None):
        assert FileAttributes.of(other, True) == FileAttributes()


@pytest.mark.parametrize("place", ["none", "file", ""])
def test_removing_stale_files_where_there_are_none(tmp_path, monkeypatch, place):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").touch()
    remove_stale_temp_files(place)
    assert os.listdir(tmp_path) == ["file"]


@pytest.mark.skipif(sys.platform == "win32", reason="names of POSIX systems")
def test_what_is_open_already_is_a_device_by_whatever_name(tmp_path):
    for name in ("/dev/stdin", "/dev/stdout", "/dev/stderr", "/dev/fd/0", "/proc/self/fd/12"):
        assert is_device(name, follow=False)
    for name in ("stdout", "/dev/fd", "/dev/fd/", "/dev/fd/x", "/dev/none", str(tmp_path), ""):
        assert not is_device(name)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_link_to_a_device_is_one_only_if_it_is_followed(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("pipe")
    assert is_device(str(tmp_path / "pipe"), follow=False)
    assert is_device(str(tmp_path / "link"))
    assert not is_device(str(tmp_path / "link"), follow=False)


@contextmanager
def no_file_left_to_open() -> Iterator[None]:
    import resource

    limits, held = resource.getrlimit(resource.RLIMIT_NOFILE), []
    resource.setrlimit(resource.RLIMIT_NOFILE, (50, limits[1]))
    try:
        with suppress(OSError):
            while True:
                held.append(os.open(os.devnull, os.O_RDONLY))
        yield
    finally:
        for descriptor in held:
            os.close(descriptor)
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)


@pytest.mark.skipif(sys.platform == "win32", reason="needs limits")
def test_more_files_at_a_time_than_may_be_open(tmp_path):
    """With many workers, and was put down to the file and the disk."""
    reason = r".*Too many open files.*; raise the limit \(ulimit -n\), or work on fewer at a time"
    (tmp_path / "a.png").touch()
    with no_file_left_to_open():
        with pytest.raises(UnreadableError, match=f"a.png: can't be read{reason}"):
            read_snapshot(str(tmp_path / "a.png"))
        with pytest.raises(UnwritableError, match=f"b.png: can't be written{reason}"):
            write_atomically(tmp_path / "b.png", b"content", False)
