"""CSS custom properties."""

from __future__ import annotations

from huepress.palettes import css
from huepress.palettes.palette import Palette


def test_what_is_written():
    colors = Palette.of([(227, 6, 19), (255, 255, 255)])
    assert css.write(colors, "sunset") == (
        b":root {\n  --color-0: #e30613;\n  --color-1: #ffffff;\n}\n"
    )


def test_alpha_is_written_where_it_matters():
    colors = Palette.of([(227, 6, 255, 255), (227, 6, 255, 128), (0, 0, 0, 0)])
    assert css.write(colors, "sunset") == (
        b":root {\n  --color-0: #e306ff;\n  --color-1: #e306ff80;\n  --color-2: #00000000;\n}\n"
    )


def test_blue_is_no_alpha():
    assert b"--color-0: #0000ff;" in css.write(Palette.of([(0, 0, 255)]), "sunset")
