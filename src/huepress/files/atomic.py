"""Writing: files appear whole or not at all.

An output is first written beside its target under a temporary name, flushed to the disk, and
only then renamed. Whoever looks at the target sees the old file, or none, or the new one.
Without ``overwrite`` the file is given its name by a hard link, which fails where the name is
taken: no two writers can overwrite each other, however close the race.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from contextlib import suppress
from typing import BinaryIO

from huepress.errors import OptionError, UnwritableError
from huepress.files.sources import name_of
from huepress.files.temporary import (
    FileAttributes,
    PendingFile,
    exists_error,
    is_device,
    is_folder_error,
    temp_files,
    unwritable_error,
)

__all__ = [
    "check_target", "has_content", "make_folder", "make_parents", "write_all", "write_atomically",
    "write_stream",
]  # fmt: skip

_DEFAULT_ATTRIBUTES = FileAttributes()


def check_target(path: str | os.PathLike[str], overwrite: bool) -> None:
    """Check before any long work that a file can be written.

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
        raise is_folder_error(name)
    _check_folder(name, os.path.dirname(name))
    if _is_taken(name) and not overwrite and not is_device(name, follow=False):
        raise exists_error(name)


def _check_folder(name: str, folder: str) -> None:
    """Raise an error if a file's folder is missing, or is no folder."""
    try:
        if not stat.S_ISDIR(os.stat(folder or ".").st_mode):
            raise NotADirectoryError
    except FileNotFoundError:
        raise UnwritableError(f"{name}: there is no directory {folder}; create it first") from None
    except NotADirectoryError:
        raise UnwritableError(f"{name}: {folder} is not a directory; name another") from None
    except OSError as error:
        raise unwritable_error(name, error) from error


def _is_taken(name: str) -> bool:
    try:
        os.lstat(name)
    except FileNotFoundError:
        return False
    except OSError as error:  # too long, or in a directory without permission
        raise unwritable_error(name, error) from error
    return True


def write_atomically(path: str | os.PathLike[str], data: bytes, overwrite: bool) -> None:
    """Write a file whole or not at all.

    Parameters
    ----------
    path : str or os.PathLike
        The file. If it is a link, the file that it points at is written; a device such as
        ``/dev/null`` is written to as it is.
    data : bytes
        All of its content.
    overwrite : bool
        Whether an existing file may be replaced. Its permissions are kept; a new file's are
        limited by the umask.

    Raises
    ------
    OutputExistsError
        If the file exists and `overwrite` is false.
    UnwritableError
        If it can't be written.
    """
    write_all([(os.fspath(path), data)], overwrite)


def write_all(
    files: Sequence[tuple[str, bytes]],
    overwrite: bool,
    attributes: FileAttributes = _DEFAULT_ATTRIBUTES,
) -> list[os.stat_result]:
    """Write several files, all of them or none; errors as in `write_atomically`.

    Parameters
    ----------
    files : sequence of (str, bytes)
        Paths and contents.
    overwrite : bool
        Whether existing files may be replaced. If a later one fails, earlier ones get their
        old content back.
    attributes : FileAttributes, optional
        Permissions and times of new files. A file that is replaced keeps its permissions.

    Returns
    -------
    list of os.stat_result
        Each file's status just before it was renamed.
    """
    for path, _ in files:
        check_target(path, overwrite)
    pending = [PendingFile(path, overwrite) for path, _ in files]
    try:
        statuses = [
            file.write(data, attributes) for file, (_, data) in zip(pending, files, strict=True)
        ]
        with temp_files.locked():
            _commit(pending)
    finally:
        for file in pending:
            file.clean_up()
    return statuses


def _commit(pending: list[PendingFile]) -> None:
    try:
        for file in pending:
            file.commit()
    except BaseException:
        for file in reversed(pending):
            file.roll_back()
        raise


def write_stream(file: BinaryIO, data: bytes) -> None:
    """Write all of the data to an open file, such as standard output.

    Raises
    ------
    UnwritableError
        If it can't be written.
    BrokenPipeError
        If the reader of a pipe has gone.
    OptionError
        If it is no binary file, or closed.
    """
    try:
        rest = memoryview(data)
        while rest:  # an unbuffered file may take less than it is given
            rest = rest[file.write(rest) or len(rest) :]
        if hasattr(file, "flush"):
            file.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise unwritable_error(name_of(file), error) from error
    except (AttributeError, TypeError, ValueError) as error:
        raise OptionError(
            f"output: is no file that takes bytes ({error}); open it in mode 'wb'"
        ) from error


def make_folder(path: str, mode: int | None = None) -> None:
    """Make a folder if it is missing; its parent must exist.

    Parameters
    ----------
    path : str
        The folder.
    mode : int, optional
        Its permissions if it is made; by default limited by the umask.

    Raises
    ------
    UnwritableError
        If it can't be made.
    """
    try:
        os.mkdir(path, 0o777 if mode is None else mode)
    except FileExistsError:
        if not os.path.isdir(path):
            raise UnwritableError(f"{path}: is not a directory; remove it or use another") from None
        return
    except OSError as error:
        raise unwritable_error(path, error) from error
    if mode is not None:
        with suppress(OSError):  # some file systems have no permissions
            os.chmod(path, os.stat(path).st_mode & 0o7000 | mode)


def make_parents(folder: str, below: str, source: str) -> None:
    """Make the folders of a copied tree, each with the permissions of its original.

    Parameters
    ----------
    folder : str
        The root of the copy, which must exist.
    below : str
        The path from there to the innermost folder.
    source : str
        The original of the innermost folder; its path ends in `below`, too.

    Raises
    ------
    UnwritableError
        If a folder can't be made.
    """
    source = source.removesuffix(below)
    for part in below.split(os.sep):
        folder, source = os.path.join(folder, part), os.path.join(source, part)
        make_folder(folder, 0o700 | _permissions(source))


def _permissions(folder: str) -> int:
    try:
        return stat.S_IMODE(os.stat(folder).st_mode) & 0o777
    except OSError:  # gone meanwhile
        return 0


def has_content(path: str, content: bytes) -> bool:
    """Tell whether a file has exactly this content."""
    try:
        status = os.stat(path)
        if not stat.S_ISREG(status.st_mode) or status.st_size != len(content):
            return False
        with open(path, "rb") as file:
            return file.read() == content
    except OSError:
        return False
