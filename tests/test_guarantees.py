"""Each promise names the tests that hold it: they must be there."""

from __future__ import annotations

import re
from pathlib import Path

TESTS = Path(__file__).parent
PAGE = TESTS.parent / "docs" / "guarantees.md"


def test_the_tests_that_hold_what_is_promised_exist():
    rows = [line for line in PAGE.read_text().splitlines() if re.match(r"\| (?!promise)\w", line)]
    assert len(rows) > 15
    for row in rows:
        names = re.findall(r"`([^`]+)`", row.split(" | ")[-1])
        assert names, row
        files = [name for name in names if name.endswith(".py")]
        assert files, row
        source = ""
        for name in files:
            path = TESTS.parent / name if name.startswith("tools/") else TESTS / name
            source += path.read_text()
        for name in set(names) - set(files):
            assert f"def test_{name}" in source, name
