"""What colours mean: they are converted to sRGB, or kept with a profile that says it.

All that a file can say becomes an ICC profile. One that means sRGB is told by its numbers,
whatever its name, and costs nothing. A damaged one, or one for other colours than the file has, is
as good as none: the values are taken as sRGB.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, NamedTuple

from huepress.color import icc
from huepress.color.srgb import linear_to_srgb, means_srgb

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PIL import Image

__all__ = ["DAMAGED", "Meaning", "converted", "meaning_of"]

# The colours that Pillow's modes hold, as profiles name them.
_SPACES = {"CMYK": "CMYK", "L": "GRAY", "LA": "GRAY", "1": "GRAY", "I": "GRAY", "F": "GRAY"}
_HDR = {b"\x10": "PQ", b"\x12": "HLG"}  # by their code points of transfer
_RELATIVE: Any = 1  # colorimetric: what can be shown stays as it is
_BLACK_POINT: Any = 0x2000  # yet shadows keep their detail: ink's black is not a display's
DAMAGED = "its ICC profile is damaged or of another kind; the colours are taken as sRGB"
_NO_COLORS = "its gamma or primaries (gAMA, cHRM) make no colours; they are taken as sRGB"
_UNKNOWN = "its code points of colours ({}) are unknown ones, and are ignored"


class Meaning(NamedTuple):
    """What a file says that its colours mean.

    Attributes
    ----------
    profile : bytes
        A profile that isn't sRGB's; empty if values are sRGB, or taken as such.
    name : str
        What the profile calls itself.
    space : str
        'RGB', 'CMYK' or 'GRAY'.
    shaper : icc.Shaper or None
        The profile as curves and a matrix, if it is such a one.
    notices : tuple of str
        What was wrong with it.
    loss : str
        What is lost by converting.
    """

    profile: bytes = b""
    name: str = ""
    space: str = "RGB"
    shaper: icc.Shaper | None = None
    notices: tuple[str, ...] = ()
    loss: str = ""


def meaning_of(image: Image.Image) -> Meaning:
    """Return what the colours of an opened image mean.

    What says it, first to last: a PNG's code points; an ICC profile; in its place code points of
    other formats, or in a PNG that it is sRGB, or gamma and primaries.
    """
    if image.mode == "LAB":  # Pillow converts it by itself; what a profile says is what it means
        return Meaning()
    info = image.info
    notices: tuple[str, ...] = ()
    space = _SPACES.get(image.mode.partition(";")[0], "RGB")
    codes, profile = _code_points(info), info.get("icc_profile")
    if codes:
        from huepress.color.cicp import by_code_points

        made = by_code_points((1, *codes[1:]) if space == "GRAY" else codes)
        if made:
            return _meaning(made)
        notices = (_UNKNOWN.format(", ".join(map(str, codes))),)
    if profile and isinstance(profile, bytes):
        if icc.space_of(profile) != space:
            return Meaning(notices=(*notices, DAMAGED))
        return _meaning(profile, space, notices)
    gamma, primaries = info.get("gamma"), info.get("chromaticity") if space != "GRAY" else None
    if "srgb" in info or means_srgb(gamma, primaries):
        return Meaning(notices=notices)
    from huepress.color.cicp import by_gamma

    made = by_gamma(gamma, primaries)
    return _meaning(made, notices=notices) if made else Meaning(notices=(*notices, _NO_COLORS))


def _code_points(info: Mapping[Any, Any]) -> tuple[int, int, int, int] | None:
    """Return code points as of RGB colours; a HEIC's only if it has no profile."""
    nclx = info.get("nclx_profile")
    if not nclx or info.get("icc_profile"):
        found: tuple[int, int, int, int] | None = info.get("code_points")
        return found
    return nclx["color_primaries"], nclx["transfer_characteristics"], 0, 1


def _meaning(profile: bytes, space: str = "RGB", notices: tuple[str, ...] = ()) -> Meaning:
    shaper = icc.shaper_of(profile)
    if shaper and icc.is_srgb(shaper):
        return Meaning(notices=notices)
    kind = _HDR.get(icc.code_points_of(profile)[1:2])
    loss = f"HDR ({kind}) was tone-mapped to sRGB; --keep-profile keeps its range" if kind else ""
    return Meaning(profile, icc.name_of(profile), space, shaper, notices, loss)


def converted(image: Image.Image, meaning: Meaning) -> Image.Image | None:
    """Return an image in sRGB; None if that failed.

    Parameters
    ----------
    image : PIL.Image.Image
        Of mode CMYK if that is the profile's space, else RGB or RGBA.
    meaning : Meaning
        With a profile.
    """
    if meaning.shaper and icc.has_srgb_primaries(meaning.shaper):
        return image.point(_tables(meaning.shaper.curves, image.mode))
    if meaning.space == "GRAY":
        return None
    from PIL import ImageCms

    mode = "RGBA" if image.mode == "RGBA" else "RGB"
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(meaning.profile))
        target = ImageCms.createProfile("sRGB")
        out = ImageCms.profileToProfile(
            image, source, target, _RELATIVE, outputMode=mode, flags=_BLACK_POINT
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None
    return out


def _tables(curves: tuple[icc.Curve, ...], mode: str) -> list[int]:
    """Return what becomes of each channel's 256 values: greys stay grey, and alpha as it is."""
    lights = (curve.at(value / 255) for curve in curves for value in range(256))
    tables = [round(255 * linear_to_srgb(min(max(light, 0.0), 1.0))) for light in lights]
    return tables + list(range(256)) if mode == "RGBA" else tables
