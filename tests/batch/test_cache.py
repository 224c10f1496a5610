"""The cache: it must never say that a result is there that isn't."""

from __future__ import annotations

import os
import sqlite3
import threading
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from huepress import Codebook
from huepress.batch.cache import Cache, cache_folder, digest, options_digest
from huepress.options import Option, Options


def old(path: Path, seconds: int = 100) -> Path:
    """Make a file's last change one of some time ago."""
    status = path.stat()
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns - seconds * 10**9))
    return path


@pytest.fixture
def store(tmp_path: Path) -> Cache:
    return Cache(str(tmp_path / "cache" / "folder"))


def write(store: Cache, path: Path, content: bytes, key: bytes = b"key") -> str:
    path.write_bytes(content)
    store.add_results([str(path)], key, [content], [path.stat()])
    return str(path)


def test_what_was_made_is_known_until_it_changes(store, tmp_path):
    path = tmp_path / "out.png"
    assert store.result(str(path)) is None
    name = write(store, path, b"content")
    assert store.result(name) == (b"key", True)
    old(path)
    assert store.result(name) == (b"key", True)  # touched, but the same
    path.write_bytes(b"CONTENT")
    assert store.result(name) is None
    path.unlink()
    assert store.result(name) is None


def test_it_is_kept_from_run_to_run_and_by_any_path(tmp_path, monkeypatch):
    first = Cache(str(tmp_path))
    write(first, tmp_path / "out.png", b"content")
    first.close()
    monkeypatch.chdir(tmp_path)
    assert Cache(str(tmp_path)).result("./out.png") == (b"key", True)


def test_what_was_not_worth_a_file(store, tmp_path):
    path = tmp_path / "out.png"
    store.add_unwritten([str(path)], b"key")
    assert store.result(str(path)) == (b"key", False)
    path.touch()
    assert store.result(str(path)) is None


def test_the_content_of_a_file_is_known_until_it_changes(store, tmp_path):
    path = tmp_path / "in.png"
    path.write_bytes(b"content")
    old(path)
    store.add_input(str(path), path.stat(), b"digest")
    assert store.input_digest(str(path), path.stat()) == b"digest"
    status = path.stat()
    path.write_bytes(b"CONTENT")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))  # the same size and time
    assert store.input_digest(str(path), path.stat()) is None


def test_a_file_changed_just_now_is_looked_at_again(store, tmp_path):
    path = tmp_path / "in.png"
    path.write_bytes(b"content")
    store.add_input(str(path), path.stat(), b"digest")
    assert store.input_digest(str(path), path.stat()) is None


def test_results_are_recognised_but_not_those_of_this_run(tmp_path):
    first = Cache(str(tmp_path))
    write(first, tmp_path / "out.png", b"content")
    assert not first.has_content(digest(b"content"))
    assert Cache(str(tmp_path)).has_content(digest(b"content"))
    assert not Cache(str(tmp_path)).has_content(digest(b"other"))


def test_digests_tell_parts_apart():
    assert len({digest(b"ab"), digest(b"a", b"b"), digest(b"", b"ab")}) == 3


@pytest.mark.parametrize("damage", [b"", b"no database at all" * 100, b"SQLite format 3\0" * 99])
def test_a_damaged_file_is_begun_anew(tmp_path, damage):
    first = Cache(str(tmp_path))
    write(first, tmp_path / "out.png", b"content")
    first.close()
    (tmp_path / "made.sqlite").write_bytes(damage)
    store = Cache(str(tmp_path))
    assert store.result(str(tmp_path / "out.png")) is None
    name = write(store, tmp_path / "out.png", b"content")
    assert store.result(name) == (b"key", True)


def test_a_file_of_another_version_is_begun_anew(tmp_path):
    path = tmp_path / "made.sqlite"
    for version, table in ((99, "results"), (1, "made")):
        with sqlite3.connect(path) as file:
            file.execute(f"DROP TABLE IF EXISTS {table}")
            file.execute(f"CREATE TABLE {table} (other)")
            file.execute(f"PRAGMA user_version = {version}")
        name = write(Cache(str(tmp_path)), tmp_path / "out.png", b"content")
        assert Cache(str(tmp_path)).result(name) == (b"key", True)
        tables = file.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        assert sorted(tables) == [("inputs",), ("results",)]


@pytest.mark.parametrize("place", ["/dev/null/cache", "/proc/none"])
def test_where_nothing_can_be_kept_it_does_without(tmp_path, place):
    store = Cache(place)
    name = write(store, tmp_path / "out.png", b"content")
    assert store.result(name) is None
    assert not store.has_content(digest(b"content"))
    store.close()


def test_while_another_process_holds_it_one_does_without(tmp_path, monkeypatch):
    monkeypatch.setattr("huepress.batch.cache.PATIENCE", 0.01)
    early = Cache(str(tmp_path))
    name = write(early, tmp_path / "out.png", b"content")
    other = sqlite3.connect(tmp_path / "made.sqlite", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    late = Cache(str(tmp_path))
    assert late.result(name) is None
    write(early, tmp_path / "out.png", b"changed")
    assert early.result(name) is None
    other.close()
    assert Cache(str(tmp_path)).result(name) is None  # what is there isn't what was noted


def test_a_pipe_in_the_place_of_an_output_is_not_read(store, tmp_path):
    name = write(store, tmp_path / "out.png", b"content")
    os.unlink(name)
    os.mkfifo(name)
    assert store.result(name) is None


def test_two_runs_at_once_share_it(tmp_path, monkeypatch):
    monkeypatch.setattr("huepress.batch.cache.PATIENCE", 60)
    caches = [Cache(str(tmp_path)) for _ in range(2)]

    def fill(store: Cache, part: int) -> None:
        for i in range(part, 200, 4):
            store.add_unwritten([f"/{i}.png"], b"%d" % i)

    threads = [threading.Thread(target=fill, args=(caches[i % 2], i)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for store in caches:
        assert [store.result(f"/{i}.png") for i in range(200)] == [
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


# A value that isn't the default, for options that aren't numbers, switches or choices.
OTHERS = {
    "quality": 70, "target_size": 5000, "k": 9, "palette": [(0, 0, 0)], "keep": "#e30613",
    "importance": "auto", "page": 2, "verify": True, "format": "gif",
}  # fmt: skip


def other_value(option: Option) -> object:
    if option.name in OTHERS:
        return OTHERS[option.name]
    if option.choices:
        return next(choice for choice in option.choices if choice != option.default)
    if option.is_switch:
        return not option.default
    assert option.low is not None
    return option.low if option.low != option.default else option.low + 1


@pytest.mark.parametrize("option", Options.rows(), ids=lambda option: option.name)
def test_results_depend_on_the_options_that_affect_them(option):
    """`threads`, `max_pixels` and `verify` change no byte of a result, so it stays up to date."""
    changed = Options().replace(**{option.name: other_value(option)})
    assert changed != Options()
    assert (options_digest(changed) != options_digest(Options())) == bool(option.affects)


def test_options_that_affect_nothing():
    unaffecting = {option.name for option in Options.rows() if not option.affects}
    assert unaffecting == {"verify", "reconstructed", "threads", "max_pixels"}


def test_results_depend_on_the_version(monkeypatch):
    before = options_digest(Options())
    assert options_digest(Options()) == before
    monkeypatch.setattr("huepress.batch.cache.__version__", "0.0.0")
    assert options_digest(Options()) != before


@pytest.mark.parametrize("option", ["palette", "importance"])
def test_results_depend_on_what_a_file_contains(tmp_path, option):
    path = tmp_path / "file.hex"
    path.write_text("ff0000")
    digests = [options_digest(Options(**{option: given})) for given in (path, str(path))]
    assert digests[0] == digests[1]
    path.write_text("00ff00")
    assert options_digest(Options(**{option: path})) != digests[0]
    path.unlink()
    assert options_digest(Options(**{option: path})) != digests[0]


def test_colours_of_any_kind_are_told_apart_by_what_they_are():
    """The repr of an image has its address in it, and that of many numbers leaves most out."""
    gradient = np.arange(3000, dtype=np.uint8).reshape(1000, 3)
    changed = gradient.copy()
    changed[500] += 1
    for kind in (np.array, Codebook, lambda a: Image.fromarray(a[None]), lambda a: a.tobytes()):
        one, same, other = (
            options_digest(Options(palette=kind(colors)))
            for colors in (gradient, gradient.copy(), changed)
        )
        assert one == same != other
    images = [Image.new("P", (1, 1)) for _ in range(2)]
    images[1].putpalette([9, 9, 9])
    one, other = (options_digest(Options(palette=image)) for image in images)
    assert one != other
