"""Being told to stop: by Ctrl-C, by ``kill``, by a terminal that goes away."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import NoReturn

__all__ = ["Stopped", "deaf", "exit_code_of", "signals_raised"]

_NAMES = ("SIGTERM", "SIGHUP")  # Python raises KeyboardInterrupt at SIGINT by itself


class Stopped(KeyboardInterrupt):
    """Another signal than that of Ctrl-C told this process to stop."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def exit_code_of(reason: BaseException) -> int:
    """Return the exit code by which a shell shows why a process stopped."""
    return 128 + (reason.number if isinstance(reason, Stopped) else signal.SIGINT)


@contextmanager
def signals_raised() -> Iterator[None]:
    """Raise `Stopped` in the main thread when a signal comes that would end the process."""
    before = {}
    for name in _NAMES:
        number = getattr(signal, name, None)
        # One that is ignored stays so, as under nohup.
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            with suppress(ValueError):  # this isn't the main thread
                before[number] = signal.signal(number, _raise)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def deaf() -> None:
    """Ignore signals from now on: the process is about to end."""
    for name in (*_NAMES, "SIGINT"):
        if hasattr(signal, name):
            with suppress(ValueError):
                signal.signal(getattr(signal, name), signal.SIG_IGN)


def _raise(number: int, frame: FrameType | None) -> NoReturn:
    raise Stopped(number)
