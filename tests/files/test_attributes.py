"""What results have of the images they are made of: names, permissions and times."""

from __future__ import annotations

import errno
import os
import stat
import sys

import pytest
from helpers.commands import assert_failed, run
from helpers.faults import ALL, finished, make_album
from helpers.images import file_of, picture, shown

from huepress import compress
from huepress.cli._main import main
from huepress.files.atomic import write_atomically

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="names and modes of POSIX")


NAMES = [
    b"with space.png", b"new\nline.png", b"tab\tand \x1b[31m.png", b"-k.png", b"--force.png",
    b"%s{}$(x)`y`'\".png", b"*.png", b"[a].png", b"@list.png", b"~.png", b"\\.png", b"a;b|c&d.png",
    "naïve 照片 🎨.png".encode(), b"caf\xe9\xff.png", b"x" * 248 + b".png", b"..png", b"a.b.c.PNG",
]  # fmt: skip


@pytest.mark.skipif(sys.platform == "darwin", reason="names are Unicode there")
def test_odd_names(tmp_path):
    make_album(tmp_path, 0)
    folder = os.fsencode(tmp_path / "in")
    (tmp_path / "in" / "sub").rmdir()
    for name in NAMES:
        with open(os.path.join(folder, name), "wb") as file:
            file.write(file_of(picture(20, 20)))
    code, said, complained = finished(tmp_path, f"{ALL} --json -v")
    count = len(NAMES) - 1  # "..png" is hidden
    assert (code, len(said)) == (0, count)
    assert complained[0].startswith(f"{count} done: ")
    names = {os.path.splitext(name)[0] + b"-hp.png" for name in NAMES if name != b"..png"}
    assert set(os.listdir(os.fsencode(tmp_path / "out"))) == names
    code, said, complained = finished(tmp_path, ALL)
    assert complained[0].startswith(f"0 done, {count} skipped ({count} up to date)")
    assert len(said) == count  # one line each, whatever is in the name
    listed = b"\0".join(name for name in sorted(os.listdir(folder)))
    words = ["@-", "-fq", "--no-skip-if-larger"]
    result = run("compress", *words, cwd=tmp_path / "in", stdin=listed)
    assert (result.returncode, result.stdout, result.stderr) == (0, b"", b"")
    assert len(os.listdir(folder)) == 2 * len(NAMES)


def test_a_name_that_becomes_too_long(tmp_path):
    name = "x" * 251 + ".png"
    (tmp_path / name).write_bytes(file_of(picture(20, 20)))
    result = run("compress", name, cwd=tmp_path)
    assert_failed(result, 16, "-hp.png: too long for a name; give a shorter one by --output")
    assert run("compress", name, "-o", "y" * 251 + ".png", cwd=tmp_path).returncode == 0


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o444])
def test_permissions_are_the_originals(album, mode):
    source = album / "in" / "1.png"
    source.chmod(mode)
    assert main(["compress", *ALL.split(), "-q"]) == 0
    assert stat.S_IMODE((album / "out" / "1-hp.png").stat().st_mode) == mode
    compress(source, album / "one.png")
    assert stat.S_IMODE((album / "one.png").stat().st_mode) == mode


def test_times_are_the_originals_if_asked_for(album):
    source = album / "in" / "1.png"
    os.utime(source, ns=(10**18, 10**18 + 7))
    compress(source, album / "new.png")
    assert (album / "new.png").stat().st_mtime_ns > 1.5 * 10**18
    assert main(["compress", *ALL.split(), "--keep-times", "-q"]) == 0
    compress(source, album / "old.png", keep_times=True)
    for path in (album / "out" / "1-hp.png", album / "old.png"):
        assert path.stat().st_mtime_ns == 10**18 + 7


def test_where_permissions_and_times_can_not_be_set_the_content_counts(album, monkeypatch):
    def refuse(*args, **settings):
        raise OSError(errno.EPERM, "not here")

    monkeypatch.setattr(os, "chmod", refuse)
    monkeypatch.setattr(os, "utime", refuse)
    compress(album / "in" / "1.png", album / "a.png", keep_times=True)
    assert shown((album / "a.png").read_bytes())[0] == (61, 40)


@pytest.mark.parametrize("mode", [0o700, 0o750, 0o775])
def test_folders_have_the_permissions_of_those_they_stand_for(album, mode):
    """Results of a private folder lay in one that everybody could look into."""
    deep = album / "in" / "sub" / "deep"
    deep.mkdir()
    picture(30, 30).save(deep / "d.png")
    deep.parent.chmod(mode)
    deep.chmod(0o711)
    before = os.umask(0o022)
    try:
        assert main(["compress", *ALL.split(), "-q"]) == 0
    finally:
        os.umask(before)
    assert stat.S_IMODE((album / "out" / "sub").stat().st_mode) == mode
    assert stat.S_IMODE((album / "out" / "sub" / "deep").stat().st_mode) == 0o711


def test_a_folder_being_made_is_no_more_open_than_it_will_be(album, monkeypatch):
    seen = []
    mkdir = os.mkdir

    def look(path, mode=0o777):
        mkdir(path, mode)
        seen.append((path, stat.S_IMODE(os.stat(path).st_mode)))

    (album / "in" / "sub").chmod(0o700)
    monkeypatch.setattr(os, "mkdir", look)
    assert main(["compress", *ALL.split(), "-q"]) == 0
    assert (os.path.join("out", "sub"), 0o700) in seen


def test_a_file_being_written_is_no_more_open_than_it_will_be(tmp_path, monkeypatch):
    seen = []
    fsync = os.fsync

    def look(descriptor: int) -> None:
        fsync(descriptor)
        seen.append(stat.S_IMODE(os.fstat(descriptor).st_mode))

    monkeypatch.setattr(os, "fsync", look)
    (tmp_path / "in.png").write_bytes(file_of(picture()))
    (tmp_path / "in.png").chmod(0o600)
    compress(tmp_path / "in.png", tmp_path / "out.png")
    write_atomically(tmp_path / "other", b"content", False)
    assert seen[0] == 0o600
    assert seen[1] & 0o444
