"""The rows of ``python -m bench speed``: their arithmetic, their subjects, and what is missing."""

from __future__ import annotations

import json
import shutil
import stat
import subprocess
import sys
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bench import programs
from bench.__main__ import main
from bench.figures import Pixels, Spread
from bench.looks.banding import Banding
from bench.programs import MissingError
from bench.speed import command, folder, growth, large, lloyd, photographs, tables
from bench.speed.bars import Bar, Figure, gain, ratio, totals
from bench.speed.growth import Sized
from bench.speed.setting import Setting

needs_pngquant = pytest.mark.skipif(not shutil.which("pngquant"), reason="pngquant is missing")


def noise(height: int = 40, width: int = 60, seed: int = 1) -> Pixels:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


def save(pixels: Pixels, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path)
    return path


@pytest.mark.parametrize(
    ("relation", "passed"), [("≤", (1.9, 2)), ("<", (1.9,)), ("≥", (2, 2.1)), (">", (2.1,))]
)
def test_bars_are_passed_on_the_right_side(relation: str, passed: tuple[float, ...]) -> None:
    bar = Bar(relation, 2.0)
    assert tuple(value for value in (1.9, 2, 2.1) if bar.met(value)) == passed


def test_ratio_of_one_subject_is_of_medians_and_spreads_over_turns() -> None:
    figure = ratio("time", "s", [(1.0, 2.0, 9.0)], [(4.0, 4.0, 6.0)], Bar("≤", 0.5))
    assert (figure.ours, figure.theirs) == ((2.0,), (4.0,))
    assert figure.value == Spread(0.5, 0.25, 1.5)
    assert figure.met


def test_ratio_of_several_subjects_spreads_over_them() -> None:
    ours = [(1.0, 1.0, 5.0), (3.0, 3.0, 3.0), (4.0, 4.0, 4.0)]
    figure = ratio("time", "s", ours, [(2.0, 2.0, 2.0)] * 3, Bar("≤", 0.6))
    assert figure.value == Spread(1.5, 0.5, 2.0)
    assert figure.met is False
    assert ratio("time", "s", ours, ours).met is None


def test_totals_and_gains() -> None:
    assert totals("bytes", "B", [10, 90], [20, 80]).value == Spread(1.0, 0.5, 1.125)
    assert gain("score", "", [80.0, 70.0], [78.0, 71.0]).value == Spread(0.5, -1.0, 2.0)


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [(0.0123, "s", "12.3 ms"), (12.34, "s", "12.34 s"), (1500.0, "B", "1.5 kB"),
     (2e6, "B", "2 MB"), (81.5, "", "81.5"), (12.0, "/s", "12 /s")],
)  # fmt: skip
def test_quantities_are_shown_in_fitting_units(value: float, unit: str, shown: str) -> None:
    assert tables.quantity(value, unit) == shown


def test_a_line_shows_figure_bar_and_verdict() -> None:
    figure = Figure("w", "s", (0.02,), (0.01,), Spread(2.0, 1.5, 2500.0), Bar("≤", 1 / 20))
    assert tables.cells("row", figure) == [
        "row", "w", "20 ms", "10 ms", "2 (1.5 to 2500)", "≤ 0.05", "**no**",
    ]  # fmt: skip


def test_growth_is_the_largest_rise_to_a_larger_size() -> None:
    found = [
        Sized("photo", 24.0, (3.0,), (1.0,)),
        Sized("photo", 0.4, (4.0,), (4.0,)),
        Sized("photo", 6.0, (2.0,), (2.0,)),
    ]
    figure = growth.growth("photo", found)
    assert figure.value.median == 1.5
    assert figure.met is False
    assert figure.theirs == (0.5,)
    svg = growth.drawn(found).svg()
    assert "huepress, photo" in svg
    assert "pngquant, photo" in svg


def test_small_images_count_as_one() -> None:
    small = [Sized("Kodak", 0.4, (float(n), 1.0), (9.0, 8.0)) for n in (1, 2, 9)]
    assert growth.middle(small) == Sized("Kodak", 0.4, (2.0, 1.0), (9.0, 8.0))


def test_shrunk_images_are_pngs_of_a_part_of_the_size(tmp_path: Path) -> None:
    image = save(noise(40, 61), tmp_path / "photo.bmp")
    whole, half = (large.as_png(image, tmp_path, divisor) for divisor in (1, 2))
    assert np.array_equal(np.asarray(Image.open(whole)), noise(40, 61))
    with Image.open(half) as opened:
        assert (opened.format, opened.size) == ("PNG", (31, 20))


def test_banding_by_strips_is_banding_of_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    y, x = np.mgrid[:400, :120]
    original = np.stack([60 + x / 4 + y / 8] * 3, -1).astype(np.uint8)
    banded = original // 8 * 8
    expected = Banding(original)(banded)
    monkeypatch.setattr(large, "STRIP", 100)
    assert large.banding(original, banded) == pytest.approx(expected, rel=0.1)
    assert expected > 1
    assert large.banding(original, original) == 0
    assert large.banding(noise(), noise(seed=2)) == 0, "where nothing is smooth, nothing bands"


def test_no_two_images_of_the_folder_are_the_same(tmp_path: Path) -> None:
    files = [save(noise(64, 80, seed), tmp_path / f"{seed}.png") for seed in (1, 2)]
    found = list(islice(folder.variants(files), 20))
    assert len({pixels.tobytes() for pixels in found}) == 20
    assert found[0].shape == (64, 80, 3)
    assert found[19].shape == (64 - 4 * folder.RIM, 80 - 4 * folder.RIM, 3)


def shared(tmp_path: Path, images: int = 2) -> Path:
    for number in range(images):
        save(noise(seed=number), tmp_path / "shared" / "kodak" / f"{number}.png")
        save(noise(seed=number), tmp_path / "shared" / "cq100" / f"{number}.png")
    return tmp_path / "shared"


def script(path: Path, text: str) -> tuple[str, ...]:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return (str(path),)


@needs_pngquant
def test_folder_finds_what_huepress_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # compress -r INPUTS -d OUTPUTS -j 2, as far as this row needs it; refuses an old run's state.
    own = script(
        tmp_path / "huepress",
        'mkdir "$XDG_CACHE_HOME" && '
        'for f in "$3"/*.png; do cp "$f" "$5/$(basename "$f" .png)-hp.png"; done',
    )
    monkeypatch.setattr(programs, "huepress", lambda: own)
    (tmp_path / "scratch").mkdir()
    setting = Setting(shared(tmp_path), tmp_path / "scratch", 1, limit=3)
    rate, size, score = folder.measure(setting)
    assert len(size.ours) == 3
    assert size.ours == tuple(
        (tmp_path / "scratch" / "images" / f"00{number}.png").stat().st_size for number in range(3)
    ), "the inputs stay as they were, and copies of them are as large"
    assert all(theirs < ours for ours, theirs in zip(size.ours, size.theirs, strict=True))
    assert score.ours == (100.0,)
    assert rate.value.median > 0


def test_an_output_that_is_missing_is_named(tmp_path: Path) -> None:
    save(noise(8, 8), tmp_path / "000-hp.png")
    with pytest.raises(MissingError, match=r"nothing of 001\.png"):
        folder.own_outputs(tmp_path, ["000.png", "001.png"])


@needs_pngquant
def test_rows_go_on_after_one_that_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "data.json"
    arguments = [str(shared(tmp_path)), "--repeat", "1", "--limit", "1", "--json", str(data)]
    assert main(["speed", *arguments, "--rows", "large,effort1,lloyd"]) == 0
    printed = capsys.readouterr().out
    assert "large: not measured," in printed
    assert "lloyd: not measured," in printed
    content = json.loads(data.read_text())
    assert [len(figures) for figures in content["rows"].values()] == [0, 6, 0]
    bytes_ratio = content["rows"]["effort1"][1]
    assert bytes_ratio["value"]["median"] == bytes_ratio["ours"][0] / bytes_ratio["theirs"][0]


def test_a_missing_peer_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = shared(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main(["speed", str(root), "--rows", "kodak,folder"]) == 2
    told = capsys.readouterr().err.splitlines()
    assert "kodak: not measured, pngquant is missing: install it, or put it on the PATH" in told
    assert told[-1] == "nothing was measured"


def test_a_failing_program_leaves_what_was_found_before(tmp_path: Path) -> None:
    def row(setting: Setting):
        yield totals("bytes", "B", [1], [2])
        raise subprocess.CalledProcessError(4, ["/bin/huepress"], None, "huepress: no -r\n")

    setting = Setting(tmp_path, tmp_path, 1)
    found = command.measured({"a": row, "b": row}, setting)
    assert [len(figures) for figures in found.values()] == [1, 1]
    assert setting.notes[0] == "a: not measured, huepress exits 4 (huepress: no -r)"


def test_an_interrupt_keeps_the_rows_before_it(tmp_path: Path) -> None:
    def done(setting: Setting):
        yield totals("bytes", "B", [1], [2])

    def interrupted(setting: Setting):
        raise KeyboardInterrupt
        yield

    setting = Setting(tmp_path, tmp_path, 1)
    found = command.measured({"a": done, "b": interrupted, "c": done}, setting)
    assert {name: len(figures) for name, figures in found.items()} == {"a": 1, "b": 0}
    assert setting.notes == ["interrupted: the table shows what was finished"]


def test_unknown_rows_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["speed", str(tmp_path), "--rows", "start,walk"])
    assert "no such row: walk; there are start, quantize" in capsys.readouterr().err


def test_start_compares_with_this_interpreter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = script(tmp_path / "huepress", "sleep 0.2")
    monkeypatch.setattr(programs, "huepress", lambda: slow)
    monkeypatch.setattr(programs, "is_editable", lambda: True)
    monkeypatch.setattr(Setting, "short_repeat", 1)
    setting = Setting(tmp_path, tmp_path, 1)
    version, help_text = command.ROWS["start"][1](setting)
    assert version.ours[0] >= 0.2
    assert help_text.theirs == version.theirs
    assert version.value.median == version.ours[0] / version.theirs[0]
    assert "editable" in setting.notes[0]


def test_pillow_makes_a_palette_of_its_defaults(tmp_path: Path) -> None:
    image, output = save(noise(), tmp_path / "in put.png"), tmp_path / "out put.png"
    subprocess.run(photographs.pillow(image, output), check=True)
    with Image.open(output) as made:
        assert made.mode == "P"
        expected = Image.fromarray(noise()).quantize(256).convert("RGB")
        assert np.array_equal(np.asarray(made.convert("RGB")), np.asarray(expected))


def test_seconds_of_lloyd_are_of_each_iteration() -> None:
    from huepress._kernels.gate import PixelIndex

    points = PixelIndex(noise().tobytes(), 3).colors.points()
    seconds = lloyd.own_run(points)
    assert len(seconds) == lloyd.ITERATIONS
    assert all(0 < taken < 10 for taken in seconds)


@pytest.mark.skipif(sys.platform != "linux", reason="a shell's way")
def test_convert_and_pngquant_are_piped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script(tmp_path / "convert", 'echo "$1" "$2"')
    script(tmp_path / "pngquant", 'echo "$1"; cat')
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    output = tmp_path / "it's.png"
    subprocess.run(large.convert_and_pngquant()(Path("a b.jpg"), output), check=True)
    assert output.read_text().splitlines() == ["-", "a b.jpg png:-"]
