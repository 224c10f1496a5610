"""The knobs and their checks."""

from __future__ import annotations

import copy
import json
import math
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from huepress import OptionError, Options
from huepress.options import KNOBS, OtherKnobs

NUMBERS = [k for k in KNOBS if not (k.choices or k.parse)]
CHOICES = [k for k in KNOBS if k.choices]
WHOLE = [knob for knob in NUMBERS if knob.whole]


def test_defaults():
    options = Options()
    assert options == Options(k=256, effort=5, space="auto", dither="auto", rd=1.0, seed=0)
    assert options.palette is options.importance is None
    assert options.keep == ()


@given(st.data())
def test_every_number_within_its_range_is_kept(data):
    knob = data.draw(st.sampled_from(WHOLE))
    value = data.draw(st.integers(knob.low, knob.high))
    assert getattr(Options(**{knob.name: value}), knob.name) == value


@given(st.data())
def test_every_number_outside_its_range_is_refused_with_the_range(data):
    knob = data.draw(st.sampled_from(NUMBERS))
    low, high = knob.low, knob.high
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
    json.dumps(vars(options))


@pytest.mark.parametrize("value", [math.nan, math.inf, -0.1, 1.1, "0.5", True])
def test_tol_is_a_share(value):
    with pytest.raises(OptionError, match=r"^tol: "):
        Options(tol=value)


def test_none_leaves_a_knob_to_effort_where_that_is_the_default():
    assert Options(max_iter=None, tol=None) == Options()
    with pytest.raises(OptionError, match="seed"):
        Options(seed=None)


@pytest.mark.parametrize("knob", CHOICES, ids=lambda knob: knob.name)
def test_choices_are_listed_when_one_is_wrong(knob):
    for choice in knob.choices:
        assert getattr(Options(**{knob.name: choice}), knob.name) == choice
    for wrong in ("best", "", None, 3, knob.choices[0].upper(), ["none"]):
        with pytest.raises(OptionError, match=f"^{knob.name}: .* is not one of ") as caught:
            Options(**{knob.name: wrong})
        assert ", ".join(knob.choices) in str(caught.value)


RED = (227, 6, 19, 255)


@pytest.mark.parametrize(
    ("keep", "colors"),
    [
        ((), ()),
        ("", ()),
        ([], ()),
        ("#e30613", (RED,)),
        ("E30613", (RED,)),
        ("#e30613,#fff,#0008", (RED, (255, 255, 255, 255), (0, 0, 0, 0x88))),
        (" #e30613  123 ", (RED, (0x11, 0x22, 0x33, 255))),
        (["#e3061380"], ((227, 6, 19, 128),)),
        ([(227, 6, 19)], (RED,)),
        ([[227, 6, 19, 0]], ((227, 6, 19, 0),)),
        (np.array([[227, 6, 19]]), (RED,)),
        (iter(["#e30613", (227, 6, 19, 255)]), (RED, RED)),
    ],
)
def test_kept_colours_come_in_many_ways(keep, colors):
    options = Options(keep=keep)
    assert options.keep == colors
    assert hash(options) == hash(Options(keep=options.keep))


@pytest.mark.parametrize(
    "keep",
    [
        *["red", "#12", "#12345", "#1234567", "#gggggg", "#\u0661\u0661\u0661", "# 12345"],
        *[["#fff #000"], ["12\t345"], [""], [()], [(1, 2)], [(1, 2, 3, 4, 5)], [(1, 2, 256)]],
        *[[(1, 2, -1)], [(1.0, 2, 3)], [7], [None], (227, 6, 19), [["1", "2", "3"]]],
    ],
    ids=repr,
)
def test_what_is_no_colour_is_named_with_a_remedy(keep):
    with pytest.raises(OptionError, match=r"^keep: .* is no colour; give '#rrggbb'") as caught:
        Options(keep=keep)
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("keep", [None, 7, 0.5, True])
def test_what_is_no_list_of_colours(keep):
    with pytest.raises(OptionError, match=r"^keep: .* is no list of colours"):
        Options(keep=keep)


@given(st.lists(st.tuples(*[st.integers(0, 255)] * 4), max_size=5))
def test_colours_written_as_hex_are_the_same(colors):
    hexes = ["#" + bytes(color).hex() for color in colors]
    assert Options(keep=hexes).keep == Options(keep=",".join(hexes)).keep == tuple(colors)


def test_options_do_not_change():
    options = Options(k=9)
    with pytest.raises(AttributeError, match=r"k: options don't change; use replace\(k="):
        options.k = 5
    with pytest.raises(AttributeError, match="k: options don't change"):
        del options.k
    assert options.replace(k=5) == Options(k=5) != options == Options(k=9)
    with pytest.raises(OptionError, match="k: 0 is out of range"):
        options.replace(k=0)


@given(st.data())
def test_options_are_what_they_are_made_of(data):
    a, b = (
        {knob.name: data.draw(st.integers(knob.low, knob.low + 1)) for knob in WHOLE}
        for _ in range(2)
    )
    one, other = Options(**a), Options(**b)
    assert (one == other) is (a == b)
    assert a != b or hash(one) == hash(other)
    assert one.replace(**b) == other
    assert eval(repr(one)) == pickle.loads(pickle.dumps(one)) == copy.deepcopy(one) == one
    assert one != a


def test_options_that_there_are_not():
    with pytest.raises(TypeError, match="there is no option 'colour'"):
        Options(colour=5)


def test_every_knob_is_explained_and_typed():
    assert all(knob.help for knob in KNOBS)
    assert {"k", *OtherKnobs.__annotations__} == {knob.name for knob in KNOBS}
