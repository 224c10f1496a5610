"""Every palette format holds, or refuses in a way that helps: one colour, many, alpha, too many."""

from __future__ import annotations

import random
import re

import pytest

from huepress import OptionError
from huepress.palettes import FORMATS, Format, Palette, read, write


def palette(count: int, alphas: dict[int, int] | None = None) -> Palette:
    """Return random colours, opaque but for those with an alpha of their own."""
    channels = 3 if alphas is None else 4
    data = bytearray(random.Random(count).randbytes(count * channels))
    if alphas is not None:
        data[3::4] = bytes(alphas.get(i, 255) for i in range(count))
    return Palette(bytes(data), channels, range(count, 0, -1))


CASES = {
    "one colour": palette(1),
    "two colours": palette(2),
    "256 colours": palette(256),
    "257 colours": palette(257),
    "65,535 colours": palette(65_535),
    "65,536 colours": palette(65_536),
    "one clear colour": palette(9, {4: 0}),
    "one clear colour alone": palette(1, {0: 0}),
    "two clear colours": palette(9, {4: 0, 7: 0}),
    "a translucent colour": palette(9, {4: 128}),
    "256 translucent colours": palette(256, {i: i for i in range(255)}),
    "alpha that hides nothing": palette(9, {}),
}


def fits(kind: Format, colors: Palette) -> bool:
    alphas = [alpha for alpha in colors.alphas() if alpha < 255]
    can_hold = {"none": not alphas, "one": alphas in ([], [0]), "any": True}
    return len(colors) <= kind.max_colors and can_hold[kind.alpha]


def rgba(colors: Palette) -> list[tuple[int, ...]]:
    return [(*color, 255)[:4] for color in colors]


def colors_written(suffix: str, content: bytes) -> list[tuple[int, ...]]:
    """Return the colours in a format that is only written."""
    text = content.decode()
    if suffix == ".css":
        found = re.findall(r"^  --color-\d+: #([0-9a-f]+);$", text, re.MULTILINE)
        return [(*bytes.fromhex(digits), 255)[:4] for digits in found]
    rows = re.findall(r"^    \{([\d, ]+)\},$", text, re.MULTILINE)
    return [(*map(int, row.split(", ")), 255)[:4] for row in rows]


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("case", CASES)
def test_colours_come_back_or_are_refused(suffix, case):
    kind, colors = FORMATS[suffix], CASES[case]
    if not fits(kind, colors):
        with pytest.raises(OptionError, match=rf"^a\{suffix}: {kind.title} hold ") as caught:
            write(colors, f"a{suffix}")
        advised = re.findall(r"\.\w+", str(caught.value).partition("; give a name that ends")[2])
        assert advised == [other for other, able in FORMATS.items() if fits(able, colors)]
        return
    content = write(colors, f"a{suffix}")
    if not kind.readable:
        assert colors_written(suffix, content) == rgba(colors)
        return
    found = read(content, f"a{suffix}")
    assert rgba(found) == rgba(colors)
    if suffix == ".json":
        assert list(found.populations or ()) == list(colors.populations or ())
