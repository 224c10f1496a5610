"""Standard input, output and error, whatever a shell has connected them to.

Each may be a pipe, a file on a full disk, or closed (``>&-``), which Python shows as None. Lines
for a closed stream are dropped; an image that can't be written to one is an error.
"""

from __future__ import annotations

import os
import sys

from huepress.errors import OptionError, UnreadableError, UnwritableError

TYPE_CHECKING = False  # that of `typing` takes longer to import than all of this
if TYPE_CHECKING:
    from typing import BinaryIO, TextIO, TypeGuard

__all__ = [
    "binary_stdin", "binary_stdout", "configure_streams", "flush_streams", "stdout_is_terminal",
    "write_stderr", "write_stdout",
]  # fmt: skip


def configure_streams() -> None:
    """Silence the warnings of libraries, and make any file name printable."""
    import warnings

    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # Bytes that aren't UTF-8 are written as they are; letters that another encoding
            # doesn't have, as \\x…
            utf8 = stream.encoding.lower().replace("-", "") == "utf8"
            stream.reconfigure(errors="surrogateescape" if utf8 else "backslashreplace")
    if None in (sys.stdin, sys.stdout, sys.stderr):
        _occupy_descriptors()


def write_stdout(*lines: str) -> None:
    """Write lines to standard output, and flush it.

    Raises
    ------
    UnwritableError
        If it can't be written. It is closed then, and further lines are ignored.
    BrokenPipeError
        If the reader of a pipe has gone.
    """
    try:
        _write(sys.stdout, lines)
    except BrokenPipeError:
        raise
    except OSError as error:
        from huepress.files.temporary import unwritable_error

        _close(sys.stdout)
        raise unwritable_error("<stdout>", error) from error


def write_stderr(*lines: str) -> None:
    """Write lines to standard error, and flush it; if it can't be written, close it."""
    try:
        _write(sys.stderr, lines)
    except OSError:
        _close(sys.stderr)


def binary_stdin() -> BinaryIO:
    """Return standard input, for reading bytes.

    Raises
    ------
    UnreadableError
        If it is closed.
    """
    if not _is_open(sys.stdin):
        raise UnreadableError("<stdin>: is closed; name a file, or send one through a pipe")
    return sys.stdin.buffer


def binary_stdout() -> BinaryIO:
    """Return standard output, for writing bytes.

    Raises
    ------
    OptionError
        If it is a terminal.
    UnwritableError
        If it is closed.
    """
    if stdout_is_terminal():
        raise OptionError("won't write an image to the terminal; name a file or a pipe", "output")
    if not _is_open(sys.stdout):
        raise UnwritableError("<stdout>: is closed; send it to a file or a pipe")
    return sys.stdout.buffer


def stdout_is_terminal() -> bool:
    """Tell whether standard output is a terminal."""
    return _is_open(sys.stdout) and sys.stdout.isatty()


def flush_streams() -> None:
    """Flush standard output and error: if Python's exit fails to, it ends with code 120."""
    for stream in (sys.stdout, sys.stderr):
        if _is_open(stream):
            try:
                stream.flush()
            except OSError:  # reported where it was written
                _close(stream)


def _is_open(stream: TextIO | None) -> TypeGuard[TextIO]:
    return stream is not None and not stream.closed


def _write(stream: TextIO | None, lines: tuple[str, ...]) -> None:
    if _is_open(stream):
        stream.write("".join(f"{line}\n" for line in lines))
        stream.flush()


def _close(stream: TextIO) -> None:
    """Close a stream that can't be written, and drop what is buffered in it."""
    from contextlib import suppress

    with suppress(OSError):  # it tries to write once more
        stream.close()


def _occupy_descriptors() -> None:
    """Open the null device in place of those of the descriptors 0, 1 and 2 that are closed.

    Else a file that is opened later gets that number, and the messages that libraries in C write to
    standard error end up in it.
    """
    while (taken := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(taken)
