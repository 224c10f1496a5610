"""What moved between two commits, and what was noise."""

from __future__ import annotations

import itertools
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bench.__main__ import main
from bench.compare import builds, command, measuring, moves
from bench.compare.builds import Build, BuildError
from bench.compare.moves import Kind, Pair, Verdict

NOISE = (1.0, 1.02, 0.99, 1.01, 0.98, 1.0, 1.03, 0.97)


def verdict(kind: Kind, base: tuple[float, ...], head: tuple[float, ...]) -> Verdict:
    return moves.judged(Pair("x", kind, base, head), 0.05, 0.5).verdict


def times(factor: float, values: tuple[float, ...] = NOISE) -> tuple[float, ...]:
    return tuple(factor * value for value in values)


@pytest.mark.parametrize("number", range(1, 14))
def test_the_interval_misses_the_median_as_seldom_as_said(number: int) -> None:
    cut = moves.trimmed(number)

    def miss(cut: int) -> float:
        # Toss a coin for each value: does the interval lie wholly on one side of the median?
        tosses = itertools.product((0, 1), repeat=number)
        return sum(not cut < sum(toss) < number - cut for toss in tosses) / 2**number

    assert 0 <= cut <= (number - 1) // 2
    if number >= moves.LEAST_TURNS:
        assert miss(cut) <= 1 - moves.CONFIDENCE < miss(cut + 1)
    else:
        assert cut == 0
        assert miss(0) > 1 - moves.CONFIDENCE


def test_noise_is_no_move() -> None:
    assert verdict(Kind.SECONDS, NOISE, NOISE[::-1]) is Verdict.NOISE


@pytest.mark.parametrize(
    ("factor", "expected"),
    [(1.3, Verdict.TOO_MUCH_WORSE), (1.04, Verdict.WORSE), (1.0, Verdict.SAME),
     (0.96, Verdict.BETTER), (0.5, Verdict.BETTER)],
)  # fmt: skip
@pytest.mark.parametrize("kind", [Kind.SECONDS, Kind.BYTES, Kind.ERROR])
def test_what_grows_is_worse(kind: Kind, factor: float, expected: Verdict) -> None:
    assert verdict(kind, NOISE, times(factor)) is expected


@pytest.mark.parametrize(
    ("gain", "expected"),
    [(-0.6, Verdict.TOO_MUCH_WORSE), (-0.4, Verdict.WORSE), (0.0, Verdict.SAME),
     (0.1, Verdict.BETTER)],
)  # fmt: skip
def test_a_score_that_falls_is_worse(gain: float, expected: Verdict) -> None:
    assert verdict(Kind.SCORE, (80.0,), (80.0 + gain,)) is expected


def test_one_slow_turn_decides_nothing() -> None:
    slow = (9.0, *NOISE[:0:-1])
    assert verdict(Kind.SECONDS, NOISE, slow) is Verdict.NOISE


def test_an_error_that_was_none_and_now_is_one_is_worse() -> None:
    assert verdict(Kind.ERROR, (0.0,), (0.1,)) is Verdict.TOO_MUCH_WORSE
    assert verdict(Kind.ERROR, (0.0,), (0.0,)) is Verdict.SAME


@given(st.lists(st.floats(0.1, 10), min_size=6, max_size=20), st.floats(0.5, 2.0))
def test_swapping_commits_never_keeps_the_verdict(seconds: list[float], factor: float) -> None:
    base, head = tuple(seconds), times(factor, tuple(seconds))
    better = {Verdict.BETTER}
    worse = {Verdict.WORSE, Verdict.TOO_MUCH_WORSE}
    there, back = verdict(Kind.SECONDS, base, head), verdict(Kind.SECONDS, head, base)
    assert not {there, back} <= better
    assert not {there, back} <= worse


def installed() -> Build:
    build = Build("now", Path(sys.executable))
    if not Path(build.huepress[0]).exists():
        pytest.skip("huepress is not installed beside this Python")
    return build


def test_a_build_beside_itself_gives_the_same_bytes_and_errors(photo: Path, tmp_path: Path) -> None:
    pair = {"base": installed(), "head": installed()}
    found = [
        *measuring.quantize(pair, photo, 1, 2),
        *measuring.compress(pair, photo, 1, tmp_path, 1),
    ]
    kinds = [move.kind for move in found]
    assert kinds == [
        Kind.SECONDS, Kind.ERROR, Kind.SECONDS, Kind.BYTES, Kind.BYTES, Kind.SCORE,
    ]  # fmt: skip
    assert len(found[0].base) == len(found[0].head) == 2
    fixed = [found[1], found[4], found[5]]
    assert all(moves.judged(p, 0.05, 0.5).verdict is Verdict.SAME for p in fixed)
    assert all(p.base[0] > 0 for p in fixed)


def test_only_opaque_images_are_quantized_in_memory(photo: Path, tmp_path: Path) -> None:
    clear = tmp_path / "clear.png"
    Image.fromarray(np.zeros((8, 8, 4), np.uint8)).save(clear)
    names = [name for name, _ in measuring.every({}, [photo, clear], [1, 5], tmp_path, 1)]
    assert names.count("quantize photo.png") == 2
    assert names.count("compress clear.png") == 2
    assert "quantize clear.png" not in names


def test_a_commit_that_fails_is_told_with_its_words(photo: Path, tmp_path: Path) -> None:
    with (
        measuring.Worker(Build("now", Path(sys.executable)), tmp_path / "absent.png", 1) as worker,
        pytest.raises(subprocess.CalledProcessError) as caught,
    ):
        worker()
    assert "absent.png" in caught.value.stderr


def test_an_unknown_commit_is_one_line_and_exit_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "no-such-commit"]) == 2
    told = capsys.readouterr().err
    assert told.startswith("no-such-commit: no such commit")
    assert len(told.splitlines()) == 1


def test_a_commit_is_no_option(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="--all: no such commit"):
        builds.resolved(tmp_path, "--all")


def test_fewer_turns_than_tell_anything_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["compare", "HEAD", "--repeat", str(moves.LEAST_TURNS - 1)])
    assert "at least 6" in capsys.readouterr().err


def test_exit_code_tells_what_got_too_much_worse(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(head: tuple[float, ...], *options: str) -> int:
        pairs = [Pair("start", Kind.SECONDS, NOISE, head), Pair("s", Kind.BYTES, (5,), (5,))]
        monkeypatch.setattr(command, "compared", lambda options, notes: pairs)
        return main(["compare", "HEAD", *options])

    assert run(times(1.1)) == 1
    (row,) = [line for line in capsys.readouterr().out.splitlines() if "| start" in line]
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert cells == ["start", "time", "1 s", "1.1 s", "1.100 (1.100 to 1.100)", "too much worse"]
    assert run(times(1.1), "--threshold", "20") == 0
    assert run(NOISE) == 0
    assert "Nothing moved." in capsys.readouterr().out
    assert run(NOISE, "--all") == 0
    assert "| s " in capsys.readouterr().out
