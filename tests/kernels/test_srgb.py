"""The curve of sRGB, as IEC 61966-2-1 has it."""

from __future__ import annotations

from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huepress._kernels.gate import (
    linear_to_srgb,
    linear_to_srgb_table,
    srgb_to_linear,
    srgb_to_linear_table,
)

UNIT = st.floats(0, 1)


@pytest.mark.parametrize(
    ("value", "light"),
    [(0, 0), (0.02, 0.02 / 12.92), (0.04045, 0.04045 / 12.92), (0.5, 0.21404114048), (1, 1)],
)
def test_some_known_values(value, light):
    assert srgb_to_linear(value) == pytest.approx(light, rel=1e-9)
    assert linear_to_srgb(light) == pytest.approx(value, rel=1e-5)


@given(UNIT)
def test_there_and_back_is_the_same(value):
    assert linear_to_srgb(srgb_to_linear(value)) == pytest.approx(value, abs=1e-7)
    assert srgb_to_linear(linear_to_srgb(value)) == pytest.approx(value, abs=1e-7)


@given(UNIT, UNIT)
def test_more_light_is_a_higher_value(a, b):
    assert (a < b) <= (srgb_to_linear(a) < srgb_to_linear(b) or b - a < 1e-15)
    assert (a < b) <= (linear_to_srgb(a) <= linear_to_srgb(b))


@pytest.mark.parametrize("steps", [1, 2, 255, 1020, 4096])
def test_tables_hold_what_the_functions_return(steps):
    for table, function in (
        (srgb_to_linear_table(steps), srgb_to_linear),
        (linear_to_srgb_table(steps), linear_to_srgb),
    ):
        assert isinstance(table, array)
        assert table.tolist() == [function(i / steps) for i in range(steps + 1)]


@pytest.mark.parametrize("steps", [0, -1, 1 << 24, 2**31, None])
def test_tables_that_there_are_not(steps):
    for table in (srgb_to_linear_table, linear_to_srgb_table):
        with pytest.raises((ValueError, TypeError, OverflowError)):
            table(steps)
