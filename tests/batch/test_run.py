"""Runs over many images, as a person starts them: what is done, skipped and left alone."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from helpers.commands import snapshot
from helpers.images import file_of, picture, shown
from PIL import Image

from huepress.batch import worker
from huepress.cli._main import main


@pytest.fixture
def album(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder `in` of images and other things, and an empty folder `out`."""
    monkeypatch.chdir(tmp_path)
    for number, name in enumerate(["a.png", "b c.jpg", "sub/d.png", "sub/deep/e.webp"]):
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        picture(40 + number, 30).save(path, quality=95)
    (tmp_path / "in" / "notes.txt").write_text("no image")
    (tmp_path / "out").mkdir()
    return tmp_path


class Runner:
    """Runs the command and keeps what it said."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, words: str, code: int = 0) -> dict[str, Any]:
        """Compress, and return for each input what became of it."""
        assert main(["compress", *words.split(), "--json"]) == code
        said = self._capsys.readouterr()
        self.summary = said.err.splitlines()[-1] if said.err else ""
        records = [json.loads(line) for line in said.out.splitlines()]
        return {record.pop("input").replace(os.sep, "/"): record for record in records}

    def statuses(self, words: str, code: int = 0) -> set[tuple[str, str]]:
        """Return input and what became of it."""
        found = self(words, code).items()
        return {(name, r.get("reason") or r.get("error") or r["status"]) for name, r in found}


@pytest.fixture
def compress(capsys: pytest.CaptureFixture[str]) -> Runner:
    return Runner(capsys)


ALL = ["in/a.png", "in/b c.jpg", "in/sub/d.png", "in/sub/deep/e.webp"]
RESULTS = ["a-hp.png", "b c-hp.png", "sub/d-hp.png", "sub/deep/e-hp.png"]
# Small pictures of noise are larger as PNG than as JPEG or WebP.
FOLDER = "in -r -d out --no-skip-if-larger"


def test_a_folder_keeps_its_tree(album, compress):
    before = snapshot(album / "in")
    done = compress(FOLDER)
    assert sorted(done) == ALL
    assert all(record["status"] == "done" for record in done.values())
    assert sorted(snapshot(album / "out")) == RESULTS
    assert snapshot(album / "in") == before
    assert re.fullmatch(
        r"4 done: .* kB -> .* kB, \d+\.\d % (less|more), in \d+\.\d s", compress.summary
    )


def test_results_lie_beside_their_images_without_a_folder_for_them(album, compress):
    compress("in -r --no-skip-if-larger")
    assert sorted(set(snapshot(album / "in")) - {"notes.txt"}) == sorted(
        [name.removeprefix("in/") for name in ALL] + RESULTS
    )


def test_the_same_bytes_whatever_the_number_of_workers(album, compress):
    seen = []
    for workers in ("1", "2", "5"):
        compress(f"{FOLDER} -j {workers}")
        seen.append(snapshot(album / "out"))
        shutil.rmtree(album / "out")
        (album / "out").mkdir()
    assert seen[0] == seen[1] == seen[2]


@pytest.mark.parametrize("kind", ["png", "pair"])
def test_a_second_run_has_nothing_to_do(album, compress, kind):
    words = f"{FOLDER} --format {kind}"
    compress(words)
    before = {path: path.stat().st_mtime_ns for path in (album / "out").rglob("*")}
    assert compress.statuses(words) == {(name, "up to date") for name in ALL}
    assert "0 done, 4 skipped (4 up to date), in " in compress.summary
    assert {path: path.stat().st_mtime_ns for path in (album / "out").rglob("*")} == before


def test_without_its_memory_a_second_run_finds_the_same(album, compress, cache):
    compress(FOLDER)
    shutil.rmtree(cache)
    before = {path: path.stat().st_mtime_ns for path in (album / "out").rglob("*")}
    assert compress.statuses(FOLDER) == {(name, "up to date") for name in ALL}
    assert {path: path.stat().st_mtime_ns for path in (album / "out").rglob("*")} == before


def test_where_nothing_can_be_remembered_all_goes_as_well(album, compress, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", "/dev/null")
    assert {status for _, status in compress.statuses(FOLDER)} == {"done"}
    assert {status for _, status in compress.statuses(FOLDER)} == {"up to date"}


def test_what_was_deleted_is_made_again_and_only_that(album, compress):
    compress(FOLDER)
    before = snapshot(album / "out")
    (album / "out" / "sub" / "d-hp.png").unlink()
    assert ("in/sub/d.png", "done") in compress.statuses(FOLDER)
    assert "1 done, 3 skipped (3 up to date)" in compress.summary
    assert snapshot(album / "out") == before


def test_what_was_changed_is_overwritten_only_by_force(album, compress):
    compress(FOLDER)
    before = snapshot(album / "out")
    (album / "out" / "a-hp.png").write_bytes(b"retouched by hand")
    done = compress(FOLDER, 1)
    assert done["in/a.png"]["exit_code"] == 15
    assert (album / "out" / "a-hp.png").read_bytes() == b"retouched by hand"
    assert compress.summary.startswith("0 done, 3 skipped (3 up to date), 1 failed, in ")
    assert compress.statuses(f"{FOLDER} -f") >= {("in/a.png", "done"), ("in/b c.jpg", "up to date")}
    assert snapshot(album / "out") == before


@pytest.mark.parametrize("change", ["input", "options"])
def test_other_images_and_options_need_force_too(album, compress, change):
    compress(FOLDER)
    before = snapshot(album / "out")
    words = FOLDER if change == "input" else f"{FOLDER} -k 9"
    if change == "input":
        picture(99, 30).save(album / "in" / "a.png")
    assert compress(words, 1)["in/a.png"]["exit_code"] == 15
    assert snapshot(album / "out") == before
    assert ("in/a.png", "done") in compress.statuses(f"{words} -f")
    assert snapshot(album / "out")["a-hp.png"] != before["a-hp.png"]
    assert ("in/a.png", "up to date") in compress.statuses(words)


def test_a_changed_palette_is_another_recipe(album, compress):
    (album / "p.hex").write_text("ff0000\n00ff00\n")
    compress("in/a.png in/sub/d.png --palette p.hex")
    assert ("in/a.png", "up to date") in compress.statuses("in/a.png in/sub/d.png --palette p.hex")
    (album / "p.hex").write_text("ff0000\n0000ff\n")
    assert compress("in/a.png in/sub/d.png --palette p.hex", 1)["in/a.png"]["exit_code"] == 15


def test_results_are_not_compressed_again(album, compress):
    compress("in -r --no-skip-if-larger")
    found = compress.statuses("in -r --no-skip-if-larger")
    assert found == {(name, "up to date") for name in ALL} | {
        (f"in/{name}", "a result of huepress") for name in RESULTS
    }
    names = " ".join(str(path) for path in sorted((album / "in").glob("a*.png")))
    assert {status for _, status in compress.statuses(names)} == {
        "up to date", "a result of huepress",
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["png", "webp", "gif", "pair"])
@pytest.mark.parametrize("remembered", [True, False])
def test_results_of_any_format_are_not_compressed_again(album, compress, cache, kind, remembered):
    words = f"in -r --no-skip-if-larger --format {kind}"
    compress(words)
    before = snapshot(album / "in")
    if not remembered:
        shutil.rmtree(cache)
    assert {status for _, status in compress.statuses(words)} == {
        "up to date", "a result of huepress",
    }  # fmt: skip
    assert snapshot(album / "in") == before


def test_results_of_many_colours_are_remembered(album, compress):
    """Such a WebP has no palette, and could be a true-colour image of somebody's own."""
    words = "in -r --no-skip-if-larger --format webp -k 4000"
    compress(words)
    assert {status for _, status in compress.statuses(words)} == {
        "up to date", "a result of huepress",
    }  # fmt: skip


@pytest.mark.parametrize("save", [
    {"format": "PNG"}, {"format": "WEBP", "lossless": True}, {"format": "JPEG"},
])  # fmt: skip
def test_images_of_ones_own_that_are_named_like_results_are_done(album, compress, save):
    """They were left out without a word, or rather with the wrong one."""
    suffix = save["format"].lower()
    for name in (f"a-hp.{suffix}", f"compressed_a.{suffix}"):
        picture(60, 50).save(album / "in" / name, **save)
    picture(60, 50).convert("L").save(album / "in" / "compressed_a.png")
    done = compress(FOLDER)
    assert done[f"in/a-hp.{suffix}"]["outputs"] == ["out/a-hp-hp.png"]
    assert done["in/compressed_a.png"]["status"] == "done"
    assert {status for _, status in compress.statuses(FOLDER)} == {"up to date"}


def test_such_an_image_is_never_overwritten(album, compress):
    picture(60, 50).save(album / "in" / "a-hp.png")
    before = snapshot(album / "in")
    found = compress("in -r --no-skip-if-larger -f", 1)
    assert found["in/a.png"]["error"] == (
        "in/a.png: in/a-hp.png would be overwritten, which is an input; use --directory"
    )
    assert found["in/a-hp.png"]["outputs"] == ["in/a-hp-hp.png"]
    assert before.items() <= snapshot(album / "in").items()


def test_pipes_among_many_images_keep_nobody_waiting(album, compress):
    """A run waited forever for somebody to write."""
    os.mkfifo(album / "in" / "pipe.png")
    assert sorted(compress(f"{FOLDER} in/*.png in/**/*.png")) == ALL
    found = compress(f"{FOLDER} in/pipe.png", 1)
    assert found["in/pipe.png"]["error"].endswith("is a pipe or a device; compress it separately")
    assert compress.summary.startswith("0 done, 4 skipped (4 up to date), 1 failed, in ")


def test_results_are_recognised_by_what_they_hold(album, compress):
    compress(FOLDER)
    shutil.copy(album / "out" / "a-hp.png", album / "in" / "renamed.png")
    assert ("in/renamed.png", "a result of huepress") in compress.statuses(FOLDER)
    assert ("in/renamed.png", "done") in compress.statuses("in/renamed.png in/a.png -k 9")


def test_the_folder_of_results_may_lie_within(album, compress):
    (album / "in" / "small").mkdir()
    for _ in range(2):
        compress("in -r -d in/small --no-skip-if-larger")
    assert sorted(snapshot(album / "in" / "small")) == RESULTS


def test_what_is_no_smaller_is_skipped_in_runs_over_many(album, compress):
    (album / "in" / "tiny.gif").write_bytes(file_of(Image.new("P", (1, 1)), "GIF"))
    for _ in range(2):
        assert ("in/tiny.gif", "no smaller") in compress.statuses("in -r -d out")
    assert not (album / "out" / "tiny-hp.png").exists()
    assert ("in/tiny.gif", "done") in compress.statuses("in -r -d out --no-skip-if-larger")


def test_of_one_image_it_is_skipped_if_asked_for(album, compress):
    (album / "tiny.gif").write_bytes(file_of(Image.new("P", (1, 1)), "GIF"))
    failed = compress("tiny.gif --skip-if-larger", 98)
    assert "keep the original" in failed["tiny.gif"]["error"]
    assert not (album / "tiny-hp.png").exists()
    assert compress.statuses("tiny.gif --skip-if-larger --skip-ok") == {("tiny.gif", "no smaller")}
    assert compress.statuses("tiny.gif") == {("tiny.gif", "done")}


@pytest.mark.parametrize(
    ("words", "code"), [("--quality 99-100 -k 2", 99), ("--target-size 60", 98)]
)
def test_what_can_not_be_had_fails_unless_that_is_ok(album, compress, words, code):
    assert compress(f"in/a.png {words}", code)["in/a.png"]["exit_code"] == code
    assert compress(f"in/a.png in/sub/d.png {words}", 1)["in/sub/d.png"]["exit_code"] == code
    assert compress(f"in/a.png {words} --skip-ok")["in/a.png"]["status"] == "skipped"
    assert compress(f"in/a.png in/sub/d.png {words} --skip-ok")["in/a.png"]["status"] == "skipped"
    assert "2 skipped (2 missed what was asked for)" in compress.summary
    assert sorted(snapshot(album / "in")) == sorted(
        ["notes.txt", *(name.removeprefix("in/") for name in ALL)]
    )


def test_a_dry_run_tells_all_and_writes_nothing(album, compress):
    (album / "in" / "bad.png").write_bytes(b"no image")
    told = compress(f"{FOLDER} --dry-run", 1)
    assert compress.summary.startswith("4 would be done, 1 failed: ")
    assert all(record.pop("dry_run") is True for record in told.values())
    assert snapshot(album / "out") == {}
    assert list((album / "out").iterdir()) == []
    done = compress(FOLDER, 1)
    for record in (*told.values(), *done.values()):
        record.pop("seconds", None)
        record.pop("stages", None)
    assert told == done
    assert ("in/a.png", "up to date") in compress.statuses(f"{FOLDER} --dry-run", 1)
    assert compress(f"{FOLDER} --dry-run -k 9", 1)["in/a.png"]["exit_code"] == 15
    one = compress("in/a.png --dry-run")
    assert one["in/a.png"]["outputs"] == ["in/a-hp.png"]
    assert not (album / "in" / "a-hp.png").exists()


def test_one_bad_file_does_not_stop_the_others(album, compress):
    (album / "in" / "bad.png").write_bytes(b"no image")
    (album / "in" / "empty.jpg").write_bytes(b"")
    (album / "in" / "link.png").symlink_to("nowhere")
    found = compress(FOLDER, 1)
    assert {name for name, record in found.items() if record["status"] == "done"} == set(ALL)
    codes = {name: record["exit_code"] for name, record in found.items() if "error" in record}
    assert codes == {"in/bad.png": 2, "in/empty.jpg": 2}
    assert compress.summary.startswith("4 done, 2 failed: ")


def test_a_bug_on_one_image_does_not_stop_the_others(album, compress, monkeypatch):
    compress_one = worker.compress_one

    def fragile(source, *rest):
        if source.name.endswith("a.png"):
            raise ZeroDivisionError("oh")
        return compress_one(source, *rest)

    monkeypatch.setattr(worker, "compress_one", fragile)
    failed = compress(FOLDER, 1)["in/a.png"]
    assert failed["exit_code"] == 70
    assert re.fullmatch(
        r"in.a.png: unexpected ZeroDivisionError at test_run.py:\d+ \(oh\); please report it",
        failed["error"],
    )
    assert compress.summary.startswith("3 done, 1 failed: ")


def test_no_result_takes_the_place_of_an_input_even_by_force(album, compress):
    os.link(album / "in" / "b c.jpg", album / "in" / "a-hp.png")
    before = snapshot(album / "in")
    failed = compress("in/a.png in/sub/d.png in/sub/deep/e.webp in/*c.jpg -f --keep-times", 1)
    assert "would be overwritten, which is an input" in failed["in/a.png"]["error"]
    assert {k: v for k, v in snapshot(album / "in").items() if k in before} == before


def test_an_image_named_twice_is_done_once(album, compress):
    found = compress("in/a.png ./in/a.png in/../in/a.png in -r -d out --no-skip-if-larger")
    assert sorted(found) == ALL
    assert compress.summary.startswith("4 done: ")


def test_lists_patterns_and_folders_go_together(album, compress):
    (album / "list").write_bytes(b"in/a.png\0in/b c.jpg")
    found = compress("@list in/sub/*.png in/sub/deep -r -d out --no-skip-if-larger")
    assert sorted(found) == ALL
    assert sorted(snapshot(album / "out")) == ["a-hp.png", "b c-hp.png", "d-hp.png", "e-hp.png"]


def test_an_empty_list_is_nothing_to_do(album, compress):
    (album / "list").touch()
    assert compress("@list") == {}
    assert compress.summary.startswith("0 done, in ")


def test_a_folder_for_results_is_made(album, compress):
    compress("-r in -d new/ --dry-run")
    compress("in/a.png -d new --dry-run")
    assert not (album / "new").exists()
    compress("-r in -d new/ --no-skip-if-larger")
    assert sorted(snapshot(album / "new")) == RESULTS
    compress("in/a.png -d newer")
    assert sorted(snapshot(album / "newer")) == ["a-hp.png"]


def test_a_folder_for_results_that_cannot_be_made_is_one_error(album, capsys, monkeypatch):
    for folder, what in (
        ("none/new", "none/new: there is no directory none; create it first"),
        ("in/a.png", "in/a.png: is not a directory; name another"),
        ("x" * 300, f"{'x' * 300}: too long for a name; give a shorter one by --output"),
    ):
        assert main(["compress", "-r", "in", "-d", folder]) == 16
        assert capsys.readouterr().err == f"huepress: {what}\n"


def test_an_image_in_several_formats_is_compressed_from_each(album, compress):
    picture(40, 30).save(album / "in" / "a.bmp")
    found = compress("-r in -d out --no-skip-if-larger")
    assert sorted(snapshot(album / "out"))[:2] == ["a.bmp-hp.png", "a.png-hp.png"]
    assert compress.statuses("-r in -d out") == {(name, "up to date") for name in found}


def test_text_says_a_line_for_each_and_quiet_none(album, capsys):
    assert main(["compress", *FOLDER.split()]) == 0
    said = capsys.readouterr()
    assert len(said.out.splitlines()) == 4
    assert said.err.startswith("4 done: ")
    assert main(["compress", *FOLDER.split(), "-j", "1"]) == 0
    assert capsys.readouterr().out.splitlines()[0] == "in/a.png: skipped: up to date"
    assert main(["compress", *FOLDER.split(), "-q"]) == 0
    assert capsys.readouterr() == ("", "")


def test_results_are_those_of_single_images(album, compress):
    compress(FOLDER)
    compress("in/sub/d.png -o single.png")
    assert (album / "single.png").read_bytes() == (album / "out/sub/d-hp.png").read_bytes()
    assert shown((album / "single.png").read_bytes())[0] == (42, 30)
