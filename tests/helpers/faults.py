"""What tests of faults share: a folder to work on, and the command as a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from helpers.images import picture

TEMPORARY = ".huepress-*.tmp"
ALL = "-r in -d out --no-skip-if-larger"
"""How the folder is compressed."""


def make_album(folder: Path, count: int = 12, width: int = 60) -> None:
    """Fill a folder `in` with different images, and make an empty folder `out`."""
    (folder / "in" / "sub").mkdir(parents=True)
    (folder / "out").mkdir()
    for i in range(count):
        path = folder / "in" / ("sub" if i % 3 == 0 else "") / f"{i}.png"
        picture(width + i, 40).save(path)


def started(
    folder: Path, words: str, before: Callable[[], object] | None = None, **settings: Any
) -> subprocess.Popen[bytes]:
    """Start compressing; `before` is called in the new process."""
    return subprocess.Popen(
        [sys.executable, "-m", "huepress", "compress", *words.split()],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=before,
        env={**os.environ, "XDG_CACHE_HOME": str(folder / "cache")},
        **settings,
    )


def finished(
    folder: Path, words: str, before: Callable[[], object] | None = None
) -> tuple[int, list[str], list[str]]:
    """Compress, and return the exit code and what was said and complained about."""
    with started(folder, words, before) as process:
        said, complained = process.communicate(timeout=60)
    lines = [text.decode(errors="surrogateescape").splitlines() for text in (said, complained)]
    assert not any("Traceback" in line for line in lines[1])
    return process.returncode, *lines


def leftovers(folder: Path) -> list[Path]:
    """Return the temporary files below a folder."""
    return list(folder.rglob(TEMPORARY))
