"""Palette swap: the labels of an indexed image, and other colours in place of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from huepress.codebook import Codebook
from huepress.errors import PairError
from huepress.formats.indexed_png import palette_of
from huepress.quantized import Quantized
from huepress.reading import decoding

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["has_colors", "swapped"]

# PNG optimizers may write a label map as indexed, with greys for its palette, if that needs
# fewer bits per pixel; no more labels than these.
_MOST_LABELS = 16


def has_colors(image: Image.Image, name: str, colors: int) -> bool:
    """Tell whether an image is indexed, and its palette is more than labels as greys.

    Parameters
    ----------
    image : PIL.Image.Image
        Opened, of a lossless format.
    name : str
        What to call it in messages.
    colors : int
        Those of the codebook that is to be joined with it.

    Returns
    -------
    bool

    Raises
    ------
    PairError
        If its greys could be both: labels with gaps between them, and shades.
    """
    if image.format == "GIF":
        return True
    if image.mode != "P":
        return False
    with decoding(name):
        image.load()
        palette = palette_of(image)
    if len(palette) > _MOST_LABELS or any(len({*color}) > 1 for color in palette):
        return True
    greys = [color[0] for color in palette]
    if max(greys, default=0) >= colors:
        return True
    if sorted(greys) == list(range(len(greys))):
        return False
    raise PairError(
        f"{name}: an indexed image whose {len(greys)} greys may be shades or labels; "
        f"give a codebook of {len(greys)} colours for shades, save labels as greyscale"
    )


def swapped(q: Quantized, book: Codebook, name: str, book_name: str) -> Quantized:
    """Give an image other colours, label by label.

    Parameters
    ----------
    q : Quantized
        The image, with populations.
    book : Codebook
        A colour for each label that is used. Those beyond the image's own are left out. Without
        alpha, it leaves alphas as they are: what is clear stays clear.
    name, book_name : str
        What to call the two in messages.

    Returns
    -------
    Quantized
        The same labels.

    Raises
    ------
    PairError
        If a label that is used has no colour.

    Examples
    --------
    >>> q = Quantized(2, 1, bytes([0, 1]), Codebook([(1, 2, 3, 255), (0, 0, 0, 0)], [1, 1]))
    >>> list(swapped(q, Codebook([(9, 9, 9), (8, 8, 8)]), "a.png", "b.gpl").codebook)
    [(9, 9, 9, 255), (8, 8, 8, 0)]
    """
    counts = q.codebook.counts() or []
    highest = max((label for label, count in enumerate(counts) if count), default=0)
    if highest >= len(book):
        raise PairError(
            f"{name}: label {highest:,} has no colour in {book_name}, which has {len(book):,}; "
            f"give one of at least {highest + 1:,} colours, in the order of 'huepress codebook "
            "FILE --export'"
        )
    colors = list(book)[: len(q.codebook)]
    if book.channels == 3 and q.codebook.channels == 4:
        colors = [(*new, old[3]) for new, old in zip(colors, q.codebook, strict=False)]
    codebook = Codebook(colors, counts[: len(colors)])
    return Quantized(q.width, q.height, q.label_bytes, codebook)
