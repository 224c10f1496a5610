"""The programs that race as whole processes: where they are, and their versions."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from importlib import metadata, util
from pathlib import Path


class MissingError(Exception):
    """A program or package that is needed is not installed; the message says which."""


def find(name: str) -> str:
    """Return the path of a program, or raise MissingError."""
    path = shutil.which(name)
    if path is None:
        raise MissingError(f"{name} is missing: install it, or put it on the PATH")
    return path


def huepress() -> tuple[str, ...]:
    """Return how huepress is started; its script beside this Python before ``python -m``."""
    script = shutil.which("huepress", path=str(Path(sys.executable).parent))
    if script is None and util.find_spec("huepress") is None:
        raise MissingError("huepress is missing: install it into the running Python")
    return (script,) if script else (sys.executable, "-m", "huepress")


def huepress_version() -> str:
    """Return version and kind of the installed huepress."""
    how = "console script" if len(huepress()) == 1 else "python -m"
    editable = ", editable install" if is_editable() else ""
    return f"huepress {metadata.version('huepress')} ({how}{editable})"


def is_editable() -> bool:
    """Whether huepress is an editable install, whose loader looks for changes at every start."""
    try:
        origin = metadata.distribution("huepress").read_text("direct_url.json")
    except metadata.PackageNotFoundError:
        return False
    return bool(json.loads(origin or "{}").get("dir_info", {}).get("editable"))


def pngquant_version() -> str:
    """Return its name and version, or raise MissingError."""
    command = [find("pngquant"), "--version"]
    shown = subprocess.run(command, capture_output=True, text=True, check=False)
    return f"pngquant {shown.stdout.strip()}"


def complaint(error: subprocess.CalledProcessError) -> str:
    """Return a failed program's name, exit code and last words, in one line."""
    words = (error.stderr or "").strip().splitlines()
    return f"{Path(error.cmd[0]).name} exits {error.returncode} ({'; '.join(words[-2:])})"
