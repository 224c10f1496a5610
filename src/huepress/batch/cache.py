"""A cache of what was compressed already, so that a run continues where the last one stopped.

It is an SQLite file in the user's cache folder, which several runs may use at the same time. It
only saves work: if it is missing or outdated, images are compressed again, and found to be the
same.

Table ``inputs``: what a file contained when it had this size and these times. Table ``results``:
which image and options (the key) an output was made of, and what was written; or that the result
was no smaller than the image, so that nothing was written.
"""

from __future__ import annotations

import os
import sqlite3
import stat
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from hashlib import blake2b
from threading import Lock
from typing import Any, NamedTuple, TypeVar

from huepress import __version__
from huepress.codebook import Codebook
from huepress.options import Options

__all__ = ["Cache", "CachedResult", "cache_folder", "digest", "options_digest"]

T = TypeVar("T")

PATIENCE = 1.0  # seconds to wait for a run that has locked the file; to write takes far less

_FILES = ("palette", "importance")  # options that may be files or pixels
_SCHEMA = 2
_TABLES = """
    CREATE TABLE inputs (
        path BLOB PRIMARY KEY, stamp TEXT, digest BLOB, time INTEGER
    ) WITHOUT ROWID;
    CREATE TABLE results (
        path BLOB PRIMARY KEY, key BLOB, stamp TEXT, digest BLOB, time INTEGER
    ) WITHOUT ROWID;
    CREATE INDEX results_digest ON results (digest);
"""
_OLD_TABLES = ("inputs", "results", "seen", "made")  # the last two are those of schema 1
_LIFETIME = 400 * 86_400 * 10**9  # nanoseconds after which an entry is removed
_SETTLED = 2 * 10**9  # nanoseconds after which the next change of a file surely changes its time


def digest(*parts: bytes) -> bytes:
    """Return 16 bytes that identify a content, or a sequence of several."""
    state = blake2b(digest_size=16)
    for part in parts:
        state.update(len(part).to_bytes(8, "little"))
        state.update(part)
    return state.digest()


def options_digest(options: Options) -> bytes:
    """Return what identifies all that determines a result besides the image.

    That is the version, and each option that affects the output's bytes: of a palette or a mask
    also what it contains.
    """
    parts = [__version__.encode()]
    for option in options.rows():
        if option.affects:
            value = getattr(options, option.name)
            parts += [option.name.encode(), *_identifying(value, option.name in _FILES)]
    return digest(*parts)


def _identifying(value: Any, may_be_file: bool) -> tuple[bytes, ...]:
    """Return what identifies the value of an option: its repr, if that doesn't shorten it."""
    if may_be_file and isinstance(value, str | os.PathLike):
        path = os.fsdecode(value)
        with suppress(OSError, ValueError), open(path, "rb") as file:
            return _text(path), file.read()
    elif isinstance(value, Codebook):
        return (_text(list(value)),)
    elif hasattr(value, "tobytes"):  # an array or a PIL image
        layout = [getattr(value, name, "") for name in ("shape", "dtype", "size", "mode")]
        palette = value.getpalette() if hasattr(value, "getpalette") else None
        return _text((layout, palette)), value.tobytes()
    return (_text(value),)


def _text(value: object) -> bytes:
    return repr(value).encode(errors="surrogatepass")


def cache_folder() -> str:
    """Return the user's folder for cached data, as the system defines it."""
    home = os.path.expanduser("~")
    if sys.platform == "win32":
        system = os.environ.get("LOCALAPPDATA") or os.path.join(home, "AppData", "Local")
    elif sys.platform == "darwin":
        system = os.path.join(home, "Library", "Caches")
    else:
        system = os.path.join(home, ".cache")
    chosen = os.environ.get("XDG_CACHE_HOME", "")
    # The XDG specification says to ignore paths that aren't absolute.
    return os.path.join(chosen if os.path.isabs(chosen) else system, "huepress")


class CachedResult(NamedTuple):
    """What is known of an output that is as the last run left it.

    Attributes
    ----------
    key : bytes
        Identifies the image and options that it was made of.
    written : bool
        Whether there is a file; if not, the result was no smaller than the image.
    """

    key: bytes
    written: bool


class Cache:
    """What was compressed already, and into what.

    Parameters
    ----------
    folder : str
        Where the file is, or will be. If it can't be there, nothing is remembered.
    """

    def __init__(self, folder: str) -> None:
        self._lock = Lock()
        self._start = time.time_ns()
        self._file = _open(os.path.join(folder, "made.sqlite"))

    def close(self) -> None:
        """Remove old entries, and close the file; after that nothing is remembered."""

        def remove_old(file: sqlite3.Connection) -> None:
            try:
                for table in ("inputs", "results"):
                    oldest = self._start - _LIFETIME
                    file.execute(f"DELETE FROM {table} WHERE time < ?", (oldest,))
            finally:
                file.close()

        self._do(remove_old, None)
        self._file = None

    def input_digest(self, path: str, status: os.stat_result) -> bytes | None:
        """Return the digest of a file's content, if the file hasn't changed since it was added."""
        statement = "SELECT digest FROM inputs WHERE path = ? AND stamp = ?"
        row = self._row(statement, _path_bytes(path), _input_stamp(status))
        return row[0] if row else None

    def add_input(self, path: str, status: os.stat_result, content: bytes) -> None:
        """Add the digest of a file's content; but not soon after a change: the next may look alike.

        File systems count times in steps of up to two seconds.
        """
        if abs(time.time_ns() - status.st_mtime_ns) > _SETTLED:
            row = (_path_bytes(path), _input_stamp(status), content, time.time_ns())
            self._replace("inputs", [row])

    def result(self, output: str) -> CachedResult | None:
        """Return what an output was made of, if nobody has changed it since."""
        statement = "SELECT key, stamp, digest FROM results WHERE path = ?"
        row = self._row(statement, _path_bytes(output))
        if not row:
            return None
        key, stamp, content = row
        if stamp is None:
            return None if os.path.lexists(output) else CachedResult(key, False)
        try:
            status = os.stat(output)
            if not stat.S_ISREG(status.st_mode):  # to read a pipe may take forever
                return None
            if _output_stamp(status) != stamp and _digest_of_file(output) != content:
                return None
        except OSError:
            return None
        return CachedResult(key, True)

    def add_results(
        self,
        outputs: Sequence[str],
        key: bytes,
        contents: Sequence[bytes],
        statuses: Sequence[os.stat_result],
    ) -> None:
        """Add outputs that were written, with their contents and what the system says of them."""
        now = time.time_ns()
        rows = [
            (_path_bytes(output), key, _output_stamp(status), digest(content), now)
            for output, content, status in zip(outputs, contents, statuses, strict=True)
        ]
        self._replace("results", rows)

    def add_unwritten(self, outputs: Sequence[str], key: bytes) -> None:
        """Add outputs that weren't written, because they would have been no smaller."""
        now = time.time_ns()
        rows = [(_path_bytes(output), key, None, None, now) for output in outputs]
        self._replace("results", rows)

    def has_content(self, content: bytes) -> bool:
        """Tell whether a content, given by its digest, is a result that an earlier run wrote.

        Results of this run don't count: which of them there are depends on the order of the work.
        """
        statement = "SELECT 1 FROM results WHERE digest = ? AND time < ?"
        return bool(self._row(statement, content, self._start))

    def _replace(self, table: str, rows: Sequence[tuple[object, ...]]) -> None:
        if rows:
            statement = f"REPLACE INTO {table} VALUES ({', '.join('?' * len(rows[0]))})"
            self._do(lambda file: file.executemany(statement, rows), None)

    def _row(self, statement: str, *values: object) -> tuple[Any, ...] | None:
        def fetch(file: sqlite3.Connection) -> tuple[Any, ...] | None:
            row: tuple[Any, ...] | None = file.execute(statement, values).fetchone()
            return row

        return self._do(fetch, None)

    def _do(self, work: Callable[[sqlite3.Connection], T], otherwise: T) -> T:
        """Use the file; once that has failed, work without it."""
        with self._lock:
            if self._file is not None:
                try:
                    return work(self._file)
                except sqlite3.Error:
                    self._file = None
        return otherwise


def _open(path: str) -> sqlite3.Connection | None:
    try:
        os.makedirs(os.path.dirname(path), 0o700, exist_ok=True)
        try:
            return _connect(path)
        except sqlite3.OperationalError:  # locked, read-only, full
            raise
        except sqlite3.DatabaseError:  # damaged; all that it contained can be found out again
            os.unlink(path)
            return _connect(path)
    except (OSError, sqlite3.Error):
        return None


def _connect(path: str) -> sqlite3.Connection:
    file = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
    try:
        # With these, commits needn't wait for the disk. If the process is killed nothing is lost;
        # if the machine loses power, the last entries are.
        file.execute("PRAGMA journal_mode = WAL")
        file.execute("PRAGMA synchronous = NORMAL")
        file.execute("BEGIN IMMEDIATE")
        if file.execute("PRAGMA user_version").fetchone() != (_SCHEMA,):
            for table in _OLD_TABLES:
                file.execute(f"DROP TABLE IF EXISTS {table}")
            for statement in _TABLES.split(";"):
                file.execute(statement)
            file.execute(f"PRAGMA user_version = {_SCHEMA}")
        file.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):
            file.close()
        raise
    return file


def _path_bytes(path: str) -> bytes:
    return os.fsencode(os.path.abspath(path))


def _input_stamp(status: os.stat_result) -> str:
    return f"{_output_stamp(status)}:{status.st_ctime_ns}"


def _output_stamp(status: os.stat_result) -> str:
    """Return what changes when a file does, but not when it is renamed, as its ctime would."""
    return f"{status.st_size}:{status.st_mtime_ns}:{status.st_ino}"


def _digest_of_file(path: str) -> bytes:
    with open(path, "rb") as file:
        return digest(file.read())
