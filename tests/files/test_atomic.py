"""Writing files: whole or not at all, and never over another by accident."""

from __future__ import annotations

import errno
import io
import os
import stat
import threading
from pathlib import Path

import pytest
from helpers.commands import snapshot
from hypothesis import given
from hypothesis import strategies as st

from huepress import OptionError, OutputExistsError, UnwritableError
from huepress.files.atomic import check_target, write_all, write_atomically, write_stream


def failing(monkeypatch, name: str, error: BaseException, after: int = 0) -> None:
    """Let a function of `os` work so many times and fail from then on."""
    real, calls = getattr(os, name), []

    def call(*args, **settings):
        calls.append(args)
        if len(calls) > after:
            raise error
        return real(*args, **settings)

    monkeypatch.setattr(os, name, call)


@given(st.binary(), st.booleans())
def test_a_file_is_written_as_it_was_given(tmp_path_factory, content, overwrite):
    folder = tmp_path_factory.mktemp("out")
    write_atomically(folder / "file", content, overwrite)
    assert snapshot(folder) == {"file": content}


def test_an_existing_file_is_replaced_only_if_asked(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"old")
    with pytest.raises(OutputExistsError, match=r"file: exists already; give `force` to"):
        write_atomically(path, b"new", False)
    assert snapshot(tmp_path) == {"file": b"old"}
    write_atomically(path, b"new", True)
    assert snapshot(tmp_path) == {"file": b"new"}


def test_of_many_writers_at_once_one_wins_and_none_overwrites(tmp_path):
    path = tmp_path / "file"
    won, barrier = [], threading.Barrier(8)

    def write(content: bytes) -> None:
        barrier.wait()
        try:
            write_atomically(path, content, False)
            won.append(content)
        except OutputExistsError:
            pass

    threads = [threading.Thread(target=write, args=(bytes([i]) * 1000,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert snapshot(tmp_path) == {"file": won[0]}


def test_a_name_taken_at_the_last_moment_is_not_overwritten(tmp_path, monkeypatch):
    path = tmp_path / "file"
    real = os.fsync

    def fsync(descriptor: int) -> None:
        real(descriptor)
        path.write_bytes(b"theirs")

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(OutputExistsError):
        write_atomically(path, b"ours", False)
    assert snapshot(tmp_path) == {"file": b"theirs"}


@pytest.mark.parametrize("overwrite", [False, True])
@pytest.mark.parametrize(
    "error",
    [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt(), MemoryError()],
)
def test_nothing_is_left_of_a_failure(tmp_path, monkeypatch, overwrite, error):
    failing(monkeypatch, "fsync", error)
    kind = UnwritableError if isinstance(error, OSError) else type(error)
    with pytest.raises(kind):
        write_atomically(tmp_path / "file", b"content", overwrite)
    assert snapshot(tmp_path) == {}


@pytest.mark.parametrize("code", [errno.EPERM, errno.EOPNOTSUPP])
def test_where_there_are_no_hard_links(tmp_path, monkeypatch, code):
    failing(monkeypatch, "link", OSError(code, "no links here"))
    path = tmp_path / "file"
    write_atomically(path, b"first", False)
    with pytest.raises(OutputExistsError):
        write_atomically(path, b"second", False)
    assert snapshot(tmp_path) == {"file": b"first"}
    write_atomically(path, b"third", True)
    assert snapshot(tmp_path) == {"file": b"third"}


def test_where_there_are_no_hard_links_a_failure_leaves_no_empty_file(tmp_path, monkeypatch):
    failing(monkeypatch, "link", OSError(errno.EPERM, "no links here"))
    failing(monkeypatch, "replace", OSError(errno.EIO, "broken"))
    with pytest.raises(UnwritableError):
        write_atomically(tmp_path / "file", b"content", False)
    assert snapshot(tmp_path) == {}


def test_several_files_are_all_written(tmp_path):
    write_all([(str(tmp_path / "a"), b"1"), (str(tmp_path / "b"), b"2")], False)
    assert snapshot(tmp_path) == {"a": b"1", "b": b"2"}


def test_if_the_second_file_exists_the_first_is_not_written(tmp_path):
    (tmp_path / "b").write_bytes(b"old")
    with pytest.raises(OutputExistsError, match="b: exists"):
        write_all([(str(tmp_path / "a"), b"1"), (str(tmp_path / "b"), b"2")], False)
    assert snapshot(tmp_path) == {"b": b"old"}


def test_if_the_second_file_fails_late_the_first_goes_again(tmp_path, monkeypatch):
    failing(monkeypatch, "link", OSError(errno.EIO, "broken"), after=1)
    with pytest.raises(UnwritableError, match="b: can't be written"):
        write_all([(str(tmp_path / "a"), b"1"), (str(tmp_path / "b"), b"2")], False)
    assert snapshot(tmp_path) == {}


def test_if_the_second_file_fails_late_the_first_gets_its_old_content_back(tmp_path, monkeypatch):
    before = {"a": b"old a", "b": b"old b"}
    for name, content in before.items():
        (tmp_path / name).write_bytes(content)
    real, calls = os.replace, []

    def replace(source, target) -> None:
        calls.append(target)
        if len(calls) == 2:  # neither the first file nor the way back
            raise OSError(errno.EIO, "broken")
        real(source, target)

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(UnwritableError, match="b: can't be written"):
        write_all([(str(tmp_path / "a"), b"1"), (str(tmp_path / "b"), b"2")], True)
    assert snapshot(tmp_path) == before


def test_targets_that_can_not_be(tmp_path):
    (tmp_path / "file").touch()
    before = snapshot(tmp_path)
    for target, reason in [
        (tmp_path, "is a directory"),
        (tmp_path / "none" / "file", "there is no directory"),
        (tmp_path / "file" / "below", "file is not a directory; name another"),
        (tmp_path / ("x" * 300), "too long for a name"),
        ("nul\0l", "not a possible file name"),
        ("", "not a possible file name"),
    ]:
        with pytest.raises(UnwritableError, match=reason) as caught:
            write_atomically(target, b"content", True)
        assert "; " in str(caught.value)
    assert snapshot(tmp_path) == before


def test_checking_a_target_touches_nothing(tmp_path):
    check_target(tmp_path / "file", False)
    (tmp_path / "other").touch()
    check_target(tmp_path / "other", True)
    with pytest.raises(OutputExistsError):
        check_target(tmp_path / "other", False)
    assert snapshot(tmp_path) == {"other": b""}


def test_permissions_follow_the_umask_and_stay_when_replaced(tmp_path):
    path = tmp_path / "file"
    before = os.umask(0o027)
    try:
        write_atomically(path, b"new", False)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    path.chmod(0o600)
    write_atomically(path, b"newer", True)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_link_stays_and_its_target_is_written(tmp_path):
    real, link = tmp_path / "real", tmp_path / "link"
    link.symlink_to(real)
    with pytest.raises(OutputExistsError):
        write_atomically(link, b"new", False)
    write_atomically(link, b"new", True)
    assert link.is_symlink()
    assert real.read_bytes() == b"new"


@pytest.mark.parametrize("overwrite", [False, True])
def test_a_device_is_written_to_and_stays(overwrite):
    write_atomically(os.devnull, b"content", overwrite)
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)


@pytest.mark.usefixtures("permissions")
def test_a_directory_without_permission(tmp_path):
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(UnwritableError, match="can't be written"):
            write_atomically(tmp_path / "file", b"content", False)
    finally:
        tmp_path.chmod(0o700)


class Dribble(io.RawIOBase):
    """Takes three bytes at a time, as an unbuffered standard output may."""

    def __init__(self) -> None:
        self.content = b""

    def write(self, data) -> int:
        self.content += bytes(data[:3])
        return min(3, len(data))


def test_a_stream_gets_everything():
    for file in (io.BytesIO(), Dribble()):
        write_stream(file, b"0123456789")
        assert (file.content if isinstance(file, Dribble) else file.getvalue()) == b"0123456789"


class Bare:
    """As little of a file as one can write to."""

    content = b""

    def write(self, data) -> None:
        self.content += bytes(data)


def test_what_takes_bytes_and_what_does_not(tmp_path):
    """It was an AttributeError, a TypeError or a ValueError of Python's own."""
    bare, closed = Bare(), io.BytesIO()
    write_stream(bare, b"content")
    assert bare.content == b"content"
    closed.close()
    for output in (io.StringIO(), closed, 5):
        with pytest.raises(OptionError, match=r"output: is no file that takes bytes .*; open it"):
            write_stream(output, b"content")
    (tmp_path / "file").touch()
    with (
        (tmp_path / "file").open("rb") as file,
        pytest.raises(UnwritableError, match="file: can't be written"),
    ):
        write_stream(file, b"content")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk():
    with (
        open("/dev/full", "wb", buffering=0) as file,
        pytest.raises(UnwritableError, match="space"),
    ):
        write_stream(file, b"content")
    with pytest.raises(UnwritableError, match="space"):
        write_atomically("/dev/full", b"content", True)
