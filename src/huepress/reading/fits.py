"""FITS: what Pillow doesn't read of its header (FITS standard 4.0, section 4.4.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from huepress.errors import NotAnImageError

if TYPE_CHECKING:
    from typing import BinaryIO

__all__ = ["zero_offset"]

_CARD, _MAX_HEADER = 80, 1 << 20
_UNSIGNED = 32_768.0  # the standard's 16 bits have a sign: this is added to those without one


def zero_offset(file: BinaryIO, data_at: int, mode: str, name: str) -> int:
    """Return what must be added to 16-bit values: 32,768 or nothing.

    Parameters
    ----------
    file : binary file object
        Seekable, with the image from its beginning.
    data_at : int
        Where the pixels begin.
    mode : str
        Pillow's mode.
    name : str
        What messages call the file.

    Raises
    ------
    NotAnImageError
        If values are scaled in any other way, or there are several planes.
    """
    file.seek(0)
    if data_at > _MAX_HEADER:
        raise ValueError("header of more than 1 MB")
    header = file.read(data_at)
    cards = {}
    for at in range(0, len(header), _CARD):
        key, _, value = header[at : at + _CARD].decode("latin-1").partition("=")
        cards[key.strip()] = value.partition("/")[0].strip()
    zero, scale, planes = (
        _number(cards.get(key, default))
        for key, default in (("BZERO", "0"), ("BSCALE", "1"), ("NAXIS3", "1"))
    )
    is_unsigned = zero == _UNSIGNED and mode == "I;16"
    if scale != 1 or planes != 1 or not (zero == 0 or is_unsigned):
        raise NotAnImageError(
            f"{name}: of a kind that can't be read (FITS with BZERO={zero:g}, BSCALE={scale:g} "
            f"and NAXIS3={planes:g}); convert it with another program"
        )
    return int(zero)


def _number(text: str) -> float:
    try:
        return float(text.upper().replace("D", "E"))
    except ValueError:
        return float("nan")
