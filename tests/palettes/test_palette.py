"""The record between files and codebooks."""

from __future__ import annotations

from huepress.palettes.palette import Palette


def test_rows_of_three_and_four_become_rows_of_four():
    palette = Palette.of([(1, 2, 3), (4, 5, 6, 7)], [8, 9])
    assert list(palette) == [(1, 2, 3, 255), (4, 5, 6, 7)]
    assert palette.populations == [8, 9]
    assert len(palette) == 2
    assert palette.alphas() == bytes([255, 7])
    assert palette.hexes() == ["#010203ff", "#04050607"]


def test_opaque_drops_alpha_and_nothing_else():
    palette = Palette.of([(1, 2, 3, 0), (4, 5, 6, 7)], [8, 9])
    assert palette.opaque() == Palette.of([(1, 2, 3), (4, 5, 6)], [8, 9])
    assert palette.opaque().alphas() == b""
