"""Reading: whatever can stand for a file, and errors that say what to do about it."""

from __future__ import annotations

import errno
import io
import os
import stat
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO, TypeAlias

from huepress.errors import OptionError, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "OPEN_FILES_REMEDY",
    "TOO_MANY_OPEN_FILES",
    "File",
    "Snapshot",
    "Target",
    "check_input",
    "check_open",
    "identity_of",
    "name_of",
    "open_input",
    "open_seekable",
    "read_all",
    "read_bytes",
    "read_snapshot",
    "unreadable_error",
    "with_size",
]

File: TypeAlias = "str | os.PathLike[str] | bytes | bytearray | memoryview | BinaryIO"
"""What can be given as a file: its path, its content, or a file object open for reading bytes."""
Target: TypeAlias = "str | os.PathLike[str] | BinaryIO"
"""What can be written to: a path, or a file object open for writing bytes."""

TOO_MANY_OPEN_FILES = errno.EMFILE, errno.ENFILE
"""The system's error codes if this process, or all together, may open no more files."""
OPEN_FILES_REMEDY = "raise the limit (ulimit -n), or work on fewer at a time (-j)"


def name_of(source: object) -> str:
    """Return what messages call an image: its path if it has one, else 'image'."""
    if isinstance(source, str | os.PathLike):
        return os.fspath(source) or "''"
    name = getattr(source, "name", None) or getattr(source, "filename", None)
    return name if isinstance(name, str) else "image"


def open_input(path: str | os.PathLike[str]) -> int:
    """Open a file for reading and return its descriptor.

    Parameters
    ----------
    path : str or os.PathLike
        The file.

    Returns
    -------
    int
        A descriptor, to be closed by the caller (``os.fdopen`` does).

    Raises
    ------
    UnreadableError
        If the file is missing, is a directory, or may not be read.
    """
    name = os.fspath(path)
    try:
        # Opening a directory succeeds on Linux and fails oddly on Windows: ask first.
        if os.path.isdir(name):
            raise IsADirectoryError(errno.EISDIR, "is a directory")
        return os.open(name, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    except (OSError, ValueError) as error:
        raise unreadable_error(name, error) from error


def check_input(source: object) -> None:
    """Check that an input exists, if it is given by its path.

    Done before the output is checked, so that of two errors the input's is reported.

    Raises
    ------
    UnreadableError
        If there is nothing at this path.
    """
    if isinstance(source, str | os.PathLike):
        try:
            os.stat(source)
        except (OSError, ValueError) as error:
            raise unreadable_error(name_of(source), error) from error


def check_open(source: object, name: str) -> None:
    """Check that a file object isn't closed.

    Raises
    ------
    UnreadableError
        If it is.
    """
    if getattr(source, "closed", False) is True:
        raise UnreadableError(f"{name}: is closed; open it again")


def read_bytes(path: str | os.PathLike[str], limit: int = -1) -> bytes:
    """Return the content of a file, or its first `limit` bytes; errors as in `open_input`."""
    with os.fdopen(open_input(path), "rb") as file:
        return read_all(file, limit)


def read_all(file: BinaryIO, limit: int = -1) -> bytes:
    """Return the rest of an open file, or its next `limit` bytes; errors as in `open_seekable`."""
    check_open(file, name_of(file))
    try:
        data = file.read() if limit < 0 else file.read(limit)
    except OSError as error:
        raise unreadable_error(name_of(file), error) from error
    if not isinstance(data, bytes):
        raise OptionError(f"{name_of(file)}: is open for text; open it in mode 'rb'")
    return data


class Snapshot(io.BytesIO):
    """A file's content as it was at one moment, with its name and status."""

    def __init__(self, name: str, data: bytes, status: os.stat_result) -> None:
        super().__init__(data)
        self.data = data
        self.name = name
        self.status = status

    def release(self) -> None:
        """Free the content's memory, once it has been decoded."""
        self.data = b""
        self.truncate(0)


def read_snapshot(path: str) -> Snapshot:
    """Return the content of a file, and make sure that it didn't change meanwhile.

    Raises
    ------
    UnreadableError
        If the file is missing, is a directory, may not be read, or is being written.
    """
    with os.fdopen(open_input(path), "rb", buffering=0) as file:
        before = os.fstat(file.fileno())
        data = read_all(file)
        after = os.fstat(file.fileno())
    regular = stat.S_ISREG(before.st_mode)
    if regular and (_version(before) != _version(after) or len(data) != after.st_size):
        raise UnreadableError(f"{path}: changed while it was read; try again once it is complete")
    return Snapshot(path, data, before)


def _version(status: os.stat_result) -> tuple[int, int]:
    return status.st_size, status.st_mtime_ns


def identity_of(path: str) -> tuple[int, int] | None:
    """Return device and inode, the same for all paths to one file; None if there is no file."""
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    return status.st_dev, status.st_ino


def unreadable_error(name: str, error: Exception) -> UnreadableError:
    """Return the error for an input, from the operating system's: one line with a remedy."""
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return UnreadableError(f"{name}: no such file; check the path")
    if isinstance(error, IsADirectoryError):
        return UnreadableError(f"{name}: is a directory; name the image files in it")
    if isinstance(error, PermissionError):
        return UnreadableError(f"{name}: may not be read; check its permissions")
    if isinstance(error, io.UnsupportedOperation):
        return UnreadableError(f"{name}: is open for writing only; open it in mode 'rb'")
    if isinstance(error, OSError):
        full = error.errno in TOO_MANY_OPEN_FILES
        remedy = OPEN_FILES_REMEDY if full else "check the file and disk"
        return UnreadableError(f"{name}: can't be read ({error.strerror or error}); {remedy}")
    return UnreadableError(f"{name!r}: not a possible file name ({error}); check the path")


@contextmanager
def open_seekable(source: Any) -> Iterator[BinaryIO]:
    """Yield a seekable file for any source, and close it afterwards if it was opened here.

    Raises
    ------
    UnreadableError
        If it can't be read, or is a file object that is closed.
    OptionError
        If it is of a kind that isn't read, such as text.
    """
    if isinstance(source, str | os.PathLike):
        with os.fdopen(open_input(source), "rb") as file:
            yield _seekable(file, name_of(source))
    elif isinstance(source, bytes | bytearray | memoryview):
        yield io.BytesIO(_contiguous(source))
    elif hasattr(source, "read"):
        yield _seekable(source, name_of(source))
    else:
        raise OptionError(
            f"image: {type(source).__name__} is not a kind that can be read; "
            "give a path, bytes, a binary file, a PIL image or an array"
        )


def _seekable(file: BinaryIO, name: str) -> BinaryIO:
    """Return the file itself, or its content if it is a pipe."""
    check_open(file, name)
    try:
        if hasattr(file, "seekable") and file.seekable():
            return file
    except OSError as error:
        raise unreadable_error(name, error) from error
    return io.BytesIO(read_all(file))


def _contiguous(data: bytes | bytearray | memoryview) -> bytes | bytearray | memoryview:
    if isinstance(data, memoryview) and not data.contiguous:
        raise OptionError("image: a memoryview with gaps is no file's content; give bytes")
    return data


def with_size(source: Any) -> tuple[Any, int]:
    """Return a source that can be read twice, and its size in bytes if it is a file, else 0."""
    if isinstance(source, str | os.PathLike):
        try:
            status = os.stat(source)
        except (OSError, ValueError):
            return source, 0  # reading it will report what is wrong
        if stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode):
            return source, status.st_size
        return _named(read_bytes(source), name_of(source))  # a pipe can be read only once
    if isinstance(source, bytes | bytearray | memoryview):
        return source, memoryview(source).nbytes
    if isinstance(source, Snapshot):
        return source, len(source.data)
    if hasattr(source, "read"):
        return _named(read_all(source), name_of(source))
    return source, 0


def _named(data: bytes, name: str) -> tuple[BinaryIO, int]:
    file = io.BytesIO(data)
    file.name = name
    return file, len(data)
