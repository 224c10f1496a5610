"""ONE schema: every option of compressing and of runs over many images.

Each row says the option's range, default, help, group, command-line names, and the first step whose
result it changes. The command line is built from it; tests hold the signatures of the public
functions and the documentation against it, and `affects` decides what a remembered result depends
on. An option left at ``None`` is set by ``effort`` (`huepress.presets`).

To add an option: add a row here, and take it where it is used, by its name.
"""

from __future__ import annotations

from operator import index
from typing import Any, Literal, TypeAlias, dataclass_transform

from huepress import _option_parsers as parsers
from huepress._option_parsers import MAX_COLORS
from huepress.errors import OptionError
from huepress.values import Value

__all__ = [
    "GROUPS",
    "MAX_COLORS",
    "MAX_INDEXED",
    "MAX_PIXELS",
    "OPTIONS",
    "AlphaMode",
    "Dither",
    "FormatName",
    "MetadataMode",
    "Option",
    "Options",
    "RunOptions",
    "Seeding",
    "Space",
    "number_text",
]

MAX_INDEXED = 256
"""Colours that an indexed PNG or a GIF can hold; and that are dithered, as more need none."""
MAX_PIXELS = 300_000_000

Space: TypeAlias = Literal["auto", "oklab", "rgb"]
Dither: TypeAlias = Literal["auto", "none", "diffusion", "ordered", "blue-noise"]
AlphaMode: TypeAlias = Literal["premultiplied", "straight"]
Seeding: TypeAlias = Literal["wu", "kmeans++"]
FormatName: TypeAlias = Literal["png", "webp", "gif", "pair"]
MetadataMode: TypeAlias = Literal["strip", "keep"]

GROUPS = ("Quality", "Colours", "Files", "Batch", "Advanced")
"""The groups in which help texts list options."""

Affects: TypeAlias = Literal["read", "fit", "map", "encode", "target", ""]


class Option:
    """One option: a number, one of some choices, or whatever `parse` accepts.

    Attributes
    ----------
    name : str
        That of its attribute and of its Python keyword.
    default : object
        Its value where none is given.
    help : str
        What it does, for help texts; other options stand in backquotes.
    group : str
        One of `GROUPS`.
    affects : {'read', 'fit', 'map', 'encode', 'target', ''}
        The first step whose result it changes; 'target' options choose among results; '' changes
        no byte of the output.
    low, high : int, float or None
        The least and the greatest number; if they are whole, only whole numbers are accepted.
    choices : tuple of str
        All that it may be.
    meanings : dict of str to str
        What each choice means, for help texts.
    parse : callable or None
        Takes name and value and returns the value in its one form, or raises `OptionError`.
    unset : str
        What the default comes to, for help texts, where that is not plain from its value.
    metavar : str or None
        What help texts call its value.
    flags : tuple of str
        Its command-line names; by default one that is made of its own.
    flag_per_choice : bool
        Whether each of `flags` stands for one of `choices`, and takes no value.
    """

    def __init__(
        self,
        default: Any,
        text: str,
        *,
        group: str,
        affects: Affects = "",
        low: float | None = None,
        high: float | None = None,
        choices: dict[str, str] | None = None,
        parse: Any = None,
        unset: str = "",
        metavar: str | None = None,
        flags: tuple[str, ...] = (),
        flag_per_choice: bool = False,
    ) -> None:
        self.name = ""
        self.default = default
        self.help = text
        self.group = group
        self.affects = affects
        self.low = low
        self.high = high
        self.meanings = choices or {}
        self.choices = tuple(self.meanings)
        self.parse = parse
        self.unset = unset
        self.metavar = metavar
        self.flags = flags
        self.flag_per_choice = flag_per_choice

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name
        self.flags = self.flags or ("--" + name.replace("_", "-"),)

    @property
    def is_whole(self) -> bool:
        """Whether only whole numbers are accepted."""
        return isinstance(self.high, int)

    @property
    def is_switch(self) -> bool:
        """Whether it is on or off."""
        return isinstance(self.default, bool)

    @property
    def is_three_way(self) -> bool:
        """Whether it is on or off, or, if None, decided by something else."""
        return self.parse is parsers.maybe

    @property
    def is_number(self) -> bool:
        """Whether it is a number; some may be a word, too."""
        return self.low is not None

    @property
    def is_list(self) -> bool:
        """Whether it may be given several times."""
        return isinstance(self.default, tuple)

    def checked(self, value: Any) -> Any:
        """Return the value as a plain str, int, float, bool or None; OptionError if it is wrong."""
        if self.parse:
            return self.parse(self.name, value)
        if self.is_switch:
            return parsers.yes_or_no(self.name, value)
        if value is None and self.default is None:
            return None
        return self._choice(value) if self.choices else self._number(value)

    def _choice(self, value: Any) -> str:
        if not isinstance(value, str) or value not in self.choices:
            raise OptionError(
                f"{value!r} is not one of {', '.join(self.choices)}; give one of these", self.name
            )
        return str(value)

    def _number(self, value: Any) -> float:
        kind = "a whole number" if self.is_whole else "a number"
        number = _plain_number(value, self.is_whole)
        assert self.low is not None  # every number has limits
        assert self.high is not None
        limits = f"from {number_text(self.low)} to {number_text(self.high)}"
        if number is None:
            raise OptionError(f"{value!r} is not {kind}; give one {limits}", self.name)
        if not self.low <= number <= self.high:
            shown = number_text(number)
            raise OptionError(f"{shown} is out of range; give {kind} {limits}", self.name)
        return number


def number_text(number: float) -> str:
    """Return a number as messages and help texts show it.

    Examples
    --------
    >>> number_text(65_536), number_text(1000.0), number_text(0.5)
    ('65,536', '1,000', '0.5')
    """
    return f"{number:,}" if isinstance(number, int) else f"{number:,g}"


def _plain_number(value: Any, whole: bool) -> int | float | None:
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


def _option(text: str, *, default: Any, group: str, **rules: Any) -> Any:
    """Declare an option, of any type: an instance has a value of that type in its place."""
    return Option(default, text, group=group, **rules)


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(_option,))
class _Checked(Value):
    """A value whose attributes are options, checked on creation."""

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        for option in type(self).rows():
            vars(self)[option.name] = option.checked(vars(self)[option.name])

    @classmethod
    def _default(cls, name: str) -> Any:
        return getattr(cls, name).default

    @classmethod
    def rows(cls) -> tuple[Option, ...]:
        """Return the options in the order in which they were declared."""
        return tuple(getattr(cls, name) for name in cls.field_names)


class Options(_Checked):
    """How to compress one image. Immutable; every value is checked on creation.

    Parameters
    ----------
    quality, target_size, effort, rd, dither, dither_strength, k, space, palette, keep, \
importance, alpha, keep_profile, format, metadata, page, verify, reconstructed, seeding, \
max_iter, tol, n_init, seed, threads, max_pixels
        See `huepress.quantize` and `huepress.compress`.

    Raises
    ------
    OptionError
        If a value is outside its range, or two contradict each other; the message names the option
        and the range.

    Examples
    --------
    >>> options = Options(k=64, dither="none")
    >>> options.replace(k="auto").max_k
    256
    """

    quality: Any = _option(
        "smallest file scoring at least MAX by SSIMULACRA 2, from 0 to 100: 90 looks the same, 70 "
        "is high, 50 is medium quality. If K colours can't reach MAX, the best that they can; but "
        "below MIN nothing is written (exit code 99). 80 is the same as 0-80",
        default=None, group="Quality", affects="target", parse=parsers.quality, metavar="MIN-MAX",
    )  # fmt: skip
    target_size: Any = _option(
        "best quality within SIZE: 50KB, 1.5MB, or 20000 for bytes. If nothing fits, nothing is "
        "written (exit code 98)",
        default=None, group="Quality", affects="target", parse=parsers.size, metavar="SIZE",
    )  # fmt: skip
    effort: int = _option(
        "how hard to try: 1 is fastest, 10 gives the best quality and the smallest files",
        default=5, group="Quality", affects="fit", low=1, high=10,
    )  # fmt: skip
    rd: float = _option(
        "trade accuracy for size; higher is smaller, 0 is off. `quality` and `target_size` choose "
        "it for you",
        default=1.0, group="Quality", affects="map", low=0.0, high=1000.0,
    )  # fmt: skip
    dither: Dither = _option(
        "dithering: mix pixels of near colours, so that gradients show no bands",
        default="auto", group="Quality", affects="map",
        choices={
            "auto": "diffusion where bands would show, else none",
            "none": "flat areas, smallest files",
            "diffusion": "fine grain",
            "ordered": "a regular pattern, as in old games",
            "blue-noise": "even grain without a pattern",
        },
    )  # fmt: skip
    dither_strength: float = _option(
        "dithering strength; less gives less grain and more bands",
        default=1.0, group="Quality", affects="map", low=0.0, high=1.0,
    )  # fmt: skip
    k: int | Literal["auto"] = _option(
        "number of colours (K), at most; fewer make smaller files. PNG and GIF hold up to 256. "
        "auto: choose K automatically",
        default=256, group="Colours", affects="fit", low=1, high=MAX_COLORS,
        parse=parsers.number_of_colors, flags=("-k", "--colors"), metavar="N",
    )  # fmt: skip
    palette: Any = _option(
        "use the colours of this palette file (.gpl, .ase, .aco, .hex and others) or image, and no "
        "others",
        default=None, group="Colours", affects="fit", parse=parsers.anything, metavar="FILE",
    )  # fmt: skip
    keep: Any = _option(
        "reserve exact colours (brand colours): '#e30613', or several as '#e30613,#fff'. Pixels of "
        "these colours keep them",
        default=(), group="Colours", affects="fit", parse=parsers.colors, metavar="COLORS",
    )  # fmt: skip
    importance: Any = _option(
        "grey image of the same size: the whiter, the more a pixel counts; or auto: smooth areas "
        "count more than busy ones",
        default=None, group="Colours", affects="fit", parse=parsers.anything, metavar="MASK",
    )  # fmt: skip
    space: Space = _option(
        "how differences between colours are measured",
        default="auto", group="Colours", affects="fit",
        choices={
            "auto": "oklab up to 256 colours, else rgb",
            "oklab": "as the eye sees them",
            "rgb": "by the numbers in the file",
        },
    )  # fmt: skip
    alpha: AlphaMode = _option(
        "how translucent colours count",
        default="premultiplied", group="Colours", affects="fit",
        choices={
            "premultiplied": "as much as they are seen",
            "straight": "fully under any alpha, even 0, as game textures need",
        },
    )  # fmt: skip
    keep_profile: bool = _option(
        "keep colours as they are, and the ICC profile that says what they mean, instead of "
        "converting to sRGB",
        default=False, group="Colours", affects="read",
    )  # fmt: skip
    format: FormatName | None = _option(
        "what to write",
        default=None, unset="by the name of `output`, else png", group="Files", affects="encode",
        choices={
            "png": "one indexed PNG, which opens everywhere",
            "webp": "one lossless WebP, often smaller",
            "gif": "one GIF",
            "pair": "a PNG that numbers colours and a NumPy file (.npy) that lists them",
        },
    )  # fmt: skip
    metadata: MetadataMode = _option(
        "EXIF, XMP, texts and resolution",
        default="strip", group="Files", affects="encode",
        choices={
            "strip": "leave out EXIF, XMP, texts and resolution",
            "keep": "keep EXIF, XMP, texts and resolution, as far as the format can hold them",
        },
        flags=("--strip", "--keep-metadata"), flag_per_choice=True,
    )  # fmt: skip
    page: int | None = _option(
        "page of a TIFF, or frame of an animation, counted from 1",
        default=None, unset="a TIFF's first", group="Files", affects="read", low=1, high=2**31 - 1,
    )  # fmt: skip
    verify: bool | None = _option(
        "decode each result before it is written and compare it with what was meant",
        default=None, unset="on from effort 7", group="Files", parse=parsers.maybe,
    )  # fmt: skip
    reconstructed: bool = _option(
        "also report the size of the decompressed image as a PNG, which takes long",
        default=False, group="Files", flags=("--reconstructed-size",),
    )  # fmt: skip
    seeding: Seeding = _option(
        "how the first guess at the colours is made",
        default="wu", group="Advanced", affects="fit",
        choices={"wu": "Wu's variance split", "kmeans++": "greedy k-means++"},
    )  # fmt: skip
    max_iter: int | None = _option(
        "most Lloyd iterations of the last, full-precision run",
        default=None, unset="by effort", group="Advanced", affects="fit", low=1, high=100_000,
    )  # fmt: skip
    tol: float | None = _option(
        "stop when an iteration lowers the error by no more than this share of it",
        default=None, unset="by effort", group="Advanced", affects="fit", low=0.0, high=1.0,
    )  # fmt: skip
    n_init: int | None = _option(
        "independent runs, of which the best is kept",
        default=None, unset="by effort", group="Advanced", affects="fit", low=1, high=1000,
    )  # fmt: skip
    seed: int = _option(
        "number that fixes all random choices",
        default=0, group="Advanced", affects="fit", low=0, high=2**63 - 1,
    )  # fmt: skip
    threads: int = _option(
        "threads for one image; never changes the result",
        default=0, unset="0, as many as help", group="Advanced", low=0, high=256,
    )  # fmt: skip
    max_pixels: int = _option(
        "refuse images of more pixels (width times height) before they are decoded",
        default=MAX_PIXELS, group="Advanced", low=1, high=2**31 - 1,
    )  # fmt: skip

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        if self.quality is not None and self.target_size is not None:
            raise OptionError("contradicts `quality`; give one of them", "target_size")
        if self.palette is not None and self.keep:
            raise OptionError("contradicts `palette`; add the colours to that instead", "keep")

    @property
    def max_k(self) -> int:
        """The most colours that there may be: `k`, or 256 if that is to be chosen."""
        return MAX_INDEXED if self.k == "auto" else self.k


class RunOptions(_Checked):
    """What is asked of a run, besides what is made of each image. Immutable and checked.

    Parameters
    ----------
    output, directory, force, keep_times, recursive, jobs, skip_if_larger, skip_ok, dry_run
        See `huepress.compress_many`.

    Raises
    ------
    OptionError
        If a value is outside its range, or two contradict each other.
    """

    output: Any = _option(
        "where to write, for one input: a .png, .webp or .gif, or - for standard output. Of a pair "
        "it names the PNG",
        default=None, unset="beside the input, as NAME-hp.png", group="Files",
        parse=parsers.anything, flags=("-o", "--output"), metavar="FILE",
    )  # fmt: skip
    directory: Any = _option(
        "write results into this directory, which is made if it is missing",
        default=None, group="Files", parse=parsers.anything, flags=("-d", "--directory"),
        metavar="DIR",
    )  # fmt: skip
    force: bool = _option(
        "overwrite existing files", default=False, group="Files", flags=("-f", "--force")
    )
    keep_times: bool = _option(
        "give results the times of their inputs", default=False, group="Files"
    )
    recursive: bool = _option(
        "take the images in folders, and in the folders in them; `directory` then gets the same "
        "folders",
        default=False, group="Batch", flags=("-r", "--recursive"),
    )  # fmt: skip
    jobs: int = _option(
        "images to work on at the same time",
        default=0, unset="0, as many as there are cores", group="Batch", low=0, high=256,
        flags=("-j", "--jobs"),
    )  # fmt: skip
    skip_if_larger: bool | None = _option(
        "write only what is smaller than its input; a single input that isn't gives exit code 98",
        default=None, unset="on for several inputs", group="Batch", parse=parsers.maybe,
    )  # fmt: skip
    skip_ok: bool = _option(
        "exit 0 when nothing is written because of `quality`, `target_size` or `skip_if_larger`",
        default=False, group="Batch",
    )  # fmt: skip
    dry_run: bool = _option("report what would happen; write nothing", default=False, group="Batch")

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        if self.output is not None and self.directory is not None:
            raise OptionError("contradicts `output`; give one of them", "directory")


OPTIONS: tuple[Option, ...] = (*RunOptions.rows(), *Options.rows())
"""All of them, in the order of help texts within each group."""
