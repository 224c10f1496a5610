"""What may go wrong around us, each made to happen: nothing is lost and nothing is half-written.

How it ends when the process itself is stopped is in cli/test_signals.py.
"""

from __future__ import annotations

import os
import resource
import shutil
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.commands import assert_failed, run, snapshot
from helpers.faults import ALL, finished, leftovers
from helpers.images import file_of, picture, shown

from huepress import UnreadableError, compress
from huepress.batch import worker
from huepress.cli._main import main
from huepress.files import sources

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="makes faults as POSIX has them")


@pytest.fixture
def small_disk(album: Path) -> Iterator[Path]:
    """A file system that is full after some kilobytes, at `out`."""
    mount = ["mount", "-t", "tmpfs", "-o", "size=12k", "tmpfs", str(album / "out")]
    if os.geteuid() or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small file system takes root")
    yield album / "out"
    subprocess.run(["umount", str(album / "out")], check=True)


def test_a_disk_that_is_full_after_some_images(album, small_disk):
    before = snapshot(album / "in")
    code, said, complained = finished(album, f"{ALL} -j 1")
    assert code == 1
    assert 1 <= len(said) < 4
    assert all("can't be written (No space left on device)" in line for line in complained[:-1])
    assert f"{len(said)} done, {4 - len(said)} failed: " in complained[-1]
    assert len(snapshot(small_disk)) == len(said)
    for name, content in snapshot(small_disk).items():
        assert shown(content)[1], name
    assert leftovers(album) == []
    assert snapshot(album / "in") == before


def test_files_that_may_not_grow(album):
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))

    code, said, complained = finished(album, ALL, limit)
    assert (code, said) == (1, [])
    assert all("can't be written (File too large)" in line for line in complained[:-1])
    assert "check the directory, its permissions and the free space" in complained[0]
    assert complained[-1].startswith("0 done, 4 failed, in ")
    assert snapshot(album / "out") == {}
    code, said, complained = finished(album, "in/1.png", limit)
    assert (code, said, len(complained)) == (16, [], 1)
    assert leftovers(album) == []


@pytest.mark.usefixtures("permissions")
def test_a_directory_that_may_not_be_written(album):
    (album / "out").chmod(0o500)
    try:
        code, said, complained = finished(album, ALL)
        assert (code, said, len(complained)) == (1, [], 5)
        assert snapshot(album / "out") == {}
    finally:
        (album / "out").chmod(0o700)


def test_a_file_system_that_may_not_be_written(album):
    mount = ["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", str(album / "out")]
    if os.geteuid() or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting a read-only file system takes root")
    try:
        code, said, complained = finished(album, ALL)
    finally:
        subprocess.run(["umount", str(album / "out")], check=True)
    assert (code, said) == (1, [])
    assert all("Read-only file system" in line for line in complained[:-1])


def test_a_target_directory_that_vanishes(album, monkeypatch, capsys):
    compress_one = worker.compress_one

    def slow(source, *rest):
        if source.name.endswith("2.png"):
            shutil.rmtree("out")
        return compress_one(source, *rest)

    monkeypatch.setattr(worker, "compress_one", slow)
    assert main(["compress", *ALL.split(), "-j", "1"]) == 1
    complained = capsys.readouterr().err.splitlines()
    assert len(complained) == 4
    assert "out/2-hp.png: there is no directory out; create it first" in complained[0]
    assert "out/sub: can't be written (No such file or directory)" in complained[1]
    assert complained[-1].startswith("1 done, 3 failed: ")
    assert not (album / "out").exists()  # it isn't made again, perhaps on another disk


@pytest.mark.parametrize("change", ["grow", "shrink", "rewrite"])
def test_an_input_that_changes_while_it_is_read(album, monkeypatch, change):
    path = album / "in" / "1.png"
    content = path.read_bytes()
    new = {"grow": content + b"more", "shrink": content[:-9], "rewrite": content[::-1]}[change]
    read_all = sources.read_all

    def read_and_change(file, most=-1):
        data = read_all(file, most)
        path.write_bytes(new)
        os.utime(path, ns=(0, 0))
        return data

    monkeypatch.setattr(sources, "read_all", read_and_change)
    with pytest.raises(UnreadableError, match=r"1\.png: changed while it was read; try again"):
        sources.read_snapshot(str(path))


def test_a_huge_file_that_is_no_image_is_not_read(album):
    for name, start in (("none.png", b"no image"), ("bomb.bmp", file_of(picture(90, 90), "BMP"))):
        with open(album / "in" / name, "wb") as file:
            file.write(start)
            file.truncate(10 << 30)

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))

    code, _, complained = finished(album, f"{ALL} --max-pixels 8000", limit)
    assert code == 1
    assert "in/bomb.bmp: 90x90 is more than 8,000 pixels" in "".join(complained)
    assert "in/none.png: not an image" in "".join(complained)
    assert complained[-1].startswith("4 done, 2 failed: ")


def test_inputs_that_are_deleted_or_changed_during_a_run(album, monkeypatch, capsys):
    compress_one = worker.compress_one

    def meddle(source, *rest):
        if source.name.endswith("1.png"):
            (album / "in" / "2.png").unlink()
            (album / "in" / "1.png").write_bytes(b"changed after it was read")
        return compress_one(source, *rest)

    compress(album / "in" / "1.png", album / "expected.png")
    monkeypatch.setattr(worker, "compress_one", meddle)
    assert main(["compress", *ALL.split(), "-j", "1"]) == 1
    assert "in/2.png: no such file; check the path" in capsys.readouterr().err
    assert (album / "out" / "1-hp.png").read_bytes() == (album / "expected.png").read_bytes()
    assert sorted(snapshot(album / "out")) == ["1-hp.png", "sub/0-hp.png", "sub/3-hp.png"]


def test_output_and_input_are_the_same(album):
    content = (album / "in" / "1.png").read_bytes()
    assert_failed(run("compress", "in/1.png", "-o", "in/1.png", cwd=album), 15, "exists already")
    (album / "link.png").symlink_to("in/1.png")
    os.link(album / "in" / "1.png", album / "hard.png")
    for name in ("link.png", "hard.png"):
        assert_failed(run("compress", "in/1.png", "-o", name, cwd=album), 15, "exists already")
    assert (album / "in" / "1.png").read_bytes() == content
    assert run("compress", "in/1.png", "-o", "in/1.png", "-f", cwd=album).returncode == 0
    assert shown((album / "in" / "1.png").read_bytes())[0] == shown(content)[0]
    assert (album / "hard.png").read_bytes() == content  # replaced, not written into


def test_a_link_as_output_is_followed_only_by_force(album):
    (album / "kept.png").write_bytes(b"precious")
    (album / "link.png").symlink_to("kept.png")
    (album / "nowhere.png").symlink_to("none.png")
    for name in ("link.png", "nowhere.png"):
        assert_failed(run("compress", "in/1.png", "-o", name, cwd=album), 15, "exists already")
    assert not (album / "none.png").exists()
    assert (album / "kept.png").read_bytes() == b"precious"
    for name in ("link.png", "nowhere.png"):
        assert run("compress", "in/1.png", "-o", name, "-f", cwd=album).returncode == 0
        assert (album / name).is_symlink()
    assert shown((album / "kept.png").read_bytes()) == shown((album / "none.png").read_bytes())


def test_a_pipe_as_output_is_written_to_and_stays(album):
    os.mkfifo(album / "pipe.png")
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append((album / "pipe.png").read_bytes()))
    reader.start()
    assert run("compress", "in/1.png", "-o", "pipe.png", cwd=album).returncode == 0
    reader.join(10)
    assert stat.S_ISFIFO((album / "pipe.png").stat().st_mode)
    assert run("compress", "in/1.png", "-o", "-", cwd=album).stdout == got[0]


def test_a_link_to_a_pipe_is_a_link(album):
    """It was written through without -f, as pipes are."""
    os.mkfifo(album / "pipe")
    (album / "link.png").symlink_to("pipe")
    result = run("compress", "in/1.png", "-o", "link.png", cwd=album)
    assert_failed(result, 15, "link.png: exists already; give --force")
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append((album / "pipe").read_bytes()))
    reader.start()
    assert run("compress", "in/1.png", "-o", "link.png", "-f", cwd=album).returncode == 0
    reader.join(10)
    assert run("compress", "in/1.png", "-o", "-", cwd=album).stdout == got[0]
    assert (album / "link.png").is_symlink()


def test_a_file_where_a_folder_is_needed(album):
    (album / "out" / "sub").touch()
    code, said, complained = finished(album, ALL)
    assert (code, len(said)) == (1, 2)
    assert all("out/sub: is not a directory; remove it" in line for line in complained[:-1])


# Started while the directory is there: Python itself would not find its way.
IN_A_REMOVED_DIRECTORY = """
import os, sys
from huepress.cli._main import main
os.rmdir(os.getcwd())
sys.exit(main())
"""


@pytest.mark.parametrize(
    ("words", "code", "reason"),
    [
        ("compress a.png", 2, "the current directory was removed; change to another"),
        ("compress ALBUM/in/1.png -d new", 2, "the current directory was removed"),
        ("compress ALBUM/in/1.png -o x.png", 16, "x.png: can't be written"),
        ("decompress ALBUM/ready.png -o x.png", 16, "x.png: can't be written"),
        ("decompress a.png", 2, "a.png: no such file"),
        ("compress ALBUM/in/1.png -o ALBUM/x.png", 0, ""),
        ("compress -r ALBUM/in -d ALBUM/out", 0, ""),
    ],
)
def test_a_current_directory_that_was_removed(album, words, code, reason):
    """It ended in a traceback from `os.getcwd`; whole paths need none, so they must do."""
    compress(album / "in" / "1.png", album / "ready.png")
    (album / "gone").mkdir()
    process = subprocess.run(
        [sys.executable, "-c", IN_A_REMOVED_DIRECTORY, *words.replace("ALBUM", str(album)).split()],
        cwd=album / "gone", capture_output=True, check=False,
    )  # fmt: skip
    if code:
        assert_failed(process, code, reason)
    else:
        assert process.returncode == 0, process.stderr


def test_pipes_and_devices_in_the_way_of_a_run_are_left_alone(album):
    os.mkfifo(album / "out" / "1-hp.png")
    (album / "out" / "2-hp.png").symlink_to("/dev/null")
    for words in (ALL, f"{ALL} -f"):
        code, said, complained = finished(album, words)
        assert code == 1
        assert len([line for line in complained if "is a device or a pipe" in line]) == 2
        assert len(said) == 2
    assert stat.S_ISFIFO((album / "out" / "1-hp.png").stat().st_mode)
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)


def test_two_runs_on_the_same_target(album):
    results = []

    def go() -> None:
        results.append(finished(album, ALL))

    threads = [threading.Thread(target=go) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [code for code, _, _ in results] == [0, 0]
    made = sum(" -> " in line for _, said, _ in results for line in said)
    assert made == 4  # each by one of them; for the other it is up to date
    before = snapshot(album / "out")
    code, _, complained = finished(album, ALL)
    assert code == 0
    assert complained[0].startswith("0 done, 4 skipped (4 up to date), in ")
    assert snapshot(album / "out") == before
    assert leftovers(album) == []


def test_what_a_killed_run_left_is_swept_when_nobody_can_be_writing_it(album):
    """Only what it can have left: files of a user's that began and ended so went, too."""
    old, new, *others = (album / "out" / f".{name}.tmp" for name in (
        "huepress-0123456789abcdef", "huepress-1123456789abcdef", "other-0123456789abcdef",
        "huepress-mine", "huepress-0123456789abcdef0", "huepress-0123456789ABCDEF",
    ))  # fmt: skip
    link = album / "out" / ".huepress-2123456789abcdef.tmp"
    link.symlink_to("nowhere")
    folder = album / "out" / ".huepress-3123456789abcdef.tmp"
    folder.mkdir()
    for path in (old, new, *others):
        path.touch()
    for path in (old, *others, link, folder):
        os.utime(path, (0, 0), follow_symlinks=False)
    assert main(["compress", *ALL.split(), "-q"]) == 0
    assert not old.exists()
    assert all(path.is_symlink() or path.exists() for path in (new, *others, link, folder))
