"""Write docs/command-line.md from what --help prints: python tools/command_line_docs.py."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from huepress.cli.arguments import COMMANDS

PAGE = Path(__file__).parents[1] / "docs" / "command-line.md"


def page() -> str:
    """Return the page's text."""
    parts = [
        "# Command line\n",
        "This page is what `--help` prints; `tools/command_line_docs.py` writes it.\n",
    ]
    for command in ("", *COMMANDS):
        call = " ".join(["huepress", *command.split(), "--help"])
        parts += [f"## {call}\n", f"```text\n{help_text(command)}```\n"]
    return "\n".join(parts)


def help_text(command: str) -> str:
    """Return what a command prints with --help, at a width that fits the page."""
    return subprocess.run(
        [sys.executable, "-m", "huepress", *command.split(), "--help"],
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | {"COLUMNS": "90"},
    ).stdout


if __name__ == "__main__":
    PAGE.write_text(page())
