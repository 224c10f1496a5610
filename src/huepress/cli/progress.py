"""A bar for runs that take their time, in terminals.

rich takes 40 ms to import, so that isn't done before a second has passed.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, TextIO

from huepress.cli.messages import size
from huepress.cli.signals import at_end, speaking

if TYPE_CHECKING:
    from types import TracebackType

    from huepress.batch.run import Count

__all__ = ["Progress"]

PATIENCE = 1.0  # seconds before there is a bar
REFRESH = 0.1


class Progress:
    """How far a run is, at the bottom of a terminal.

    Parameters
    ----------
    total : int
        Images to look at.
    stream : text file or None
        Where to show it; nothing is shown if it is no terminal.
    """

    def __init__(self, total: int, stream: TextIO | None) -> None:
        self._total = total
        self._stream = stream if stream and total > 1 and stream.isatty() else None
        self._shown_at = 0.0
        self._bar: Any = None
        self._task: Any = None

    def __enter__(self) -> Progress:
        at_end.append(self._take_away)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.hide()
        at_end.remove(self._take_away)

    def update(self, count: Count) -> None:
        """Show how far the run is, if it is time to."""
        now = time.monotonic()
        if (
            self._stream is None
            or count.seconds < PATIENCE
            or now - self._shown_at < REFRESH
            or count.images >= self._total
        ):
            return
        self._shown_at = now
        with speaking:
            self._show(count)

    def hide(self) -> None:
        """Take it away, so that a line can be printed; the next update shows it again."""
        with speaking:
            self._take_away()

    def _take_away(self) -> None:
        if self._bar is not None:
            self._bar.stop()

    def _show(self, count: Count) -> None:
        if self._bar is None:
            self._make()
        if self._bar is not None:
            told = described(count, self._total, count.seconds)
            self._bar.update(self._task, completed=count.images, told=told)
            self._bar.start()
            self._bar.refresh()

    def _make(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
        from rich.progress import Progress as Bar

        console = Console(file=self._stream)
        if console.is_dumb_terminal:
            self._stream = None
            return
        told = TextColumn("{task.fields[told]}", markup=False)
        self._bar = Bar(
            BarColumn(), MofNCompleteColumn(), told, console=console, transient=True,
            auto_refresh=False, redirect_stdout=False, redirect_stderr=False,
        )  # fmt: skip
        self._task = self._bar.add_task("", total=self._total, told="")


def described(count: Count, total: int, seconds: float) -> str:
    """Return rate, time left and bytes saved.

    Examples
    --------
    >>> from huepress.batch.run import Count
    >>> described(Count(done=40, bytes_in=9_000_000, bytes_out=2_000_000), 100, 4.0)
    '10.0/s, 0:06 left, 7.0 MB saved'
    """
    rate = count.images / seconds
    if not rate:
        return ""
    minutes, rest = divmod(round((total - count.images) / rate), 60)
    hours, minutes = divmod(minutes, 60)
    left = f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
    saved = size(max(count.bytes_in - count.bytes_out, 0))
    return f"{rate:.1f}/s, {left} left, {saved} saved"
