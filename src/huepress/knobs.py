"""What a knob is: its range, default and help text; `huepress.options` has them all."""

from __future__ import annotations

from operator import index
from typing import TYPE_CHECKING, Any

from huepress.errors import OptionError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Knob", "anything", "colors", "yes_or_no"]


class Knob:
    """One knob: a number, one of some choices, or whatever `parse` accepts.

    Attributes
    ----------
    name : str
        That of its attribute in `Options`.
    default : object
        Its value where none is given.
    help : str
        What it does, for help texts.
    low, high : int, float or None
        The least and the greatest number; if they are whole, only whole numbers will do.
    choices : tuple of str
        All that it may be.
    parse : callable or None
        Returns what it is given in the one form that counts, or raises `OptionError`.
    metavar : str or None
        What help texts call its value.
    flags : tuple of str
        Its command-line names where they differ from its own.
    expert : bool
        For those who know K-means.
    """

    def __init__(
        self,
        default: Any,
        text: str,
        *,
        low: float | None = None,
        high: float | None = None,
        choices: tuple[str, ...] = (),
        parse: Callable[[Any], Any] | None = None,
        metavar: str | None = None,
        flags: tuple[str, ...] = (),
        expert: bool = False,
    ) -> None:
        self.name = ""
        self.default = default
        self.help = text
        self.low = low
        self.high = high
        self.choices = choices
        self.parse = parse
        self.metavar = metavar
        self.flags = flags
        self.expert = expert

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @property
    def whole(self) -> bool:
        """Whether only whole numbers will do."""
        return isinstance(self.high, int)

    def checked(self, value: Any) -> Any:
        """Return the value as a plain str, int, float or None, or say what is wrong with it."""
        if self.parse:
            return self.parse(value)
        if value is None and self.default is None:
            return None
        return self._choice(value) if self.choices else self._number(value)

    def _choice(self, value: Any) -> str:
        if value not in self.choices:
            raise OptionError(f"{self.name}: {value!r} is not one of {', '.join(self.choices)}")
        return str(value)

    def _number(self, value: Any) -> float:
        name = "a whole number" if self.whole else "a number"
        number = _plain(value, self.whole)
        if number is None:
            raise OptionError(f"{self.name}: {value!r} is not {name}")
        assert self.low is not None  # every number has limits
        assert self.high is not None
        if not self.low <= number <= self.high:
            raise OptionError(
                f"{self.name}: {number:,} is out of range; give {name} "
                f"from {self.low:,} to {self.high:,}"
            )
        return number


def _plain(value: Any, whole: bool) -> int | float | None:
    """Return a number of any type, NumPy's too, as Python's own; None if it is something else."""
    if isinstance(value, bool):
        return None
    try:
        return index(value)
    except TypeError:
        pass
    if whole or isinstance(value, str) or not hasattr(value, "__float__"):
        return None
    return float(value)


def colors(value: Any) -> tuple[tuple[int, int, int, int], ...]:
    """Return colours given as '#rgb', '#rrggbb', '#rrggbbaa' or rows of numbers as RGBA."""
    if isinstance(value, str):
        value = value.replace(",", " ").split()
    try:
        return tuple(map(_color, value))
    except TypeError:
        raise OptionError(f"keep: {value!r} is no list of colours") from None


def _color(value: Any) -> tuple[int, int, int, int]:
    remedy = "give '#rrggbb', '#rrggbbaa', or three or four numbers from 0 to 255"
    try:
        if isinstance(value, str):
            digits = value.removeprefix("#")
            if len(digits) in (3, 4):
                digits = "".join(2 * digit for digit in digits)
            numbers = list(bytes.fromhex(digits if " " not in digits else "?"))
        else:
            numbers = list(bytes(index(number) for number in value))
    except (TypeError, ValueError):
        raise OptionError(f"keep: {value!r} is no colour; {remedy}") from None
    if len(numbers) not in (3, 4):
        raise OptionError(f"keep: {value!r} is no colour; {remedy}")
    red, green, blue, *alpha = numbers
    return red, green, blue, alpha[0] if alpha else 255


def yes_or_no(value: Any) -> bool:
    """Return True or False, if it is one of them."""
    if value not in (True, False):
        raise OptionError(f"keep_profile: {value!r} is not True or False")
    return bool(value)


def anything(value: Any) -> Any:
    """Return it as it is: checked where it is used."""
    return value
