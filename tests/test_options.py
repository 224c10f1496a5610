"""The knobs and their checks."""

from __future__ import annotations

import dataclasses
import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from huepress import OptionError, Options
from huepress.options import Knobs, knob_fields

NUMBERS = [knob for knob in knob_fields() if not knob.metadata["choices"]]
WHOLE = [knob for knob in NUMBERS if "float" not in str(knob.type)]


def test_defaults():
    assert Options() == Options(k=256, effort=5, space="rgb", seed=0)


@given(st.data())
def test_every_number_within_its_range_is_kept(data):
    knob = data.draw(st.sampled_from(WHOLE))
    value = data.draw(st.integers(knob.metadata["low"], knob.metadata["high"]))
    assert getattr(Options(**{knob.name: value}), knob.name) == value


@given(st.data())
def test_every_number_outside_its_range_is_refused_with_the_range(data):
    knob = data.draw(st.sampled_from(NUMBERS))
    low, high = knob.metadata["low"], knob.metadata["high"]
    value = data.draw(st.integers(max_value=math.ceil(low) - 1) | st.integers(math.floor(high) + 1))
    with pytest.raises(OptionError, match=f"^{knob.name}: ") as caught:
        Options(**{knob.name: value})
    assert f"{low:,} to {high:,}" in str(caught.value)


@pytest.mark.parametrize("value", [True, "5", 5.0, math.nan, None, [5], np.float64(5)])
def test_only_whole_numbers_count_as_such(value):
    with pytest.raises(OptionError, match=r"k: .* is not a whole number"):
        Options(k=value)


@pytest.mark.parametrize("kind", [np.int64, np.uint8, np.int16])
def test_numbers_of_numpy_become_plain_ones(kind):
    options = Options(k=kind(5), seed=kind(7), tol=np.float32(0.5))
    assert type(options.k) is int
    assert type(options.seed) is int
    assert type(options.tol) is float
    json.dumps(dataclasses.asdict(options))


@pytest.mark.parametrize("value", [math.nan, math.inf, -0.1, 1.1, "0.5", True])
def test_tol_is_a_share(value):
    with pytest.raises(OptionError, match=r"^tol: "):
        Options(tol=value)


def test_none_leaves_a_knob_to_effort_where_that_is_the_default():
    assert Options(max_iter=None, tol=None) == Options()
    with pytest.raises(OptionError, match="seed"):
        Options(seed=None)


def test_choices_are_listed_when_one_is_wrong():
    with pytest.raises(OptionError, match="seeding: 'best' is not one of wu, kmeans"):
        Options(seeding="best")


def test_options_do_not_change():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Options().k = 5


def test_every_knob_is_explained_and_typed():
    assert all(knob.metadata["help"] for knob in knob_fields())
    assert set(Knobs.__annotations__) == {knob.name for knob in knob_fields()}
