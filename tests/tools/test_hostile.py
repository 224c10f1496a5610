"""Files that are meant to do harm, each in a process of its own under limits."""

from __future__ import annotations

import subprocess

import pytest
from helpers.bombs import BOMBS
from helpers.images import file_of, picture

from tools.hostile import KNOWN, Outcome, judged, outcome, table

pytestmark = pytest.mark.slow

COMPRESSED = {"goes-on.png", "goes-on.tiff", "tags.tiff", "loops.tiff"}


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_end_in_time_and_memory(name, tmp_path):
    file = tmp_path / name
    file.write_bytes(BOMBS[name]())
    found = outcome(file)
    assert found.finding == ""
    assert (found.what == "compressed") == (name in COMPRESSED), found


def test_metadata_are_no_way_in(tmp_path):
    for name in ("texts.png", "profile.png", "tags.tiff"):
        (tmp_path / name).write_bytes(BOMBS[name]())
        assert outcome(tmp_path / name, "--keep-metadata", "--keep-profile").finding == ""


def test_the_harness_sees_what_is_wrong(tmp_path):
    def finding(code: int, said: bytes, *left: str) -> str:
        return judged(subprocess.CompletedProcess([], code, b"", said), set(left)).finding

    good = b"huepress: a.png: is empty; get an undamaged copy\n"
    assert finding(2, good) == finding(0, b"", "out.png") == ""
    assert finding(-11, b"") == "exit code -11"
    assert finding(2, b"Traceback (most recent call last): ...\n") == "traceback"
    for case in (
        (2, b""),
        (2, good + good),
        (2, good, "out.png"),
        (2, b"huepress: no\n"),
        (0, b""),
    ):
        assert finding(*case), case
    photo = tmp_path / "photo.png"
    photo.write_bytes(file_of(picture()))
    assert outcome(photo) == Outcome("compressed", "", "")
    rows = [("a", outcome(photo)), ("a", Outcome("refused", "", good.decode()))]
    assert table(rows).splitlines()[-1] == "| a | 2 | 1 | 1 |"
    assert 0 in KNOWN
