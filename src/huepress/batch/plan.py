"""Plan where each result goes, for all images before the first of them is read."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import BinaryIO, NamedTuple

from huepress.batch.discover import Input, is_special
from huepress.errors import HuepressError, OptionError, UnreadableError, UnwritableError
from huepress.files import identity_of
from huepress.files.streams import binary_stdout
from huepress.formats.names import (
    can_be_result,
    check_stream,
    check_suffix,
    files_of,
    original_stem,
    output_names,
)

__all__ = ["Destination", "Job", "plan_jobs"]


class Destination(NamedTuple):
    """Where results are to go; beside their inputs if neither a file nor a folder is given.

    Attributes
    ----------
    format : str
        The output format.
    output : str or None
        The file, for one image; '-' is standard output.
    directory : str or None
        The folder.
    stdout : callable
        Returns standard output, or raises an OptionError if an image may not be written there.
    """

    format: str
    output: str | None = None
    directory: str | None = None
    stdout: Callable[[], BinaryIO] = binary_stdout


class Job(NamedTuple):
    """One image, and where its result goes.

    Attributes
    ----------
    input : Input
        The image.
    outputs : tuple of str
        The files to write; none if the result goes to `stream`.
    stream : binary file object or None
        Standard output.
    skipped : str
        Why there is nothing to do, if that is known already.
    error : HuepressError or None
        Why it can't be done, if that is known already.
    """

    input: Input
    outputs: tuple[str, ...] = ()
    stream: BinaryIO | None = None
    skipped: str = ""
    error: HuepressError | None = None


def plan_jobs(
    inputs: Sequence[Input],
    destination: Destination,
    several: bool,
    is_remembered: Callable[[str], object],
) -> list[Job]:
    """Plan where the result of each image goes.

    Parameters
    ----------
    inputs : sequence of Input
        The images.
    destination : Destination
        Where results are to go.
    several : bool
        Whether this is a run over many. If so, results of earlier runs are left out, an image that
        is named twice is done once, and no result may replace an input.
    is_remembered : callable
        Tells whether a file is remembered as a result of an earlier run.

    Returns
    -------
    list of Job

    Raises
    ------
    HuepressError
        If what was asked for is impossible for every image.
    """
    if destination.output is not None and several:
        raise OptionError("takes one input; use `directory` for several", "output")
    if destination.directory is not None:
        _check_directory(destination.directory)
    planner = _Planner(inputs, destination, several, is_remembered)
    return [job for job in map(planner.job, inputs) if job]


def _check_directory(folder: str) -> None:
    """Refuse a folder whose parent is missing, too: that is most likely a typing error."""
    if os.path.isdir(folder):
        return
    if not folder:
        raise OptionError("the name is empty; name a directory", "directory")
    if os.path.lexists(folder):
        raise UnwritableError(f"{folder}: is not a directory; name another")
    parent = os.path.dirname(folder.rstrip(os.sep)) or "."
    if not os.path.isdir(parent):
        raise UnwritableError(f"{folder}: there is no directory {parent}; create it first")


class _Planner:
    """Plans one image after the other, knowing all of them."""

    def __init__(
        self,
        inputs: Sequence[Input],
        destination: Destination,
        several: bool,
        is_remembered: Callable[[str], object],
    ) -> None:
        self._destination = destination
        self._several = several
        self._is_remembered = is_remembered
        self._owners: dict[str, Input] = {}  # of each output: the image that it belongs to
        self._real_folders: dict[str, str] = {}
        many = inputs if several else []
        self._stems = {stem for image in many for stem in (_stem(image.name), image.name)}
        self._results = {image.name for image in many if self._is_result(image)}
        originals = [image for image in many if image.name not in self._results]
        self._identities = {identity_of(image.name) for image in originals} - {None}
        self._ambiguous = self._shared_outputs(originals)

    def _shared_outputs(self, inputs: Sequence[Input]) -> set[str]:
        """Return the outputs that images would share whose names differ only in the suffix."""
        names: dict[str, set[str]] = {}
        for image in inputs:
            output = self._real_path(self._outputs(image)[0])
            names.setdefault(output, set()).add(os.path.basename(image.name))
        return {output for output, sharing in names.items() if len(sharing) > 1}

    def job(self, image: Input) -> Job | None:
        """Return what to do for an image; None if it was named before."""
        try:
            if image.error:
                raise image.error
            if self._several and is_special(image.name):
                raise UnreadableError(
                    f"{image.name}: is a pipe or a device; compress it separately"
                )
            if image.name in self._results:
                return Job(image, skipped="a result of huepress")
            return self._placed(image)
        except HuepressError as error:
            return Job(image, error=error)

    def _is_result(self, image: Input) -> bool:
        """Tell whether an image is named like the result of another one, and can be one."""
        folder, base = os.path.split(image.name)
        stem = original_stem(base)
        if stem == os.path.splitext(base)[0] or os.path.join(folder, stem) not in self._stems:
            return False
        return bool(self._is_remembered(image.name)) or can_be_result(image.name)

    def _placed(self, image: Input) -> Job | None:
        destination = self._destination
        if (destination.output or image.name) == "-" and destination.directory is None:
            check_stream(destination.format)
            return Job(image, stream=destination.stdout())
        if destination.output is not None:
            check_suffix(destination.output, destination.format)
            return Job(image, files_of(destination.output, destination.format))
        if image.name == "-":
            raise OptionError("standard input has no name to put there; use `output`", "directory")
        outputs = self._outputs(image)
        if self._real_path(outputs[0]) in self._ambiguous:
            outputs = self._outputs(image, with_suffix=True)
        return Job(image, outputs) if self._claim(image, outputs) else None

    def _outputs(self, image: Input, with_suffix: bool = False) -> tuple[str, ...]:
        folder = self._destination.directory
        if folder is not None and image.subfolder:
            folder = os.path.join(folder, image.subfolder)
        return output_names(image.name, self._destination.format, folder, with_suffix)

    def _claim(self, image: Input, outputs: tuple[str, ...]) -> bool:
        """Reserve outputs for an image; OptionError if others need them, False if it has them."""
        owner = self._owners.setdefault(self._real_path(outputs[0]), image)
        if owner.name != image.name and not _same_file(owner.name, image.name):
            raise OptionError(
                f"{image.name}: {outputs[0]} is {owner.name}'s result already; "
                "compress it separately"
            )
        if self._several:
            for output in outputs:
                if identity_of(output) in self._identities:
                    raise OptionError(
                        f"{image.name}: {output} would be overwritten, which is an input; "
                        "use `directory`"
                    )
        return owner is image

    def _real_path(self, output: str) -> str:
        folder, base = os.path.split(output)
        if folder not in self._real_folders:
            self._real_folders[folder] = os.path.realpath(folder)
        return os.path.normcase(os.path.join(self._real_folders[folder], base))


def _stem(name: str) -> str:
    return os.path.splitext(name)[0]


def _same_file(one: str, other: str) -> bool:
    identity = identity_of(one)
    return identity is not None and identity == identity_of(other)
