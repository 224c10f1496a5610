"""Ends the process in good order on Ctrl-C, on ``kill``, and when its terminal is closed.

No exception is raised at whatever point a signal arrives: the code that is running there, ours or
a library's, would have to be able to clean up at any point. Instead, a thread waits for signals and
ends the process while all other threads are still working. It first waits, for a short while, for
what must not be cut in two: lines that are being printed, and files that are being renamed.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from threading import Lock, Thread
from types import FrameType
from typing import NoReturn

from huepress.files import discard_temp_files

__all__ = ["before_exit", "exit_now", "install_signal_handlers", "output_lock"]

_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")
_LOCK_TIMEOUT = 0.5  # seconds; printing takes longer only where a terminal hangs


class _OutputLock:
    """Held while something is printed, and before an exit code is returned.

    Once a signal has arrived no thread gets it any more, so nothing is printed that may be wrong
    because the process is ending. A thread must not take it twice.
    """

    def __init__(self) -> None:
        self.lock = Lock()
        self.is_ending = False

    def __enter__(self) -> None:
        while self.is_ending:
            time.sleep(1)
        self.lock.acquire()

    def __exit__(self, *error: object) -> None:
        self.lock.release()


output_lock = _OutputLock()

before_exit: list[Callable[[], object]] = []
"""Called before a signal ends the process, while `output_lock` is held."""


def install_signal_handlers() -> None:
    """Let signals end this process in good order; to be called by its main thread.

    If the system has no thread left for that, they do what they did before. Signals that are
    ignored, as under nohup, stay ignored.
    """
    known = [getattr(signal, name) for name in _SIGNALS if hasattr(signal, name)]
    numbers = [number for number in known if signal.getsignal(number) is not signal.SIG_IGN]
    try:
        reader, writer = os.pipe()
        Thread(target=_exit_on_signal, args=(reader, numbers), daemon=True).start()
    except (OSError, RuntimeError):
        return
    if sys.platform != "win32":
        os.set_blocking(writer, False)
    # Python writes a signal's number at once, even while the main thread is in a kernel or waits.
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    for number in numbers:
        signal.signal(number, _on_signal)


def exit_now(code: int) -> NoReturn:
    """Remove temporary files and end the process, whatever its threads are doing."""
    try:
        got_lock = output_lock.lock.acquire(timeout=_LOCK_TIMEOUT)
        discard_temp_files()
        for act in before_exit if got_lock else ():
            with suppress(Exception):  # the terminal may be gone
                act()
    finally:
        os._exit(code)


def _exit_on_signal(reader: int, numbers: Collection[int]) -> None:
    number = 0
    while number not in numbers:
        number = os.read(reader, 1)[0]
    exit_now(128 + number)  # as shells show it


def _on_signal(number: int, frame: FrameType | None) -> None:
    """Let the main thread print nothing more; the waiting thread does everything else."""
    output_lock.is_ending = True
