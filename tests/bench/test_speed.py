"""The rows of ``python -m bench speed``: their arithmetic, their images, and what is missing."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from itertools import islice
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from bench import processes
from bench.__main__ import main
from bench.measures import Pixels, Spread
from bench.processes import MissingError
from bench.speed import command, folder, growth, whole_processes
from bench.speed.figures import Bar, Figure, compare
from bench.speed.setup import Setup
from bench.tables import quantity


def has_pngquant() -> bool:
    try:
        return bool(processes.pngquant_paths())
    except MissingError:
        return False


needs_pngquant = pytest.mark.skipif(not has_pngquant(), reason="pngquant is missing")


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


def test_the_ratio_of_one_image_is_the_median_and_spreads_over_turns() -> None:
    sides = {"a": (1.0, 2.0, 9.0)}, {"a": (4.0, 4.0, 6.0)}
    figure = compare("time", "s", sides, Bar("≤", 0.5))
    assert (figure.ours, figure.theirs) == ([2.0], [4.0])
    assert figure.value == Spread(0.5, 0.25, 1.5)
    assert figure.met
    assert figure.worst == "-"


def test_the_ratio_of_several_images_spreads_over_them_and_names_the_worst() -> None:
    ours = {"a": (1.0, 1.0, 5.0), "b": (4.0, 4.0, 4.0), "c": (3.0, 3.0, 3.0)}
    theirs = dict.fromkeys("abc", (2.0, 2.0, 2.0))
    figure = compare("time", "s", (ours, theirs), Bar("≤", 0.6))
    assert figure.value == Spread(1.5, 0.5, 2.0)
    assert figure.met is False
    assert figure.worst == "b"
    assert compare("time", "s", (ours, ours)).met is None
    assert compare("rate", "/s", (ours, theirs), high_is_good=True).worst == "a"


def test_turns_are_compared_one_by_one_as_both_had_the_same_machine() -> None:
    ours, theirs = (1.0, 10.0, 1.0), (2.0, 20.0, 20.0)
    assert compare("time", "s", ({"a": ours}, {"a": theirs})).value.median == 0.5


def test_sums_and_differences() -> None:
    sizes = {"a": (10,), "b": (90,)}, {"a": (20,), "b": (80,)}
    assert compare("bytes", "B", sizes, sums=True).value == Spread(1.0, 0.5, 1.125)
    scores = {"a": (80.0,), "b": (70.0,)}, {"a": (78.0,), "b": (71.0,)}
    figure = compare("score", "", scores, difference=True, high_is_good=True)
    assert figure.value == Spread(0.5, -1.0, 2.0)
    assert figure.worst == "b"


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [(0.0123, "s", "12.3 ms"), (12.34, "s", "12.34 s"), (1500.0, "B", "1.5 kB"),
     (2e6, "B", "2 MB"), (81.5, "", "81.5"), (12.0, "/s", "12 /s")],
)  # fmt: skip
def test_quantities_are_shown_in_fitting_units(value: float, unit: str, shown: str) -> None:
    assert quantity(value, unit) == shown


def test_a_line_shows_figure_worst_bar_and_verdict() -> None:
    figure = Figure("w", "s", [0.02], [0.01], Spread(2.0, 1.5, 2500.0), Bar("≤", 1 / 20), "a.png")
    assert figure.cells("row") == [
        "row", "w", "20 ms", "10 ms", "2 (1.5 to 2500)", "a.png", "≤ 0.05", "**no**",
    ]  # fmt: skip


SIZES = [
    (24.0, {"huepress": (3.0,), "pngquant 3": (1.0,)}),
    (0.4, {"huepress": (4.0,), "pngquant 3": (4.0,)}),
    (6.0, {"huepress": (2.0,), "pngquant 3": (2.0,)}),
]


def test_growth_is_the_largest_rise_to_a_larger_size() -> None:
    assert growth.largest_rise(SIZES, "huepress") == 1.5
    assert growth.largest_rise(SIZES, "pngquant 3") == 0.5


def test_the_chart_names_each_line_and_is_the_same_each_time(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="charts need the extra `bench`")
    first, second = tmp_path / "first.svg", tmp_path / "second.svg"
    for path in (first, second):
        growth.draw(path, {"photograph": SIZES, "gradient": SIZES[:2]})
    assert first.read_bytes() == second.read_bytes()
    words = {node.text for node in ElementTree.parse(first).iter() if node.text}
    assert {"megapixels", "huepress, photograph", "pngquant 3, gradient"} <= words


def test_shrunk_images_are_pngs_of_a_part_of_the_size(tmp_path: Path) -> None:
    save(noise(40, 61), tmp_path / "photo.bmp")
    setup = Setup(tmp_path, tmp_path, 1)
    full, half = (setup.as_png("photo.bmp", divisor) for divisor in (1, 2))
    assert np.array_equal(np.asarray(Image.open(full)), noise(40, 61))
    with Image.open(half) as opened:
        assert (opened.format, opened.size) == ("PNG", (31, 20))


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


def script(path: Path, text: str) -> str:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


@needs_pngquant
def test_folder_finds_what_huepress_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # compress -r INPUTS -d OUTPUTS -j 2, as far as this row needs it; refuses an old run's state.
    own = script(
        tmp_path / "huepress",
        'mkdir "$XDG_CACHE_HOME" && '
        'for f in "$3"/*.png; do cp "$f" "$5/$(basename "$f" .png)-hp.png"; done',
    )
    monkeypatch.setattr(processes, "huepress_path", lambda: own)
    (tmp_path / "scratch").mkdir()
    setup = Setup(shared(tmp_path), tmp_path / "scratch", 1, limit=3)
    rate, size, score = folder.folder(setup)
    assert len(size.ours) == 3
    assert list(size.ours) == [
        (tmp_path / "scratch" / "images" / f"00{number}.png").stat().st_size for number in range(3)
    ], "the inputs stay as they were, and copies of them are as large"
    assert all(theirs < ours for ours, theirs in zip(size.ours, size.theirs, strict=True))
    assert score.ours == [100.0]
    assert rate.value.median > 0


def test_an_output_that_is_missing_is_named(tmp_path: Path) -> None:
    save(noise(8, 8), tmp_path / "000-hp.png")
    with pytest.raises(MissingError, match=r"nothing of 001\.png"):
        folder.own_outputs(tmp_path, ["000.png", "001.png"])


@needs_pngquant
def test_rows_go_on_after_one_that_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "data.json"
    arguments = [str(shared(tmp_path)), "--repeat", "1", "--limit", "1", "--json", str(data)]
    assert main(["speed", *arguments, "--rows", "large,effort1,gradient"]) == 0
    printed = capsys.readouterr().out
    assert "large: not measured," in printed
    assert "gradient: not measured," in printed
    machine = printed.splitlines()[0]
    assert all(peer in machine for peer in ("huepress ", "; pngquant ", "; Pillow "))
    content = json.loads(data.read_text())
    counts = [len(figures) for figures in content["rows"].values()]
    assert counts == [0, 3 * (1 + len(processes.pngquants())), 0]
    ratio = content["rows"]["effort1"][1]
    assert ratio["value"]["median"] == ratio["ours"][0] / ratio["theirs"][0]


def test_a_missing_peer_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = shared(tmp_path)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    script(tmp_path / "huepress", "")
    assert main(["speed", str(root), "--rows", "kodak,folder"]) == 2
    told = capsys.readouterr().err.splitlines()
    assert "kodak: not measured, pngquant is missing: pip install pngquant-cli" in told
    assert told[-1] == "nothing was measured"


def figure() -> Figure:
    return compare("bytes", "B", ({"a": (1,)}, {"a": (2,)}))


def test_a_failing_program_leaves_what_was_found_before(tmp_path: Path) -> None:
    def row(setup: Setup):
        yield figure()
        raise subprocess.CalledProcessError(4, ["/bin/huepress"], None, "huepress: no -r\n")

    setup = Setup(tmp_path, tmp_path, 1)
    found = command.measured({"a": row, "b": row}, setup)
    assert [len(figures) for figures in found.values()] == [1, 1]
    assert setup.notes[0] == "a: not measured, huepress exits 4 (huepress: no -r)"


def test_an_interrupt_keeps_the_rows_before_it(tmp_path: Path) -> None:
    def done(setup: Setup):
        yield figure()

    def interrupted(setup: Setup):
        raise KeyboardInterrupt
        yield

    setup = Setup(tmp_path, tmp_path, 1)
    found = command.measured({"a": done, "b": interrupted, "c": done}, setup)
    assert {name: len(figures) for name, figures in found.items()} == {"a": 1, "b": 0}
    assert setup.notes == ["interrupted: the table shows what was finished"]


def test_unknown_rows_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["speed", str(tmp_path), "--rows", "start,walk"])
    assert "no such row: walk; there are start, quantize" in capsys.readouterr().err


def test_start_compares_with_this_interpreter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = script(tmp_path / "huepress", "sleep 0.2")
    monkeypatch.setattr(processes, "huepress_path", lambda: slow)
    monkeypatch.setattr(processes, "is_editable", lambda: True)
    monkeypatch.setattr(Setup, "short_repeat", 1)
    setup = Setup(tmp_path, tmp_path, 1)
    version, help_text = command.ROWS["start"][1](setup)
    assert version.ours[0] >= 0.2
    assert help_text.theirs == version.theirs
    assert version.value.median == version.ours[0] / version.theirs[0]
    assert "editable" in setup.notes[0]


def test_pillow_makes_a_palette_of_its_defaults(tmp_path: Path) -> None:
    image = save(noise(), tmp_path / "in put.png")
    (output,) = processes.compress([whole_processes.pillow()], image, tmp_path, 1).values()
    with Image.open(output.file) as made:
        assert made.mode == "P"
        expected = Image.fromarray(noise()).quantize(256).convert("RGB")
        assert np.array_equal(np.asarray(made.convert("RGB")), np.asarray(expected))
