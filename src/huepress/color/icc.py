"""What ICC profiles say of RGB colours: three curves to linear light, and a matrix to XYZ.

That is what nearly all profiles of cameras, displays and editors hold (ICC.1:2022, sections 8.3,
9.2, 10.6 and 10.18). It is enough to recognise sRGB under any name, to convert more than 8 bits,
which Pillow's colour management can't, and to write down what a file says without a profile.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

from huepress.color.srgb import linear_to_srgb

__all__ = ["D50", "SRGB_FROM_XYZ", "SRGB_TO_XYZ", "Curve", "Shaper", "code_points_of",
           "has_srgb_primaries", "is_srgb", "name_of", "profile_of", "shaper_of",
           "space_of"]  # fmt: skip

D50 = (0.9642, 1.0, 0.8249)
"""The white under which profiles tell of colours, in XYZ."""

SRGB_TO_XYZ = (
    (0.4360747, 0.3850649, 0.1430804),
    (0.2225045, 0.7168786, 0.0606169),
    (0.0139322, 0.0971045, 0.7141733),
)
"""From linear sRGB to XYZ under D50, as profiles have it (the white point adapted by Bradford)."""
SRGB_FROM_XYZ = (
    (3.1338561, -1.6168667, -0.4906146),
    (-0.9787684, 1.9161415, 0.0334540),
    (0.0719453, -0.2289914, 1.4052427),
)

_TAGS_AT, _MOST_TAGS = 128, 200
_CURVE_TAGS = (b"rTRC", b"gTRC", b"bTRC")
# Parametric curves: how many numbers each kind has.
_PARAMETERS = (1, 3, 4, 5, 7)


class Curve(NamedTuple):
    """From a channel's value, 0 to 1, to linear light: a table, or the parameters of a formula."""

    table: tuple[float, ...] = ()
    parameters: tuple[float, ...] = ()

    def at(self, value: float) -> float:
        """Return the light of a value."""
        if self.table:
            place = min(max(value, 0.0), 1.0) * (len(self.table) - 1)
            low = min(int(place), len(self.table) - 2)
            return self.table[low] + (place - low) * (self.table[low + 1] - self.table[low])
        g, a, b, c, d, e, f = self.parameters
        if value < d:
            return c * value + f
        return float(max(a * value + b, 0.0) ** g) + e


class Shaper(NamedTuple):
    """A profile of curves and a matrix."""

    curves: tuple[Curve, Curve, Curve]
    matrix: tuple[tuple[float, float, float], ...]
    """Rows X, Y, Z; columns red, green, blue."""


def space_of(profile: bytes) -> str:
    """Return what colours a profile is about: 'RGB', 'CMYK', 'GRAY' …; '' if it is none."""
    return profile[16:20].decode("latin-1").rstrip() if profile[36:40] == b"acsp" else ""


def name_of(profile: bytes) -> str:
    """Return a profile's description, for people."""
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


def shaper_of(profile: bytes) -> Shaper | None:
    """Return the curves and matrix of a profile of RGB or grey; None if it has none.

    What a profile tells by tables of colours as well is in these tables: such a one has none.
    """
    try:
        tags = _tags(profile)
        space = space_of(profile)
        if space == "GRAY":
            curve = _curve(tags[b"kTRC"])
            return Shaper((curve, curve, curve), SRGB_TO_XYZ)  # grey is neutral in any of them
        if space != "RGB" or b"A2B0" in tags or profile[20:24] != b"XYZ ":
            return None
        curves = tuple(_curve(tags[tag]) for tag in _CURVE_TAGS)
        columns = [_fixed(tags[tag], 8, 3) for tag in (b"rXYZ", b"gXYZ", b"bXYZ")]
        return Shaper(curves, tuple(zip(*columns, strict=True)))  # type: ignore[arg-type]
    except (struct.error, KeyError, ValueError, ArithmeticError):
        return None


def profile_of(
    name: str, curve: Curve, matrix: tuple[tuple[float, ...], ...], code_points: bytes = b""
) -> bytes:
    """Return a profile of RGB colours.

    Parameters
    ----------
    name : str
        What it calls itself.
    curve : Curve
        From the values of each channel to linear light.
    matrix : tuple of tuple of float, shape (3, 3)
        From linear light to XYZ under D50.
    code_points : bytes, optional
        The four of ITU-T H.273, for readers who can do more by them: high dynamic range.
    """
    contents = {b"desc": _text(name), b"cprt": _text("No copyright"), b"wtpt": _xyz(D50)}
    if code_points:
        contents[b"cicp"] = b"cicp" + bytes(4) + code_points
    for tag, column in zip((b"rXYZ", b"gXYZ", b"bXYZ"), zip(*matrix, strict=True), strict=True):
        contents[tag] = _xyz(column)
    contents[_CURVE_TAGS[0]] = _curve_content(curve)
    table, body, start = b"", b"", _TAGS_AT + 4 + 12 * (len(contents) + 2)
    for tag, content in contents.items():
        table += struct.pack(">4sII", tag, start + len(body), len(content))
        body += content + bytes(-len(content) % 4)
    table += b"".join(tag + table[-8:] for tag in _CURVE_TAGS[1:])  # the same for all channels
    header = struct.pack(
        ">I4xI12s6H4s28x12s48x", start + len(body), 0x04400000, b"mntrRGB XYZ ",
        2026, 1, 1, 0, 0, 0, b"acsp", _xyz(D50)[8:],
    )  # fmt: skip
    return header + struct.pack(">I", len(contents) + 2) + table + body


def code_points_of(profile: bytes) -> bytes:
    """Return the code points that a profile of RGB holds; nothing if it holds none."""
    try:
        codes = _tags(profile).get(b"cicp", b"")[8:12]
    except struct.error:
        return b""
    return codes if codes[2:] == b"\0\1" else b""  # neither YCbCr nor of a narrow range


def has_srgb_primaries(shaper: Shaper) -> bool:
    """Tell whether only the curves of a profile differ from sRGB's, if anything does."""
    rows = zip(shaper.matrix, SRGB_TO_XYZ, strict=True)
    return all(abs(a - b) <= 0.002 for row in rows for a, b in zip(*row, strict=True))


def is_srgb(shaper: Shaper) -> bool:
    """Tell whether a profile means sRGB, up to what no 8-bit value shows."""
    if not has_srgb_primaries(shaper):
        return False
    steps = [step / 32 for step in range(33)]
    return all(
        abs(linear_to_srgb(min(max(curve.at(value), 0.0), 1.0)) - value) < 0.002
        for curve in shaper.curves
        for value in steps
    )


def _tags(profile: bytes) -> dict[bytes, bytes]:
    (count,) = struct.unpack_from(">I", profile, _TAGS_AT)
    tags: dict[bytes, bytes] = {}
    for place in range(min(count, _MOST_TAGS)):
        name, at, size = struct.unpack_from(">4sII", profile, _TAGS_AT + 4 + 12 * place)
        tags.setdefault(name, profile[at : at + size])
    return tags


def _fixed(content: bytes, at: int, count: int) -> tuple[float, ...]:
    return tuple(number / 65_536 for number in struct.unpack_from(f">{count}i", content, at))


def _curve(content: bytes) -> Curve:
    if content[:4] == b"para":
        (kind,) = struct.unpack_from(">H", content, 8)
        if kind >= len(_PARAMETERS):
            raise ValueError("no such curve")
        curve = Curve(parameters=_full(kind, _fixed(content, 12, _PARAMETERS[kind])))
        for end in (min(max(curve.parameters[4], 0.0), 1.0), 1.0):
            curve.at(end)  # if the formula fails anywhere, then at an end of where it holds
        return curve
    if content[:4] != b"curv":
        raise ValueError("no curve")
    (count,) = struct.unpack_from(">I", content, 8)
    if count > len(content):
        raise ValueError("cut short")
    if count == 0:
        return Curve(parameters=_full(0, (1.0,)))
    values = struct.unpack_from(f">{count}H", content, 12)
    if count == 1:
        return Curve(parameters=_full(0, (values[0] / 256,)))
    return Curve(table=tuple(value / 65_535 for value in values))


def _curve_content(curve: Curve) -> bytes:
    if curve.table:
        values = [round(light * 65_535) for light in curve.table]
        return struct.pack(f">4s4xI{len(values)}H", b"curv", len(values), *values)
    numbers = [round(number * 65_536) for number in curve.parameters]
    return struct.pack(">4s4xH2x7i", b"para", len(_PARAMETERS) - 1, *numbers)


def _xyz(values: tuple[float, ...]) -> bytes:
    return struct.pack(">4s4x3i", b"XYZ ", *(round(value * 65_536) for value in values))


def _text(text: str) -> bytes:
    content = text.encode("utf-16-be")
    return struct.pack(">4s4xII4sII", b"mluc", 1, 12, b"enUS", len(content), 28) + content


def _full(kind: int, p: tuple[float, ...]) -> tuple[float, ...]:
    """Return the seven parameters of the most general formula: g, a, b, c, d, e, f."""
    if kind == 0:
        return (p[0], 1.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    if kind in (1, 2):
        if not p[1]:
            raise ValueError("divides by zero")
        shift = p[3] if kind == 2 else 0.0
        return (*p[:3], 0.0, -p[2] / p[1], shift, shift)
    return (*p, 0.0, 0.0) if kind == 3 else p
