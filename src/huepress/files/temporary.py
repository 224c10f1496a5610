"""One file on its way to its name: first beside its target, under a temporary one.

A process that is told to end while threads of it write calls `abandon`: what has its name keeps it,
what has none is removed.
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
from huepress.files.sources import FEWER_OPEN, TOO_MANY_OPEN

__all__ = [
    "Likeness", "Staged", "abandon", "committing", "descriptor_of", "exists", "folder_there",
    "is_device", "sweep", "unwritable",
]  # fmt: skip

# What a file system without hard links (FAT, some network drives) answers to os.link.
_NO_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK, errno.EXDEV}
_TEMPORARY = ".huepress-", ".tmp"  # what is between is random: 16 digits
_IS_TEMPORARY = re.compile("[0-9a-f]{16}".join(map(re.escape, _TEMPORARY))).fullmatch
_STANDARD = "stdin", "stdout", "stderr"
_DESCRIPTORS = "/dev/fd", "/proc/self/fd"
_STALE = 3600  # seconds after which nobody can be writing a temporary file any more


class _Desk:
    """What this process is writing at the moment."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.temporaries: set[str] = set()
        self.closed = False

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep `abandon` waiting; where it was called already, end this thread."""
        with self.lock:
            if self.closed:
                raise SystemExit
            yield

    def note(self, path: str) -> str:
        self.temporaries.add(path)
        return path

    def remove(self, path: str) -> None:
        if path:
            _remove(path)
            self.temporaries.discard(path)


_desk = _Desk()
# Between its beginning and its end files get their names.
committing = _desk.held


class Likeness(NamedTuple):
    """What a new file takes over from another; None leaves it to the system.

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
    def of(cls, source: Any, keep_times: bool) -> Likeness:
        """Return that of a file, given by its path, its status, or in some other way: none."""
        try:
            status = os.stat(source) if isinstance(source, str | os.PathLike) else source.status
        except (AttributeError, OSError, ValueError):
            return cls()
        if not stat.S_ISREG(status.st_mode):
            return cls()
        times = (status.st_atime_ns, status.st_mtime_ns) if keep_times else None
        return cls(status.st_mode & 0o777, times)


def abandon() -> None:
    """Let nothing more be written by this process, and leave no temporary file.

    What is being given its name at this moment still gets it; of several files, all.
    """
    # Where a file system hangs, the one who holds the lock does: then do without.
    held = _desk.lock.acquire(timeout=0.3)
    _desk.closed = True
    for path in list(_desk.temporaries):
        _remove(path)
    if held:
        _desk.lock.release()


def sweep(folder: str) -> None:
    """Remove what a process that was killed left in a folder an hour ago or more."""
    with suppress(OSError), os.scandir(folder or ".") as entries:
        for entry in entries:
            if _IS_TEMPORARY(entry.name) and entry.is_file(follow_symlinks=False):
                with suppress(OSError):
                    if time.time() - entry.stat(follow_symlinks=False).st_mtime > _STALE:
                        os.unlink(entry.path)


class Staged:
    """One file on its way to its name."""

    def __init__(self, path: str, overwrite: bool) -> None:
        self.name = path
        try:
            self.path = os.path.realpath(path)
        except OSError as error:  # of a name relative to a directory that was removed
            raise unwritable(path, error) from error
        self.overwrite = overwrite
        self.device = is_device(path)
        self.temporary = ""
        self.backup = ""
        self.committed = False

    def stage(self, data: bytes, like: Likeness) -> os.stat_result:
        """Put the content on the disk, under a temporary name."""
        try:
            if self.device:
                with _opened_device(self.name) as file:
                    file.write(data)
                    return os.fstat(file.fileno())
            with os.fdopen(self._opened(like), "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            with suppress(OSError):  # some file systems know none, or not these
                if like.mode is not None:
                    os.chmod(self.temporary, like.mode)
                if like.times:
                    os.utime(self.temporary, ns=like.times)
            return os.stat(self.temporary)
        except OSError as error:
            raise unwritable(self.name, error) from error

    def _opened(self, like: Likeness) -> int:
        """Create the temporary file, no more open to others than it will be."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        mode = 0o666 if like.mode is None else like.mode & 0o666 | 0o200
        with _desk.held():
            self.temporary = _desk.note(self._beside())
            return os.open(self.temporary, flags, mode)

    def commit(self) -> None:
        """Give the content its name."""
        if self.device:
            return
        try:
            if self.overwrite and os.path.lexists(self.path):
                os.chmod(self.temporary, stat.S_IMODE(os.stat(self.path).st_mode))
                self._keep_backup()
            if self.overwrite:
                os.replace(self.temporary, self.path)
            else:
                self._claim_name()
        except OSError as error:
            raise unwritable(self.name, error) from error
        self.committed = True

    def undo(self) -> None:
        """Go back to what was there before `commit`."""
        if self.committed:
            if self.backup:
                os.replace(self.backup, self.path)
            else:
                os.unlink(self.path)
            self.committed = False

    def clean_up(self) -> None:
        """Remove what must not be left behind."""
        _desk.remove(self.temporary)
        _desk.remove(self.backup)

    def _beside(self) -> str:
        name = os.urandom(8).hex().join(_TEMPORARY)
        return os.path.join(os.path.dirname(self.path), name)

    def _keep_backup(self) -> None:
        backup = _desk.note(self._beside())
        with suppress(OSError):  # no hard links here: then `undo` can only remove the new file
            os.link(self.path, backup)
            self.backup = backup

    def _claim_name(self) -> None:
        try:
            os.link(self.temporary, self.path)
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            # The name is claimed by an empty file first, so that here, too, no race overwrites.
            os.close(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL))
            try:
                os.replace(self.temporary, self.path)
            except BaseException:
                _remove(self.path)
                raise


def is_device(path: str, follow: bool = True) -> bool:
    """Tell whether a path is a device or a pipe, which are written to and never replaced.

    So is whatever is open already, as ``/dev/stdout`` or ``/dev/fd/3``. A link to one is one, if
    it is to be followed.
    """
    if descriptor_of(path) is not None:
        return True
    try:
        mode = os.stat(path, follow_symlinks=follow).st_mode
    except OSError:
        return False
    return stat.S_ISCHR(mode) or stat.S_ISFIFO(mode)


def descriptor_of(path: str) -> int | None:
    """Return which file that is open already a path stands for, if it is one that does.

    Examples
    --------
    >>> descriptor_of("/dev/stdout"), descriptor_of("/dev/fd/3"), descriptor_of("3")
    (1, 3, None)
    """
    folder, base = os.path.split(path)
    if folder == "/dev" and base in _STANDARD:
        return _STANDARD.index(base)
    # Not to be told by links: `/dev/stdout` may be one to `pipe:[4711]`, which leads nowhere.
    return int(base) if folder in _DESCRIPTORS and base.isdecimal() else None


def _opened_device(path: str) -> BinaryIO:
    number = descriptor_of(path)
    # What is open goes on where it is: opened anew, a file would be written from its beginning.
    return open(path, "wb") if number is None else os.fdopen(os.dup(number), "wb")


def _remove(path: str) -> None:
    with suppress(OSError):  # gone already
        os.unlink(path)


def exists(name: str) -> OutputExistsError:
    """Return the error for a name that is taken."""
    return OutputExistsError(
        f"{name}: exists already; give --force (force=True in Python) to overwrite it"
    )


def folder_there(name: str) -> UnwritableError:
    """Return the error for a name that a folder has."""
    return UnwritableError(f"{name}: is a directory; name a file in it, or use compress -d DIR")


def unwritable(name: str, error: OSError) -> HuepressError:
    """Put the system's complaint about an output into one line with a remedy."""
    if isinstance(error, FileExistsError):
        return exists(name)
    if error.errno in TOO_MANY_OPEN:
        return UnwritableError(f"{name}: can't be written ({error.strerror}); {FEWER_OPEN}")
    if error.errno == errno.ENAMETOOLONG:
        return UnwritableError(f"{name}: too long for a name; give a shorter one with -o FILE")
    return UnwritableError(
        f"{name}: can't be written ({error.strerror or error}); check the directory, its "
        "permissions and the free space"
    )
