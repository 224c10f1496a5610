"""Programs run as processes: in turns, with their peak memory; and which pngquants there are."""

from __future__ import annotations

import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from bench import processes
from bench.processes import MissingError, Program

MEGABYTE = 1_000_000


def python(code: str) -> list[str]:
    return [sys.executable, "-I", "-S", "-c", code]


def script(path: Path, text: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a Python without any programs, which is the only one on the PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setattr(sys, "executable", str(folder / "python"))
    monkeypatch.setenv("PATH", str(folder))
    return folder


def test_peak_memory_is_the_processes_own() -> None:
    ours = bytearray(b"x") * (100 * MEGABYTE)  # what this process holds must not count
    small = processes.run(python("pass"))
    large = processes.run(python(f"bytearray(b'x') * {50 * MEGABYTE}"))
    assert len(ours) == 100 * MEGABYTE
    assert small.peak < 50 * MEGABYTE
    assert 50 * MEGABYTE <= large.peak < 100 * MEGABYTE


def test_seconds_span_the_whole_process() -> None:
    assert processes.run(python("import time; time.sleep(0.2)")).seconds >= 0.2


def test_a_failing_process_is_told_with_its_last_words() -> None:
    with pytest.raises(subprocess.CalledProcessError) as caught:
        processes.run(python("import sys; sys.exit('no such option')"))
    told = processes.failure(caught.value)
    assert told == f"{Path(sys.executable).name} exits 1 (no such option)"


@pytest.mark.parametrize(("long", "turns"), [(60.0, 4), (0.0, 3)])
def test_the_first_turn_counts_only_if_it_is_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, long: float, turns: int
) -> None:
    monkeypatch.setattr(processes, "LONG_SECONDS", long)
    log = tmp_path / "log"
    copy = script(tmp_path / "bin" / "copy", f'cp "$4" "$2"; echo >> "{log}"')
    programs = [Program(name, "1.0", [str(copy)]) for name in ("ours", "theirs")]
    image = tmp_path / "image with 'quotes'.png"
    image.write_bytes(b"four")
    made = processes.compress(programs, image, tmp_path, 3)
    assert [len(output.seconds) for output in made.values()] == [3, 3]
    assert [len(output.peaks) for output in made.values()] == [3, 3]
    assert made["theirs"].file.read_bytes() == b"four"
    assert len(log.read_text().splitlines()) == len(programs) * turns


def test_missing_programs_are_named(bare: Path) -> None:
    with pytest.raises(MissingError, match="pngquant is missing: pip install pngquant-cli"):
        processes.pngquants()
    with pytest.raises(MissingError, match="huepress is missing"):
        processes.huepress()


def test_pngquant_beside_python_comes_first_and_each_version_once(
    bare: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = script(bare / "pngquant", "echo '3.0.3 (Rust)'")
    second = script(tmp_path / "debian" / "pngquant", "echo '2.17.0 (September 2021)'")
    again = script(tmp_path / "again" / "pngquant", "echo 3.0.3")
    monkeypatch.setenv("PATH", f"{second.parent}:{again.parent}:{bare}:/usr/bin:/bin")
    found = processes.pngquants("--speed", "10")
    assert [program.name for program in found] == [
        "pngquant 3.0.3 --speed 10", "pngquant 2.17.0 --speed 10",
    ]  # fmt: skip
    assert [program.version for program in found] == ["pngquant 3.0.3", "pngquant 2.17.0"]
    assert [Path(program.words[0]) for program in found] == [first, second]


@pytest.mark.skipif(not shutil.which("pngquant"), reason="pngquant is missing")
def test_programs_take_a_file_whose_name_looks_like_an_option(photo: Path, tmp_path: Path) -> None:
    odd = photo.rename(photo.with_name("-o odd.png"))
    programs = [processes.huepress("--effort", "1"), *processes.pngquants()]
    made = processes.compress(programs, odd, tmp_path, 1)
    assert all(output.file.stat().st_size < odd.stat().st_size for output in made.values())
