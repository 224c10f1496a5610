"""Who makes the files: huepress, and pngquant followed by oxipng."""

from __future__ import annotations

import hashlib
import subprocess
from dataclasses import dataclass
from importlib import metadata
from io import BytesIO
from pathlib import Path
from typing import Any

from bench import processes
from bench.processes import MissingError

OXIPNG_LEVEL = 4


class RefusedError(Exception):
    """An encoder made no file; the message says why."""


def huepress(image: Path, **options: Any) -> bytes:
    """Return what ``huepress.compress`` makes of an image; RefusedError if it raises its own."""
    from huepress import HuepressError, compress

    file = BytesIO()
    try:
        compress(image, file, **options)
    except HuepressError as error:
        raise RefusedError(str(error)) from error
    return file.getvalue()


@dataclass(frozen=True, slots=True)
class Peer:
    """pngquant, then oxipng; with a `cache`, a folder, what they made once is not made again."""

    pngquant: str
    versions: str
    cache: Path | None = None

    @classmethod
    def find(cls, pngquant: Path | None = None, cache: Path | None = None) -> Peer:
        """Find both, or raise MissingError; by default the main pngquant."""
        path = str(pngquant or processes.pngquant_paths()[0])
        try:
            oxipng = metadata.version("pyoxipng")
        except metadata.PackageNotFoundError:
            raise MissingError("pyoxipng is missing: pip install pyoxipng") from None
        version = processes.pngquant_version(path)
        return cls(path, f"{version} then pyoxipng {oxipng} (level {OXIPNG_LEVEL})", cache)

    def __call__(self, image: Path, k: int) -> bytes:
        """Return the file that the two make of an image; RefusedError if they don't."""
        if self.cache is None:
            return self._encode(image, k)
        key = hashlib.sha256(f"{self.versions} {k} ".encode() + image.read_bytes()).hexdigest()
        kept = self.cache / f"{key}.png"
        if not kept.exists():
            self.cache.mkdir(parents=True, exist_ok=True)
            partial = kept.with_suffix(".part")
            partial.write_bytes(self._encode(image, k))
            partial.replace(kept)
        return kept.read_bytes()

    def _encode(self, image: Path, k: int) -> bytes:
        import oxipng

        # From stdin to stdout: no name of ours can be mistaken for an option.
        command = [self.pngquant, str(k), "-"]
        done = subprocess.run(command, input=image.read_bytes(), capture_output=True, check=False)
        if done.returncode:
            reason = done.stderr.decode(errors="replace").strip().replace("\n", "; ")
            raise RefusedError(f"pngquant exits {done.returncode} ({reason})")
        # Its thread pool would hang a process forked from this one, were there no exec after it.
        packed: bytes = oxipng.optimize_from_memory(done.stdout, level=OXIPNG_LEVEL)
        return packed
