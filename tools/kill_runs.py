"""Kill runs over a folder at random moments, and check that nothing is ever lost or half written.

    python tools/kill_runs.py [KILLS] [SEED]

After each kill every output must be whole: the same bytes as an undisturbed run writes. After a few
kills the run is started once more and not killed, and must complete the rest. Inputs must never
change. Prints what happened, and exits with 1 at the first violation.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from PIL import Image

IMAGES = 24
FORMATS = ("png", "pair", "webp")


def main() -> int:
    """Run the test."""
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    rng = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 0)
    with tempfile.TemporaryDirectory() as name:
        return _KillTest(Path(name), rng).run(kills)


class _KillTest:
    def __init__(self, folder: Path, rng: random.Random) -> None:
        self.folder = folder
        self.rng = rng
        self.inputs = self._make_inputs()
        self.expected = {}
        self.seconds = 0.0  # that an undisturbed run takes
        for name in FORMATS:
            start = time.monotonic()
            self._start(name, name).communicate()
            self.seconds = max(self.seconds, time.monotonic() - start)
            self.expected[name] = _contents(folder / name)

    def run(self, wanted: int) -> int:
        kills = completions = partial = left = 0
        while kills < wanted:
            name = self.rng.choice(FORMATS)
            shutil.rmtree(self.folder / "out", ignore_errors=True)
            if self.rng.random() < 0.5:
                shutil.rmtree(self.folder / "cache")  # each run then begins from what is there
            for _ in range(self.rng.randint(1, 4)):
                process = self._start(name, "out")
                time.sleep(self.rng.uniform(0.0, self.seconds))
                process.kill()
                process.communicate()
                kills += process.returncode == -signal.SIGKILL
                found = _contents(self.folder / "out")
                self._check(found.items() <= self.expected[name].items(), "an output isn't whole")
                self._check(_contents(self.folder / "in") == self.inputs, "an input has changed")
                partial += 0 < len(found) < len(self.expected[name])
            left += len(list((self.folder / "out").rglob(".huepress-*.tmp")))
            process = self._start(name, "out")
            _, errors = process.communicate()
            self._check(process.returncode == 0, errors.decode())
            self._check(_contents(self.folder / "out") == self.expected[name], "not completed")
            completions += 1
        print(
            f"{kills} kills, {partial} of them with some of the outputs written; {completions} "
            f"times the rest was completed; {left} temporary files were left, which a run removes "
            "after an hour"
        )
        return 0

    def _make_inputs(self) -> dict[str, bytes]:
        for i in range(IMAGES):
            path = self.folder / "in" / ("sub" if i % 3 == 0 else "") / f"{i}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            noise = Image.frombytes("RGB", (16, 16), self.rng.randbytes(768))
            noise.resize((160 + i, 120), Image.Resampling.BICUBIC).save(path)
        return _contents(self.folder / "in")

    def _start(self, name: str, target: str) -> subprocess.Popen[bytes]:
        """Start a run that writes a format into a folder."""
        (self.folder / target).mkdir(exist_ok=True)
        words = ["compress", "-r", "in", "-d", target, "--format", name, "--no-skip-if-larger"]
        return subprocess.Popen(
            [sys.executable, "-m", "huepress", *words, "-q", "-j", "2"],
            cwd=self.folder,
            stderr=subprocess.PIPE,
            env={**os.environ, "XDG_CACHE_HOME": str(self.folder / "cache")},
        )

    def _check(self, is_right: bool, problem: str) -> None:
        if not is_right:
            print(f"violated: {problem}")
            raise SystemExit(1)


def _contents(folder: Path) -> dict[str, bytes]:
    """Return the files in a folder and its subfolders, except temporary ones, which are hidden."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }


if __name__ == "__main__":
    raise SystemExit(main())
