"""Reading files: what can stand for one, and what goes wrong."""

from __future__ import annotations

import errno
import io
import os
from pathlib import Path

import pytest

from huepress import OptionError, UnreadableError
from huepress.files.sources import (
    check_input,
    name_of,
    open_input,
    open_seekable,
    read_all,
    read_bytes,
    unreadable_error,
    with_size,
)


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
    with open_seekable(kind(path if on_disk else b"content")) as file:
        assert file.seekable()
        assert file.read() == b"content"


def test_a_file_given_open_stays_open(tmp_path):
    file = io.BytesIO(b"content")
    with open_seekable(file):
        pass
    assert not file.closed


def test_a_pipe_becomes_seekable():
    with open_seekable(Pipe(b"content")) as file:
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
    with pytest.raises(OptionError, match="is not a kind that can be read"), open_seekable(source):
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
        message = str(unreadable_error("photo.png", OSError(code, os.strerror(code))))
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
    with pytest.raises(UnreadableError, match=reason), open_seekable(Broken()):
        pass
    with pytest.raises(UnreadableError, match=reason):
        read_all(Broken())


class Bare:
    """As little of a file as one can read from."""

    def __init__(self, content: bytes) -> None:
        self._content = io.BytesIO(content)

    def read(self, size: int = -1) -> bytes:
        return self._content.read(size)


def test_whatever_reads_is_a_file():
    """One without `seekable` was an AttributeError."""
    with open_seekable(Bare(b"content")) as file:
        assert file.read() == b"content"
    assert with_size(Bare(b"content"))[1] == 7


def test_a_closed_file(tmp_path):
    """It was a ValueError of Python's own, which named no file."""
    (tmp_path / "file").touch()
    with (tmp_path / "file").open("rb") as file:
        pass
    for read in (read_all, with_size):
        with pytest.raises(UnreadableError, match="file: is closed; open it again"):
            read(file)
    with pytest.raises(UnreadableError, match="is closed"), open_seekable(file):
        pass


def test_a_file_that_is_written(tmp_path):
    with (tmp_path / "file").open("wb") as file:
        for read in (read_all, with_size):
            with pytest.raises(UnreadableError, match="file: is open for writing only; open it"):
                read(file)


def test_memory_with_gaps():
    """It was a BufferError."""
    with (
        pytest.raises(OptionError, match="a memoryview with gaps"),
        open_seekable(memoryview(b"abcd")[::2]),
    ):
        pass


def test_memory_of_other_items_has_its_size_in_bytes():
    words = memoryview(b"content.").cast("I")
    assert with_size(words)[1] == 8
    with open_seekable(words) as file:
        assert file.read() == b"content."


def test_a_path_that_leads_nowhere(tmp_path):
    check_input(tmp_path)
    check_input(b"content")
    for path in (tmp_path / "none", "", "nul\0l"):
        with pytest.raises(UnreadableError, match="; check the path"):
            check_input(path)
