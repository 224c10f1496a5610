"""The schema of options: its rows, their checks, and that every face has all of them."""

from __future__ import annotations

import copy
import json
import math
import pickle
import re
from pathlib import Path
from typing import get_args, get_type_hints

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from huepress import OptionError
from huepress.cli.arguments import parse
from huepress.cli.parser import Parser, with_flags
from huepress.options import GROUPS, OPTIONS, Option, Options, RunOptions

OWNERS = {row.name: owner for owner in (Options, RunOptions) for row in owner.rows()}
NUMBERS = [row for row in OPTIONS if row.is_number]
CHOICES = [row for row in OPTIONS if row.choices]
WHOLE = [row for row in NUMBERS if row.is_whole]
PRESENTATION = {"quiet", "verbose", "json", "help"}
"""What the command line has besides the schema: how it says things, not what is done."""


def with_option(row: Option, value: object) -> object:
    """Return the value that an option takes on."""
    return getattr(OWNERS[row.name](**{row.name: value}), row.name)


# The rows


def test_names_and_flags_are_unique():
    assert len(OWNERS) == len(OPTIONS) == len({row.name for row in OPTIONS})
    flags = [flag for row in OPTIONS for flag in row.flags]
    assert len(flags) == len(set(flags))


@pytest.mark.parametrize("row", OPTIONS, ids=lambda row: row.name)
def test_every_option_is_explained_grouped_and_has_a_default_that_it_accepts(row):
    assert row.help
    assert row.group in GROUPS
    assert row.affects in ("read", "fit", "map", "encode", "target", "")
    assert all(row.meanings[choice] for choice in row.choices)
    assert with_option(row, row.default) == row.default
    mentioned = re.findall("`(.*?)`", " ".join((row.help, row.unset, *row.meanings.values())))
    assert set(mentioned) <= {row.name for row in OPTIONS}


@pytest.mark.parametrize("row", CHOICES, ids=lambda row: row.name)
def test_choices_are_those_of_the_type(row):
    declared = get_type_hints(OWNERS[row.name])[row.name]
    literals = [get_args(kind) for kind in (declared, *get_args(declared))]
    assert row.choices in literals


def test_what_is_asked_of_a_run_changes_no_byte_of_an_output():
    assert {row.affects for row in RunOptions.rows()} == {""}


# Every face has all of them


@pytest.fixture(scope="module")
def parser() -> Parser:
    return parse(["compress"], "").parser


@pytest.fixture(scope="module")
def actions(parser: Parser) -> dict[str, list]:
    found: dict[str, list] = {}
    for action in parser._actions:
        if action.option_strings:
            found.setdefault(action.dest, []).append(action)
    return found


@pytest.mark.parametrize("row", OPTIONS, ids=lambda row: row.name)
def test_every_option_is_on_the_command_line_and_in_its_documentation(row, parser, actions):
    flags = [flag for action in actions[row.name] for flag in action.option_strings]
    assert set(row.flags) <= set(flags)
    (group,) = [
        group for group in parser._action_groups if actions[row.name][0] in group._group_actions
    ]
    assert group.title == row.group
    page = Path(__file__).parents[1] / "docs" / "command-line.md"
    section = page.read_text().split("## huepress compress --help")[1].split("\n## ")[0]
    for text in (parser.format_help(), section):
        words = " ".join(text.split())
        assert all(flag in words for flag in flags)
        for part in row.meanings.values() if row.flag_per_choice else [row.help, row.unset]:
            assert with_flags(part, parser.flags()) in words


def test_no_flag_is_without_an_option(actions):
    assert set(actions) == {row.name for row in OPTIONS} | PRESENTATION
    assert not PRESENTATION & set(OWNERS)


def test_groups_come_in_their_order(parser):
    titles = [group.title for group in parser._action_groups if group.title in GROUPS]
    assert titles == list(GROUPS) == ["Quality", "Colours", "Files", "Batch", "Advanced"]


# Values


def test_defaults():
    options = Options()
    assert options == Options(k=256, effort=5, space="auto", dither="auto", rd=1.0, seed=0)
    assert options.palette is options.importance is None
    assert options.keep == ()


@given(st.data())
def test_every_number_within_its_range_is_kept(data):
    row = data.draw(st.sampled_from(WHOLE))
    value = data.draw(st.integers(row.low, row.high))
    assert with_option(row, value) == value


@given(st.data())
def test_every_number_outside_its_range_is_refused_with_the_range(data):
    row = data.draw(st.sampled_from(NUMBERS))
    low, high = row.low, row.high
    value = data.draw(st.integers(max_value=math.ceil(low) - 1) | st.integers(math.floor(high) + 1))
    with pytest.raises(OptionError, match=f"^{row.name}: ") as caught:
        with_option(row, value)
    shown = f"{low:,} to {high:,}" if row.is_whole else f"{low:g} to {high:,g}"
    assert shown in str(caught.value)
    assert caught.value.option == row.name


@pytest.mark.parametrize("value", [True, "5", 5.0, math.nan, None, [5], np.float64(5)])
def test_only_whole_numbers_count_as_such(value):
    with pytest.raises(OptionError, match=r"k: .* is not a whole number"):
        Options(k=value)
    with pytest.raises(
        OptionError, match=r"effort: .* is not a whole number; give one from 1 to 10"
    ):
        Options(effort=value)


def test_k_may_be_chosen_automatically():
    """The help offered it, and `Options` refused it."""
    assert (Options(k="auto").k, Options(k="auto").max_k, Options(k=7).max_k) == ("auto", 256, 7)


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


def test_none_leaves_an_option_to_effort_where_that_is_the_default():
    assert Options(max_iter=None, tol=None) == Options()
    with pytest.raises(OptionError, match="seed"):
        Options(seed=None)


@pytest.mark.parametrize("row", CHOICES, ids=lambda row: row.name)
def test_choices_are_listed_when_one_is_wrong(row):
    for choice in row.choices:
        assert with_option(row, choice) == choice
    unset = [] if row.default is None else [None]
    for wrong in ("best", "", 3, row.choices[0].upper(), ["none"], *unset):
        with pytest.raises(OptionError, match=f"^{row.name}: .* is not one of ") as caught:
            with_option(row, wrong)
        assert ", ".join(row.choices) in str(caught.value)


@pytest.mark.parametrize("name", ["force", "verify", "keep_profile", "skip_if_larger"])
def test_switches_are_true_or_false(name):
    row = getattr(OWNERS[name], name)
    assert with_option(row, np.True_) is True
    for wrong in ("yes", 2, *([] if row.is_three_way else [None])):
        with pytest.raises(OptionError, match=f"^{name}: .* is not True or False; give one"):
            with_option(row, wrong)


@pytest.mark.parametrize(
    ("values", "option"),
    [
        ({"quality": 80, "target_size": "50KB"}, "target_size"),
        ({"palette": "a.gpl", "keep": "#fff"}, "keep"),
        ({"output": "a.png", "directory": "b"}, "directory"),
    ],
)
def test_two_that_contradict_each_other(values, option):
    with pytest.raises(OptionError, match=f"^{option}: contradicts `.*`; ") as caught:
        OWNERS[option](**values)
    assert caught.value.option == option


@pytest.mark.parametrize(
    ("quality", "range_"),
    [
        ("60-80", (60, 80)), ("60-", (60, 100)), ("-80", (0, 80)), ("80", (0, 80)),
        (" 1.5-2 ", (1.5, 2)), ((60, 80), (60, 80)), ([60.5, 80], (60.5, 80)), (70, (0, 70)),
        (70.5, (0, 70.5)), ("0-100", (0, 100)), ("0", (0, 0)),
    ],
)  # fmt: skip
def test_quality_has_pngquants_grammar(quality, range_):
    assert Options(quality=quality).quality == range_


@pytest.mark.parametrize(
    "quality",
    ["", "-", "a", "80-60", "0-101", "101", "60--80", "60-80-90", "1e2", (1, 2, 3), -5, True],
)
def test_what_is_no_quality(quality):
    with pytest.raises(OptionError, match=r"^quality: .* is not MIN-MAX from 0 to 100; give "):
        Options(quality=quality)


@pytest.mark.parametrize(
    ("size", "count"),
    [
        ("50KB", 50_000), ("50 kb", 50_000), ("1.5MB", 1_500_000), ("2KiB", 2048),
        ("20000", 20_000), (300, 300), ("7b", 7), ("1m", 1_000_000), ("0.5k", 500),
    ],
)  # fmt: skip
def test_sizes_have_units(size, count):
    assert Options(target_size=size).target_size == count


@pytest.mark.parametrize("size", ["", "KB", "-5", "-1", "0", 0, "0.1", 0.5, "5 apples", "1e3"])
def test_what_is_no_size(size):
    with pytest.raises(OptionError, match=r"^target_size: .* is no size; give for example 50KB"):
        Options(target_size=size)


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
    with pytest.raises(AttributeError, match=r"Options doesn't change; use replace\(k=\.\.\.\)"):
        options.k = 5
    with pytest.raises(AttributeError, match="Options doesn't change"):
        del options.k
    assert options.replace(k=5) == Options(k=5) != options == Options(k=9)
    with pytest.raises(OptionError, match="k: 0 is out of range"):
        options.replace(k=0)


@given(st.data())
def test_options_are_what_they_are_made_of(data):
    rows = [row for row in WHOLE if OWNERS[row.name] is Options]
    a, b = (
        {row.name: data.draw(st.integers(row.low, row.low + 1)) for row in rows} for _ in range(2)
    )
    one, other = Options(**a), Options(**b)
    assert (one == other) is (a == b)
    assert a != b or hash(one) == hash(other)
    assert one.replace(**b) == other
    assert eval(repr(one)) == pickle.loads(pickle.dumps(one)) == copy.deepcopy(one) == one
    assert one != a


def test_options_that_there_are_not():
    with pytest.raises(TypeError, match="Options has no 'colour'"):
        Options(colour=5)
