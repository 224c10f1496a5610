"""Find the images that a run's inputs stand for: files, folders, patterns, lists, standard input.

If there is a file of that name, an input is that file. Otherwise ``@NAME`` is a list of names, and
what contains ``*``, ``?`` or ``[`` is a pattern, for shells that don't expand patterns themselves.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

from huepress.errors import HuepressError, UnreadableError
from huepress.files import identity_of, read_all, read_bytes, unreadable_error
from huepress.files.streams import binary_stdin

__all__ = ["SUFFIXES", "Input", "discover", "is_several", "is_special"]

_KINDS = """
    apng avif avifs blp bmp bw cur dcx dds dib flc fli ftc ftu gbr gif heic heics heif heifs hif
    icb icns ico iim im j2c j2k jfif jp2 jpc jpe jpeg jpf jpg jpx jxl mpo msp pbm pcd pcx pfm
    pgm png pnm ppm psd pxr qoi ras rgb rgba sgi tga tif tiff vda vst webp xbm xpm
"""
SUFFIXES = frozenset(f".{kind}" for kind in _KINDS.split())
"""How names of images end. Of a folder's files, only those are taken."""

# Control characters that text files don't contain, nor, in practice, names.
_NOT_IN_TEXT = bytes({*range(1, 32)} - set(b"\t\n\f\r\x1b"))


class Input(NamedTuple):
    """One image to compress, or the reason why there is none.

    Attributes
    ----------
    name : str
        Its path; '-' is standard input.
    subfolder : str
        The folder that it is in, relative to the folder that was searched; empty if it wasn't found
        by searching a folder.
    origin : {'named', 'listed', 'found'}
        Whether it was named, named in a list, or found in a folder or by a pattern.
    error : HuepressError or None
        What is wrong with what was named.
    """

    name: str
    subfolder: str = ""
    origin: Literal["named", "listed", "found"] = "named"
    error: HuepressError | None = None


def is_several(inputs: Sequence[Input]) -> bool:
    """Tell whether this is a run over many: several images, or any that were listed or found."""
    return len(inputs) != 1 or inputs[0].origin != "named"


def is_special(name: str) -> bool:
    """Tell whether a path is a pipe or a device, from which reading may wait forever."""
    try:
        mode = os.stat(name).st_mode
    except (OSError, ValueError):
        return False  # missing, or a circle of links: the error comes when it is read
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def discover(words: Iterable[str], recursive: bool, exclude: str | None = None) -> Iterator[Input]:
    """Find the images that words of the command line stand for, in a fixed order.

    Parameters
    ----------
    words : iterable of str
        Paths of files and folders, patterns, lists (``@NAME``), or '-'.
    recursive : bool
        Whether folders may be named. The images in them and in their subfolders are taken, but not
        hidden files and folders, nor folders that are links.
    exclude : str, optional
        A folder that isn't searched: the one that results are written into.

    Yields
    ------
    Input
    """
    excluded = identity_of(exclude) if exclude else None
    for word in words:
        if os.path.lexists(word) or word == "-":
            yield from _named(Input(word), recursive, excluded)
        elif _is_list(word):
            yield from _listed(word[1:], recursive, excluded)
        elif _is_pattern(word):
            yield from _matching(word, recursive, excluded)
        else:
            yield Input(word)  # the error comes when it is read


def _is_list(word: str) -> bool:
    return word.startswith("@") and len(word) > 1


def _is_pattern(word: str) -> bool:
    return any(sign in word for sign in "*?[")


def _named(image: Input, recursive: bool, excluded: object) -> Iterator[Input]:
    """Yield a file itself, or the images in a folder."""
    if image.name == "-" or not os.path.isdir(image.name):
        yield image
    elif not recursive:
        yield _wrong(image.name, "is a directory; give `recursive` to take the images in it")
    else:
        empty = True
        for found in _search(image.name, excluded):
            empty = False
            yield found
        if empty:
            yield _wrong(image.name, "holds no images; check the path")


def _search(folder: str, excluded: object) -> Iterator[Input]:
    """Yield the images in a folder, then those in its subfolders, however deep."""
    waiting = [(folder, "")]
    while waiting:
        folder, subfolder = waiting.pop()
        try:
            with os.scandir(folder) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError as error:
            yield Input(folder, error=unreadable_error(folder, error))
            continue
        folders = []
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                if excluded is None or identity_of(entry.path) != excluded:
                    folders.append((entry.path, os.path.join(subfolder, entry.name)))
            elif os.path.splitext(entry.name)[1].lower() in SUFFIXES and _is_file(entry):
                yield Input(entry.path, subfolder, "found")
        waiting += reversed(folders)


def _is_file(entry: os.DirEntry[str]) -> bool:
    """Tell a file, or a link to one, from pipes and devices, from which reading may never end."""
    try:
        return entry.is_file()
    except OSError:
        return True  # a circle of links: the error comes when it is read


def _listed(name: str, recursive: bool, excluded: object) -> Iterator[Input]:
    """Yield what a list names: one name per line, or separated by NULs if it contains any."""
    try:
        data = read_all(binary_stdin()) if name == "-" else read_bytes(name)
    except HuepressError as error:
        yield Input(name, error=error)
        return
    if b"\0" in data:
        names = data.split(b"\0")
    else:
        names = data.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").split(b"\n")
    if data.translate(None, _NOT_IN_TEXT) != data and not os.path.lexists(os.fsdecode(names[0])):
        yield _wrong(name, "is no list of names; if it is an image, name it without the @")
        return
    for entry in filter(None, names):
        yield from _named(Input(os.fsdecode(entry), origin="listed"), recursive, excluded)


def _matching(pattern: str, recursive: bool, excluded: object) -> Iterator[Input]:
    from glob import glob

    names = [name for name in sorted(glob(pattern, recursive=True)) if not is_special(name)]
    if not names:
        yield _wrong(pattern, "no such file, and none that matches it as a pattern; check the path")
    for name in names:
        yield from _named(Input(name, origin="found"), recursive, excluded)


def _wrong(name: str, what: str) -> Input:
    return Input(name, error=UnreadableError(f"{name}: {what}"))
