"""Every knob: its range, default and help text, in one place.

The command line, the Python functions and their checks are all built from `Options`.
Where it helps, a knob left at ``None`` is set by ``effort`` (see `huepress.engine.kmeans.Plan`).
"""

from __future__ import annotations

from typing import Any, TypedDict, Unpack

from huepress.knobs import Knob, anything, colors, yes_or_no

__all__ = ["KNOBS", "Options", "OtherKnobs"]

MAX_COLORS = 65_536
MAX_PIXELS = 300_000_000


def _knob(default: Any, text: str, **rules: Any) -> Any:
    """Declare one, of any type: an instance has a value of that type in its place."""
    return Knob(default, text, **rules)


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
        parse=anything,
        metavar="FILE",
    )
    keep: tuple[tuple[int, int, int, int], ...] = _knob(
        (),
        "these exact colours are in the codebook, and pixels of them keep them; as "
        "'#e30613' or '#e30613,#fff'",
        parse=colors,
        metavar="COLORS",
    )
    importance: object = _knob(
        None,
        "weigh colours by this mask, a grey image of the same size (white: most); 'auto' weighs "
        "smooth areas more than busy ones",
        parse=anything,
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
        "leave colours as the file means them and keep its ICC profile, or one that says the same, "
        "instead of converting to sRGB",
        parse=yes_or_no,
    )

    # `dataclasses` would write the rest, but its import takes half as long as Python's own start.

    def __init__(self, **knobs: Unpack[Knobs]) -> None:
        for knob in KNOBS:
            vars(self)[knob.name] = knob.checked(knobs.get(knob.name, knob.default))
        for name in knobs:
            if name not in vars(self):
                raise TypeError(f"there is no option {name!r}")

    def replace(self, **changes: Unpack[Knobs]) -> Options:
        """Return the same options but for these."""
        return Options(**{**vars(self), **changes})

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{name}: options don't change; use replace({name}=...)")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{name}: options don't change")

    def __eq__(self, other: object) -> bool:
        return vars(self) == vars(other) if isinstance(other, Options) else NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(vars(self).values()))

    def __repr__(self) -> str:
        return f"Options({', '.join(f'{name}={value!r}' for name, value in vars(self).items())})"


KNOBS: tuple[Knob, ...] = tuple(knob for knob in vars(Options).values() if isinstance(knob, Knob))
"""The knobs in the order in which help texts list them."""


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


class Knobs(OtherKnobs, total=False):
    """All of them."""

    k: int
