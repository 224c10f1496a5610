"""Every knob: its range, default and help text, in one place.

The command line, the Python functions and their checks are all built from `Options`.
Where it helps, a knob left at ``None`` is set by ``effort`` (see `huepress.kmeans.Plan`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import Field, dataclass, field, fields
from operator import index
from typing import Any, TypedDict

from huepress.errors import OptionError

__all__ = ["Options", "OtherKnobs", "knob_fields"]

MAX_COLORS = 65_536
MAX_PIXELS = 300_000_000


def _knob(
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
) -> Any:
    """Declare one knob: a number, one of some choices, or whatever `parse` accepts.

    ``flags`` are its command-line names where they differ from its own.
    """
    metadata: dict[str, Any] = {"help": text, "low": low, "high": high, "parse": parse}
    metadata |= {"choices": choices, "flags": flags, "expert": expert, "metavar": metavar}
    return field(default=default, metadata=metadata)


def _colors(value: Any) -> tuple[tuple[int, int, int, int], ...]:
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


def _yes_or_no(value: Any) -> bool:
    if value not in (True, False):
        raise OptionError(f"keep_profile: {value!r} is not True or False")
    return bool(value)


def _anything(value: Any) -> Any:
    """Return it as it is: checked where it is used."""
    return value


@dataclass(frozen=True, slots=True)
class Options:
    """How to quantize. Immutable; every value is checked on creation.

    Parameters
    ----------
    k, effort, space, dither, dither_strength, rd, alpha, palette, keep, importance, \
seeding, max_iter, tol, n_init, seed, threads, max_pixels, page, keep_profile
        See `huepress.quantize`.

    Raises
    ------
    OptionError
        If a value is outside its range; the message names the option and the range.
    """

    k: int = _knob(
        256,
        "number of colours in the codebook, at most; 'auto': where more bring little",
        low=1,
        high=MAX_COLORS,
        flags=("-k", "--colors"),
    )
    effort: int = _knob(5, "1 = fastest, 10 = best", low=1, high=10)
    space: str = _knob(
        "auto",
        "working space in which distances are taken; auto is oklab up to 256 colours",
        choices=("auto", "oklab", "rgb"),
    )
    dither: str = _knob(
        "auto",
        "how neighbouring pixels make up for each other's errors; auto is diffusion where errors "
        "would show",
        choices=("auto", "none", "diffusion", "ordered", "blue-noise"),
    )
    dither_strength: float = _knob(1.0, "how much of it", low=0.0, high=1.0)
    rd: float = _knob(
        1.0,
        "rate-distortion strength: how much error labels may gain for fewer bytes; 0 = none",
        low=0.0,
        high=1000.0,
    )
    alpha: str = _knob(
        "premultiplied",
        "premultiplied: what is seen counts; straight: colours count under any alpha, even 0, for "
        "game textures",
        choices=("premultiplied", "straight"),
        expert=True,
    )
    palette: object = _knob(
        None,
        "map onto the colours of this palette file or image, instead of finding some",
        parse=_anything,
        metavar="FILE",
    )
    keep: tuple[tuple[int, int, int, int], ...] = _knob(
        (),
        "these exact colours are in the codebook, and pixels of them keep them; as "
        "'#e30613' or '#e30613,#fff'",
        parse=_colors,
        metavar="COLORS",
    )
    importance: object = _knob(
        None,
        "weigh colours by this mask, a grey image of the same size (white: most); 'auto' weighs "
        "smooth areas more than busy ones",
        parse=_anything,
        metavar="MASK",
    )
    seeding: str = _knob(
        "wu", "how the initial centroids are found", choices=("wu", "kmeans++"), expert=True
    )
    max_iter: int | None = _knob(
        None,
        "most Lloyd iterations of the last, full-precision run (default: by effort)",
        low=1,
        high=100_000,
        expert=True,
    )
    tol: float | None = _knob(
        None,
        "stop when an iteration lowers the distortion by less than this share of it "
        "(default: by effort)",
        low=0.0,
        high=1.0,
        expert=True,
    )
    n_init: int | None = _knob(
        None,
        "independent runs, the best of which is kept (default: by effort)",
        low=1,
        high=1000,
        expert=True,
    )
    seed: int = _knob(0, "number that fixes all random choices", low=0, high=2**63 - 1, expert=True)
    threads: int = _knob(
        0, "threads for one image (0: as many as pay); never changes the result",
        low=0, high=256, expert=True,
    )  # fmt: skip
    max_pixels: int = _knob(
        MAX_PIXELS, "refuse images that declare more pixels", low=1, high=2**31 - 1, expert=True
    )
    page: int | None = _knob(
        None,
        "which page of a TIFF or frame of an animation (default: the first, and it says so)",
        low=1,
        high=2**31 - 1,
    )
    keep_profile: bool = _knob(
        False,
        "leave colours as the ICC profile means them and keep it, instead of converting to sRGB",
        parse=_yes_or_no,
    )

    def __post_init__(self) -> None:
        for knob in fields(self):
            value = _checked(knob, getattr(self, knob.name))
            object.__setattr__(self, knob.name, value)  # the way past `frozen`


class OtherKnobs(TypedDict, total=False):
    """The keyword arguments of `huepress.quantize` after `k`: those of `Options`, all optional."""

    effort: int
    space: str
    dither: str
    dither_strength: float
    rd: float
    alpha: str
    palette: Any
    keep: Any
    importance: Any
    seeding: str
    max_iter: int | None
    tol: float | None
    n_init: int | None
    seed: int
    threads: int
    max_pixels: int
    page: int | None
    keep_profile: bool


def knob_fields() -> tuple[Field[Any], ...]:
    """Return the knobs in the order in which help texts list them."""
    return fields(Options)


def _checked(knob: Field[Any], value: Any) -> Any:
    """Return the value as a plain str, int, float or None, or say what is wrong with it."""
    rule = knob.metadata
    if rule["parse"]:
        return rule["parse"](value)
    if value is None and knob.default is None:
        return None
    if rule["choices"]:
        if value not in rule["choices"]:
            raise OptionError(f"{knob.name}: {value!r} is not one of {', '.join(rule['choices'])}")
        return str(value)
    name = "a number" if "float" in str(knob.type) else "a whole number"
    number = _number(value, whole="float" not in str(knob.type))
    if number is None:
        raise OptionError(f"{knob.name}: {value!r} is not {name}")
    if not rule["low"] <= number <= rule["high"]:
        raise OptionError(
            f"{knob.name}: {number:,} is out of range; give {name} "
            f"from {rule['low']:,} to {rule['high']:,}"
        )
    return number


def _number(value: Any, whole: bool) -> int | float | None:
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
