"""Reading files: what can stand for one, and what goes wrong."""

from __future__ import annotations

import errno
import io
import os
from pathlib import Path

import pytest

from huepress import OptionError, UnreadableError
from huepress.files import name_of, open_input, read_all, read_bytes, stream, unreadable


class Pipe(io.RawIOBase):
    """A file that can't seek, as standard input from another program."""

    def __init__(self, content: bytes) -> None:
        self.content = io.BytesIO(content)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        return self.content.readinto(buffer)


@pytest.mark.parametrize("kind", [str, Path, Path.read_bytes, bytearray, memoryview, io.BytesIO])
def test_a_file_is_read_whatever_it_is_given_as(tmp_path, kind):
    path = tmp_path / "file"
    path.write_bytes(b"content")
    on_disk = kind in (str, Path, Path.read_bytes)
    with stream(kind(path if on_disk else b"content")) as file:
        assert file.seekable()
        assert file.read() == b"content"


def test_a_file_given_open_stays_open(tmp_path):
    file = io.BytesIO(b"content")
    with stream(file):
        pass
    assert not file.closed


def test_a_pipe_becomes_seekable():
    with stream(Pipe(b"content")) as file:
        assert file.seekable()
        assert file.read() == b"content"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_named_pipe_is_read(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = os.open(path, os.O_RDWR)
    os.write(writer, b"content")
    descriptor = open_input(path)
    os.close(writer)
    with os.fdopen(descriptor, "rb") as file:
        assert file.read() == b"content"


def test_no_more_is_read_than_asked_for(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"content")
    assert read_bytes(path, 3) == b"con"
    assert read_bytes(path, 8) == read_bytes(path) == b"content"


@pytest.mark.parametrize("source", [5, None, object(), ["photo.png"]])
def test_what_is_no_file_is_refused(source):
    with pytest.raises(OptionError, match="is not a kind that can be read"), stream(source):
        pass


def test_missing_files_and_directories(tmp_path):
    (tmp_path / "file").touch()
    for path in (tmp_path / "none", tmp_path / "file" / "below"):
        with pytest.raises(UnreadableError, match="no such file; check the path"):
            read_bytes(path)
    with pytest.raises(UnreadableError, match="is a directory; name the image files in it"):
        read_bytes(tmp_path)
    with pytest.raises(UnreadableError, match="not a possible file name"):
        read_bytes("nul\0l")
    with pytest.raises(UnreadableError, match="too long"):
        read_bytes("x" * 5000)


@pytest.mark.usefixtures("permissions")
def test_a_file_without_permission(tmp_path):
    path = tmp_path / "file"
    path.touch(mode=0)
    with pytest.raises(UnreadableError, match="may not be read; check its permissions"):
        read_bytes(path)


def test_every_complaint_of_the_system_becomes_one_line():
    for code in errno.errorcode:
        message = str(unreadable("photo.png", OSError(code, os.strerror(code))))
        assert message.startswith("photo.png: ")
        assert "; " in message
        assert len(message.splitlines()) == 1


def test_names_for_messages(tmp_path):
    assert name_of("photo.png") == name_of(Path("photo.png")) == "photo.png"
    assert name_of(b"\x89PNG") == name_of(io.BytesIO()) == "image"
    with (tmp_path / "file").open("wb") as file:
        assert name_of(file) == str(tmp_path / "file")
    with os.fdopen(os.open(tmp_path / "file", os.O_RDONLY), "rb") as file:
        assert name_of(file) == "image"  # its name is a number


class Broken(io.RawIOBase):
    """A file on a disk that fails."""

    name = "broken.png"

    def seekable(self) -> bool:
        raise OSError(errno.EIO, "Input/output error")

    def read(self, size: int = -1) -> bytes:
        raise OSError(errno.EIO, "Input/output error")


def test_a_disk_that_fails():
    reason = "broken.png: can't be read .Input/output error.; check"
    with pytest.raises(UnreadableError, match=reason), stream(Broken()):
        pass
    with pytest.raises(UnreadableError, match=reason):
        read_all(Broken())
