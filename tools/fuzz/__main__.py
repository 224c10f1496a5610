"""Run targets, each in a process of its own, and tell what was found."""

from __future__ import annotations

import argparse
import os
import re
import resource
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from tools.fuzz.targets import TARGETS

SECONDS, MEGABYTES = 10, 1200
"""More than that for one input is a finding; inputs are of some kilobytes at most."""
MOST_BYTES = 16_384
STARTING = 3  # seconds until a process has looked at what it is to watch


class Ran(NamedTuple):
    """What came of one target."""

    name: str
    executions: int
    seconds: float
    findings: list[Path]


def fuzz(name: str, seconds: float, seed: int, corpus: Path, found: Path) -> Ran:
    """Run a target for so many seconds; after a finding again, with the next seed."""
    executions, findings, begin = 0, [], time.monotonic()
    while (left := seconds - (time.monotonic() - begin)) > 0:
        result = _run(name, max(1, round(left) - STARTING), seed, corpus / name, found)
        told = re.search(rb"number_of_executed_units: +(\d+)", result.stdout)
        executions += int(told[1]) if told else 0
        if result.returncode == 0:
            break
        path = _kept(name, result.stdout, found)
        if path.name.startswith("timeout") and is_quick(name, path):
            path.unlink()
            path.with_name(path.name + ".txt").unlink()
        else:
            findings.append(path)
        seed += 1
    return Ran(name, executions, time.monotonic() - begin, findings)


def _sow(name: str, corpus: Path) -> None:
    """Write what a target starts from."""
    inputs = corpus / name
    inputs.mkdir(parents=True, exist_ok=True)
    for number, content in enumerate(TARGETS[name].seeds()):
        (inputs / f"seed-{number}").write_bytes(content)


def _run(
    name: str, seconds: int, seed: int, inputs: Path, found: Path
) -> subprocess.CompletedProcess[bytes]:
    artifacts = found / name
    artifacts.mkdir(parents=True, exist_ok=True)
    options = {
        "seed": seed,
        "max_total_time": seconds,
        "timeout": SECONDS,
        "rss_limit_mb": MEGABYTES * (4 if "LD_PRELOAD" in os.environ else 1),
        "max_len": MOST_BYTES,
        "print_final_stats": 1,
        "artifact_prefix": f"{artifacts}/",
    }
    command = [sys.executable, "-m", "tools.fuzz.worker", name, str(inputs)]
    command += [f"-{option}={value}" for option, value in options.items()]
    return subprocess.run(
        ["nice", "-n", "19", *command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,  # here Atheris tells of exceptions
        stderr=subprocess.STDOUT,
        env={**os.environ, "PYTHONHASHSEED": "0"},
        check=False,
    )


def _kept(name: str, said: bytes, found: Path) -> Path:
    """Put what was said beside the input that was written; return the input's path."""
    written = re.search(rb"Test unit written to (\S+)", said)
    path = Path(os.fsdecode(written[1])) if written else found / name / "no-input"
    command = f"python -m tools.fuzz --repeat {name} {shlex.quote(str(path))}\n\n"
    path.with_name(path.name + ".txt").write_bytes(command.encode() + said[-20_000:])
    return path


def is_quick(name: str, file: Path) -> bool:
    """Tell whether an input takes little time of the processor.

    libFuzzer looks at the clock, and shared machines stand still at times.
    """

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))

    command = [sys.executable, "-m", "tools.fuzz", "--repeat", name, str(file)]
    return not subprocess.run(
        command, preexec_fn=limit, capture_output=True, check=False
    ).returncode


def repeat(name: str, file: Path) -> int:
    """Run one input in this process, without Atheris: what it raises is seen as it is."""
    begin = time.monotonic()
    TARGETS[name].run(file.read_bytes())
    print(f"{name}: well, in {time.monotonic() - begin:.1f} s")
    return 0


def main() -> int:
    """Run all targets, or those that are named; 1 if there was a finding."""
    parser = argparse.ArgumentParser(prog="python -m tools.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="for all targets together")
    parser.add_argument("--target", action="append", choices=list(TARGETS), metavar="NAME")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="targets at a time")
    parser.add_argument("--corpus", type=Path, help="keep inputs here, and go on from them")
    parser.add_argument("--findings", type=Path, default=Path("fuzz-findings"))
    parser.add_argument("--repeat", nargs=2, metavar=("TARGET", "FILE"), help="run one input")
    given = parser.parse_args()
    if given.repeat:
        return repeat(given.repeat[0], Path(given.repeat[1]))
    names = given.target or list(TARGETS)
    each = given.seconds * given.jobs / max(len(names), given.jobs)
    with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor(given.jobs) as pool:
        corpus = given.corpus or Path(scratch)
        for name in names:  # here: Pillow can't save an image in two threads
            _sow(name, corpus)
        runs = [pool.submit(fuzz, n, each, given.seed, corpus, given.findings) for n in names]
        results = [run.result() for run in runs]
    findings = [path for ran in results for path in ran.findings]
    for ran in results:
        print(f"{ran.name:18}{ran.executions:12,} inputs{ran.seconds:8.0f} s")
    for path in findings:
        print(f"FINDING: {path}; see {path.name}.txt beside it")
    if not findings:
        shutil.rmtree(given.findings, ignore_errors=True)
    print(f"{len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
