"""ICC profiles of RGB and grey that consist of three curves and a matrix, read and written.

The curves lead from values to linear light, the matrix on to XYZ (ICC.1:2022, sections 8.3, 9.2,
10.6 and 10.18). Nearly all profiles of cameras, displays and editors are such. That is enough to
recognise sRGB under any name, to convert more than 8 bits, which Pillow's colour management can't,
and to write what a file says of its colours without a profile.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

from huepress.color.srgb import SRGB_TO_XYZ_D50, linear_to_srgb

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "D50", "MatrixShaper", "ToneCurve", "code_points_in_profile", "has_srgb_matrix", "is_srgb",
    "make_profile", "name_of_profile", "shaper_of_profile", "space_of_profile",
]  # fmt: skip

D50 = (0.9642, 1.0, 0.8249)
"""The white of profiles, in XYZ."""

_TAG_TABLE, _MAX_TAGS = 128, 200
_CURVE_TAGS = (b"rTRC", b"gTRC", b"bTRC")
_PARAMETER_COUNTS = (1, 3, 4, 5, 7)  # of each type of parametric curve


class ToneCurve(NamedTuple):
    """From a channel's value, 0 to 1, to linear light: a table, or the parameters of a formula."""

    table: tuple[float, ...] = ()
    parameters: tuple[float, ...] = ()
    """g, a, b, c, d, e, f of a parametric curve of the most general type."""

    def light(self, value: float) -> float:
        """Return the linear light of a value."""
        if self.table:
            place = min(max(value, 0.0), 1.0) * (len(self.table) - 1)
            low = min(int(place), len(self.table) - 2)
            return self.table[low] + (place - low) * (self.table[low + 1] - self.table[low])
        g, a, b, c, d, e, f = self.parameters
        if value < d:
            return c * value + f
        return float(max(a * value + b, 0.0) ** g) + e

    def light_array(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the same of an array of values from 0 to 1."""
        import numpy as np

        if self.table:
            return np.interp(values, np.linspace(0, 1, len(self.table)), self.table)
        g, a, b, c, d, e, f = self.parameters
        powers = np.maximum(a * np.maximum(values, d) + b, 0) ** g
        return np.where(values < d, c * values + f, powers + e)


class MatrixShaper(NamedTuple):
    """What a profile of curves and a matrix says."""

    curves: tuple[ToneCurve, ToneCurve, ToneCurve]
    matrix: tuple[tuple[float, float, float], ...]
    """Rows X, Y, Z; columns red, green, blue."""


def space_of_profile(profile: bytes) -> str:
    """Return the colour space of a profile: 'RGB', 'CMYK', 'GRAY' …; '' if it is no profile."""
    return profile[16:20].decode("latin-1").rstrip() if profile[36:40] == b"acsp" else ""


def name_of_profile(profile: bytes) -> str:
    """Return a profile's description, for messages."""
    try:
        content = _tags(profile)[b"desc"]
        if content[:4] == b"desc":
            (size,) = struct.unpack_from(">I", content, 8)
            text = content[12 : 12 + size].decode("latin-1")
        else:
            size, at = struct.unpack_from(">II", content, 20)
            text = content[at : at + size].decode("utf-16-be", "replace")
        return " ".join(text.replace("\0", "").split())[:80] or "unnamed"
    except (struct.error, KeyError):
        return "unnamed"


def shaper_of_profile(profile: bytes) -> MatrixShaper | None:
    """Return the curves and matrix of a profile of RGB or grey; None if it has none.

    Of a profile that also has tables of colours, these count, and this returns None.
    """
    try:
        tags = _tags(profile)
        space = space_of_profile(profile)
        if space == "GRAY":
            curve = _parse_curve(tags[b"kTRC"])
            return MatrixShaper((curve, curve, curve), SRGB_TO_XYZ_D50)  # any primaries will do
        if space != "RGB" or b"A2B0" in tags or profile[20:24] != b"XYZ ":
            return None
        curves = tuple(_parse_curve(tags[tag]) for tag in _CURVE_TAGS)
        columns = [_parse_fixed(tags[tag], 8, 3) for tag in (b"rXYZ", b"gXYZ", b"bXYZ")]
        return MatrixShaper(curves, tuple(zip(*columns, strict=True)))  # type: ignore[arg-type]
    except (struct.error, KeyError, ValueError, ArithmeticError):
        return None


def make_profile(
    name: str, curve: ToneCurve, matrix: tuple[tuple[float, ...], ...], code_points: bytes = b""
) -> bytes:
    """Return a new profile of RGB colours.

    Parameters
    ----------
    name : str
        Its description.
    curve : ToneCurve
        From the values of each channel to linear light.
    matrix : tuple of tuple of float, shape (3, 3)
        From linear light to XYZ under D50.
    code_points : bytes, optional
        The four of ITU-T H.273, for readers that can show high dynamic range.
    """
    contents = {
        b"desc": _format_text(name),
        b"cprt": _format_text("No copyright"),
        b"wtpt": _format_xyz(D50),
    }
    if code_points:
        contents[b"cicp"] = b"cicp" + bytes(4) + code_points
    for tag, column in zip((b"rXYZ", b"gXYZ", b"bXYZ"), zip(*matrix, strict=True), strict=True):
        contents[tag] = _format_xyz(column)
    contents[_CURVE_TAGS[0]] = _format_curve(curve)
    table, body, start = b"", b"", _TAG_TABLE + 4 + 12 * (len(contents) + 2)
    for tag, content in contents.items():
        table += struct.pack(">4sII", tag, start + len(body), len(content))
        body += content + bytes(-len(content) % 4)
    table += b"".join(tag + table[-8:] for tag in _CURVE_TAGS[1:])  # the same for all channels
    header = struct.pack(
        ">I4xI12s6H4s28x12s48x", start + len(body), 0x04400000, b"mntrRGB XYZ ",
        2026, 1, 1, 0, 0, 0, b"acsp", _format_xyz(D50)[8:],
    )  # fmt: skip
    return header + struct.pack(">I", len(contents) + 2) + table + body


def code_points_in_profile(profile: bytes) -> bytes:
    """Return the four code points that a profile of RGB holds; nothing if it holds none."""
    try:
        codes = _tags(profile).get(b"cicp", b"")[8:12]
    except struct.error:
        return b""
    return codes if codes[2:] == b"\0\1" else b""  # of RGB in full range


def has_srgb_matrix(shaper: MatrixShaper) -> bool:
    """Tell whether a profile's primaries are sRGB's, so that only its curves may differ."""
    rows = zip(shaper.matrix, SRGB_TO_XYZ_D50, strict=True)
    return all(abs(a - b) <= 0.002 for row in rows for a, b in zip(*row, strict=True))


def is_srgb(shaper: MatrixShaper) -> bool:
    """Tell whether a profile means sRGB, up to differences that no 8-bit value shows."""
    if not has_srgb_matrix(shaper):
        return False
    steps = [step / 32 for step in range(33)]
    return all(
        abs(linear_to_srgb(min(max(curve.light(value), 0.0), 1.0)) - value) < 0.002
        for curve in shaper.curves
        for value in steps
    )


def _tags(profile: bytes) -> dict[bytes, bytes]:
    (count,) = struct.unpack_from(">I", profile, _TAG_TABLE)
    tags: dict[bytes, bytes] = {}
    for place in range(min(count, _MAX_TAGS)):
        name, at, size = struct.unpack_from(">4sII", profile, _TAG_TABLE + 4 + 12 * place)
        tags.setdefault(name, profile[at : at + size])
    return tags


def _parse_fixed(content: bytes, at: int, count: int) -> tuple[float, ...]:
    return tuple(number / 65_536 for number in struct.unpack_from(f">{count}i", content, at))


def _parse_curve(content: bytes) -> ToneCurve:
    if content[:4] == b"para":
        (kind,) = struct.unpack_from(">H", content, 8)
        if kind >= len(_PARAMETER_COUNTS):
            raise ValueError("no such curve")
        numbers = _parse_fixed(content, 12, _PARAMETER_COUNTS[kind])
        curve = ToneCurve(parameters=_all_parameters(kind, numbers))
        # If the formula fails anywhere, it does at an end of the range in which it applies.
        for end in (min(max(curve.parameters[4], 0.0), 1.0), 1.0):
            curve.light(end)
        return curve
    if content[:4] != b"curv":
        raise ValueError("no curve")
    (count,) = struct.unpack_from(">I", content, 8)
    if count > len(content):
        raise ValueError("cut short")
    if count == 0:
        return ToneCurve(parameters=_all_parameters(0, (1.0,)))
    values = struct.unpack_from(f">{count}H", content, 12)
    if count == 1:
        return ToneCurve(parameters=_all_parameters(0, (values[0] / 256,)))
    return ToneCurve(table=tuple(value / 65_535 for value in values))


def _format_curve(curve: ToneCurve) -> bytes:
    if curve.table:
        values = [round(light * 65_535) for light in curve.table]
        return struct.pack(f">4s4xI{len(values)}H", b"curv", len(values), *values)
    numbers = [round(number * 65_536) for number in curve.parameters]
    return struct.pack(">4s4xH2x7i", b"para", len(_PARAMETER_COUNTS) - 1, *numbers)


def _format_xyz(values: tuple[float, ...]) -> bytes:
    return struct.pack(">4s4x3i", b"XYZ ", *(round(value * 65_536) for value in values))


def _format_text(text: str) -> bytes:
    content = text.encode("utf-16-be")
    return struct.pack(">4s4xII4sII", b"mluc", 1, 12, b"enUS", len(content), 28) + content


def _all_parameters(kind: int, p: tuple[float, ...]) -> tuple[float, ...]:
    """Return the seven parameters of the most general type: g, a, b, c, d, e, f."""
    if kind == 0:
        return (p[0], 1.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    if kind in (1, 2):
        if not p[1]:
            raise ValueError("divides by zero")
        shift = p[3] if kind == 2 else 0.0
        return (*p[:3], 0.0, -p[2] / p[1], shift, shift)
    return (*p, 0.0, 0.0) if kind == 3 else p
