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

from bench import processes
from bench.__main__ import main
from bench.images import load
from bench.looks import comparing, encoders, pictures, sheet
from bench.looks.comparing import Outcome, Settings
from bench.looks.curves import ratio_at
from bench.looks.encoders import Peer, RefusedError
from bench.looks.judge import MEASURES, Judge, Verdict
from bench.looks.pictures import Picture
from bench.measures import Pixels
from bench.processes import MissingError

try:
    PNGQUANT = processes.pngquant_paths()[0]
except MissingError:
    PNGQUANT = ""
needs_pngquant = pytest.mark.skipif(not PNGQUANT, reason="pngquant is missing")
needs_butteraugli = pytest.mark.skipif(
    not shutil.which("butteraugli"), reason="butteraugli is missing"
)


def gradient(height: int = 40, width: int = 60, channels: int = 3) -> Pixels:
    """Return as many colours as pixels, nearly; the first pixel is fully transparent if any is."""
    y, x = np.mgrid[:height, :width]
    planes = [x * 4, y * 6, (x + y) * 2, (x + y) * 3]
    return np.stack(planes[:channels], -1).clip(0, 255).astype(np.uint8)


def png(pixels: Pixels) -> bytes:
    file = BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def coarse(pixels: Pixels, step: int) -> Pixels:
    return (pixels.astype(int) // step * step).astype(np.uint8)


class FakePeer(Peer):
    """Posterizes: no program is needed."""

    def __init__(self) -> None:
        super().__init__("none", "a fake")

    def __call__(self, image: Path, k: int) -> bytes:
        return png(coarse(load(image), 4096 // k))


class DeadlyPeer(FakePeer):
    """Takes its process with it, as the system does when memory runs out."""

    def __call__(self, image: Path, k: int) -> bytes:
        os._exit(1)


def fake_huepress(image: Path, *, k: int = 256, rd: float = 1, **options: object) -> bytes:
    return png(coarse(load(image), int(2 + rd * 512 // k)))


def settings(*parts: str, **other: object) -> Settings:
    return Settings(frozenset(parts), **{"ks": [256], **other})


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoders, "huepress", fake_huepress)


@pytest.fixture
def scene(tmp_path: Path) -> Picture:
    path = tmp_path / "a scene.png"
    path.write_bytes(png(gradient()))
    return Picture(path, "kodak", "kodak/a scene.png")


def test_the_shared_folder_stands_for_its_sets(tmp_path: Path) -> None:
    photo = "photos_large/wikipedia_1MP_lossless/e.png"
    photographs = ("kodak/b.png", "kodak/a.png", "kodak/notes.txt", photo)
    for name in (*photographs, "other/c.png", "screenshots/deep/d.webp"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    found = pictures.find([tmp_path], None, None)
    names = ["kodak/a.png", "kodak/b.png", "1MP/e.png", "screenshots/deep/d.webp"]
    assert [picture.name for picture in found] == names
    assert [picture.set for picture in found] == ["kodak", "kodak", "1MP", "screenshots"]
    limited = pictures.find([tmp_path], ["kodak", "1MP"], 1)
    assert [picture.name for picture in limited] == ["kodak/a.png", "1MP/e.png"]


def test_other_folders_and_files_are_sets_too(tmp_path: Path) -> None:
    (tmp_path / "wikipedia_1MP_lossless").mkdir()
    (tmp_path / "wikipedia_1MP_lossless" / "a.png").touch()
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "b.png").touch()
    single = tmp_path / "mine" / "c.jpg"
    single.touch()
    places = [tmp_path / "wikipedia_1MP_lossless", single, tmp_path / "mine"]
    found = pictures.find(places, None, None)
    assert [picture.name for picture in found] == ["1MP/a.png", "files/c.jpg", "mine/b.png"]


def test_colours_are_counted_as_a_viewer_sees_them() -> None:
    pixels = np.array([[[1, 2, 3, 0], [9, 9, 9, 0], [1, 2, 3, 255], [1, 2, 3, 254]]], np.uint8)
    assert pictures.count_colors(pixels) == 3
    assert pictures.count_colors(pixels[:, 2:, :3]) == 1


@pytest.mark.parametrize("channels", [3, 4])
def test_encoders_read_nothing_but_pixels(tmp_path: Path, channels: int) -> None:
    noted = tmp_path / "noted.png"
    Image.fromarray(gradient(channels=channels)).save(noted, dpi=(72, 72))
    plain = pictures.plain_png(load(noted), tmp_path)
    assert np.array_equal(load(plain), gradient(channels=channels))
    with Image.open(plain) as opened:
        assert not opened.info


def test_unusable_images_are_skipped_and_named(tmp_path: Path) -> None:
    deep, broken = tmp_path / "deep.png", tmp_path / "broken.png"
    Image.new("I;16", (9, 9)).save(deep)
    broken.write_bytes(png(gradient())[:99])
    for path, why in ((deep, "8 bits"), (broken, "unreadable")):
        found = comparing.compare_image(Picture(path, "x", "x"), settings("equal"), FakePeer())
        assert (found.colors, found.files) == (0, [])
        assert why in found.notes[0]


@needs_pngquant
def test_peer_is_pngquant_and_oxipng_and_survives_its_threads(scene, tmp_path: Path) -> None:
    peer = Peer.find(cache=tmp_path / "cache")
    first = peer(scene.path, 16)
    # After oxipng's thread pool has started, a plain fork would hang.
    second = peer(scene.path, 8)
    assert len(first) > len(second)
    with Image.open(BytesIO(first)) as image:
        assert image.mode == "P"
        assert len(image.getcolors()) <= 16
    assert len(list((tmp_path / "cache").iterdir())) == 2
    assert Peer("no such program", peer.versions, peer.cache)(scene.path, 16) == first
    assert peer.versions.startswith(processes.pngquant_version(PNGQUANT))
    with pytest.raises(RefusedError, match="pngquant exits"):
        peer(scene.path, 1000)


def test_missing_pngquant_is_one_line_and_exit_2(scene, monkeypatch, capsys) -> None:
    def missing() -> list[str]:
        raise MissingError("pngquant is missing: pip install pngquant-cli")

    monkeypatch.setattr(processes, "pngquant_paths", missing)
    assert main(["looks", str(scene.path)]) == 2
    assert capsys.readouterr().err == "pngquant is missing: pip install pngquant-cli\n"


def test_huepress_refuses_with_its_own_words(scene) -> None:
    assert Image.open(BytesIO(encoders.huepress(scene.path, k=8))).size == (60, 40)
    with pytest.raises(RefusedError, match="k: "):
        encoders.huepress(scene.path, k=0)


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
    shown = pictures.on_background(pixels, 255)
    assert shown.tolist() == [[[10, 20, 30], [255, 255, 255], [204, 224, 244]]]


def test_a_comparison_brackets_the_peer_and_takes_every_part(fake, scene) -> None:
    parts = ("equal", "defaults", "plain", "quality", "size", "banding")
    found = comparing.compare_image(scene, settings(*parts, ks=[256, 64]), FakePeer())
    assert not found.notes
    assert found.colors > 256
    peers = {f.options["k"]: f.verdict for f in found.files if f.encoder == "pngquant"}
    own = [f for f in found.files if f.encoder == "huepress"]
    assert set(peers) == {256, 128, 64, 32, 16}
    assert len([f for f in found.files if f.encoder == "pngquant"]) == len(peers), "each once"
    assert [f.options["quality"] for f in own if "quality" in f.options] == ["60", "70", "80", "85"]
    (whole,) = [f.verdict.bytes for f in own if not f.options]
    sizes = [f.options["target_size"] for f in own if "target_size" in f.options]
    assert sizes == [str(whole * 3 // 4), str(whole // 2)]
    assert len(found.figures["plain"]) == 5
    assert found.figures["defaults"]["better"].theirs == peers[256]
    for k in (256, 64):
        curve = [f.verdict for f in own if f.options.get("k") == k]
        scores = [verdict.ssimulacra2 for verdict in curve]
        assert min(scores) <= peers[k].ssimulacra2 <= max(scores)
    columns = {table: set(by_column) for table, by_column in found.figures.items()}
    assert columns["equal"] == {"K=256", "K=64"}
    assert columns["quality"] == {"Q=60", "Q=70", "Q=80", "Q=85"}
    assert columns["size"] == {"75%", "50%"}
    assert "exact" not in columns


def test_bytes_are_compared_along_the_curve_of_each_k(fake, scene) -> None:
    found = comparing.compare_image(scene, settings("equal", ks=[256, 64]), FakePeer())
    for k in (256, 64):
        peer, *curve = [f.verdict for f in found.files if f.options["k"] == k]
        points = [(verdict.ssimulacra2, verdict.bytes) for verdict in curve]
        expected = ratio_at(points, (peer.ssimulacra2, peer.bytes))
        assert found.figures["equal"][f"K={k}"] == expected


def test_options_go_to_every_call(fake, scene) -> None:
    asked = settings("equal", "plain", "quality", options={"dither": "none"})
    found = comparing.compare_image(scene, asked, FakePeer())
    own = [f.options for f in found.files if f.encoder == "huepress"]
    assert len(own) > 8
    assert all(options["dither"] == "none" for options in own)


def test_images_that_k_colours_hold_are_taken_apart(fake, tmp_path: Path) -> None:
    path = tmp_path / "few.png"
    path.write_bytes(png(coarse(gradient(), 128)))
    found = comparing.compare_image(
        Picture(path, "alpha", "alpha/few.png"), settings("equal"), FakePeer()
    )
    assert [f.encoder for f in found.files] == ["pngquant", "huepress"]
    assert set(found.figures) == {"exact"}


def test_scores_without_rate_distortion_leave_out_what_both_keep(scene, monkeypatch) -> None:
    monkeypatch.setattr(FakePeer, "__call__", lambda self, image, k: png(load(image)))
    monkeypatch.setattr(
        encoders, "huepress", lambda image, *, k, rd: png(coarse(load(image), k // 16))
    )
    found = comparing.compare_image(scene, settings("plain"), FakePeer())
    assert set(found.figures["plain"]) == {"K=256", "K=128", "K=64"}


def test_butteraugli_is_better_when_it_is_lower() -> None:
    near, far = (Verdict(1, lossless=False, butteraugli=distance) for distance in (1.0, 2.0))
    assert MEASURES["butteraugli"](near) > MEASURES["butteraugli"](far)


def test_a_target_is_in_reach_if_any_lossy_file_shows_it(scene, monkeypatch) -> None:
    steps = {"60": 120, "70": 60, "80": 8, "85": 100}
    monkeypatch.setattr(
        encoders, "huepress",
        lambda image, *, quality: png(coarse(load(image), steps[quality])),
    )  # fmt: skip
    found = comparing.compare_image(scene, settings("quality"), FakePeer())
    scores = [f.verdict.ssimulacra2 for f in found.files]
    for quality, landing in zip((60, 70, 80, 85), found.figures["quality"].values(), strict=True):
        assert landing.reachable == (max(scores) >= quality)
        assert landing.near == (abs(landing.at - quality) <= 1)
        assert not landing.above


@pytest.mark.parametrize(
    ("share", "near", "above"), [(1, 1, 0), (0.98, 1, 0), (0.9, 0, 0), (2, 0, 1)]
)
def test_sizes_are_kept_and_nearly_reached(
    scene, monkeypatch, share: float, near: bool, above: bool
) -> None:
    def padded(image: Path, target_size: str = "40000") -> bytes:
        wanted = int(target_size) * (share if target_size != "40000" else 1)
        lossy = png(coarse(load(image), 4))
        return lossy + bytes(int(wanted) - len(lossy))

    monkeypatch.setattr(encoders, "huepress", padded)
    found = comparing.compare_image(scene, settings("size"), FakePeer())
    assert set(found.figures["size"]) == {"75%", "50%"}
    for landing in found.figures["size"].values():
        assert (landing.near, landing.above, landing.reachable) == (near, above, True)


def test_an_encoder_that_fails_is_noted_and_the_rest_goes_on(
    scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(image: Path, **options: object) -> bytes:
        raise RefusedError("out of ink")

    monkeypatch.setattr(encoders, "huepress", refuse)
    found = comparing.compare_image(scene, settings("equal", "defaults"), FakePeer())
    assert [f.encoder for f in found.files] == ["pngquant"]
    assert found.notes[::3] == [
        "kodak/a scene.png: no file by huepress, k=256 rd=0.5 (out of ink)",
        "kodak/a scene.png: no file by huepress, defaults (out of ink)",
    ]
    monkeypatch.setattr(encoders, "huepress", lambda image, **options: 1 / 0)
    found = comparing.compare_image(scene, settings("equal"), FakePeer())
    assert found.notes == ["kodak/a scene.png: given up (ZeroDivisionError: division by zero)"]


def test_two_processes_find_what_one_does(scene, tmp_path: Path) -> None:
    other = tmp_path / "other.png"
    other.write_bytes(png(gradient(30, 50)))
    images = [scene, Picture(other, "kodak", "kodak/other.png")]

    def found(jobs: int) -> list[Outcome]:
        return comparing.compare_images(images, settings("defaults", "plain"), FakePeer(), jobs, [])

    assert found(1) == found(2)
    assert len(found(1)) == 2


def test_a_process_that_is_killed_ends_the_run_and_is_told(scene) -> None:
    notes: list[str] = []
    found = comparing.compare_images([scene, scene], settings("defaults"), DeadlyPeer(), 2, notes)
    assert found == []
    assert notes == ["a process was killed: the tables show what was finished"]


def test_interrupted_runs_keep_what_was_finished(fake, scene, monkeypatch, tmp_path: Path) -> None:
    images = [scene, Picture(tmp_path / "never read.png", "kodak", "kodak/second")]
    begun = []
    one = comparing.compare_image

    def interrupted(picture: Picture, **known: object) -> Outcome:
        begun.append(picture)
        if len(begun) > 1:
            raise KeyboardInterrupt
        return one(picture, **known)

    monkeypatch.setattr(comparing, "compare_image", interrupted)
    notes: list[str] = []
    found = comparing.compare_images(images, settings("defaults"), FakePeer(), 1, notes)
    assert [f.encoder for f in found[0].files] == ["huepress", "pngquant"]
    assert len(found) == 1
    assert notes == ["interrupted: the tables show what was finished"]


def test_the_command_line_prints_writes_and_draws(
    fake, scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    monkeypatch.setattr(Peer, "find", lambda *places: FakePeer())
    table, data, page = (tmp_path / name for name in ("t.md", "d.json", "s.png"))
    words = ["looks", str(scene.path), "--k", "256", "--parts", "equal,defaults,plain,quality"]
    words += ["--markdown", str(table), "--json", str(data), "--sheet", str(page)]
    assert main([*words, "--option", "dither=none"]) == 0
    printed = capsys.readouterr()
    assert table.read_text(encoding="utf-8") == printed.out
    assert " with {'dither': 'none'}; a fake\n" in printed.out
    assert "**Bytes at equal SSIMULACRA 2**" in printed.out
    assert "**Quality Q**" in printed.out
    assert printed.err == "[1/1] files/a scene.png\n"
    content = json.loads(data.read_text(encoding="utf-8"))
    assert {f["image"] for f in content["files"]} == {"files/a scene.png"}
    assert {f["encoder"] for f in content["files"]} == {"huepress", "pngquant"}
    with Image.open(page) as drawn:
        assert drawn.width == 3 * sheet.ZOOM * sheet.WIDTH


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--parts", "equal,beauty"], "no such part: beauty"),
        (["--option", "dither"], "'dither' is not NAME=VALUE"),
        (["--k", "0"], "'0' is no whole number of at least 1"),
        (["--limit", "many"], "'many' is no whole number of at least 1"),
    ],
)
def test_options_are_checked(scene, capsys, words, complaint) -> None:
    with pytest.raises(SystemExit):
        main(["looks", str(scene.path), *words])
    assert complaint in capsys.readouterr().err


def test_no_images_is_one_line_and_exit_2(tmp_path: Path, monkeypatch, capsys) -> None:
    monkeypatch.setattr(Peer, "find", lambda *places: FakePeer())
    assert main(["looks", str(tmp_path), "--sets", "kodak"]) == 2
    assert capsys.readouterr().err == "no images of kodak there\n"


def test_the_sheet_shows_where_both_differ_most() -> None:
    one = np.full((200, 600, 3), 128, np.uint8)
    other = one.copy()
    other[50:90, 300:340] = 100
    left, top = sheet.most_different(one, other)
    assert left <= 300
    assert left + sheet.WIDTH >= 340
    assert top <= 50
    assert top + sheet.HEIGHT >= 90
    assert sheet.most_different(one[:50, :60], other[:50, :60]) == (0, 0)
