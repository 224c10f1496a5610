"""Which result goes where: settled for all images before the first is read."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import BinaryIO, NamedTuple

from huepress.batch.discover import Item, is_special
from huepress.errors import HuepressError, OptionError, UnreadableError, UnwritableError
from huepress.files import identity_of
from huepress.formats.names import (
    can_be_result,
    check_stream,
    check_suffix,
    files_of,
    original_stem,
    output_names,
)

__all__ = ["Job", "Places", "planned"]


class Places(NamedTuple):
    """Where results were asked for.

    Attributes
    ----------
    kind : str
        One of `huepress.formats.FORMATS`.
    output : str or None
        The file, of one image; '-' is standard output.
    directory : str or None
        The folder.
    stdout : callable
        Returns standard output, or raises an OptionError if no image may go there.
    """

    kind: str
    output: str | None
    directory: str | None
    stdout: Callable[[], BinaryIO]


class Job(NamedTuple):
    """One image, and where its result goes.

    Attributes
    ----------
    item : Item
        The image.
    outputs : tuple of str
        The files; none if the result goes to `stream`.
    below : str
        The folder in the one asked for that they lie in; it may have to be made.
    stream : binary file object or None
        Standard output.
    skipped : str
        Why there is nothing to do, if so.
    error : HuepressError or None
        Why it can't be done.
    """

    item: Item
    outputs: tuple[str, ...] = ()
    below: str = ""
    stream: BinaryIO | None = None
    skipped: str = ""
    error: HuepressError | None = None


def planned(
    items: Sequence[Item], places: Places, several: bool, known: Callable[[str], object]
) -> list[Job]:
    """Give each image its place.

    Parameters
    ----------
    items : sequence of Item
        The images.
    places : Places
        Where results were asked for.
    several : bool
        Whether this is a run over many. Then results of earlier runs are left out, as is what was
        named twice, and no result takes the place of an input, asked for or not.
    known : callable
        Tells whether a file is remembered as a result of an earlier run.

    Returns
    -------
    list of Job

    Raises
    ------
    HuepressError
        If what was asked for goes for no image.
    """
    if places.output is not None and several:
        raise OptionError("-o: takes one input; use -d DIR for several")
    if places.directory is not None:
        _check_directory(places.directory)
    plan = _Plan(items, places, several, known)
    return [job for job in map(plan.job, items) if job]


def _check_directory(folder: str) -> None:
    """Refuse a folder that isn't there and won't be made: a whole path is likely a slip."""
    if os.path.isdir(folder):
        return
    if not folder:
        raise OptionError("-d: the name is empty; name a directory")
    if os.path.lexists(folder):
        raise UnwritableError(f"-d: {folder} is not a directory; name another")
    parent = os.path.dirname(folder.rstrip(os.sep)) or "."
    if not os.path.isdir(parent):
        raise UnwritableError(f"-d: there is no directory {parent} for {folder}; create it first")


class _Plan:
    def __init__(
        self,
        items: Sequence[Item],
        places: Places,
        several: bool,
        known: Callable[[str], object],
    ) -> None:
        self._places = places
        self._several = several
        self._known = known
        self._takers: dict[str, Item] = {}
        self._real: dict[str, str] = {}
        many = items if several else []
        self._stems = {stem for item in many for stem in (_stem(item.name), item.name)}
        self._results = {item.name for item in many if self._is_result(item)}
        originals = [item for item in many if item.name not in self._results]
        self._inputs = {identity_of(item.name) for item in originals} - {None}
        self._ambiguous = self._shared_outputs(originals)

    def _shared_outputs(self, items: Sequence[Item]) -> set[str]:
        """Return those outputs that images would share which differ in their suffixes."""
        names: dict[str, set[str]] = {}
        for item in items:
            output = self._real_path(self._outputs(item)[0])
            names.setdefault(output, set()).add(os.path.basename(item.name))
        return {output for output, sharing in names.items() if len(sharing) > 1}

    def job(self, item: Item) -> Job | None:
        """Return what to do for an image; None if it was named before."""
        try:
            if item.error:
                raise item.error
            if self._several and is_special(item.name):
                raise UnreadableError(f"{item.name}: is a pipe or a device; compress it separately")
            if item.name in self._results:
                return Job(item, skipped="a result of huepress")
            return self._placed(item)
        except HuepressError as error:
            return Job(item, error=error)

    def _is_result(self, item: Item) -> bool:
        """Tell whether an image is named like the result of another one here, and can be one."""
        folder, base = os.path.split(item.name)
        stem = original_stem(base)
        if stem == os.path.splitext(base)[0] or os.path.join(folder, stem) not in self._stems:
            return False
        return bool(self._known(item.name)) or can_be_result(item.name)

    def _placed(self, item: Item) -> Job | None:
        places = self._places
        if (places.output or item.name) == "-" and places.directory is None:
            check_stream(places.kind)
            return Job(item, stream=places.stdout())
        if places.output is not None:
            check_suffix(places.output, places.kind)
            return Job(item, files_of(places.output, places.kind))
        if item.name == "-":
            raise OptionError("-d: standard input has no name to put there; use -o FILE")
        outputs = self._outputs(item)
        if self._real_path(outputs[0]) in self._ambiguous:
            outputs = self._outputs(item, with_suffix=True)
        return Job(item, outputs, item.below) if self._is_free(item, outputs) else None

    def _outputs(self, item: Item, with_suffix: bool = False) -> tuple[str, ...]:
        folder = self._places.directory
        if folder is not None and item.below:
            folder = os.path.join(folder, item.below)
        return output_names(item.name, self._places.kind, folder, with_suffix)

    def _is_free(self, item: Item, outputs: tuple[str, ...]) -> bool:
        """Check that the outputs are nobody else's; False if this image has them already."""
        taker = self._takers.setdefault(self._real_path(outputs[0]), item)
        if taker.name != item.name and not _same_file(taker.name, item.name):
            raise OptionError(
                f"{item.name}: {outputs[0]} is {taker.name}'s result already; "
                "compress it separately"
            )
        if self._several:
            for output in outputs:
                if identity_of(output) in self._inputs:
                    raise OptionError(
                        f"{item.name}: {output} would be overwritten, which is an input; use -d DIR"
                    )
        return taker is item

    def _real_path(self, output: str) -> str:
        folder, base = os.path.split(output)
        if folder not in self._real:
            self._real[folder] = os.path.realpath(folder)
        return os.path.normcase(os.path.join(self._real[folder], base))


def _stem(name: str) -> str:
    return os.path.splitext(name)[0]


def _same_file(one: str, other: str) -> bool:
    identity = identity_of(one)
    return identity is not None and identity == identity_of(other)
