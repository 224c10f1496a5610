"""Files to read: what can stand for one, and errors that say what to do."""

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
    "FEWER_OPEN",
    "TOO_MANY_OPEN",
    "File",
    "Snapshot",
    "Target",
    "check_input",
    "identity_of",
    "name_of",
    "open_input",
    "read_all",
    "read_bytes",
    "snapshot",
    "stream",
    "unreadable",
    "with_size",
]

File: TypeAlias = "str | os.PathLike[str] | bytes | bytearray | memoryview | BinaryIO"
"""What can be given as a file: its path, its content, or itself, open for reading."""
Target: TypeAlias = "str | os.PathLike[str] | BinaryIO"
"""What can be written to: a path, or a file open for writing bytes."""

TOO_MANY_OPEN = errno.EMFILE, errno.ENFILE
"""What the system says who won't open one more file for this process, or for all."""
FEWER_OPEN = "raise the limit (ulimit -n), or work on fewer at a time (-j)"


def name_of(source: object) -> str:
    """Return what to call an image in messages: its path if it has one."""
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
        raise unreadable(name, error) from error


def check_input(source: object) -> None:
    """Find out, before anything is said of the output, whether a path leads to an input at all.

    Raises
    ------
    UnreadableError
        If it leads nowhere.
    """
    if isinstance(source, str | os.PathLike):
        try:
            os.stat(source)
        except (OSError, ValueError) as error:
            raise unreadable(name_of(source), error) from error


def read_bytes(path: str | os.PathLike[str], most: int = -1) -> bytes:
    """Return the content of a file, or its first `most` bytes; errors as in `open_input`."""
    with os.fdopen(open_input(path), "rb") as file:
        return read_all(file, most)


class Snapshot(io.BytesIO):
    """A file's content as it was at one moment, with its name and status."""

    def __init__(self, name: str, data: bytes, status: os.stat_result) -> None:
        super().__init__(data)
        self.data = data
        self.name = name
        self.status = status

    def forget(self) -> None:
        """Set the content's memory free, once it has been read."""
        self.data = b""
        self.truncate(0)


def snapshot(path: str) -> Snapshot:
    """Return the content of a file, certain that nobody changed it meanwhile.

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
    """Return what all paths to one file share, whatever links lead there; None if there is none."""
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    return status.st_dev, status.st_ino


def unreadable(name: str, error: Exception) -> UnreadableError:
    """Put the operating system's complaint about an input into one line with a remedy."""
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return UnreadableError(f"{name}: no such file; check the path")
    if isinstance(error, IsADirectoryError):
        return UnreadableError(f"{name}: is a directory; name the image files in it")
    if isinstance(error, PermissionError):
        return UnreadableError(f"{name}: may not be read; check its permissions")
    if isinstance(error, OSError):
        remedy = FEWER_OPEN if error.errno in TOO_MANY_OPEN else "check the file and disk"
        return UnreadableError(f"{name}: can't be read ({error.strerror or error}); {remedy}")
    return UnreadableError(f"{name!r}: not a possible file name ({error}); check the path")


@contextmanager
def stream(source: Any) -> Iterator[BinaryIO]:
    """Yield a seekable file, whatever `source` is, and close it if it was opened here."""
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
    """Return the file itself, or its content where it is a pipe."""
    _check_open(file, name)
    try:
        if hasattr(file, "seekable") and file.seekable():
            return file
    except OSError as error:
        raise unreadable(name, error) from error
    return io.BytesIO(read_all(file))


def _check_open(file: BinaryIO, name: str) -> None:
    if getattr(file, "closed", False):
        raise UnreadableError(f"{name}: is a closed file; open it again")


def _contiguous(data: bytes | bytearray | memoryview) -> bytes | bytearray | memoryview:
    if isinstance(data, memoryview) and not data.contiguous:
        raise OptionError("image: a memoryview with gaps is no file's content; give bytes")
    return data


def read_all(file: BinaryIO, most: int = -1) -> bytes:
    """Return the rest of an open file, or so many bytes of it; errors as in `open_input`."""
    _check_open(file, name_of(file))
    try:
        data = file.read() if most < 0 else file.read(most)
    except OSError as error:
        raise unreadable(name_of(file), error) from error
    if not isinstance(data, bytes):
        raise OptionError(f"{name_of(file)}: is open for text; open it in mode 'rb'")
    return data


def with_size(source: Any) -> tuple[Any, int]:
    """Return a source that can be read twice, and its size in bytes if it is a file, else 0."""
    if isinstance(source, str | os.PathLike):
        try:
            status = os.stat(source)
        except (OSError, ValueError):
            return source, 0  # reading it will tell what is wrong
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
