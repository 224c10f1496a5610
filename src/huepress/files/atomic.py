"""Files to write: whole or not at all.

An output is first written beside its target under a temporary name, flushed to the disk, and
only then given its name. Whoever looks at the target sees the old file, or none, or the new one.
Without ``overwrite`` the name is given by a hard link, which fails where the name is taken: no
two writers can overwrite each other, however close the race.
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
    Likeness,
    Staged,
    committing,
    exists,
    folder_there,
    is_device,
    unwritable,
)

__all__ = [
    "check_target", "holds", "make_below", "make_folder", "write_all", "write_atomically",
    "write_stream",
]  # fmt: skip

_LIKE_NONE = Likeness()


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
        raise folder_there(name)
    _check_folder(name, os.path.dirname(name))
    if _is_taken(name) and not overwrite and not is_device(name, follow=False):
        raise exists(name)


def _check_folder(name: str, folder: str) -> None:
    """Refuse a name for a file whose folder isn't there, or is none: UnwritableError."""
    try:
        if not stat.S_ISDIR(os.stat(folder or ".").st_mode):
            raise NotADirectoryError
    except FileNotFoundError:
        raise UnwritableError(f"{name}: there is no directory {folder}; create it first") from None
    except NotADirectoryError:
        raise UnwritableError(f"{name}: {folder} is not a directory; name another") from None
    except OSError as error:
        raise unwritable(name, error) from error


def _is_taken(name: str) -> bool:
    try:
        os.lstat(name)
    except FileNotFoundError:
        return False
    except OSError as error:  # too long, or in a directory without permission
        raise unwritable(name, error) from error
    return True


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


def write_all(
    files: Sequence[tuple[str, bytes]], overwrite: bool, like: Likeness = _LIKE_NONE
) -> list[os.stat_result]:
    """Write several files, all of them or none; otherwise as `write_atomically`.

    Parameters
    ----------
    files : sequence of (str, bytes)
        Paths and contents.
    overwrite : bool
        Whether existing files may be replaced. If a later one fails, earlier ones get their
        old content back.
    like : Likeness, optional
        What new files take over from another. A file that is replaced leaves its permissions.

    Returns
    -------
    list of os.stat_result
        Of each file, as it was just before it got its name.
    """
    for path, _ in files:
        check_target(path, overwrite)
    targets = [Staged(path, overwrite) for path, _ in files]
    try:
        statuses = [
            target.stage(data, like) for target, (_, data) in zip(targets, files, strict=True)
        ]
        with committing():
            _commit(targets)
    finally:
        for target in targets:
            target.clean_up()
    return statuses


def _commit(targets: list[Staged]) -> None:
    try:
        for target in targets:
            target.commit()
    except BaseException:
        for target in reversed(targets):
            target.undo()
        raise


def write_stream(file: BinaryIO, data: bytes) -> None:
    """Write all of the data to an open file, such as standard output.

    Raises
    ------
    UnwritableError
        If it can't be written; a reader who went away is left to raise ``BrokenPipeError``.
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
        raise unwritable(name_of(file), error) from error
    except (AttributeError, TypeError, ValueError) as error:
        raise OptionError(
            f"output: is no file that takes bytes ({error}); open it anew, in mode 'wb'"
        ) from error


def make_folder(path: str, mode: int | None = None) -> None:
    """Make a folder, if it isn't there; not the one it lies in.

    Parameters
    ----------
    path : str
        The folder.
    mode : int, optional
        Its permissions, if it is made; by default those that the umask leaves.

    Raises
    ------
    UnwritableError
        If that can't be.
    """
    try:
        os.mkdir(path, 0o777 if mode is None else mode)
    except FileExistsError:
        if not os.path.isdir(path):
            raise UnwritableError(f"{path}: is not a directory; remove it or use another") from None
        return
    except OSError as error:
        raise unwritable(path, error) from error
    if mode is not None:
        with suppress(OSError):  # some file systems know none
            os.chmod(path, os.stat(path).st_mode & 0o7000 | mode)


def make_below(folder: str, below: str, source: str) -> None:
    """Make the folders on the way to one in a folder, but not the one that must be there.

    Each gets the permissions of the one that it stands for.

    Parameters
    ----------
    folder : str
        Where to.
    below : str
        The way.
    source : str
        Where the same way leads to the folder that the last one stands for.

    Raises
    ------
    UnwritableError
        If that can't be.
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


def holds(path: str, content: bytes) -> bool:
    """Tell whether a file holds exactly this."""
    try:
        status = os.stat(path)
        if not stat.S_ISREG(status.st_mode) or status.st_size != len(content):
            return False
        with open(path, "rb") as file:
            return file.read() == content
    except OSError:
        return False
