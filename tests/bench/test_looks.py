"""Images in, files made and judged: the parts of ``python -m bench looks`` that touch anything."""

from __future__ import annotations

import json
import os
import shutil
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bench.__main__ import main
from bench.looks import coders, judge, sheet, study, subjects
from bench.looks.coders import Peer, RefusedError
from bench.looks.dials import RateDistortion
from bench.looks.judge import Judge
from bench.looks.run import run
from bench.looks.study import Outcome, Settings
from bench.looks.subjects import Candidate, Pixels
from bench.programs import MissingError

needs_pngquant = pytest.mark.skipif(not shutil.which("pngquant"), reason="pngquant is missing")
needs_butteraugli = pytest.mark.skipif(
    not shutil.which("butteraugli"), reason="butteraugli is missing"
)


def gradient(height: int = 40, width: int = 60, channels: int = 3) -> Pixels:
    """Return as many colours as pixels, nearly; the first pixel is fully transparent if any is."""
    y, x = np.mgrid[:height, :width]
    planes = [x * 4, y * 6, (x + y) * 2, (x + y) * 3]
    return np.stack(planes[:channels], -1).clip(0, 255).astype(np.uint8)


def png(pixels: Pixels, **settings: object) -> bytes:
    file = BytesIO()
    Image.fromarray(pixels).save(file, "PNG", **settings)
    return file.getvalue()


def coarse(pixels: Pixels, step: int) -> Pixels:
    return (pixels.astype(int) // step * step).astype(np.uint8)


class FakePeer(Peer):
    """Posterizes: no program is needed."""

    def __init__(self) -> None:
        super().__init__("none", "a fake")

    def __call__(self, image: Path, k: int) -> bytes:
        return png(coarse(subjects.load(image), 4096 // k))


class DeadlyPeer(FakePeer):
    """Takes its process with it, as the system does when memory runs out."""

    def __call__(self, image: Path, k: int) -> bytes:
        if "deadly" in image.name:
            os._exit(1)
        return super().__call__(image, k)


def fake_huepress(image: Path, *, k: int = 256, rd: float = 1, **options: object) -> bytes:
    return png(coarse(subjects.load(image), int(2 + rd * 512 // k)))


def settings(*parts: str, **other: object) -> Settings:
    known = {"ks": [256], "efforts": [5], "dial": RateDistortion([1.0])}
    return Settings(frozenset(parts), **known | other)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coders, "huepress", fake_huepress)
    monkeypatch.setattr(coders, "missing_options", lambda *names: [])


@pytest.fixture
def scene(tmp_path: Path) -> Candidate:
    path = tmp_path / "a scene.png"
    path.write_bytes(png(gradient()))
    return Candidate(path, "kodak", "kodak/a scene.png")


def test_the_shared_folder_stands_for_its_sets(tmp_path: Path) -> None:
    photo = "photos_large/wikipedia_1MP_lossless/e.png"
    photographs = ("kodak/b.png", "kodak/a.png", "kodak/notes.txt", photo)
    for name in (*photographs, "other/c.png", "screenshots/deep/d.webp"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    found = subjects.candidates([tmp_path], None, None)
    names = ["kodak/a.png", "kodak/b.png", "1MP/e.png", "screenshots/deep/d.webp"]
    assert [c.name for c in found] == names
    assert [c.set for c in found] == ["kodak", "kodak", "1MP", "screenshots"]
    limited = subjects.candidates([tmp_path], ["kodak", "1MP"], 1)
    assert [c.name for c in limited] == ["kodak/a.png", "1MP/e.png"]


def test_other_folders_and_files_are_sets_too(tmp_path: Path) -> None:
    (tmp_path / "wikipedia_1MP_lossless").mkdir()
    (tmp_path / "wikipedia_1MP_lossless" / "a.png").touch()
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "b.png").touch()
    single = tmp_path / "mine" / "c.jpg"
    single.touch()
    places = [tmp_path / "wikipedia_1MP_lossless", single, tmp_path / "mine"]
    found = subjects.candidates(places, None, None)
    assert [c.name for c in found] == ["1MP/a.png", "files/c.jpg", "mine/b.png"]


def test_colours_are_counted_as_a_viewer_sees_them(tmp_path: Path) -> None:
    pixels = np.array([[[1, 2, 3, 0], [9, 9, 9, 0], [1, 2, 3, 255], [1, 2, 3, 254]]], np.uint8)
    assert subjects.count_colors(pixels) == 3
    assert subjects.count_colors(pixels[:, 2:, :3]) == 1


def test_both_coders_read_nothing_but_pixels(tmp_path: Path) -> None:
    plain, noted = tmp_path / "plain.png", tmp_path / "noted.png"
    plain.write_bytes(png(gradient()))
    noted.write_bytes(png(gradient(), dpi=(72, 72)))
    photo = tmp_path / "photo.webp"
    Image.fromarray(gradient(channels=4)).save(photo, lossless=True, exact=True)
    folder = tmp_path / "copies"
    folder.mkdir()
    assert subjects.plain_png(plain, gradient(), folder) == plain
    for path in (noted, photo):
        pixels = subjects.load(path)
        copy = subjects.plain_png(path, pixels, folder)
        assert copy.parent == folder
        assert np.array_equal(subjects.load(copy), pixels)
        assert subjects.plain_png(copy, pixels, folder) == copy


def test_unusable_images_are_skipped_and_named(tmp_path: Path) -> None:
    deep, broken = tmp_path / "deep.png", tmp_path / "broken.png"
    Image.new("I;16", (9, 9)).save(deep)
    broken.write_bytes(png(gradient())[:99])
    for path, why in ((deep, "8 bits"), (broken, "unreadable")):
        found = study.study(Candidate(path, "x", "x"), settings("equal"), FakePeer(), tmp_path)
        assert (found.subject, found.samples) == (None, [])
        assert why in found.notes[0]


@needs_pngquant
def test_peer_is_pngquant_and_oxipng_and_survives_its_threads(scene, tmp_path: Path) -> None:
    peer = Peer.find(tmp_path / "cache")
    first = peer(scene.path, 16)
    # After oxipng's thread pool has started, a plain fork would hang.
    second = peer(scene.path, 8)
    assert len(first) > len(second)
    with Image.open(BytesIO(first)) as image:
        assert image.mode == "P"
        assert len(image.getcolors()) <= 16
    assert len(list((tmp_path / "cache").iterdir())) == 2
    assert Peer("no such program", peer.versions, peer.cache)(scene.path, 16) == first
    with pytest.raises(RefusedError, match="pngquant exits"):
        peer(scene.path, 1000)


def test_missing_pngquant_is_one_line_and_exit_2(scene, tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main(["looks", str(scene.path)]) == 2
    assert capsys.readouterr().err.startswith("pngquant is missing: ")
    with pytest.raises(MissingError):
        Peer.find()


def test_huepress_refuses_with_its_own_words(scene) -> None:
    assert Image.open(BytesIO(coders.huepress(scene.path, k=8))).size == (60, 40)
    with pytest.raises(RefusedError, match="k: "):
        coders.huepress(scene.path, k=0)
    assert coders.missing_options("k", "effort", "force", "no_such_knob") == ["no_such_knob"]


def test_judge_knows_lossless_whatever_lies_under_transparency(tmp_path: Path) -> None:
    original = gradient(channels=4)
    same = original.copy()
    same[original[..., 3] == 0] = (200, 100, 0, 0)
    found = Judge(original, tmp_path, banding=True)(png(same))
    assert (found.lossless, found.ssimulacra2, found.banding) == (True, 100.0, 0.0)
    same[-1, -1, 3] -= 1
    assert not Judge(original, tmp_path)(png(same)).lossless


def test_judge_gives_no_score_to_what_is_too_small(tmp_path: Path) -> None:
    tiny = gradient(3, 32)
    verdict = Judge(tiny, tmp_path, butteraugli=True, banding=True)(png(coarse(tiny, 64)))
    assert (verdict.ssimulacra2, verdict.butteraugli, verdict.banding) == (None, None, None)
    assert Judge(tiny, tmp_path)(png(tiny)).lossless


@needs_butteraugli
@pytest.mark.parametrize("channels", [3, 4])
def test_butteraugli_grows_with_the_error(tmp_path: Path, channels: int) -> None:
    original = gradient(channels=channels)
    judged = Judge(original, tmp_path, butteraugli=True)
    near, far = (judged(png(coarse(original, step))).butteraugli for step in (4, 64))
    assert 0 < near < far


def test_backgrounds_show_through_where_alpha_lets_them() -> None:
    pixels = np.array([[[10, 20, 30, 255], [10, 20, 30, 0], [0, 100, 200, 51]]], np.uint8)
    shown = judge.on_background(pixels, 255)
    assert shown.tolist() == [[[10, 20, 30], [255, 255, 255], [204, 224, 244]]]


def test_study_brackets_the_peer_and_takes_every_part(fake, scene, tmp_path: Path) -> None:
    parts = ("equal", "defaults", "plain", "quality", "size", "banding")
    found = study.study(scene, settings(*parts, ks=[256, 64]), FakePeer(), tmp_path)
    assert not found.notes
    assert found.subject.colors > 256
    by_part = {part: [s for s in found.samples if s.part == part] for part in
               ("peer", "curve", "exact", "defaults", "plain", "quality", "size")}  # fmt: skip
    assert [s.k for s in by_part["peer"]] == [256, 64, 128, 32, 16]
    assert [s.value for s in by_part["quality"]] == [60, 70, 80, 85]
    whole = by_part["defaults"][0].bytes
    assert [s.value for s in by_part["size"]] == [whole * 3 // 4, whole // 2]
    assert len(by_part["plain"]) == 5
    assert not by_part["exact"]
    for peer in by_part["peer"][:2]:
        scores = [s.ssimulacra2 for s in by_part["curve"] if s.k == peer.k]
        assert min(scores) <= peer.ssimulacra2 <= max(scores)


def test_study_takes_images_that_k_colours_hold_apart(fake, tmp_path: Path) -> None:
    path = tmp_path / "few.png"
    path.write_bytes(png(coarse(gradient(), 128)))
    few = Candidate(path, "alpha", "alpha/few.png")
    found = study.study(few, settings("equal"), FakePeer(), tmp_path)
    assert [s.part for s in found.samples] == ["peer", "exact"]


def test_a_coder_that_fails_is_noted_and_the_rest_goes_on(
    scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(image: Path, **options: object) -> bytes:
        raise RefusedError("out of ink")

    monkeypatch.setattr(coders, "huepress", refuse)
    found = study.study(scene, settings("equal", "defaults"), FakePeer(), tmp_path)
    assert [s.part for s in found.samples] == ["peer"]
    assert found.notes == [
        "kodak/a scene.png: no file for curve K=256 effort=5 at=1.0 (out of ink)",
        "kodak/a scene.png: no file for defaults (out of ink)",
    ]
    monkeypatch.setattr(coders, "huepress", lambda image, **options: 1 / 0)
    found = study.study(scene, settings("equal"), FakePeer(), tmp_path)
    assert found.notes == ["kodak/a scene.png: given up (ZeroDivisionError: division by zero)"]


def test_two_processes_find_what_one_does(scene, tmp_path: Path) -> None:
    other = tmp_path / "other.png"
    other.write_bytes(png(gradient(30, 50)))
    images = [scene, Candidate(other, "kodak", "kodak/other.png")]
    asked = settings("equal", "defaults", dial=None)

    def found(jobs: int) -> list[tuple[str, str, int]]:
        told: list[Outcome] = []
        findings = run(images, asked, FakePeer(), jobs, lambda o: str(told.append(o)))
        assert len(told) == 2
        return [(s.image, s.part, s.bytes) for s in findings.samples]

    assert found(1) == found(2)
    assert len(found(1)) == 4


def test_an_image_that_kills_its_process_is_named_and_the_rest_goes_on(scene, tmp_path) -> None:
    images = [scene]
    for name in ("deadly", "other"):
        (tmp_path / f"{name}.png").write_bytes(png(gradient(30, 50)))
        images.append(Candidate(tmp_path / f"{name}.png", "kodak", f"kodak/{name}"))
    findings = run(images, settings("defaults"), DeadlyPeer(), 2, str)
    assert findings.notes == ["kodak/deadly: given up, its process was killed"]
    assert {s.image for s in findings.samples} == {"kodak/a scene.png", "kodak/other"}


def test_interrupted_runs_keep_what_was_finished(fake, scene, monkeypatch, tmp_path: Path) -> None:
    images = [scene, Candidate(tmp_path / "never read.png", "kodak", "kodak/second")]
    begun = []

    def interrupted(candidate: Candidate, **known: object) -> Outcome:
        begun.append(candidate)
        if len(begun) > 1:
            raise KeyboardInterrupt
        return study.study(candidate, **known)

    monkeypatch.setattr("bench.looks.run.study", interrupted)
    findings = run(images, settings("defaults"), FakePeer(), 1, str)
    assert [s.part for s in findings.samples] == ["peer", "defaults"]
    assert findings.notes == ["interrupted: the tables show what was finished"]


def test_command_line_prints_writes_and_draws(
    fake, scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    monkeypatch.setattr(Peer, "find", lambda cache: FakePeer())
    table, data, page = (tmp_path / name for name in ("t.md", "d.json", "s.png"))
    words = ["looks", str(scene.path), "--k", "256", "--parts", "equal,defaults,plain,quality"]
    words += ["--markdown", str(table), "--json", str(data), "--sheet", str(page)]
    assert main([*words, "--option", "dither=none"]) == 0
    printed = capsys.readouterr()
    assert table.read_text(encoding="utf-8") == printed.out
    assert "Bytes at equal SSIMULACRA 2, effort 5" in printed.out
    assert "**Quality Q**" in printed.out
    assert "{'dither': 'none'}" in printed.out
    assert printed.err.startswith("[1/1] files/a scene.png K=256 e5 ")
    assert ", Q=60 " in printed.err
    content = json.loads(data.read_text(encoding="utf-8"))
    assert [image["image"] for image in content["images"]] == ["files/a scene.png"]
    assert {s["part"] for s in content["samples"]} == {
        "peer", "curve", "defaults", "plain", "quality",
    }  # fmt: skip
    with Image.open(page) as drawn:
        assert drawn.width == 3 * (sheet.ZOOM * sheet.CROP[0] + sheet.GAP)


def test_options_that_huepress_lacks_are_said_to_be_missing(
    scene, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    monkeypatch.setattr(Peer, "find", lambda cache: FakePeer())
    absent = ["rd", "quality", "target_size"]
    monkeypatch.setattr(coders, "missing_options", lambda *names: [n for n in names if n in absent])
    assert main(["looks", str(scene.path), "--k", "256"]) == 0
    printed = capsys.readouterr().out
    assert "- curves: not available, this huepress has no option 'rd'" in printed
    assert "- quality: not available, this huepress has no option 'quality'" in printed
    assert "- size: not available, this huepress has no option 'target_size'" in printed
    assert "`rd=0` is left out" in printed
    assert "Bytes at equal" not in printed
    assert main(["looks", str(scene.path), "--option", "rd=2"]) == 2
    assert capsys.readouterr().err == "--option rd: this huepress has no such option\n"


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--parts", "equal,beauty"], "no such part: beauty"),
        (["--rd", "1,-2"], "'1,-2' is no list of numbers"),
        (["--rd", "nan"], "'nan' is no list of numbers"),
        (["--option", "dither"], "'dither' is not NAME=VALUE"),
        (["--k", "257"], "'257' is no whole number from 1 to 256"),
    ],
)
def test_wrong_words_are_refused(scene, capsys, words, complaint) -> None:
    with pytest.raises(SystemExit):
        main(["looks", str(scene.path), *words])
    assert complaint in capsys.readouterr().err


def test_a_folder_without_images_is_exit_2(tmp_path: Path, monkeypatch, capsys) -> None:
    monkeypatch.setattr(Peer, "find", lambda cache: FakePeer())
    assert main(["looks", str(tmp_path), "--sets", "kodak"]) == 2
    assert capsys.readouterr().err == "no images of kodak there\n"


def test_sheet_shows_the_gradient_and_the_detail() -> None:
    pixels = np.full((200, 600, 3), 128, np.uint8)
    pixels[:, :300] = np.linspace(40, 120, 300).astype(np.uint8)[:, None]
    pixels[40:, 440:] = np.random.default_rng(0).integers(0, 256, (160, 160, 3))
    smooth, detail = sheet.places(pixels)
    assert smooth.why == "smoothest gradient"
    assert smooth.left + smooth.width <= 310
    assert detail.left >= 440
    assert detail.top >= 40
    (whole,) = sheet.places(pixels[:50, :60])
    assert (whole.width, whole.height) == (60, 50)
    (only,) = sheet.places(pixels[:140, 10:180])
    assert only.why == "smoothest gradient"
