"""What docs/palettes.md says is true."""

from __future__ import annotations

import doctest
import re
import shlex
from pathlib import Path

from helpers.commands import run

from huepress.palettes import FORMATS

PAGE = (Path(__file__).parents[2] / "docs" / "palettes.md").read_text(encoding="utf-8")
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def blocks(language: str) -> str:
    return "\n".join(code for kind, code in FENCE.findall(PAGE) if kind == language)


def test_the_examples_in_python_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    test = doctest.DocTestParser().get_doctest(blocks("python"), {}, "palettes.md", None, 0)
    assert doctest.DocTestRunner().run(test).failed == 0


def test_the_examples_for_the_shell_run(photo):
    for line in blocks("sh").splitlines():
        command, *words = shlex.split(line, comments=True) or ["huepress"]
        assert command == "huepress"
        if words:
            result = run(*words, cwd=photo.parent)
            assert result.returncode == 0, (line, result.stderr)


def test_the_table_of_palette_formats_is_that_of_the_code():
    table = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in PAGE.splitlines()
        if line.startswith("| `")
    ]
    alpha = {"any": "yes", "one": "one fully transparent colour", "none": "no"}
    told = {row[0].strip("`"): (row[2], row[3], row[4], row[5]) for row in table}
    assert told == {
        suffix: ("yes" if kind.readable else "no", "yes", f"{kind.max_colors:,}", alpha[kind.alpha])
        for suffix, kind in FORMATS.items()
    }
