"""Kill runs over a folder at random moments, and see that nothing is ever lost or half there.

    python tools/kill_runs.py [TIMES] [SEED]

After each kill every output must be whole: the very bytes that an undisturbed run writes. Every few
kills a run is let go on to its end, and must complete the rest. Originals must never change. Prints
what happened, and exits with 1 at the first violation.
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
KINDS = ("png", "pair", "webp")


def main() -> int:
    """Run it all."""
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    rng = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 0)
    with tempfile.TemporaryDirectory() as name:
        return _Trial(Path(name), rng).run(times)


class _Trial:
    def __init__(self, folder: Path, rng: random.Random) -> None:
        self.folder = folder
        self.rng = rng
        self.originals = self._make_originals()
        self.expected = {}
        self.seconds = 0.0
        for kind in KINDS:
            start = time.monotonic()
            self._started(kind, kind).communicate()
            self.seconds = max(self.seconds, time.monotonic() - start)
            self.expected[kind] = _contents(folder / kind)

    def run(self, times: int) -> int:
        kills = completions = partial = left = 0
        while kills < times:
            kind = self.rng.choice(KINDS)
            shutil.rmtree(self.folder / "out", ignore_errors=True)
            if self.rng.random() < 0.5:
                shutil.rmtree(self.folder / "cache")  # each run then begins from what is there
            for _ in range(self.rng.randint(1, 4)):
                process = self._started(kind, "out")
                time.sleep(self.rng.uniform(0.0, self.seconds))
                process.kill()
                process.communicate()
                kills += process.returncode == -signal.SIGKILL
                found = _contents(self.folder / "out")
                self._check(found.items() <= self.expected[kind].items(), "an output isn't whole")
                self._check(_contents(self.folder / "in") == self.originals, "an original changed")
                partial += 0 < len(found) < len(self.expected[kind])
            left += len(list((self.folder / "out").rglob(".huepress-*.tmp")))
            process = self._started(kind, "out")
            _, complained = process.communicate()
            self._check(process.returncode == 0, complained.decode())
            self._check(_contents(self.folder / "out") == self.expected[kind], "not completed")
            completions += 1
        print(
            f"{kills} kills, {partial} of them with some of the outputs there; {completions} times "
            f"the rest was completed; {left} temporary files were left, to be swept after an hour"
        )
        return 0

    def _make_originals(self) -> dict[str, bytes]:
        for i in range(IMAGES):
            path = self.folder / "in" / ("sub" if i % 3 == 0 else "") / f"{i}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            noise = Image.frombytes("RGB", (16, 16), self.rng.randbytes(768))
            noise.resize((160 + i, 120), Image.Resampling.BICUBIC).save(path)
        return _contents(self.folder / "in")

    def _started(self, kind: str, target: str) -> subprocess.Popen[bytes]:
        (self.folder / target).mkdir(exist_ok=True)
        words = ["compress", "-r", "in", "-d", target, "--format", kind, "--no-skip-if-larger"]
        return subprocess.Popen(
            [sys.executable, "-m", "huepress", *words, "-q", "-j", "2"],
            cwd=self.folder,
            stderr=subprocess.PIPE,
            env={**os.environ, "XDG_CACHE_HOME": str(self.folder / "cache")},
        )

    def _check(self, right: bool, what: str) -> None:
        if not right:
            print(f"violated: {what}")
            raise SystemExit(1)


def _contents(folder: Path) -> dict[str, bytes]:
    """Return the files below a folder; temporary ones, which are hidden, aside."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }


if __name__ == "__main__":
    raise SystemExit(main())
