"""ICC profiles of curves and a matrix, read and written."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from huepress.color import icc, srgb


@pytest.mark.parametrize("codes", [b"", b"\x09\x10", b"\x09\x10\x09\1", b"\x09\x10\0\0"])
def test_code_points_of_other_values_than_rgb_are_none(codes):
    curve = icc.ToneCurve(parameters=(1, 1, 0, 0, 0, 0, 0))
    content = icc.make_profile("odd", curve, srgb.SRGB_TO_XYZ_D50, codes)
    assert icc.code_points_in_profile(content) == b""
    assert icc.code_points_in_profile(content[:140]) == b""
    good = icc.make_profile("good", curve, srgb.SRGB_TO_XYZ_D50, b"\x09\x10\0\1")
    assert icc.code_points_in_profile(good) == b"\x09\x10\0\1"


@given(st.binary(max_size=400))
def test_any_bytes_may_be_called_a_profile(content):
    assert icc.shaper_of_profile(content) is None or icc.space_of_profile(content) in (
        "RGB",
        "GRAY",
    )
    assert icc.name_of_profile(content)


@pytest.mark.parametrize(
    "curve",
    [
        icc.ToneCurve(parameters=srgb.PARAMETRIC_CURVE),
        icc.ToneCurve(parameters=(1.8, 1, 0, 0, 0, 0, 0)),
        icc.ToneCurve(table=tuple((step / 16) ** 3 for step in range(17))),
    ],
)
def test_a_curve_is_the_same_for_numbers_and_for_arrays(curve):
    values = np.linspace(0, 1, 1001)
    one_by_one = [curve.light(value) for value in values.tolist()]
    assert np.allclose(curve.light_array(values), one_by_one, rtol=1e-12, atol=0)


@given(st.text(max_size=20), st.floats(0.1, 5))
def test_a_profile_is_read_as_it_was_written(name, gamma):
    curve = icc.ToneCurve(parameters=(gamma, 1, 0, 0, 0, 0, 0))
    profile = icc.make_profile("x" + name, curve, srgb.SRGB_TO_XYZ_D50)
    shaper = icc.shaper_of_profile(profile)
    assert shaper is not None
    assert icc.has_srgb_matrix(shaper)
    for found in shaper.curves:
        assert found.parameters[0] == pytest.approx(gamma, abs=1e-5)
        assert found.parameters[1:] == curve.parameters[1:]
    assert icc.name_of_profile(profile).startswith("x")
    assert icc.space_of_profile(profile) == "RGB"
