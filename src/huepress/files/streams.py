"""Standard input, output and error, whatever a shell made of them.

Each may be a pipe, a file on a full disk, or closed (``>&-``), which Python shows as None. What is
said and finds nobody is dropped; what is lost, though somebody wants it, is an error.
"""

from __future__ import annotations

import os
import sys

from huepress.errors import OptionError, UnreadableError, UnwritableError

TYPE_CHECKING = False  # that of `typing` takes longer to import than all of this
if TYPE_CHECKING:
    from typing import BinaryIO, TextIO, TypeGuard

__all__ = ["complain", "image_in", "image_out", "prepare", "say", "settle", "to_terminal"]


def prepare() -> None:
    """Let nothing but our own lines through, and no file name stop them."""
    import warnings

    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # Names that aren't UTF-8 come out as they are; what another encoding lacks, as \\x…
            utf8 = stream.encoding.lower().replace("-", "") == "utf8"
            stream.reconfigure(errors="surrogateescape" if utf8 else "backslashreplace")
    if None in (sys.stdin, sys.stdout, sys.stderr):
        _keep_places()


def say(*lines: str) -> None:
    """Write lines to standard output, at once.

    Raises
    ------
    UnwritableError
        If it can't be written, the first time; after that nobody is listening. A reader who went
        away is left to raise ``BrokenPipeError``.
    """
    try:
        _write(sys.stdout, lines)
    except BrokenPipeError:
        raise
    except OSError as error:
        from huepress.files.temporary import unwritable

        _drop(sys.stdout)
        raise unwritable("<stdout>", error) from error


def complain(*lines: str) -> None:
    """Write lines to standard error, at once; if it can't be written, nobody will know."""
    try:
        _write(sys.stderr, lines)
    except OSError:
        _drop(sys.stderr)


def image_in() -> BinaryIO:
    """Return standard input, for reading bytes.

    Raises
    ------
    UnreadableError
        If it is closed.
    """
    if not _is_open(sys.stdin):
        raise UnreadableError("<stdin>: is closed; name a file, or send one through a pipe")
    return sys.stdin.buffer


def image_out() -> BinaryIO:
    """Return standard output, for writing bytes.

    Raises
    ------
    OptionError
        If it is a terminal.
    UnwritableError
        If it is closed.
    """
    if to_terminal():
        raise OptionError("-o: won't write an image to the terminal; send it to a file or a pipe")
    if not _is_open(sys.stdout):
        raise UnwritableError("<stdout>: is closed; send it to a file or a pipe")
    return sys.stdout.buffer


def to_terminal() -> bool:
    """Tell whether standard output is a terminal."""
    return _is_open(sys.stdout) and sys.stdout.isatty()


def settle() -> None:
    """Leave nothing for Python to write when it ends: it would complain, and end with code 120."""
    for stream in (sys.stdout, sys.stderr):
        if _is_open(stream):
            try:
                stream.flush()
            except OSError:  # whoever wrote it was told
                _drop(stream)


def _is_open(stream: TextIO | None) -> TypeGuard[TextIO]:
    return stream is not None and not stream.closed


def _write(stream: TextIO | None, lines: tuple[str, ...]) -> None:
    if _is_open(stream):
        stream.write("".join(f"{line}\n" for line in lines))
        stream.flush()


def _drop(stream: TextIO) -> None:
    """Close a stream that can't be written, and what waits in it with it."""
    from contextlib import suppress

    with suppress(OSError):  # it tries once more
        stream.close()


def _keep_places() -> None:
    """Occupy what is closed of 0, 1 and 2: else it would go to a file that we open.

    Libraries in C write their messages there, even if that is an image.
    """
    while (taken := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(taken)
