"""Colours as JSON."""

from __future__ import annotations

import json

import pytest

from huepress import PaletteError
from huepress.palettes import json_colors
from huepress.palettes.palette import Palette

COLORS = Palette.of([(227, 6, 19), (255, 255, 255)])


def test_what_is_written():
    known = Palette(COLORS.data, 3, [30, 10])
    assert json.loads(json_colors.write(known, "sunset")) == {
        "colors": ["#e30613", "#ffffff"],
        "populations": [30, 10],
    }
    assert json.loads(json_colors.write(COLORS, "sunset")) == {"colors": ["#e30613", "#ffffff"]}


@pytest.mark.parametrize(
    "text",
    [
        '["#e30613", "#FFFFFF"]',
        '["e30613", [255, 255, 255]]',
        "[[227, 6, 19], [255, 255, 255]]",
        '{"colors": ["#e30613", "#ffffff"]}',
        '{"name": "Sunset", "colors": [[227, 6, 19], "#ffffff"], "populations": null}',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_what_is_read(text, encoding):
    assert json_colors.read(text.encode(encoding)) == COLORS


def test_one_colour_with_alpha_gives_it_to_all():
    palette = json_colors.read(b'["#e3061380", [1, 2, 3], [4, 5, 6, 7]]')
    assert list(palette) == [(227, 6, 19, 128), (1, 2, 3, 255), (4, 5, 6, 7)]


def test_populations_are_read():
    palette = json_colors.read(b'{"colors": ["#000000"], "populations": [9223372036854775807]}')
    assert palette.populations == [2**63 - 1]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not JSON"),
        ('["#e30613"', "not JSON"),
        ("[" * 100_000, "not JSON"),
        (f"[[{'1' * 5000}, 0, 0]]", "not JSON"),
        ("7", "no list of colours"),
        ('"#e30613"', "no list of colours"),
        ('{"colours": ["#e30613"]}', "no list of colours"),
        ('{"colors": {"0": "#e30613"}}', "no list of colours"),
        ("[]", "0 colours"),
        ('["#e30613", "#fff"]', "colour 1 is not"),
        ('["red"]', "colour 0 is not"),
        ('["#e30613\\n"]', "colour 0 is not"),
        ('["#e306٣3"]', "colour 0 is not"),
        ('[{"hex": "#e30613"}]', "colour 0 is not"),
        ("[[1, 2, 256]]", "colour 0 is not"),
        ("[[1, 2, -1]]", "colour 0 is not"),
        ("[[1, 2, 3.0]]", "colour 0 is not"),
        ("[[1, 2, true]]", "colour 0 is not"),
        ("[[1, 2, NaN]]", "colour 0 is not"),
        ("[[1, 2]]", "colour 0 is not"),
        ("[null]", "colour 0 is not"),
        ('{"colors": ["#e30613"], "populations": []}', "list of 1 counts"),
        ('{"colors": ["#e30613"], "populations": 5}', "list of 1 counts"),
        ('{"colors": ["#e30613"], "populations": [-1]}', "not all whole numbers"),
        ('{"colors": ["#e30613"], "populations": [1.5]}', "not all whole numbers"),
        ('{"colors": ["#e30613"], "populations": [9223372036854775808]}', "whole numbers"),
    ],
)
def test_what_is_refused(text, reason):
    with pytest.raises(PaletteError, match=reason):
        json_colors.read(text.encode())
