"""What the documentation says is what the program does."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def test_the_command_line_page_is_what_help_prints():
    if sys.version_info >= (3, 13):
        pytest.skip("argparse of Python 3.13 lays help texts out in another way")
    spec = importlib.util.spec_from_file_location("docs", ROOT / "tools" / "command_line_docs.py")
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    assert tool.PAGE.read_text() == tool.page(), "run python tools/command_line_docs.py"


def test_links_between_pages_lead_somewhere():
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("examples/*.md")]
    assert len(pages) > 5
    for page in pages:
        for target in re.findall(r"\]\(([^)#]+)", page.read_text()):
            if not target.startswith("https://"):
                assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_what_contributing_says_lies_somewhere_does():
    text = (ROOT / "CONTRIBUTING.md").read_text()
    section = text[text.index("## Where things live") : text.index("### Kernels")]
    places = re.findall(r"`([\w/]+(?:\.(?:py|pyx|c|h|build)|/))`", section)
    assert len(places) > 50
    for place in places:
        homes = (ROOT, ROOT / "src" / "huepress", ROOT / "src" / "huepress" / "_kernels")
        assert any((home / place).exists() for home in homes), place
    steps = re.findall(r"^\d+\. `([\w/]+\.py)`, `(?:\w+\.)?(\w+)`", section, re.M)
    assert len(steps) >= 10
    for place, name in steps:
        assert re.search(rf"(def|class) {name}\b", (ROOT / "src" / "huepress" / place).read_text())


def test_readme_has_two_lines_to_paste():
    lines = (ROOT / "README.md").read_text().splitlines()
    assert len([line for line in lines if line.startswith("python3 -m venv")]) == 2
