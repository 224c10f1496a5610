"""How the benchmark runs things: in turns, and as processes with their peak memory."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bench import programs, timing, whole

MEGABYTE = 1_000_000


def python(code: str) -> list[str]:
    return [sys.executable, "-I", "-S", "-c", code]


def test_turns_alternate_in_order_and_keep_what_each_came_to() -> None:
    ran: list[str] = []
    runs = {name: (lambda name=name: ran.append(name) or len(ran)) for name in "abc"}
    found = timing.take_turns(runs, 3)
    assert "".join(ran) == "abccbaabc"
    assert found == {"a": (1, 6, 7), "b": (2, 5, 8), "c": (3, 4, 9)}


def test_peak_memory_is_the_processes_own() -> None:
    ours = bytearray(b"x") * (100 * MEGABYTE)  # what this process holds must not count
    small = timing.process(python("pass"))
    large = timing.process(python(f"bytearray(b'x') * {50 * MEGABYTE}"))
    assert len(ours) == 100 * MEGABYTE
    assert small.peak < 50 * MEGABYTE
    assert 50 * MEGABYTE <= large.peak < 100 * MEGABYTE


def test_seconds_span_the_whole_process() -> None:
    assert timing.process(python("import time; time.sleep(0.2)")).seconds >= 0.2


def test_a_failing_process_is_told_with_its_last_words() -> None:
    with pytest.raises(subprocess.CalledProcessError) as caught:
        timing.process(python("import sys; sys.exit('no such option')"))
    told = programs.complaint(caught.value)
    assert told == f"{Path(sys.executable).name} exits 1 (no such option)"


def test_a_missing_program_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(programs.MissingError, match="pngquant is missing"):
        whole.pngquant()


@pytest.mark.parametrize(("long", "turns"), [(60.0, 4), (0.0, 3)])
def test_the_first_turn_counts_only_if_it_is_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, long: float, turns: int
) -> None:
    monkeypatch.setattr(whole, "LONG", long)
    log = tmp_path / "log"
    script = f'cp "$1" "$2"; echo >> "{log}"'
    coders = {
        name: lambda image, output: ["sh", "-c", script, "sh", str(image), str(output)]
        for name in ("ours", "theirs")
    }
    image = tmp_path / "image with 'quotes'.png"
    image.write_bytes(b"four")
    made = whole.make(coders, image, tmp_path, 3)
    assert [len(m.seconds) for m in made.values()] == [3, 3]
    assert [len(m.peaks) for m in made.values()] == [3, 3]
    assert made["theirs"].bytes == 4
    assert len(log.read_text().splitlines()) == len(coders) * turns


@pytest.mark.skipif(not shutil.which("pngquant"), reason="pngquant is missing")
def test_both_programs_take_a_file_whose_name_looks_like_an_option(
    photo: Path, tmp_path: Path
) -> None:
    odd = photo.rename(photo.with_name("-o odd.png"))
    coders = {"huepress": whole.huepress("--effort", "1"), "pngquant": whole.pngquant()}
    made = whole.make(coders, odd, tmp_path, 1)
    assert all(m.bytes < odd.stat().st_size for m in made.values())
