"""Where the rows take their images from, how often they measure, and what the reader must know."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from PIL import Image

from bench import images
from bench.processes import MissingError


@dataclass(slots=True)
class Setup:
    """What all rows share.

    `root` is the folder of shared images; temporary files may lie in `scratch`; `limit` is the most
    images of a set; `notes` and `versions` receive what has to stand beside the table.
    """

    root: Path
    scratch: Path
    repeat: int
    limit: int | None = None
    chart: Path | None = None
    notes: list[str] = field(default_factory=list)
    versions: list[str] = field(default_factory=list)

    @property
    def short_repeat(self) -> int:
        """Turns for what takes milliseconds."""
        return max(5, 4 * self.repeat)

    def file(self, name: str) -> Path:
        """Return one of the shared images, or raise MissingError."""
        path = self.root / name
        if not path.is_file():
            raise MissingError(f"{path}: no such image")
        return path

    def files(self, folder: str) -> list[Path]:
        """Return the PNGs of a folder, at most `limit`, or raise MissingError if none."""
        found = list(islice(images.find([self.root / folder], (".png",)), self.limit))
        if not found or not found[0].is_file():
            raise MissingError(f"{self.root / folder}: no PNG images")
        return found

    def as_png(self, name: str, divisor: int = 1) -> Path:
        """Return a shared image, its sides divided by a whole number, as a PNG by Pillow."""
        image = self.file(name)
        path = self.scratch / f"{image.stem}-{divisor}.png"
        Image.fromarray(images.load_opaque(image)).reduce(divisor).save(path)
        return path
