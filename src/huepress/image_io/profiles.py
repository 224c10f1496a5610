"""ICC profiles: colours are converted to sRGB, or kept with the profile that says what they mean.

A profile that means sRGB is told by its numbers, whatever its name, and costs nothing. A damaged
one, or one for other colours than the file has, is as good as none: the values are taken as sRGB.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, NamedTuple

from huepress.image_io import icc

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["DAMAGED", "Meaning", "converted", "meaning_of"]

# The colours that Pillow's modes hold, as profiles name them.
_SPACES = {"CMYK": "CMYK", "L": "GRAY", "LA": "GRAY", "1": "GRAY", "I": "GRAY", "F": "GRAY"}
_NOT_OPTIMIZED: Any = 0x0100  # LittleCMS's tables are 5 levels off where a curve is steep
DAMAGED = "its ICC profile is damaged or of another kind; the colours are taken as sRGB"


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
    """

    profile: bytes = b""
    name: str = ""
    space: str = "RGB"
    shaper: icc.Shaper | None = None
    notices: tuple[str, ...] = ()


def meaning_of(image: Image.Image) -> Meaning:
    """Return what the colours of an opened image mean."""
    profile = image.info.get("icc_profile")
    if not profile or not isinstance(profile, bytes):
        return Meaning()
    space = _SPACES.get(image.mode.partition(";")[0], "RGB")
    if icc.space_of(profile) != space:
        return Meaning(notices=(DAMAGED,))
    shaper = icc.shaper_of(profile)
    if shaper and icc.is_srgb(shaper):
        return Meaning()
    return Meaning(profile, icc.name_of(profile), space, shaper)


def converted(image: Image.Image, meaning: Meaning) -> Image.Image | None:
    """Return an image in sRGB; None if that failed.

    Parameters
    ----------
    image : PIL.Image.Image
        Of mode CMYK if that is the profile's space, else RGB or RGBA.
    meaning : Meaning
        With a profile.
    """
    from PIL import ImageCms

    mode = "RGBA" if image.mode == "RGBA" else "RGB"
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(meaning.profile))
        target = ImageCms.createProfile("sRGB")
        if meaning.space == "GRAY":
            return _through_greys(image, source, target)
        out = ImageCms.profileToProfile(image, source, target, outputMode=mode)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None
    return out


def _through_greys(image: Image.Image, source: Any, target: Any) -> Image.Image:
    """Convert each of the 256 greys, and the image by that table: alpha is no hindrance then."""
    from PIL import Image, ImageCms

    ramp = Image.frombytes("L", (256, 1), bytes(range(256)))
    shown = ImageCms.profileToProfile(ramp, source, target, outputMode="RGB", flags=_NOT_OPTIMIZED)
    assert shown is not None  # it isn't done in place
    tables = [level for band in shown.split() for level in band.tobytes()]
    if image.mode == "RGBA":
        tables += range(256)
    return image.point(tables)
