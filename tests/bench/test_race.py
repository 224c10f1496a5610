"""Quantizers in memory: the arithmetic and the rules of the race, never its timings."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from bench import images, measures, race, smoke, tables
from bench.__main__ import main
from bench.measures import Pixels, Spread
from bench.peers import PEERS, Quantizer, huepress
from bench.race import Measurement, Race


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
    assert measures.mse(black, other) == (255**2 + 2**2 + 1**2) / 4
    assert measures.mse(other, black) == measures.mse(black, other)


def test_float_centroids_are_rounded_and_labels_kept() -> None:
    codebook = np.array([[0.4, 254.6, 300.0], [-1.0, 9.51, 9.49]])
    labels = np.array([[1, 0]])
    assert measures.rendered(codebook, labels).tolist() == [[[0, 10, 9], [0, 255, 255]]]


def test_alpha_of_a_codebook_is_no_part_of_the_result() -> None:
    assert measures.rendered(np.array([[1, 2, 3, 255]]), np.array([[0]])).tolist() == [[[1, 2, 3]]]


def test_turns_alternate_in_order_and_keep_what_each_came_to() -> None:
    ran: list[str] = []
    runs = {name: (lambda name=name: ran.append(name) or len(ran)) for name in "abc"}
    found = measures.interleaved(runs, 3)
    assert "".join(ran) == "abccbaabc"
    assert found == {"a": (1, 6, 7), "b": (2, 5, 8), "c": (3, 4, 9)}


def test_a_spread_is_median_and_range() -> None:
    assert measures.spread([9.0, 1.0, 2.0]) == Spread(2.0, 1.0, 9.0)


def test_a_row_takes_ratios_image_by_image() -> None:
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
    assert race.row(own, reference) == [
        "peer", "3", "4000.0", "3 (1 to 4)", "63.33",
        f"{(2 * 8 * 2) ** (1 / 3):.4f}", "8.0000 b", "3.7500 (2)",
    ]  # fmt: skip


def test_a_row_compares_the_same_images_only() -> None:
    own = [measured("textbook", "a", [30.0], 9.0)]
    reference = [measured("ours", "a", [0.5], 10.0), measured("ours", "b", [99.0], 99.0)]
    cells = race.row(own, reference)
    assert cells[1] == "1"
    assert cells[3] == "60 (60 to 60)"
    assert cells[5] == "0.9000"


def test_exact_results_form_no_mse_ratio() -> None:
    own = [measured("peer", "a", [1.0], 3.0), measured("peer", "b", [1.0], 4.0)]
    reference = [measured("ours", "a", [1.0], 0.0), measured("ours", "b", [1.0], 2.0)]
    assert race.row(own, reference)[5] == "2.0000"
    assert race.row(own[:1], reference)[5] == "-"


def test_a_table_is_aligned_markdown() -> None:
    table = tables.markdown_table(("who", "ms"), [("pillow", "1.5"), ("a", "12.25")])
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
    found = Race()
    found.enter([PEERS["pillow"], PEERS["pillow-kmeans"]])
    found.run([tmp_path], [16, 300], repeat=2)
    quantized = Image.open(picture).quantize(16).convert("RGB")
    expected = measures.mse(noise(), np.asarray(quantized))
    first, second = found.measurements
    assert (first.quantizer, first.k, first.mse) == ("pillow", 16, expected)
    assert first.best == 1.0
    assert len(first.seconds) == 2
    assert second.mse < first.mse
    title, table = race.race_tables(found)
    assert title == "**K = 16**, 1 image"
    assert " 1 (1 to 1) |" in table
    notes = race.legend(found, [16, 300], 2)
    assert "pillow: no more than 256 colours; not measured at K=300" in notes


def test_missing_and_failing_quantizers_are_named() -> None:
    def fail(library: ModuleType, pixels: Pixels, k: int) -> tuple[None, None]:
        raise RuntimeError("two\nlines")

    found = Race()
    found.enter([Quantizer("absent", "no_such_module", "none", fail)])
    found.enter([Quantizer("broken", "math", "math", fail), PEERS["pillow"]])
    found.measure(Path("x.png"), noise(), 4, repeat=1)
    assert [m.quantizer for m in found.measurements] == ["pillow"]
    absent, broken = found.notes
    assert absent.startswith("absent: missing (")
    assert broken == "broken: failed on x.png at K=4 (RuntimeError: two lines)"


def test_slow_quantizers_run_once_on_the_first_image_only(tmp_path: Path) -> None:
    runs = []

    def slow(library: ModuleType, pixels: Pixels, k: int):
        labels = np.zeros(pixels.shape[:2], np.uint8)
        return lambda: runs.append(k), lambda _: (np.zeros((1, 3)), labels)

    save(noise(4, 4), tmp_path / "a.png")
    save(noise(5, 4), tmp_path / "b.png")
    found = Race()
    found.enter([Quantizer("slow", "math", "math", slow, slow=True), PEERS["pillow"]])
    found.run([tmp_path], [2], repeat=3)
    assert runs == [2]
    assert [q.name for q in found.quantizers] == ["pillow", "slow"]
    named = sorted((Path(m.image).name, m.quantizer) for m in found.measurements)
    assert named == [("a.png", "pillow"), ("a.png", "slow"), ("b.png", "pillow")]


def test_images_that_cannot_race_are_named(tmp_path: Path) -> None:
    opaque = np.dstack([noise(), np.full((24, 32), 255, np.uint8)])
    save(opaque, tmp_path / "opaque.png")
    opaque[0, 0, 3] = 254
    save(opaque, tmp_path / "clear.png")
    Image.new("I;16", (2, 2)).save(tmp_path / "deep.png")
    (tmp_path / "broken.png").write_text("not an image")
    found = Race()
    found.run([tmp_path], [2], repeat=1)
    assert [Path(note.partition(":")[0]).name for note in found.notes] == [
        "broken.png", "clear.png", "deep.png",
    ]  # fmt: skip
    assert np.array_equal(images.load_opaque(tmp_path / "opaque.png"), noise())


def test_the_command_line_writes_what_it_prints(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def quantize(pixels: Pixels, *, k: int, effort: int, **recipe: object) -> SimpleNamespace:
        # The quantizers' errors compare only if all of them are plain K-means in RGB.
        assert recipe == {"space": "rgb", "dither": "none", "rd": 0}
        labels = np.zeros(pixels.shape[:2], np.uint8)
        return SimpleNamespace(labels=labels, codebook=SimpleNamespace(colors=pixels[0, :1]))

    fake = ModuleType("huepress")
    fake.__dict__.update(quantize=quantize, __version__="0")
    monkeypatch.setitem(sys.modules, "huepress", fake)
    picture = save(noise(), tmp_path / "noise.png")
    table, data = tmp_path / "table.md", tmp_path / "data.json"
    arguments = ["race", str(picture), "--k", "16", "--repeat", "1", "--effort", "5,10"]
    arguments += ["--peers", "pillow", "--markdown", str(table), "--json", str(data)]
    assert main(arguments) == 0
    printed = capsys.readouterr().out
    assert table.read_text(encoding="utf-8") == printed
    assert "huepress 0; Pillow " in printed.splitlines()[0]
    assert "Ratios are to huepress (effort 5)" in printed
    content = json.loads(data.read_text(encoding="utf-8"))
    names = [m["quantizer"] for m in content["measurements"]]
    assert names == ["huepress (effort 5)", "huepress (effort 10)", "pillow"]


def test_smoke_fails_above_any_peer_and_without_any() -> None:
    def at_every_k(name: str, mse: float) -> list[Measurement]:
        return [Measurement(name, "x", k, (1.0,), mse) for k in smoke.KS]

    ours = at_every_k(huepress(5).name, 2.0)
    assert smoke.verdict([*ours, *at_every_k("pillow", 2.0)]) == []
    faults = smoke.verdict([*ours, *at_every_k("pillow", 3.0), *at_every_k("imagequant", 1.9)])
    assert len(faults) == len(smoke.KS)
    assert "above imagequant's 1.9" in faults[0]
    assert len(smoke.verdict(ours)) == len(smoke.KS)


@pytest.mark.parametrize("peer", ["pillow", "perfect"])
def test_smoke_tells_by_its_exit_code(
    peer: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def perfect(library: ModuleType, pixels: Pixels, k: int):
        colors = pixels.reshape(-1, 3)
        labels = np.arange(len(colors)).reshape(pixels.shape[:2])
        return lambda: None, lambda _: (colors, labels)

    monkeypatch.setitem(PEERS, "perfect", Quantizer("perfect", "math", "math", perfect))
    monkeypatch.setattr(Quantizer, "version", lambda self: self.name)
    monkeypatch.setattr(smoke, "PEER_NAMES", (peer,))
    assert main(["smoke"]) == (peer == "perfect")
    assert ("above perfect's 0.0" in capsys.readouterr().out) == (peer == "perfect")
