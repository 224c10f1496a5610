"""The script that compares what two commits write, with programs that only pretend to compress."""

from __future__ import annotations

import sys
import tempfile

import pytest

from tools.compare_commits import main

PROGRAM = """#!{python}
import json, sys, time
from pathlib import Path

words = sys.argv[1:]
options = " ".join(words[words.index("--no-skip-if-larger") + 1 :])
images, out = (Path(words[words.index(option) + 1]) for option in ("-r", "-d"))
if "--page" in words:
    print("huepress: --page: not in this program", file=sys.stderr)
    raise SystemExit(4)
for path in sorted(images.rglob("*.png")):
    file = out / path.relative_to(images)
    file.parent.mkdir(parents=True, exist_ok=True)
    said = {{"input": str(path), "status": "done", "outputs": [str(file)]}}
    said.update({{"mse": 1.5, "notices": []}})
    if path.stem == "broken":
        said = {{"input": str(path), "status": "failed", "error": "damaged", "exit_code": 2}}
    {change}
    if said["status"] == "done":
        file.write_text(f"{{path.name}} {{options}}")
    print(json.dumps({{**said, "seconds": time.time()}}), flush=True)
"""


@pytest.fixture
def compare(tmp_path, monkeypatch):
    """Return a function that compares a program with one that has a line more."""
    for name in ("a.png", "sub/b.png", "sub/broken.png", "sub/c.png", "sub/d.png"):
        (tmp_path / "images" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "images" / name).write_bytes(b"")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))

    def run(change="pass", *words):
        programs = []
        for name, line in (("old", "pass"), ("new", change)):
            path = tmp_path / name
            path.write_text(PROGRAM.format(python=sys.executable, change=line))
            path.chmod(0o755)
            programs.append(str(path))
        code = main(["--programs", *programs, "--images", str(tmp_path / "images"), *words])
        assert not list(scratch.iterdir())
        return code

    return run


def row(printed, options):
    """Return the counts of a row of the table: same, no file, differ, figures, texts."""
    return [int(word) for word in printed.partition("\n" + options)[2].split()[:5]]


def test_programs_that_write_the_same_do_not_differ(compare, capsys):
    assert compare("pass", "--quick") == 0
    printed = capsys.readouterr().out
    assert row(printed, "--format webp ") == [2, 0, 0, 0, 0], "one image of each folder"
    assert row(printed, "all") == [24, 0, 0, 0, 0]
    assert "->" not in printed


def test_all_images_are_compressed_with_the_defaults_and_some_with_other_options(compare, capsys):
    assert compare("pass", "--only", "effort") == 0
    printed = capsys.readouterr().out
    assert row(printed, "--effort 5") == [4, 1, 0, 0, 0]
    assert row(printed, "--effort 7") == [3, 0, 0, 0, 0]


def test_a_byte_that_differs_is_found(compare, capsys):
    change = 'options += "!" if path.stem == "d" and "--format" in words else ""'
    assert compare(change, "--limit", "4", "--only", "webp", "--ignore", "texts") == 1
    printed = capsys.readouterr().out
    assert row(printed, "--format webp") == [3, 1, 1, 0, 0]
    assert "--format webp: sub/d.png: differ: out/sub/d.png\n" in printed


@pytest.mark.parametrize(
    ("change", "column", "text"),
    [
        ('said["mse"] = 2.5', "figures", "mse: 1.5 -> 2.5"),
        ('said["notices"] = ["dark"]', "texts", "notices: [] -> ['dark']"),
    ],
)
def test_what_is_said_may_be_let_differ(compare, capsys, change, column, text):
    assert compare(change, "--only", "--effort 5") == 1
    assert f"--effort 5: a.png: {column}: {text}\n" in capsys.readouterr().out
    assert compare(change, "--only", "--effort 5", "--ignore", column) == 0
    assert text not in capsys.readouterr().out


def test_another_error_is_another_text_and_another_exit_code_a_difference(compare, capsys):
    assert compare('said["error"] = "cut short"', "--only", "--effort 5") == 1
    printed = capsys.readouterr().out
    assert "--effort 5: sub/broken.png: texts: error: damaged -> cut short\n" in printed
    change = 'said.update(exit_code=70) if path.stem == "broken" else None'
    assert compare(change, "--only", "--effort 5", "--ignore", "texts") == 1
    printed = capsys.readouterr().out
    assert "sub/broken.png: differ: failed 2 (damaged) -> failed 70 (damaged)\n" in printed


def test_an_image_that_is_skipped_by_one_differs(compare, capsys):
    change = 'said = {"input": str(path), "status": "skipped", "reason": "an animation"}'
    assert compare(change, "--only", "--effort 5") == 1
    assert "a.png: differ: done -> skipped (an animation)" in capsys.readouterr().out


def test_a_program_that_dies_midway_differs(compare, capsys):
    change = 'sys.exit(70 if path.stem == "c" else None) if path.stem in "cd" else None'
    assert compare(change, "--only", "--effort 5") == 1
    printed = capsys.readouterr().out
    assert "--effort 5: sub/c.png: differ: done -> not mentioned\n" in printed
    assert "the whole run: differ: not mentioned -> exit code 70: no message\n" in printed


def test_a_file_that_nobody_mentioned_differs(compare, capsys):
    change = 'file.with_suffix(".tmp").write_text("left")'
    assert compare(change, "--only", "--effort 5") == 1
    printed = capsys.readouterr().out
    assert "out/a.tmp: differ: not mentioned -> written, but not reported" in printed


def test_options_that_only_one_program_has_are_a_difference(compare, capsys):
    assert compare('sys.exit("no rgb")', "--only", "--space rgb") == 1
    assert "a.png: differ: done -> not mentioned" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--only", "page"], "neither did anything: exit code 4: huepress: --page: not in this"),
        (["--only", "no such option"], "neither program wrote anything"),
        (["--images", "no such folder"], "no such folder: no such folder; --images FOLDER names"),
    ],
)
def test_where_nothing_can_be_compared_that_is_no_success(compare, capsys, words, complaint):
    assert compare("pass", *words) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"compare_commits: {complaint}")
    assert error.count("\n") == 1


def test_a_commit_that_is_unknown_or_a_program_is_an_error_of_one_line(tmp_path, capsys):
    assert main(["no-such-commit", "--images", str(tmp_path)]) == 2
    assert "git: fatal: not a valid object name: no-such-commit\n" in capsys.readouterr().err
    words = ["--programs", "no/such", "no/such", "--only", "--effort 5"]
    assert main([*words, "--images", str(tmp_path)]) == 2
    error = capsys.readouterr().err
    assert "No such file" in error
    assert error.count("\n") == 1
