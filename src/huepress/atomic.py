"""Files to write: whole or not at all.

An output is first written beside its target under a temporary name, flushed to the disk, and
only then given its name. Whoever looks at the target sees the old file, or none, or the new one.
Without ``overwrite`` the name is given by a hard link, which fails where the name is taken: no
two writers can overwrite each other, however close the race.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Sequence
from contextlib import suppress
from typing import BinaryIO

from huepress.errors import HuepressError, OutputExistsError, UnwritableError
from huepress.files import name_of

__all__ = ["check_target", "is_device", "write_all", "write_atomically", "write_stream"]

# What a file system without hard links (FAT, some network drives) answers to os.link.
_NO_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK, errno.EXDEV}


def check_target(path: str | os.PathLike[str], overwrite: bool) -> None:
    """Find out before any long work whether a file could be written.

    Parameters
    ----------
    path : str or os.PathLike
        The file to be written later.
    overwrite : bool
        Whether an existing file may be replaced.

    Raises
    ------
    OutputExistsError
        If the file exists and must not be replaced.
    UnwritableError
        If the file is a directory or its directory is missing.
    """
    name = os.fspath(path)
    if not name or "\0" in name:
        raise UnwritableError(f"{name!r}: not a possible file name; choose another")
    if os.path.isdir(name):
        raise UnwritableError(f"{name}: is a directory; name a file in it")
    folder = os.path.dirname(name) or "."
    if not os.path.isdir(folder):
        raise UnwritableError(f"{name}: there is no directory {folder}; create it first")
    if os.path.lexists(name) and not overwrite and not is_device(name):
        raise _exists(name)


def write_atomically(path: str | os.PathLike[str], data: bytes, overwrite: bool) -> None:
    """Write a file whole or not at all.

    Parameters
    ----------
    path : str or os.PathLike
        The file. If it is a link, what it points at is written; a device such as ``/dev/null``
        is written to as it is.
    data : bytes
        All of its content.
    overwrite : bool
        Whether an existing file may be replaced. Its permissions are kept; a new file gets
        those that the umask leaves.

    Raises
    ------
    OutputExistsError
        If the file exists and `overwrite` is false.
    UnwritableError
        If it can't be written.
    """
    write_all([(os.fspath(path), data)], overwrite)


def write_all(files: Sequence[tuple[str, bytes]], overwrite: bool) -> None:
    """Write several files, all of them or none; otherwise as `write_atomically`.

    Parameters
    ----------
    files : sequence of (str, bytes)
        Paths and contents.
    overwrite : bool
        Whether existing files may be replaced. If a later one fails, earlier ones get their
        old content back.
    """
    targets = [_Target(path, overwrite) for path, _ in files]
    try:
        for target, (_, data) in zip(targets, files, strict=True):
            target.stage(data)
        for target in targets:
            target.commit()
    except BaseException:
        for target in reversed(targets):
            target.undo()
        raise
    finally:
        for target in targets:
            target.clean_up()


def write_stream(file: BinaryIO, data: bytes) -> None:
    """Write all of the data to an open file, such as standard output.

    Raises
    ------
    UnwritableError
        If it can't be written; a reader who went away is left to raise ``BrokenPipeError``.
    """
    try:
        rest = memoryview(data)
        while rest:  # an unbuffered file may take less than it is given
            rest = rest[file.write(rest) or len(rest) :]
        file.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise _unwritable(name_of(file), error) from error


class _Target:
    """One file on its way to its name."""

    def __init__(self, path: str, overwrite: bool) -> None:
        check_target(path, overwrite)
        self.name = path
        self.path = os.path.realpath(path)
        self.overwrite = overwrite
        self.device = is_device(path)
        self.temporary = ""
        self.backup = ""
        self.committed = False

    def stage(self, data: bytes) -> None:
        """Put the content on the disk, under a temporary name."""
        try:
            if self.device:
                with open(self.path, "wb") as file:
                    file.write(data)
                return
            self.temporary = self._beside()
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
            with os.fdopen(os.open(self.temporary, flags, 0o666), "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise _unwritable(self.name, error) from error

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
            raise _unwritable(self.name, error) from error
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
        for leftover in (self.temporary, self.backup):
            if leftover:
                _remove(leftover)

    def _beside(self) -> str:
        return os.path.join(os.path.dirname(self.path), f".huepress-{os.urandom(8).hex()}.tmp")

    def _keep_backup(self) -> None:
        backup = self._beside()
        try:
            os.link(self.path, backup)
        except OSError:
            return  # no hard links here: then `undo` can only remove the new file
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


def is_device(path: str) -> bool:
    """Tell whether a path is a device or a pipe, which are written to and never replaced."""
    try:
        mode = os.stat(path).st_mode
    except OSError:
        return False
    return stat.S_ISCHR(mode) or stat.S_ISFIFO(mode)


def _remove(path: str) -> None:
    with suppress(OSError):  # gone already
        os.unlink(path)


def _exists(name: str) -> OutputExistsError:
    return OutputExistsError(f"{name}: exists already; give --force to overwrite it")


def _unwritable(name: str, error: OSError) -> HuepressError:
    if isinstance(error, FileExistsError):
        return _exists(name)
    return UnwritableError(
        f"{name}: can't be written ({error.strerror}); check the directory, its permissions "
        "and the free space"
    )
