"""Commits → interpreters that have huepress as it was then.

Each commit gets a virtual environment of its own, with everything else from the running one: the
same Python, NumPy and Pillow for both, and nothing to download. The running environment's own
huepress, if it is editable, does not come with that, as nothing there executes its `.pth` files.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


class BuildError(Exception):
    """A commit is unknown or can't be built; the message says which, and why."""


@dataclass(frozen=True, slots=True)
class Build:
    """An installed commit."""

    commit: str
    python: Path

    @property
    def huepress(self) -> tuple[str, ...]:
        """How its command is started."""
        return (str(self.python.with_name("huepress")),)


def resolved(repository: Path, name: str) -> str:
    """Return a commit's short hash, or raise BuildError."""
    options = ("--short", "--verify", "--quiet", "--end-of-options")
    done = _git(repository, "rev-parse", *options, f"{name}^{{commit}}")
    if done.returncode:
        raise BuildError(f"{name}: no such commit in {repository}")
    return done.stdout.strip()


def build(repository: Path, commit: str, folder: Path) -> Build:
    """Install a commit into a new folder.

    Raises
    ------
    BuildError
        If it can't be built.
    """
    home = folder / "venv"
    venv.create(home, with_pip=False)
    python = home / "bin" / "python"
    site = Path(sysconfig.get_path("purelib", vars={"base": str(home), "platbase": str(home)}))
    others = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (site / "others.pth").write_text("\n".join(sorted(others)) + "\n", encoding="utf-8")
    with _checked_out(repository, commit, folder / "source") as source:
        # meson and ninja are found where the running interpreter's programs are.
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
        command = [
            sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet",
            "--no-deps", "--no-build-isolation", "--ignore-installed", str(source),
        ]  # fmt: skip
        _run(command, {**os.environ, "PATH": path}, f"{commit}: can't be built")
    return Build(commit, python)


@contextmanager
def _checked_out(repository: Path, commit: str, place: Path) -> Iterator[Path]:
    done = _git(repository, "worktree", "add", "--quiet", "--detach", str(place), commit)
    if done.returncode:
        raise BuildError(f"{commit}: {done.stderr.strip()}")
    try:
        yield place
    finally:
        _git(repository, "worktree", "remove", "--force", str(place))


def _git(repository: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["git", "-C", str(repository), *words], capture_output=True, text=True, check=False
    )


def _run(command: list[str], environment: Mapping[str, str], trouble: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        last = (done.stderr.strip() or done.stdout.strip()).splitlines()[-3:]
        raise BuildError(f"{trouble}: {'; '.join(last)}")
