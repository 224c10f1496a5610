"""What was made of what, so that a run over many images goes on where the last one ended.

A file of SQLite in the user's cache folder, which several runs may use at once. It only saves work:
without it, or with what it says out of date, images are made anew and found to be the same.

``seen``: what a file held when it had this size and these times. ``made``: by which recipe an
output was made of which content, or that it wasn't worth it, and what was written.
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
from typing import Any, TypeVar

__all__ = ["Ledger", "cache_folder", "digest_of"]

T = TypeVar("T")

PATIENCE = (
    1.0  # seconds for which another run may hold the file; noting something takes it far less
)

_SCHEMA = 1
_TABLES = """
    CREATE TABLE seen (path BLOB PRIMARY KEY, stamp TEXT, digest BLOB, noted INTEGER) WITHOUT ROWID;
    CREATE TABLE made (
        path BLOB PRIMARY KEY, recipe BLOB, stamp TEXT, digest BLOB, noted INTEGER
    ) WITHOUT ROWID;
    CREATE INDEX made_digest ON made (digest);
"""
_LASTS = 400 * 86_400 * 10**9  # nanoseconds after which an entry is forgotten
_SETTLED = 2 * 10**9  # nanoseconds after which a file's next change surely changes its time


def digest_of(*parts: bytes) -> bytes:
    """Return 16 bytes that stand for a content."""
    digest = blake2b(digest_size=16)
    for part in parts:
        digest.update(len(part).to_bytes(8, "little"))
        digest.update(part)
    return digest.digest()


def cache_folder() -> str:
    """Return the user's folder for what can be made again, as the system has it."""
    home = os.path.expanduser("~")
    if sys.platform == "win32":
        system = os.environ.get("LOCALAPPDATA") or os.path.join(home, "AppData", "Local")
    elif sys.platform == "darwin":
        system = os.path.join(home, "Library", "Caches")
    else:
        system = os.path.join(home, ".cache")
    chosen = os.environ.get("XDG_CACHE_HOME", "")
    # The specification has paths that aren't absolute ignored.
    return os.path.join(chosen if os.path.isabs(chosen) else system, "huepress")


class Ledger:
    """What was made of what.

    Parameters
    ----------
    folder : str
        Where the file lies, or comes to lie. Where that can't be, nothing is remembered.
    """

    def __init__(self, folder: str) -> None:
        self._lock = Lock()
        self._started = time.time_ns()
        self._file = _opened(os.path.join(folder, "made.sqlite"))

    def close(self) -> None:
        """Forget what is old, and close the file."""

        def forget(file: sqlite3.Connection) -> None:
            for table in ("seen", "made"):
                file.execute(f"DELETE FROM {table} WHERE noted < ?", (self._started - _LASTS,))
            file.close()

        self._do(forget, None)
        self._file = None

    def content(self, path: str, status: os.stat_result) -> bytes | None:
        """Return the digest of what a file holds, if it is as it was when that was noted."""
        row = self._row("SELECT digest FROM seen WHERE path = ? AND stamp = ?",
                        _key(path), _input_stamp(status))  # fmt: skip
        return row[0] if row else None

    def note_content(self, path: str, status: os.stat_result, digest: bytes) -> None:
        """Note what a file holds, unless it was changed so recently that it may change unseen."""
        if abs(time.time_ns() - status.st_mtime_ns) > _SETTLED:
            row = (_key(path), _input_stamp(status), digest, time.time_ns())
            self._do(lambda file: file.execute("REPLACE INTO seen VALUES (?, ?, ?, ?)", row), None)

    def recipe(self, output: str) -> tuple[bytes, bool] | None:
        """Return by which recipe an output was made, if nobody changed it since.

        Returns
        -------
        recipe : bytes
            As given to `note`.
        written : bool
            Whether there is a file; or else it was found not to be worth one.
        """
        row = self._row("SELECT recipe, stamp, digest FROM made WHERE path = ?", _key(output))
        if not row:
            return None
        recipe, stamp, digest = row
        if stamp is None:
            return None if os.path.lexists(output) else (recipe, False)
        try:
            status = os.stat(output)
            if not stat.S_ISREG(status.st_mode):  # to read a pipe may take forever
                return None
            if _output_stamp(status) != stamp and _digest_at(output) != digest:
                return None
        except OSError:
            return None
        return recipe, True

    def note(
        self,
        outputs: Sequence[str],
        recipe: bytes,
        contents: Sequence[bytes] = (),
        statuses: Sequence[os.stat_result] = (),
    ) -> None:
        """Note that outputs were made; or, without contents, that they weren't worth it."""
        rows: list[tuple[object, ...]] = []
        for i, output in enumerate(outputs):
            stamp = _output_stamp(statuses[i]) if contents else None
            digest = digest_of(contents[i]) if contents else None
            rows.append((_key(output), recipe, stamp, digest, time.time_ns()))
        statement = "REPLACE INTO made VALUES (?, ?, ?, ?, ?)"
        self._do(lambda file: file.executemany(statement, rows), None)

    def is_output(self, digest: bytes) -> bool:
        """Tell whether a content is one that huepress wrote before this run.

        Results of this run don't count: which of them there are depends on the order of the work.
        """
        statement = "SELECT 1 FROM made WHERE digest = ? AND noted < ?"
        return bool(self._row(statement, digest, self._started))

    def _row(self, statement: str, *values: object) -> tuple[Any, ...] | None:
        def fetch(file: sqlite3.Connection) -> tuple[Any, ...] | None:
            row: tuple[Any, ...] | None = file.execute(statement, values).fetchone()
            return row

        return self._do(fetch, None)

    def _do(self, work: Callable[[sqlite3.Connection], T], otherwise: T) -> T:
        """Do something with the file; from its first failure on, do without."""
        with self._lock:
            if self._file is not None:
                try:
                    return work(self._file)
                except sqlite3.Error:
                    self._file = None
        return otherwise


def _opened(path: str) -> sqlite3.Connection | None:
    try:
        os.makedirs(os.path.dirname(path), 0o700, exist_ok=True)
        try:
            return _connected(path)
        except sqlite3.OperationalError:  # locked, read-only, full
            raise
        except sqlite3.DatabaseError:  # damaged: nothing in it can't be made again
            os.unlink(path)
            return _connected(path)
    except (OSError, sqlite3.Error):
        return None


def _connected(path: str) -> sqlite3.Connection:
    file = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
    try:
        # Commits then need no waiting for the disk: a killed process loses nothing, and a machine
        # that loses power the last entries.
        file.execute("PRAGMA journal_mode = WAL")
        file.execute("PRAGMA synchronous = NORMAL")
        file.execute("BEGIN IMMEDIATE")
        if file.execute("PRAGMA user_version").fetchone() != (_SCHEMA,):
            for table in ("seen", "made"):
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


def _key(path: str) -> bytes:
    return os.fsencode(os.path.abspath(path))


def _input_stamp(status: os.stat_result) -> str:
    return f"{_output_stamp(status)}:{status.st_ctime_ns}"


def _output_stamp(status: os.stat_result) -> str:
    """Return what changes with a file, but not when it gets its name."""
    return f"{status.st_size}:{status.st_mtime_ns}:{status.st_ino}"


def _digest_at(path: str) -> bytes:
    with open(path, "rb") as file:
        return digest_of(file.read())
