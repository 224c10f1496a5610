"""What was named, as images one by one: files, folders, patterns, lists, standard input.

A word stands for the file of that name if there is one. Else ``@NAME`` is a list of names, and what
holds ``*``, ``?`` or ``[`` is a pattern, as a shell would take it: not all shells do.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

from huepress.errors import HuepressError, UnreadableError
from huepress.files import identity_of, read_all, read_bytes, unreadable_error
from huepress.files.streams import binary_stdin

__all__ = ["SUFFIXES", "Item", "expanded", "is_several", "is_special"]

_KINDS = """
    apng avif avifs blp bmp bw cur dcx dds dib flc fli ftc ftu gbr gif heic heics heif heifs hif
    icb icns ico iim im j2c j2k jfif jp2 jpc jpe jpeg jpf jpg jpx jxl mpo msp pbm pcd pcx pfm
    pgm png pnm ppm psd pxr qoi ras rgb rgba sgi tga tif tiff vda vst webp xbm xpm
"""
SUFFIXES = frozenset(f".{kind}" for kind in _KINDS.split())
"""How names of images end: those of a folder are taken, all else in it is left alone."""

# What neither texts hold nor, as good as ever, names.
_NO_TEXT = bytes({*range(1, 32)} - set(b"\t\n\f\r\x1b"))


class Item(NamedTuple):
    """One image to compress, or why there is none.

    Attributes
    ----------
    name : str
        Its path; '-' is standard input.
    below : str
        Of what was found in a folder: the folder that it lies in, relative to the one named.
    origin : {'word', 'list', 'search'}
        Whether it was named, named in a list, or found in a folder or by a pattern.
    error : HuepressError or None
        What is wrong with what was named.
    """

    name: str
    below: str = ""
    origin: Literal["word", "list", "search"] = "word"
    error: HuepressError | None = None


def is_several(items: Sequence[Item]) -> bool:
    """Tell whether this is a run over many: of more than one, or of what was searched or listed."""
    return len(items) != 1 or items[0].origin != "word"


def is_special(name: str) -> bool:
    """Tell whether a name is that of a pipe or a device, which may keep a reader waiting."""
    try:
        mode = os.stat(name).st_mode
    except (OSError, ValueError):
        return False  # nothing there, or a link in a circle: reading it will tell
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def expanded(words: Iterable[str], recursive: bool, without: str | None = None) -> Iterator[Item]:
    """Return the images that words stand for, in a fixed order.

    Parameters
    ----------
    words : iterable of str
        As on the command line.
    recursive : bool
        Whether folders may be named; what is in them and in those below is taken. Hidden files and
        folders aren't, nor are linked folders.
    without : str, optional
        A folder that isn't looked into: the one that results go to.

    Yields
    ------
    Item
    """
    skipped = identity_of(without) if without else None
    for word in words:
        if os.path.lexists(word) or word == "-":
            yield from _one(Item(word), recursive, skipped)
        elif _is_list(word):
            yield from _listed(word[1:], recursive, skipped)
        elif _is_pattern(word):
            yield from _matching(word, recursive, skipped)
        else:
            yield Item(word)  # reading it will tell what is wrong


def _is_list(word: str) -> bool:
    return word.startswith("@") and len(word) > 1


def _is_pattern(word: str) -> bool:
    return any(sign in word for sign in "*?[")


def _one(item: Item, recursive: bool, skipped: object) -> Iterator[Item]:
    if item.name == "-" or not os.path.isdir(item.name):
        yield item
    elif not recursive:
        yield _wrong(item.name, "is a directory; give -r to take the images in it")
    else:
        empty = True
        for image in _inside(item.name, skipped):
            empty = False
            yield image
        if empty:
            yield _wrong(item.name, "holds no images; check the path")


def _inside(folder: str, skipped: object) -> Iterator[Item]:
    """Yield the images of a folder, then those of the folders in it, however deep they lie."""
    waiting = [(folder, "")]
    while waiting:
        folder, below = waiting.pop()
        try:
            with os.scandir(folder) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError as error:
            yield Item(folder, error=unreadable_error(folder, error))
            continue
        folders = []
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if _is_folder(entry):
                if skipped is None or identity_of(entry.path) != skipped:
                    folders.append((entry.path, os.path.join(below, entry.name)))
            elif os.path.splitext(entry.name)[1].lower() in SUFFIXES and _is_file(entry):
                yield Item(entry.path, below, "search")
        waiting += reversed(folders)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    return entry.is_dir(follow_symlinks=False)


def _is_file(entry: os.DirEntry[str]) -> bool:
    """Tell a file, or a link to one, from pipes and devices, which would keep us waiting."""
    try:
        return entry.is_file()
    except OSError:
        return True  # a link in a circle: reading it will tell


def _listed(name: str, recursive: bool, skipped: object) -> Iterator[Item]:
    """Yield what a list names: one in each line, or between NULs if there is one."""
    try:
        data = read_all(binary_stdin()) if name == "-" else read_bytes(name)
    except HuepressError as error:
        yield Item(name, error=error)
        return
    if b"\0" in data:
        names = data.split(b"\0")
    else:
        names = data.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").split(b"\n")
    if data.translate(None, _NO_TEXT) != data and not os.path.lexists(os.fsdecode(names[0])):
        yield _wrong(name, "is no list of names; if it is an image, name it without the @")
        return
    for entry in filter(None, names):
        yield from _one(Item(os.fsdecode(entry), origin="list"), recursive, skipped)


def _matching(pattern: str, recursive: bool, skipped: object) -> Iterator[Item]:
    from glob import glob

    names = [name for name in sorted(glob(pattern, recursive=True)) if not is_special(name)]
    if not names:
        yield _wrong(pattern, "no such file, and none that it is a pattern for; check the path")
    for name in names:
        yield from _one(Item(name, origin="search"), recursive, skipped)


def _wrong(name: str, what: str) -> Item:
    return Item(name, error=UnreadableError(f"{name}: {what}"))
