"""The sRGB curve: for numbers, as tables, and as an ICC profile has it."""

from __future__ import annotations

import numpy as np
import pytest

from huepress.color import icc, srgb

VALUES = np.linspace(0, 1, 4097)


def test_known_values():
    """IEC 61966-2-1: a linear part up to 0.04045, mid grey at a fifth of the light."""
    assert srgb.srgb_to_linear(0) == 0
    assert srgb.srgb_to_linear(1) == 1
    assert srgb.srgb_to_linear(0.04) == pytest.approx(0.04 / 12.92)
    assert srgb.srgb_to_linear(0.5) == pytest.approx(0.21404, abs=1e-5)


def test_numbers_and_tables_agree():
    for one, many in (
        (srgb.srgb_to_linear, srgb.srgb_to_linear_table),
        (srgb.linear_to_srgb, srgb.linear_to_srgb_table),
    ):
        assert many(4096).tolist() == [one(value) for value in VALUES.tolist()]


def test_there_and_back():
    """Up to the standard's own rounding, where the two parts of the curve meet."""
    there = srgb.srgb_to_linear_table(4096)
    back = [srgb.linear_to_srgb(light) for light in there]
    assert np.abs(np.array(back) - VALUES).max() < 1e-7
    assert (np.diff(there) > 0).all()


def test_the_parametric_curve_of_profiles_is_the_same():
    curve = icc.ToneCurve(parameters=srgb.PARAMETRIC_CURVE)
    assert np.allclose(curve.light_array(VALUES), srgb.srgb_to_linear_table(4096), atol=1e-15)


def test_the_matrices_are_each_others_inverse():
    product = np.array(srgb.SRGB_TO_XYZ_D50) @ np.array(srgb.XYZ_D50_TO_SRGB)
    assert np.allclose(product, np.eye(3), atol=1e-6)
    white = np.array(srgb.SRGB_TO_XYZ_D50).sum(axis=1)
    assert np.allclose(white, icc.D50, atol=1e-3)


def test_rounded_numbers_mean_srgb():
    assert srgb.means_srgb(None, None)
    assert srgb.means_srgb(0.45455, srgb.PRIMARIES)
    assert not srgb.means_srgb(1.0, None)
    assert not srgb.means_srgb(None, (0.3127, 0.329, 0.68, 0.32, 0.265, 0.69, 0.15, 0.06))
