"""The table of formats: what a Quantized is written as and read from.

===== ========================================================= ==========
name  files                                                     colours
===== ========================================================= ==========
png   one indexed PNG, which any viewer opens                   1 to 256
webp  one lossless WebP, often smaller, which browsers open     1 to 65,536
gif   one GIF, whose pixels are either opaque or clear          1 to 256
pair  a label map (greyscale PNG) and a codebook (``.npy``)     1 to 65,536
===== ========================================================= ==========

To add a format: write a module with the functions of `FormatModule`, add a row to `FORMATS`, and
its name to ``format`` in `huepress.options`. A module is imported when it is needed.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol, cast

from huepress.errors import NotAnImageError, OptionError

if TYPE_CHECKING:  # the command line reads the table below at each start: keep that quick
    from PIL import Image

    from huepress.codebook import Codebook
    from huepress.files import File, Target
    from huepress.formats.metadata import Metadata
    from huepress.quantized import Quantized

__all__ = [
    "FORMATS", "Format", "FormatModule", "chosen_format", "colors_stored", "decode", "encode",
]  # fmt: skip


class FormatModule(Protocol):
    """What the module of a format has."""

    def encode(
        self, q: Quantized, effort: int, metadata: Metadata | None = None, threads: int = 0
    ) -> bytes | tuple[bytes, ...]:
        """Return the content of the file, or of each."""

    def decode(self, image: Image.Image, name: str) -> Quantized:
        """Read what Pillow has opened; that of the pair takes its codebook, too."""


class Format(NamedTuple):
    """What a format is and can hold."""

    module: str
    title: str
    """As in 'colours don't fit …'."""
    suffix: str
    most_colors: int
    has_profile: bool = True
    has_metadata: bool = True
    is_clear_or_opaque: bool = False
    """Whether pixels have no alpha between 0 and 255."""


FORMATS: Final = {
    "png": Format("indexed_png", "an indexed PNG", ".png", 256),
    "webp": Format("webp", "a WebP", ".webp", 65_536),
    "gif": Format(
        "gif", "a GIF", ".gif", 256, has_profile=False, is_clear_or_opaque=True
    ),
    "pair": Format(
        "pair", "a pair", ".png", 65_536, has_profile=False,
        has_metadata=False,
    ),
}  # fmt: skip
"""The formats by name."""


def chosen_format(name: str | None, k: int, output: Target | None = None) -> str:
    """Return the name of the format to write.

    Parameters
    ----------
    name : str or None
        The one asked for; None means the one that the suffix of `output` promises, or PNG.
    k : int
        Colours that it may have to hold.
    output : path or binary file object, optional
        Where it will be written.

    Raises
    ------
    OptionError
        If there is no such format, or it can't hold `k` colours.

    Examples
    --------
    >>> chosen_format(None, 256), chosen_format(None, 256, "photo.webp")
    ('png', 'webp')
    """
    kind = name or _promised(output)
    if kind not in FORMATS:
        raise OptionError(
            f"{kind!r} is not one of {', '.join(FORMATS)}; give one of these", "format"
        )
    most = FORMATS[kind].most_colors
    if k > most:
        raise OptionError(
            f"{k:,} colours don't fit {FORMATS[kind].title}, which holds at most {most:,}; "
            "use `format` pair or webp",
            "k",
        )
    return kind


def encode(
    q: Quantized, kind: str, effort: int, metadata: Metadata | None = None, threads: int = 0
) -> tuple[bytes, ...]:
    """Write a Quantized in a format.

    Parameters
    ----------
    q : Quantized
        With no more colours than the format holds.
    kind : {'png', 'webp', 'gif', 'pair'}
        The format.
    effort : int
        1 (fastest) to 10 (smallest).
    metadata : Metadata, optional
        What else to put into the file; a pair takes none.
    threads : int, default 0
        As many at most; 0: as many as pay. Never changes the result.

    Returns
    -------
    tuple of bytes
        One file's content, or for the pair two.

    Raises
    ------
    OptionError
        If the format can't hold so many colours or pixels.
    """
    content = _module(kind).encode(q, effort, metadata, threads)
    return content if isinstance(content, tuple) else (content,)


def colors_stored(q: Quantized, kind: str) -> int:
    """Return how many colours the file of a Quantized holds: those of its palette, if it has one.

    A pair's codebook is stored whole. All others leave out unused colours and merge equal ones; a
    GIF has a single clear one.
    """
    if kind == "pair":
        return len(q.codebook)
    counts = q.codebook.counts() or [1] * len(q.codebook)
    used = {(*color, 255)[:4] for color, count in zip(q.codebook, counts, strict=True) if count}
    if FORMATS[kind].is_clear_or_opaque:
        used = {color if color[3] >= 128 else (0, 0, 0, 0) for color in used}
    return len(used)


def decode(
    source: File, max_pixels: int, codebook: Codebook | str | os.PathLike[str] | None = None
) -> Quantized:
    """Read an image: an indexed PNG, a WebP or a GIF, whoever wrote it; or labels and a codebook.

    Parameters
    ----------
    source : path, bytes or binary file object
        The file.
    max_pixels : int
        Refuse what declares more pixels.
    codebook : Codebook or path, optional
        The colours of a label map; or those that take the place of an indexed image's own.

    Returns
    -------
    Quantized
        With populations; `mse` is None. Of a PNG or GIF the codebook is the palette; of a WebP it
        is the colours that occur, most used first.

    Raises
    ------
    NotAnImageError
        If it is damaged, or an image of another kind.
    PairError
        If labels and codebook don't fit each other.
    UnreadableError, TooLargeError
        As in `huepress.reading.read_pixels`.
    PaletteError, OptionError
        As in `Codebook.load`.
    """
    from huepress.files import name_of
    from huepress.reading import opened

    name = name_of(source)
    if codebook is not None:
        return _joined(source, max_pixels, codebook)
    with opened(source, max_pixels) as image:
        kind = (image.format or "").lower()
        if kind not in ("png", "webp", "gif"):
            raise NotAnImageError(
                f"{name}: not a compressed image (it is {image.format} {image.mode}); "
                "compress it first"
            )
        return _module(kind).decode(image, name)


def _joined(
    source: File, max_pixels: int, codebook: Codebook | str | os.PathLike[str]
) -> Quantized:
    """Read a label map, or the labels of an indexed image, and give them a codebook."""
    from huepress.codebook import Codebook
    from huepress.files import name_of
    from huepress.formats import pair, palette_swap
    from huepress.reading import opened

    name = name_of(source)
    if not isinstance(codebook, Codebook | str | os.PathLike):
        raise OptionError(
            f"codebook: {type(codebook).__name__} is none; give a Codebook or a palette file"
        )
    book_name = "the codebook" if isinstance(codebook, Codebook) else os.fspath(codebook)
    book = codebook if isinstance(codebook, Codebook) else Codebook.load(codebook)
    with opened(source, max_pixels) as image:
        pair.check_lossless(image, name)
        if palette_swap.has_colors(image, name, len(book)):
            kind = "gif" if image.format == "GIF" else "png"
            return palette_swap.swapped(_module(kind).decode(image, name), book, name, book_name)
        return pair.decode(image, name, book, book_name)


def _promised(output: Target | None) -> str:
    if isinstance(output, str | os.PathLike):
        suffix = os.path.splitext(os.fspath(output))[1].lower()
        for name, kind in FORMATS.items():
            if kind.suffix == suffix:
                return name
    return "png"


def _module(kind: str) -> FormatModule:
    # To import it in a thread while Pillow decodes was tried: no gain.
    return cast(FormatModule, import_module(f"huepress.formats.{FORMATS[kind].module}"))
