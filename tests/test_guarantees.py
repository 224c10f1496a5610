"""Each promise names the tests that hold it: they must be there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
DOCS = TESTS.parent / "docs"


def promises(page: str) -> Iterator[str]:
    """Yield the rows of the tables of promises."""
    for table in (DOCS / page).read_text().split("| promise | held by |\n|---|---|\n")[1:]:
        yield from table.split("\n\n")[0].splitlines()


@pytest.mark.parametrize(("page", "least"), [("guarantees.md", 16), ("hostile.md", 6)])
def test_the_tests_that_hold_what_is_promised_exist(page, least):
    rows = list(promises(page))
    assert len(rows) >= least
    for row in rows:
        names = re.findall(r"`([^`]+)`", row.split(" | ")[-1])
        assert names, row
        files = [name for name in names if name.endswith(".py")]
        assert files, row
        source = ""
        for name in files:
            is_tool = name.startswith("tools/") and not name.startswith("tools/test_")
            path = (TESTS.parent if is_tool else TESTS) / name
            source += path.read_text()
        for name in set(names) - set(files):
            assert f"def test_{name}" in source, name
