"""Being told to stop: by Ctrl-C, by ``kill``, by a terminal that goes away.

Nothing is raised where a signal happens to come: whatever was going on there, in our code or in
another's, would have to put itself in order from any point. Instead, a thread waits for signals and
ends the process beside all that goes on. It waits for what must not be cut in two: `speaking`, and
files that are being given their names.
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

__all__ = ["at_end", "end_now", "listen", "speaking"]

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")
_PATIENCE = 0.5  # seconds for what is being said; more than that takes a terminal that hangs


class _Speaking:
    """Held while something is said, and before anything is returned; not twice by one thread.

    Once the process is to end nobody gets it any more: what then seems to go wrong, or well, may be
    due to the end.
    """

    def __init__(self) -> None:
        self.lock = Lock()
        self.over = False

    def __enter__(self) -> None:
        while self.over:
            time.sleep(1)
        self.lock.acquire()

    def __exit__(self, *error: object) -> None:
        self.lock.release()


speaking = _Speaking()

at_end: list[Callable[[], object]] = []
"""What has to be done before the process ends; called while `speaking` is held."""


def listen() -> None:
    """From now on let signals end this process in good order; to be called by its main thread.

    Where the system has no thread left for that, they do what they did before.
    """
    handled = [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]
    # One that is ignored stays so, as under nohup.
    numbers = [number for number in handled if signal.getsignal(number) is not signal.SIG_IGN]
    try:
        heard, told = os.pipe()
        Thread(target=_wait, args=(heard, numbers), daemon=True).start()
    except (OSError, RuntimeError):
        return
    if sys.platform != "win32":
        os.set_blocking(told, False)
    # Python writes a signal's number at once, even if the main thread is in a kernel or waits.
    signal.set_wakeup_fd(told, warn_on_full_buffer=False)
    for number in numbers:
        signal.signal(number, _hear)


def end_now(code: int) -> NoReturn:
    """End at once: threads may be in the middle of a large image, and buffers have no reader."""
    try:
        silent = speaking.lock.acquire(timeout=_PATIENCE)
        discard_temp_files()
        for act in at_end if silent else ():
            with suppress(Exception):  # the terminal may be gone
                act()
    finally:
        os._exit(code)


def _wait(heard: int, numbers: Collection[int]) -> None:
    number = 0
    while number not in numbers:
        number = os.read(heard, 1)[0]
    end_now(128 + number)  # as shells show it


def _hear(number: int, frame: FrameType | None) -> None:
    """Let the main thread say nothing more; all else the waiting thread does."""
    speaking.over = True
