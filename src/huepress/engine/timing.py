"""How long each stage of the work on an image took."""

from __future__ import annotations

from time import perf_counter

__all__ = ["Stages"]


class Stages:
    """A watch that whatever ends a stage tells so; what is between two calls is one stage.

    It takes less than a microsecond a time, so it always runs.

    Attributes
    ----------
    seconds : dict of str to float
        Wall time by stage, in the order in which they first ended. Stages that came several times,
        as in a search, are summed up.

    Examples
    --------
    >>> stages = Stages()
    >>> for name in ("read", "cluster", "map", "cluster"):
    ...     stages.end(name)
    >>> list(stages.seconds)
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
