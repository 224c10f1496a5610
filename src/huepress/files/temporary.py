"""Files that are being written: under a temporary name beside the target, then renamed.

When a process is told to end while its threads write, `discard_temp_files` ends the writing: a file
that was renamed stays, one that was not is removed.
"""

from __future__ import annotations

import errno
import os
import re
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Lock
from typing import Any, BinaryIO, NamedTuple

from huepress.errors import HuepressError, OutputExistsError, UnwritableError
from huepress.files.sources import OPEN_FILES_REMEDY, TOO_MANY_OPEN_FILES

__all__ = [
    "FileAttributes",
    "PendingFile",
    "descriptor_of",
    "discard_temp_files",
    "exists_error",
    "is_device",
    "is_folder_error",
    "remove_stale_temp_files",
    "temp_files",
    "unwritable_error",
]

# What a file system without hard links (FAT, some network drives) answers to os.link.
_NO_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK, errno.EXDEV}
_PREFIX, _SUFFIX = ".huepress-", ".tmp"  # of a temporary name; 16 random digits between them
_is_temp_name = re.compile(re.escape(_PREFIX) + "[0-9a-f]{16}" + re.escape(_SUFFIX)).fullmatch
_STANDARD_STREAMS = "stdin", "stdout", "stderr"
_DESCRIPTOR_FOLDERS = "/dev/fd", "/proc/self/fd"
_STALE_SECONDS = 3600  # after which nobody can be writing a temporary file any more


class TempFiles:
    """The temporary files of this process, and the lock under which they are made and renamed."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._paths: set[str] = set()
        self._closed = False

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep `discard_all` waiting; if it was called already, end this thread."""
        with self._lock:
            if self._closed:
                raise SystemExit
            yield

    def new_path(self, target: str) -> str:
        """Return a temporary name beside a target, and remember it until `discard`."""
        name = f"{_PREFIX}{os.urandom(8).hex()}{_SUFFIX}"
        path = os.path.join(os.path.dirname(target), name)
        self._paths.add(path)
        return path

    def discard(self, path: str) -> None:
        """Remove a temporary file, if it is still there; an empty path is none."""
        if path:
            _remove(path)
            self._paths.discard(path)

    def discard_all(self) -> None:
        """Remove all temporary files, and let no more be made or renamed."""
        # If the file system hangs, so does the thread that holds the lock: then go on without it.
        held = self._lock.acquire(timeout=0.3)
        self._closed = True
        for path in list(self._paths):
            _remove(path)
        if held:
            self._lock.release()


temp_files = TempFiles()


def discard_temp_files() -> None:
    """Let this process write no more files, and remove its temporary ones.

    A file that is being renamed at this moment still is; of several that belong together, all are.
    """
    temp_files.discard_all()


def remove_stale_temp_files(folder: str) -> None:
    """Remove temporary files that a killed process left in a folder an hour ago or earlier."""
    with suppress(OSError), os.scandir(folder or ".") as entries:
        for entry in entries:
            if _is_temp_name(entry.name) and entry.is_file(follow_symlinks=False):
                with suppress(OSError):
                    age = time.time() - entry.stat(follow_symlinks=False).st_mtime
                    if age > _STALE_SECONDS:
                        os.unlink(entry.path)


class FileAttributes(NamedTuple):
    """Permissions and times that a new file takes over from another; None leaves the default.

    Attributes
    ----------
    mode : int or None
        Permissions.
    times : (int, int) or None
        Of access and modification, in nanoseconds.
    """

    mode: int | None = None
    times: tuple[int, int] | None = None

    @classmethod
    def of(cls, source: Any, keep_times: bool) -> FileAttributes:
        """Return those of a file, given by its path or as a `Snapshot`; of anything else none."""
        try:
            status = os.stat(source) if isinstance(source, str | os.PathLike) else source.status
        except (AttributeError, OSError, ValueError):
            return cls()
        if not stat.S_ISREG(status.st_mode):
            return cls()
        times = (status.st_atime_ns, status.st_mtime_ns) if keep_times else None
        return cls(status.st_mode & 0o777, times)


class PendingFile:
    """A file that is written under a temporary name, and gets its own by `commit`."""

    def __init__(self, path: str, overwrite: bool) -> None:
        self._name = path
        try:
            self._path = os.path.realpath(path)
        except OSError as error:  # a name relative to a directory that was removed
            raise unwritable_error(path, error) from error
        self._overwrite = overwrite
        self._is_device = is_device(path)
        self._temporary = ""
        self._backup = ""
        self._is_committed = False

    def write(self, data: bytes, attributes: FileAttributes) -> os.stat_result:
        """Write the content to the disk under a temporary name; to a device, as it is."""
        try:
            if self._is_device:
                with _open_device(self._name) as file:
                    file.write(data)
                    return os.fstat(file.fileno())
            with os.fdopen(self._create(attributes), "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            with suppress(OSError):  # some file systems have no permissions, or not these times
                if attributes.mode is not None:
                    os.chmod(self._temporary, attributes.mode)
                if attributes.times:
                    os.utime(self._temporary, ns=attributes.times)
            return os.stat(self._temporary)
        except OSError as error:
            raise unwritable_error(self._name, error) from error

    def _create(self, attributes: FileAttributes) -> int:
        """Create the temporary file, no more open to others than it will be."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        mode = 0o666 if attributes.mode is None else attributes.mode & 0o666 | 0o200
        with temp_files.locked():
            self._temporary = temp_files.new_path(self._path)
            return os.open(self._temporary, flags, mode)

    def commit(self) -> None:
        """Rename the temporary file to its own name."""
        if self._is_device:
            return
        try:
            if self._overwrite and os.path.lexists(self._path):
                os.chmod(self._temporary, stat.S_IMODE(os.stat(self._path).st_mode))
                self._keep_backup()
            if self._overwrite:
                os.replace(self._temporary, self._path)
            else:
                self._rename_to_free_name()
        except OSError as error:
            raise unwritable_error(self._name, error) from error
        self._is_committed = True

    def roll_back(self) -> None:
        """Put back what was there before `commit`."""
        if self._is_committed:
            if self._backup:
                os.replace(self._backup, self._path)
            else:
                os.unlink(self._path)
            self._is_committed = False

    def clean_up(self) -> None:
        """Remove the temporary files that are left."""
        temp_files.discard(self._temporary)
        temp_files.discard(self._backup)

    def _keep_backup(self) -> None:
        backup = temp_files.new_path(self._path)
        with suppress(OSError):  # no hard links here: `roll_back` can only remove the new file
            os.link(self._path, backup)
            self._backup = backup

    def _rename_to_free_name(self) -> None:
        try:
            os.link(self._temporary, self._path)
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            # Take the name with an empty file first, so that no race overwrites here, either.
            os.close(os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL))
            try:
                os.replace(self._temporary, self._path)
            except BaseException:
                _remove(self._path)
                raise


def is_device(path: str, follow: bool = True) -> bool:
    """Tell whether a path is a device or a pipe, which are written to and never replaced.

    So are files that are open already, such as ``/dev/stdout`` or ``/dev/fd/3``; and links to a
    device, with `follow`.
    """
    if descriptor_of(path) is not None:
        return True
    try:
        mode = os.stat(path, follow_symlinks=follow).st_mode
    except OSError:
        return False
    return stat.S_ISCHR(mode) or stat.S_ISFIFO(mode)


def descriptor_of(path: str) -> int | None:
    """Return the file descriptor that a path such as ``/dev/stdout`` stands for; else None.

    Examples
    --------
    >>> descriptor_of("/dev/stdout"), descriptor_of("/dev/fd/3"), descriptor_of("3")
    (1, 3, None)
    """
    folder, base = os.path.split(path)
    if folder == "/dev" and base in _STANDARD_STREAMS:
        return _STANDARD_STREAMS.index(base)
    # Links don't tell: `/dev/stdout` may be one to `pipe:[4711]`, which leads nowhere.
    return int(base) if folder in _DESCRIPTOR_FOLDERS and base.isdecimal() else None


def _open_device(path: str) -> BinaryIO:
    number = descriptor_of(path)
    # A file that is open is continued: opened anew, it would be written from its beginning.
    return open(path, "wb") if number is None else os.fdopen(os.dup(number), "wb")


def _remove(path: str) -> None:
    with suppress(OSError):  # gone already
        os.unlink(path)


def exists_error(name: str) -> OutputExistsError:
    """Return the error for a name that is taken."""
    return OutputExistsError(f"{name}: exists already; give `force` to overwrite it")


def is_folder_error(name: str) -> UnwritableError:
    """Return the error for a name that is a folder's."""
    return UnwritableError(f"{name}: is a directory; name a file in it, or use compress -d DIR")


def unwritable_error(name: str, error: OSError) -> HuepressError:
    """Return the error for an output, from the operating system's: one line with a remedy."""
    if isinstance(error, FileExistsError):
        return exists_error(name)
    if error.errno in TOO_MANY_OPEN_FILES:
        return UnwritableError(f"{name}: can't be written ({error.strerror}); {OPEN_FILES_REMEDY}")
    if error.errno == errno.ENAMETOOLONG:
        return UnwritableError(f"{name}: too long for a name; give a shorter one by `output`")
    return UnwritableError(
        f"{name}: can't be written ({error.strerror or error}); check the directory, its "
        "permissions and the free space"
    )
