"""Which colour profile an image has: the embedded one, or one made of what else the file says.

Whatever a file can say of its colours becomes an ICC profile. One that describes sRGB is recognised
by its numbers, not by its name, and needs no conversion. A damaged one, or one for another kind of
colours than the file's, is ignored: the values are taken as sRGB.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from huepress.color import icc
from huepress.color.srgb import means_srgb

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["DAMAGED_PROFILE", "ColorProfile", "find_profile"]

# What ICC profiles call the colours of Pillow's modes; others are RGB.
_SPACES = {"CMYK": "CMYK", "L": "GRAY", "LA": "GRAY", "1": "GRAY", "I": "GRAY", "F": "GRAY"}
_HDR = {b"\x10": "PQ", b"\x12": "HLG"}  # by their code points of transfer
DAMAGED_PROFILE = "its ICC profile is damaged or of another kind; the colours are taken as sRGB"
_IMPOSSIBLE = "its gamma or primaries (gAMA, cHRM) are impossible; the colours are taken as sRGB"
_UNKNOWN = "its colour code points ({}) are unknown and were ignored"


class ColorProfile(NamedTuple):
    """What the colours of an image mean.

    Attributes
    ----------
    icc : bytes
        An ICC profile; empty if values are sRGB, or taken as such.
    name : str
        The profile's description.
    space : str
        'RGB', 'CMYK' or 'GRAY'.
    shaper : MatrixShaper or None
        The profile as curves and a matrix, if it consists of these.
    notices : tuple of str
        What was wrong with what the file says of its colours.
    loss : str
        A notice of what is lost by converting to sRGB.
    """

    icc: bytes = b""
    name: str = ""
    space: str = "RGB"
    shaper: icc.MatrixShaper | None = None
    notices: tuple[str, ...] = ()
    loss: str = ""


def find_profile(mode: str, info: Mapping[Any, Any]) -> ColorProfile:
    """Return the colour profile of an image.

    In order of precedence: a PNG's code points; an ICC profile; if there is none, the code points
    of other formats, or a PNG's sRGB chunk, or its gamma and primaries.

    Parameters
    ----------
    mode : str
        Pillow's name for the kind of its pixels.
    info : mapping
        What Pillow, and `huepress.reading`, have found in the file.
    """
    if mode == "LAB":  # Pillow converts it by itself, and what its profile says is just that
        return ColorProfile()
    notices: tuple[str, ...] = ()
    space = _SPACES.get(mode.partition(";")[0], "RGB")
    codes, profile = _code_points(info), info.get("icc_profile")
    if codes:
        from huepress.color.cicp import profile_from_code_points

        made = profile_from_code_points((1, *codes[1:]) if space == "GRAY" else codes)
        if made:
            return _parsed(made)
        notices = (_UNKNOWN.format(", ".join(map(str, codes))),)
    if profile and isinstance(profile, bytes):
        if icc.space_of_profile(profile) != space:
            return ColorProfile(notices=(*notices, DAMAGED_PROFILE))
        return _parsed(profile, space, notices)
    gamma, primaries = info.get("gamma"), info.get("chromaticity") if space != "GRAY" else None
    if "srgb" in info or means_srgb(gamma, primaries):
        return ColorProfile(notices=notices)
    from huepress.color.cicp import profile_from_gamma

    made = profile_from_gamma(gamma, primaries)
    if not made:
        return ColorProfile(notices=(*notices, _IMPOSSIBLE))
    return _parsed(made, notices=notices)


def _code_points(info: Mapping[Any, Any]) -> tuple[int, int, int, int] | None:
    """Return an image's code points, as those of RGB; a HEIC's only if it has no profile."""
    nclx = info.get("nclx_profile")
    if not nclx or info.get("icc_profile"):
        found: tuple[int, int, int, int] | None = info.get("code_points")
        return found
    return nclx["color_primaries"], nclx["transfer_characteristics"], 0, 1


def _parsed(profile: bytes, space: str = "RGB", notices: tuple[str, ...] = ()) -> ColorProfile:
    shaper = icc.shaper_of_profile(profile)
    if shaper and icc.is_srgb(shaper):
        return ColorProfile(notices=notices)
    hdr = _HDR.get(icc.code_points_in_profile(profile)[1:2])
    loss = f"HDR ({hdr}) was tone-mapped to sRGB; `keep_profile` keeps its range" if hdr else ""
    return ColorProfile(profile, icc.name_of_profile(profile), space, shaper, notices, loss)
