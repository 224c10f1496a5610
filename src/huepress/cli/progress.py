"""A progress bar at the bottom of a terminal, for runs that take more than a second.

rich takes 40 ms to import, so it isn't imported before.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, TextIO

from huepress.cli.messages import format_size
from huepress.cli.signals import before_exit, output_lock

if TYPE_CHECKING:
    from types import TracebackType

    from huepress.batch.outcome import Summary

__all__ = ["Progress", "progress_text"]

DELAY = 1.0  # seconds before there is a bar
REFRESH = 0.1  # seconds between two updates


class Progress:
    """A progress bar, shown while the context lasts.

    Parameters
    ----------
    total : int
        How many images there are.
    stream : text file or None
        Where to show it; nothing is shown if it isn't a terminal.
    """

    def __init__(self, total: int, stream: TextIO | None) -> None:
        self._total = total
        self._stream = stream if stream and total > 1 and stream.isatty() else None
        self._shown_at = 0.0
        self._bar: Any = None
        self._task: Any = None

    def __enter__(self) -> Progress:
        before_exit.append(self._erase)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.hide()
        before_exit.remove(self._erase)

    def update(self, summary: Summary) -> None:
        """Show how far the run has come, unless that was shown a moment ago."""
        now = time.monotonic()
        if (
            self._stream is None
            or summary.seconds < DELAY
            or now - self._shown_at < REFRESH
            or summary.images >= self._total
        ):
            return
        self._shown_at = now
        with output_lock:
            self._show(summary)

    def hide(self) -> None:
        """Erase the bar, so that a line can be printed; the next update shows it again."""
        with output_lock:
            self._erase()

    def _erase(self) -> None:
        if self._bar is not None:
            self._bar.stop()

    def _show(self, summary: Summary) -> None:
        if self._bar is None:
            self._make_bar()
        if self._bar is not None:
            text = progress_text(summary, self._total)
            self._bar.update(self._task, completed=summary.images, text=text)
            self._bar.start()
            self._bar.refresh()

    def _make_bar(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
        from rich.progress import Progress as Bar

        console = Console(file=self._stream)
        if console.is_dumb_terminal:
            self._stream = None
            return
        text = TextColumn("{task.fields[text]}", markup=False)
        self._bar = Bar(
            BarColumn(), MofNCompleteColumn(), text, console=console, transient=True,
            auto_refresh=False, redirect_stdout=False, redirect_stderr=False,
        )  # fmt: skip
        self._task = self._bar.add_task("", total=self._total, text="")


def progress_text(summary: Summary, total: int) -> str:
    """Return images per second, the time left, and the bytes saved.

    Examples
    --------
    >>> from huepress.batch.outcome import Summary
    >>> progress_text(Summary(done=40, bytes_in=9_000_000, bytes_out=2_000_000, seconds=4.0), 100)
    '10.0/s, 0:06 left, 7.0 MB saved'
    """
    if not summary.images or not summary.seconds:
        return ""
    rate = summary.images / summary.seconds
    minutes, seconds = divmod(round((total - summary.images) / rate), 60)
    hours, minutes = divmod(minutes, 60)
    left = f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
    saved = format_size(max(summary.bytes_in - summary.bytes_out, 0))
    return f"{rate:.1f}/s, {left} left, {saved} saved"
