"""Standard streams that are full, closed or something else: nobody loses an image by that."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from helpers.commands import assert_failed
from helpers.images import file_of, picture, shown

from huepress import UnreadableError, UnwritableError
from huepress.cli._main import main
from huepress.files import streams

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell")
needs_full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
needs_descriptors = pytest.mark.skipif(not Path("/dev/fd").exists(), reason="no /dev/fd here")

PHOTO = file_of(picture())
MANY = "compress -r in -d out --no-skip-if-larger"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    for i in range(3):
        picture(60 + i, 40).save(tmp_path / "in" / f"{i}.png")
    (tmp_path / "photo.png").write_bytes(PHOTO)
    picture().quantize(9).save(tmp_path / "few.png")
    return tmp_path


def shell(folder: Path, words: str) -> subprocess.CompletedProcess[bytes]:
    """Run the command with redirections, as a shell makes them."""
    return subprocess.run(
        ["/bin/bash", "-c", f'"$0" -m huepress {words}', sys.executable],
        cwd=folder,
        env={**os.environ, "XDG_CACHE_HOME": str(folder / "cache")},
        input=b"",
        capture_output=True,
        timeout=60,
        check=False,
    )


@needs_full
@pytest.mark.parametrize(
    "words",
    [
        "compress photo.png", "compress photo.png --json", "compress photo.png -o -",
        "decompress few.png", "codebook few.png", "codebook few.png --json",
        "compare photo.png few.png", "--version", "--help", "compress --help",
    ],
)  # fmt: skip
def test_a_full_disk_that_output_goes_to_is_one_line(folder, words):
    """It was a traceback; and of help texts nothing was said, as if all were well."""
    result = shell(folder, f"{words} >/dev/full")
    assert_failed(result, 16, "<stdout>: can't be written (No space left on device)")


@needs_full
def test_a_run_over_many_goes_on_when_output_can_not_be_written(folder):
    result = shell(folder, f"{MANY} >/dev/full")
    summary, complaint = result.stderr.decode().splitlines()
    assert result.returncode == 16
    assert summary.startswith("3 done: ")
    assert complaint.startswith("huepress: <stdout>: can't be written (No space left")
    assert len(list((folder / "out").iterdir())) == 3


@pytest.mark.parametrize("words", ["compress photo.png -o a.png", MANY, "codebook few.png"])
def test_who_closes_output_is_told_nothing_and_that_is_all(folder, words):
    result = shell(folder, f"{words} >&-")
    assert result.returncode == 0
    assert b"Traceback" not in result.stderr
    assert len(result.stderr.splitlines()) == (words == MANY)
    assert len(list(folder.glob("a.png"))) + len(list(folder.glob("out/*"))) == {
        "compress photo.png -o a.png": 1, MANY: 3, "codebook few.png": 0,
    }[words]  # fmt: skip


def test_an_image_that_was_asked_for_can_not_go_to_what_is_closed(folder):
    for words in ("compress photo.png -o - >&-", "decompress few.png -o - >&-"):
        assert_failed(shell(folder, words), 16, "<stdout>: is closed; send it to a file or a pipe")


@pytest.mark.parametrize(
    "words",
    [
        "compress -", "compress @-", "decompress - -o a.png", "codebook -", "compare - photo.png",
        "compare photo.png -",
    ],
)  # fmt: skip
def test_an_input_that_is_closed(folder, words):
    """It was a traceback, or "please report it"."""
    assert_failed(shell(folder, f"{words} <&-"), 2, "<stdin>: is closed; name a file")


@pytest.mark.parametrize("closed", ["2>&-", pytest.param("2>/dev/full", marks=needs_full)])
def test_complaints_that_nobody_hears_change_nothing(folder, closed):
    assert shell(folder, f"compress none.png {closed}").returncode == 2
    assert shell(folder, f"compress photo.png -k 0 {closed}").returncode == 4
    assert shell(folder, closed).returncode == 1
    result = shell(folder, f"{MANY} {closed}")
    assert (result.returncode, len(result.stdout.splitlines())) == (0, 3)
    result = shell(folder, f"compress photo.png -o - {closed}")
    assert shown(result.stdout)[0] == (60, 40)


@needs_descriptors
@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/fd/1"])
def test_standard_output_by_its_other_names(folder, name):
    """ "No such file or directory" into a pipe; into a file, "give a name that ends in .png"."""
    expected = shell(folder, "compress photo.png -o -").stdout
    result = shell(folder, f"compress photo.png -o {name}")
    assert result.stdout == expected
    assert b"photo.png -> stdout: " in result.stderr  # where it can't get into the image
    shell(folder, f"compress photo.png -o {name} >a.bin")
    assert (folder / "a.bin").read_bytes() == expected
    assert shown(shell(folder, f"decompress few.png -o {name}").stdout)[0] == (60, 40)


@needs_descriptors
def test_files_that_a_shell_has_opened(folder):
    expected = shell(folder, "compress photo.png -o -").stdout
    (folder / "log").write_bytes(b"before")
    assert shell(folder, "compress photo.png -o /dev/fd/3 3>>log").returncode == 0
    assert (folder / "log").read_bytes() == b"before" + expected
    result = shell(folder, "compress photo.png -o >(cat >&2)")
    assert result.stdout.startswith(b"photo.png -> /dev/fd/")
    result = shell(folder, "compress photo.png -o /dev/fd/9")
    assert_failed(result, 16, "/dev/fd/9: can't be written (Bad file descriptor)")


def test_what_libraries_say_never_gets_into_a_file(tmp_path):
    """A library in C writes to 2, whatever that is: with ``2>&-``, it was the next file opened."""
    code = (
        "from huepress.files.streams import configure_streams; configure_streams(); "
        "print(open('file', 'wb').fileno())"
    )
    for closed, least in (("", 3), ("2>&-", 3), ("<&-", 3), ("<&- 2>&-", 3)):
        command = ["/bin/bash", "-c", f'"$0" -c "{code}" {closed}', sys.executable]
        opened = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True).stdout
        assert int(opened) >= least


class Full(io.RawIOBase):
    """A file on a disk that is full."""

    def writable(self) -> bool:
        return True

    def write(self, data) -> int:
        raise OSError(28, "No space left on device")


def full() -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BufferedWriter(Full()), encoding="utf-8")


def test_one_complaint_about_output_will_do(monkeypatch):
    monkeypatch.setattr(sys, "stdout", full())
    with pytest.raises(UnwritableError, match="<stdout>: can't be written"):
        streams.write_stdout("first")
    streams.write_stdout("second")  # nobody is listening
    with pytest.raises(UnwritableError, match="is closed"):
        streams.binary_stdout()
    assert not streams.stdout_is_terminal()


def test_nothing_is_left_for_python_to_write_at_its_end(monkeypatch):
    out, err = full(), full()
    out.write("half a line")
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", err)
    streams.write_stderr("a line")
    assert err.closed
    streams.flush_streams()
    assert out.closed


def test_streams_that_are_none(monkeypatch):
    for name in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(sys, name, None)
    streams.configure_streams()
    streams.write_stdout("a line")
    streams.write_stderr("a line")
    streams.flush_streams()
    with pytest.raises(UnreadableError, match="<stdin>: is closed"):
        streams.binary_stdin()
    assert main(["--help-me"]) == 4


def test_lines_come_as_they_are(capsys):
    streams.write_stdout(json.dumps(1), "two")
    streams.write_stderr()
    streams.write_stderr("three")
    said = capsys.readouterr()
    assert (said.out, said.err) == ("1\ntwo\n", "three\n")
