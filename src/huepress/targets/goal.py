"""What is asked of a result: a quality, a size, or the knee of the curve."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from huepress.errors import OptionError

if TYPE_CHECKING:
    from huepress.options import Options
    from huepress.targets.evaluator import Trial, Workbench

__all__ = ["Goal", "parsed_quality", "parsed_size"]

_UNITS = {"": 1, "b": 1, "k": 1000, "kb": 1000, "kib": 1024, "m": 10**6, "mb": 10**6,
          "mib": 1 << 20}  # fmt: skip


def parsed_quality(text: object) -> tuple[float, float]:
    """Return the least and the wanted quality from MIN-MAX, MIN-, -MAX or MAX.

    Parameters
    ----------
    text : str, number, or pair of numbers
        0 to 100, as SSIMULACRA 2 counts.

    Raises
    ------
    OptionError
        If it is something else.

    Examples
    --------
    >>> parsed_quality("60-80"), parsed_quality("70"), parsed_quality("60-")
    ((60.0, 80.0), (0.0, 70.0), (60.0, 100.0))
    """
    if isinstance(text, list | tuple):
        text = "-".join(map(str, text))
    elif not isinstance(text, str):
        text = f"0-{text}"
    found = re.fullmatch(r"(?:(\d+(?:\.\d+)?)?(-))?(\d+(?:\.\d+)?)?", str(text).strip())
    if found and (found[1] or found[3]):
        least, most = float(found[1] or 0), float(found[3] or 100)
        if least <= most <= 100:
            return least, most
    raise OptionError(f"quality: {text!r} is not MIN-MAX from 0 to 100; give for example 60-80")


def parsed_size(text: object) -> int:
    """Return a number of bytes from a number, perhaps with a unit.

    Examples
    --------
    >>> parsed_size("50KB"), parsed_size("1.5 MiB"), parsed_size(900)
    (50000, 1572864, 900)
    """
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([a-z]*)", str(text).strip().lower())
    if found and found[2] in _UNITS and float(found[1]) * _UNITS[found[2]] >= 1:
        return int(float(found[1]) * _UNITS[found[2]])
    raise OptionError(f"target_size: {text!r} is no size; give for example 50KB, 1.5MB or 20000")


class Goal(NamedTuple):
    """What was asked of the result; nothing, by default."""

    quality: tuple[float, float] | None = None
    size: int | None = None
    knee: bool = False

    @classmethod
    def of(cls, k: object, quality: object, size: object) -> Goal:
        """Return the goal that was asked for.

        Raises
        ------
        OptionError
            If it can't be understood.
        """
        if quality is not None and size is not None:
            raise OptionError("target_size: contradicts quality; give one of them")
        return cls(
            None if quality is None else parsed_quality(quality),
            None if size is None else parsed_size(size),
            k == "auto",
        )

    def __bool__(self) -> bool:
        return self != Goal()

    def met(self, bench: Workbench, options: Options) -> Trial:
        """Return the trial that meets it best.

        Raises
        ------
        TargetError
            If none does.
        """
        if not self:
            return bench.trial(options)
        from huepress.targets.search import best_for_quality, best_for_size, knee

        if self.quality:
            return best_for_quality(bench, options, *self.quality)
        if self.size:
            return best_for_size(bench, options, self.size)
        return knee(bench, options)
