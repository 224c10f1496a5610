"""The benchmark's arithmetic and its rules; never its timings."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from bench import figures, images, process, report, smoke
from bench.__main__ import main
from bench.figures import Measurement, Pixels
from bench.peers import PEERS, Contestant, Start, huepress
from bench.race import Race, Settings


def measured(
    name: str, image: str, seconds: list[float], mse: float, best: float | None = None
) -> Measurement:
    return Measurement(name, image, 16, tuple(seconds), mse, best)


def noise(height: int = 24, width: int = 32) -> Pixels:
    return np.random.default_rng(1).integers(0, 256, (height, width, 3), np.uint8)


def save(pixels: Pixels, path: Path) -> Path:
    Image.fromarray(pixels).save(path)
    return path


def test_mse_sums_over_channels_and_averages_over_pixels() -> None:
    black = np.zeros((2, 2, 3), np.uint8)
    other = black.copy()
    other[0, 0] = (255, 2, 1)
    assert figures.mse(black, other) == (255**2 + 2**2 + 1**2) / 4
    assert figures.mse(other, black) == figures.mse(black, other)


def test_float_centroids_are_rounded_and_labels_kept() -> None:
    codebook = np.array([[0.4, 254.6, 300.0], [-1.0, 9.51, 9.49]])
    labels = np.array([[1, 0]])
    assert figures.rendered(codebook, labels).tolist() == [[[0, 10, 9], [0, 255, 255]]]


def test_alpha_of_a_codebook_is_no_part_of_the_result() -> None:
    assert figures.rendered(np.array([[1, 2, 3, 255]]), np.array([[0]])).tolist() == [[[1, 2, 3]]]


def test_row_takes_ratios_image_by_image() -> None:
    reference = [
        measured("ours", "a", [1.0, 2.0, 9.0], 10.0),
        measured("ours", "b", [4.0], 20.0),
        measured("ours", "c", [1.0], 5.0),
    ]
    own = [
        measured("peer", "a", [8.0], 20.0, best=8.0),
        measured("peer", "b", [4.0], 160.0, best=32.0),
        measured("peer", "c", [3.0], 10.0),
    ]
    row = figures.summarize(own, reference)
    assert row.seconds == 4.0
    assert row.time_ratio == figures.Spread(3.0, 1.0, 4.0)
    assert row.mse == pytest.approx(190 / 3)
    assert row.mse_ratio == pytest.approx((2 * 8 * 2) ** (1 / 3))
    assert row.best_ratio == figures.BestKnownRatio(180 / 40, (2.5 + 5) / 2, 2)


def test_row_compares_the_same_images_only() -> None:
    own = [measured("textbook", "a", [30.0], 9.0)]
    reference = [measured("ours", "a", [0.5], 10.0), measured("ours", "b", [99.0], 99.0)]
    row = figures.summarize(own, reference)
    assert row.images == 1
    assert row.time_ratio == figures.Spread(60.0, 60.0, 60.0)
    assert row.mse_ratio == pytest.approx(0.9)


def test_exact_results_form_no_mse_ratio() -> None:
    own = [measured("peer", "a", [1.0], 3.0), measured("peer", "b", [1.0], 4.0)]
    reference = [measured("ours", "a", [1.0], 0.0), measured("ours", "b", [1.0], 2.0)]
    assert figures.summarize(own, reference).mse_ratio == pytest.approx(2.0)
    assert figures.summarize(own[:1], reference).mse_ratio is None


def test_table_is_aligned_markdown() -> None:
    table = report.markdown_table(("who", "ms"), [("pillow", "1.5"), ("a", "12.25")])
    assert table.splitlines() == [
        "| who    |    ms |",
        "| :----- | ----: |",
        "| pillow |   1.5 |",
        "| a      | 12.25 |",
    ]


def test_pillow_races_on_a_tiny_image(tmp_path: Path) -> None:
    picture = save(noise(), tmp_path / "noise.png")
    best = {"images": {"noise": {"16": {"int8_best": 1.0}}}}
    (tmp_path / images.BEST_KNOWN).write_text(json.dumps(best))
    race = Race()
    race.enter([PEERS["pillow"], PEERS["pillow-kmeans"]])
    race.run(Settings([tmp_path], [16, 300], repeat=2))
    quantized = Image.open(picture).quantize(16).convert("RGB")
    expected = figures.mse(noise(), np.asarray(quantized))
    first, second = race.measurements
    assert (first.contestant, first.k, first.mse) == ("pillow", 16, expected)
    assert first.best == 1.0
    assert len(first.seconds) == 2
    assert second.mse < first.mse
    text = report.race_text(race, 2)
    assert "**K = 16**, 1 image\n" in text
    assert " 1.00 (1.00-1.00) |" in text
    assert "pillow: no more than 256 colours; not raced at K=300" in text


def test_missing_and_failing_contestants_are_named() -> None:
    def fail(library: ModuleType, pixels: Pixels, k: int) -> Start:
        raise RuntimeError("two\nlines")

    race = Race()
    race.enter([Contestant("absent", "no_such_module", "none", fail)])
    race.enter([Contestant("broken", "math", "math", fail), PEERS["pillow"]])
    race.heat(images.Picture(Path("x.png"), noise(), {}), 4, repeat=1)
    assert [m.contestant for m in race.measurements] == ["pillow"]
    absent, broken = race.notes
    assert absent.startswith("absent: missing (")
    assert broken == "broken: failed on x.png at K=4 (RuntimeError: two lines)"


def test_slow_contestants_run_once_on_the_first_images_only(tmp_path: Path) -> None:
    runs = []

    def slow(library: ModuleType, pixels: Pixels, k: int) -> Start:
        labels = np.zeros(pixels.shape[:2], np.uint8)
        return Start(lambda: runs.append(k), lambda _: (np.zeros((1, 3)), labels))

    save(noise(4, 4), tmp_path / "a.png")
    save(noise(5, 4), tmp_path / "b.png")
    race = Race()
    race.enter([Contestant("slow", "math", "math", slow, once=True), PEERS["pillow"]])
    race.run(Settings([tmp_path], [2], repeat=3, textbook_images=1))
    assert runs == [2]
    assert [c.name for c in race.contestants] == ["pillow", "slow"]
    assert [Path(m.image).name for m in race.measurements] == ["a.png", "a.png", "b.png"]


def test_images_that_cannot_race_are_named(tmp_path: Path) -> None:
    opaque = np.dstack([noise(), np.full((24, 32), 255, np.uint8)])
    save(opaque, tmp_path / "opaque.png")
    opaque[0, 0, 3] = 254
    save(opaque, tmp_path / "clear.png")
    Image.new("I;16", (2, 2)).save(tmp_path / "deep.png")
    (tmp_path / "broken.png").write_text("not an image")
    skipped: list[str] = []
    (picture,) = images.pictures([tmp_path], None, skipped)
    assert picture.path.name == "opaque.png"
    assert np.array_equal(picture.pixels, noise())
    assert [Path(note.partition(":")[0]).name for note in skipped] == [
        "broken.png", "clear.png", "deep.png",
    ]  # fmt: skip


def test_pairs_of_processes_form_ratios_turn_by_turn() -> None:
    one = process.summarize(process.Pair("a.png", (1.0, 2.0, 4.0), (2.0, 2.0, 2.0), 100, 150))
    assert (one.our_seconds, one.their_seconds) == (2.0, 2.0)
    assert one.ratio == figures.Spread(1.0, 0.5, 2.0)
    two = process.summarize(process.Pair("b.png", (1.0,), (3.0,), 50, 10))
    every = process.summarize_all([one, two])
    assert every.ratio == figures.Spread(2.0, 1.0, 3.0)
    assert (every.our_bytes, every.their_bytes) == (150, 160)


def test_smoke_fails_above_any_peer_and_without_any() -> None:
    def at_every_k(name: str, mse: float) -> list[Measurement]:
        return [Measurement(name, "x", k, (1.0,), mse) for k in smoke.KS]

    ours = at_every_k(huepress(5).name, 2.0)
    assert smoke.verdict([*ours, *at_every_k("pillow", 2.0)]) == []
    faults = smoke.verdict([*ours, *at_every_k("pillow", 3.0), *at_every_k("imagequant", 1.9)])
    assert len(faults) == len(smoke.KS)
    assert "above imagequant's 1.9" in faults[0]
    assert len(smoke.verdict(ours)) == len(smoke.KS)


def test_command_line_writes_what_it_prints(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def quantize(pixels: Pixels, *, k: int, effort: int, **recipe: object) -> SimpleNamespace:
        # The contestants' errors compare only if all of them are plain K-means in RGB.
        assert recipe == {"space": "rgb", "dither": "none", "rd": 0}
        labels = np.zeros(pixels.shape[:2], np.uint8)
        return SimpleNamespace(labels=labels, codebook=SimpleNamespace(colors=pixels[0, :1]))

    fake = ModuleType("huepress")
    fake.__dict__.update(quantize=quantize, __version__="0")
    monkeypatch.setitem(sys.modules, "huepress", fake)
    picture = save(noise(), tmp_path / "noise.png")
    table, data = tmp_path / "table.md", tmp_path / "data.json"
    arguments = [str(picture), "--k", "16", "--repeat", "1", "--effort", "5,10"]
    arguments += ["--peers", "pillow", "--markdown", str(table), "--json", str(data)]
    assert main(arguments) == 0
    printed = capsys.readouterr().out
    assert table.read_text(encoding="utf-8") == printed
    assert "Ratios are to huepress (effort 5)" in printed
    content = json.loads(data.read_text(encoding="utf-8"))
    names = [m["contestant"] for m in content["measurements"]]
    assert names == ["huepress (effort 5)", "huepress (effort 10)", "pillow"]


def test_process_without_pngquant_is_one_line_and_exit_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main(["process", str(tmp_path)]) == 2
    assert capsys.readouterr().err.startswith("pngquant is missing")
