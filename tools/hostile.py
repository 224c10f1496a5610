"""Run every file of a folder through huepress, each in a process of its own that can't do harm.

    python tools/hostile.py FOLDER            print what each came to, and a table

Each process has 2 GB of address space and 20 seconds. All is well if it succeeds or fails as
documented: a known exit code, one line of complaint with a remedy, no output left behind. What
runs into a limit, dies of a signal or shows a traceback is a finding; then this exits with 1.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

SPACE, SECONDS = 2 << 30, 20
# By huepress.errors and cli: a bad file or option, out of memory.
KNOWN = {0: "compressed", 2: "refused", 4: "refused", 17: "out of memory"}


class Outcome(NamedTuple):
    """What a file came to; `finding` is empty if all is well."""

    what: str
    finding: str
    complaint: str


def outcome(file: Path, *options: str) -> Outcome:
    """Compress one file under the limits, into a directory that is removed afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder, "out.png")
        command = [sys.executable, "-m", "huepress", "compress", os.path.abspath(file), "-q"]
        command += ["--effort", "1", "-o", str(target), *options]
        try:
            result = subprocess.run(
                command,
                cwd=folder,
                capture_output=True,
                timeout=SECONDS,
                preexec_fn=_limit,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return Outcome("too slow", f"took more than {SECONDS} s", "")
        left = {path.name for path in Path(folder).iterdir()}
        return judged(result, left)


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (SPACE, SPACE))


def judged(result: subprocess.CompletedProcess[bytes], left: set[str]) -> Outcome:
    """Tell what a finished process and the files that it left come to."""
    said = result.stderr.decode(errors="replace")
    what = KNOWN.get(result.returncode, f"exit {result.returncode}")
    finding = ""
    if result.returncode not in KNOWN:
        finding = f"exit code {result.returncode}"
    elif "Traceback" in said:
        finding = "traceback"
    elif result.returncode == 0 and (said or left != {"out.png"}):
        finding = "said something, or left no output"
    elif result.returncode and (
        left or said.count("\n") != 1 or not said.startswith("huepress: ") or "; " not in said
    ):
        finding = "not one line with a remedy, or something left behind"
    return Outcome(what, finding, said.strip())


def outcomes(folder: Path) -> Iterator[tuple[Path, Outcome]]:
    """Yield every file below a folder and what it came to."""
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        yield file, outcome(file)


def table(rows: list[tuple[str, Outcome]]) -> str:
    """Return the outcomes by subfolder as Markdown."""
    kinds = sorted({found.what for _, found in rows})
    lines = ["| folder | files | " + " | ".join(kinds) + " |", "|---" * (2 + len(kinds)) + "|"]
    folders: dict[str, Counter[str]] = {}
    for name, found in rows:
        folders.setdefault(name, Counter())[found.what] += 1
    for name, counts in folders.items():
        cells = [str(counts[kind]) for kind in kinds]
        lines.append(f"| {name} | {sum(counts.values())} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> int:
    """Run a folder and tell."""
    parser = argparse.ArgumentParser(description=__doc__, add_help=True)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    rows, findings = [], 0
    for file, found in outcomes(folder):
        rows.append((str(file.parent.relative_to(folder)), found))
        print(f"{found.what:14} {file.relative_to(folder)}  {found.complaint[:300]}", flush=True)
        if found.finding:
            findings += 1
            print(f"  FINDING: {found.finding}", flush=True)
    print(table(rows))
    print(f"{len(rows)} files, {findings} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
