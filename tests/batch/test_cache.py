"""What was made of what: it must never say that something is there that isn't."""

from __future__ import annotations

import os
import sqlite3
import threading
from pathlib import Path

import pytest

from huepress.batch.cache import Ledger, cache_folder, digest_of


def old(path: Path, seconds: int = 100) -> Path:
    """Make a file's last change one of some time ago."""
    status = path.stat()
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns - seconds * 10**9))
    return path


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(str(tmp_path / "cache" / "folder"))


def write(ledger: Ledger, path: Path, content: bytes, recipe: bytes = b"recipe") -> str:
    path.write_bytes(content)
    ledger.note([str(path)], recipe, [content], [path.stat()])
    return str(path)


def test_what_was_made_is_known_until_it_changes(ledger, tmp_path):
    path = tmp_path / "out.png"
    assert ledger.recipe(str(path)) is None
    name = write(ledger, path, b"content")
    assert ledger.recipe(name) == (b"recipe", True)
    old(path)
    assert ledger.recipe(name) == (b"recipe", True)  # touched, but the same
    path.write_bytes(b"CONTENT")
    assert ledger.recipe(name) is None
    path.unlink()
    assert ledger.recipe(name) is None


def test_it_is_kept_from_run_to_run_and_by_any_path(tmp_path, monkeypatch):
    first = Ledger(str(tmp_path))
    write(first, tmp_path / "out.png", b"content")
    first.close()
    monkeypatch.chdir(tmp_path)
    assert Ledger(str(tmp_path)).recipe("./out.png") == (b"recipe", True)


def test_what_was_not_worth_a_file(ledger, tmp_path):
    path = tmp_path / "out.png"
    ledger.note([str(path)], b"recipe")
    assert ledger.recipe(str(path)) == (b"recipe", False)
    path.touch()
    assert ledger.recipe(str(path)) is None


def test_the_content_of_a_file_is_known_until_it_changes(ledger, tmp_path):
    path = tmp_path / "in.png"
    path.write_bytes(b"content")
    old(path)
    ledger.note_content(str(path), path.stat(), b"digest")
    assert ledger.content(str(path), path.stat()) == b"digest"
    status = path.stat()
    path.write_bytes(b"CONTENT")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))  # the same size and time
    assert ledger.content(str(path), path.stat()) is None


def test_a_file_changed_just_now_is_looked_at_again(ledger, tmp_path):
    path = tmp_path / "in.png"
    path.write_bytes(b"content")
    ledger.note_content(str(path), path.stat(), b"digest")
    assert ledger.content(str(path), path.stat()) is None


def test_results_are_recognised_but_not_those_of_this_run(tmp_path):
    first = Ledger(str(tmp_path))
    write(first, tmp_path / "out.png", b"content")
    assert not first.is_output(digest_of(b"content"))
    assert Ledger(str(tmp_path)).is_output(digest_of(b"content"))
    assert not Ledger(str(tmp_path)).is_output(digest_of(b"other"))


def test_digests_tell_parts_apart():
    assert len({digest_of(b"ab"), digest_of(b"a", b"b"), digest_of(b"", b"ab")}) == 3


@pytest.mark.parametrize("damage", [b"", b"no database at all" * 100, b"SQLite format 3\0" * 99])
def test_a_damaged_file_is_begun_anew(tmp_path, damage):
    first = Ledger(str(tmp_path))
    write(first, tmp_path / "out.png", b"content")
    first.close()
    (tmp_path / "made.sqlite").write_bytes(damage)
    ledger = Ledger(str(tmp_path))
    assert ledger.recipe(str(tmp_path / "out.png")) is None
    name = write(ledger, tmp_path / "out.png", b"content")
    assert ledger.recipe(name) == (b"recipe", True)


def test_a_file_of_another_version_is_begun_anew(tmp_path):
    with sqlite3.connect(tmp_path / "made.sqlite") as file:
        file.execute("CREATE TABLE made (other)")
        file.execute("PRAGMA user_version = 99")
    name = write(Ledger(str(tmp_path)), tmp_path / "out.png", b"content")
    assert Ledger(str(tmp_path)).recipe(name) == (b"recipe", True)


@pytest.mark.parametrize("place", ["/dev/null/cache", "/proc/none"])
def test_where_nothing_can_be_kept_it_does_without(tmp_path, place):
    ledger = Ledger(place)
    name = write(ledger, tmp_path / "out.png", b"content")
    assert ledger.recipe(name) is None
    assert not ledger.is_output(digest_of(b"content"))
    ledger.close()


def test_while_another_process_holds_it_one_does_without(tmp_path, monkeypatch):
    monkeypatch.setattr("huepress.batch.cache.PATIENCE", 0.01)
    early = Ledger(str(tmp_path))
    name = write(early, tmp_path / "out.png", b"content")
    other = sqlite3.connect(tmp_path / "made.sqlite", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    late = Ledger(str(tmp_path))
    assert late.recipe(name) is None
    write(early, tmp_path / "out.png", b"changed")
    assert early.recipe(name) is None
    other.close()
    assert Ledger(str(tmp_path)).recipe(name) is None  # what is there isn't what was noted


def test_a_pipe_in_the_place_of_an_output_is_not_read(ledger, tmp_path):
    name = write(ledger, tmp_path / "out.png", b"content")
    os.unlink(name)
    os.mkfifo(name)
    assert ledger.recipe(name) is None


def test_two_runs_at_once_share_it(tmp_path, monkeypatch):
    monkeypatch.setattr("huepress.batch.cache.PATIENCE", 60)
    ledgers = [Ledger(str(tmp_path)) for _ in range(2)]

    def fill(ledger: Ledger, part: int) -> None:
        for i in range(part, 200, 4):
            ledger.note([f"/{i}.png"], b"%d" % i)

    threads = [threading.Thread(target=fill, args=(ledgers[i % 2], i)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for ledger in ledgers:
        assert [ledger.recipe(f"/{i}.png") for i in range(200)] == [
            (b"%d" % i, False) for i in range(200)
        ]


def test_the_folder_is_the_systems_own(monkeypatch):
    assert cache_folder() == os.path.join(os.environ["XDG_CACHE_HOME"], "huepress")
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", "/home/ada")
    monkeypatch.setattr("sys.platform", "linux")
    assert cache_folder() == "/home/ada/.cache/huepress"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")  # which the specification has ignored
    assert cache_folder() == "/home/ada/.cache/huepress"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setattr("sys.platform", "darwin")
    assert cache_folder() == "/home/ada/Library/Caches/huepress"
