"""What a run over many images tells: what became of each, and how far it has come."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from huepress.values import Value

if TYPE_CHECKING:
    from huepress.report import Report

__all__ = ["ANIMATION", "IS_RESULT", "NO_SMALLER", "OFF_TARGET", "UP_TO_DATE", "Outcome", "Summary"]

# Why images are skipped.
UP_TO_DATE = "up to date"
IS_RESULT = "a result of huepress"
NO_SMALLER = "no smaller"
OFF_TARGET = "missed what was asked for"
ANIMATION = "an animation"


class Outcome(Value):
    """What became of one image of a run. Immutable.

    Attributes
    ----------
    name : str
        The input, as it was named or found; '-' is standard input.
    status : {'done', 'skipped', 'failed'}
        What became of it.
    report : Report or None
        Sizes, distortion and time, if it was done.
    message : str
        Why it was skipped or has failed, in one line. It begins with the name of a file or of an
        option; other options that it mentions stand in backquotes.
    reason : str
        Why it was skipped, in a few words that are the same for all images: 'up to date', 'a result
        of huepress', 'no smaller', 'missed what was asked for' or 'an animation'.
    exit_code : int
        The command line's exit code for this error if it has failed, else 0.
    option : str
        The option that the error is about, by its Python name, if it is about one; the message then
        begins with that.
    to_stdout : bool
        Whether its result goes to standard output.
    dry_run : bool
        Whether this only tells what would happen, and nothing was written.
    """

    name: str
    status: Literal["done", "skipped", "failed"]
    report: Report | None = None
    message: str = ""
    option: str = ""
    reason: str = ""
    exit_code: int = 0
    to_stdout: bool = False
    dry_run: bool = False


class Summary(Value):
    """How far a run over many images has come. Immutable.

    Attributes
    ----------
    done, failed : int
        Images.
    skipped : dict of str to int
        Images, by the reason (`Outcome.reason`).
    bytes_in, bytes_out : int
        Sizes of those that are done, and of their results.
    seconds : float
        How long the run has taken so far.

    Examples
    --------
    >>> Summary(done=2, failed=1, skipped={"up to date": 3}).images
    6
    """

    done: int = 0
    failed: int = 0
    skipped: Mapping[str, int] = MappingProxyType({})
    bytes_in: int = 0
    bytes_out: int = 0
    seconds: float = 0.0

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        vars(self)["skipped"] = dict(self.skipped)

    @property
    def images(self) -> int:
        """How many images are done, skipped or failed."""
        return self.done + self.failed + sum(self.skipped.values())

    def add(self, outcome: Outcome) -> Summary:
        """Return the same with one more outcome."""
        if outcome.report:
            return self.replace(
                done=self.done + 1,
                bytes_in=self.bytes_in + outcome.report.bytes_in,
                bytes_out=self.bytes_out + outcome.report.bytes_out,
            )
        if outcome.status == "failed":
            return self.replace(failed=self.failed + 1)
        count = self.skipped.get(outcome.reason, 0) + 1
        return self.replace(skipped={**self.skipped, outcome.reason: count})
