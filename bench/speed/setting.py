"""Where rows take their images from, and how often they measure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from bench import images
from bench.programs import MissingError


@dataclass(slots=True)
class Setting:
    """What all rows share.

    Attributes
    ----------
    root : Path
        The folder of shared images.
    scratch : Path
        Where temporary files may lie; each row has one of its own.
    repeat : int
        Turns.
    limit : int, optional
        No more than so many images of a set.
    notes : list of str
        Receives what the reader of the tables has to know.
    chart : Path, optional
        Where the chart of growth is to be drawn.
    """

    root: Path
    scratch: Path
    repeat: int
    limit: int | None = None
    chart: Path | None = None
    notes: list[str] = field(default_factory=list)

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

    def at_most(self, number: int) -> int:
        """Return a number of images, or `limit` if that is less."""
        return number if self.limit is None else min(number, self.limit)

    def files(self, folder: str) -> list[Path]:
        """Return the PNGs of a folder, no more than `limit`, or raise MissingError if none."""
        found = list(islice(self._pngs(folder), self.limit))
        if not found:
            raise MissingError(f"{self.root / folder}: no PNG images")
        return found

    def _pngs(self, folder: str) -> Iterator[Path]:
        return images.find([self.root / folder], frozenset({".png"}))
