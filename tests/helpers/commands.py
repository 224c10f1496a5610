"""The command as a process of its own, and the folder that it works in."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def run(
    *args: str | bytes | Path, cwd: Path, stdin: bytes = b"", **environ: str
) -> subprocess.CompletedProcess[bytes]:
    """Run the command line in a directory."""
    clean = {
        k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR", "COLORTERM")
    }
    return subprocess.run(
        [sys.executable, "-m", "huepress", *args],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        env={**clean, **environ},
        timeout=60,
        check=False,
    )


def assert_failed(result: subprocess.CompletedProcess[bytes], code: int, *words: str) -> None:
    """Check that a command failed as it should: one line that says what and what to do."""
    complaint = result.stderr.decode(errors="surrogateescape")
    assert result.returncode == code, complaint
    assert result.stdout == b""
    assert complaint.startswith("huepress: ")
    assert complaint.endswith("\n")
    assert len(complaint.splitlines()) == 1
    assert "Traceback" not in complaint
    assert "; " in complaint  # what comes after it is the remedy
    for word in words:
        assert word in complaint


def snapshot(folder: Path) -> dict[str, bytes]:
    """Return the files below a directory with their contents, hidden ones too."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def obeys_permissions(folder: Path) -> bool:
    """Tell whether permissions mean anything to who runs the tests: to root they don't."""
    probe = folder / "probe"
    probe.touch(mode=0)
    try:
        return not os.access(probe, os.R_OK)
    finally:
        probe.unlink()
