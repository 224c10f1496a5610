"""How long each stage of the work on an image took."""

from __future__ import annotations

from time import perf_counter

__all__ = ["StageTimer"]


class StageTimer:
    """Adds up how long each stage takes: the time between two calls of `end` is one stage.

    It takes less than a microsecond a time, so it always runs.

    Attributes
    ----------
    seconds : dict of str to float
        Wall time by stage, in the order in which they first ended. Stages that came several times,
        as in a search, are summed up.

    Examples
    --------
    >>> timer = StageTimer()
    >>> for name in ("read", "cluster", "map", "cluster"):
    ...     timer.end(name)
    >>> list(timer.seconds)
    ['read', 'cluster', 'map']
    """

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = perf_counter()

    def end(self, name: str) -> None:
        """Note that a stage is over and the next begins."""
        now = perf_counter()
        self.seconds[name] = self.seconds.get(name, 0.0) + now - self._last
        self._last = now
