"""The signatures of public functions say the same of each option as the schema does."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from types import NoneType
from typing import Any, Literal, get_args, get_origin

import pytest

import huepress
from huepress._option_parsers import maybe
from huepress.options import OPTIONS, Option, Options, RunOptions

ROWS = {option.name: option for option in OPTIONS}
IMAGE = set(Options.field_names)
RUN = set(RunOptions.field_names)
# The options that each function takes, and its other parameters.
FUNCTIONS = {
    "quantize": (
        IMAGE - {"quality", "target_size", "format", "metadata", "verify", "reconstructed"},
        {"image"},
    ),
    "compress": (
        IMAGE | {"output", "force", "keep_times", "skip_if_larger"},
        {"source"},
    ),
    "compress_many": (IMAGE | RUN, {"inputs", "on_progress"}),
}
# Those that may be given without their names.
POSITIONAL = {"quantize": {"k"}, "compress": {"output"}}
# A single image is refused rather than skipped; and it may be written to an open file.
DIFFERENT = {("compress", "skip_if_larger"): (False, "bool"),
             ("compress", "output"): (None, "Target | None")}  # fmt: skip
CASES = [(name, option) for name, (options, _) in FUNCTIONS.items() for option in sorted(options)]


def function(name: str) -> Callable[..., Any]:
    return getattr(huepress, name)


def members(hint: Any) -> set[Any]:
    """Return the members of a union, and the values of `Literal`s as such."""
    if get_origin(hint) is Literal:
        return set(get_args(hint))
    parts = [members(part) for part in get_args(hint) if get_origin(hint) not in (tuple, list)]
    return set().union(*parts) or {hint}


def expected(option: Option) -> set[Any] | None:
    """Return the members that an option's hint must have; None if that is for it to say."""
    if option.choices:
        kinds: set[Any] = set(option.choices)
    elif option.low is not None:
        kinds = {int if option.is_whole else float}
    elif option.is_switch or option.parse is maybe:
        kinds = {bool}
    else:
        return None
    return kinds | ({NoneType} if option.default is None else set())


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_take_the_options_that_they_should_as_keywords(name):
    options, others = FUNCTIONS[name]
    parameters = inspect.signature(function(name)).parameters
    assert set(parameters) == options | others
    for option in options - POSITIONAL.get(name, set()):
        assert parameters[option].kind is inspect.Parameter.KEYWORD_ONLY, option


@pytest.mark.parametrize(("name", "option"), CASES)
def test_defaults_and_types_are_those_of_the_schema(name, option):
    row, parameter = ROWS[option], inspect.signature(function(name)).parameters[option]
    if (name, option) in DIFFERENT:
        assert (parameter.default, parameter.annotation) == DIFFERENT[name, option]
        return
    assert parameter.default == row.default
    assert type(parameter.default) is type(row.default)
    hint = members(eval(parameter.annotation, vars(sys.modules[function(name).__module__])))
    if option == "k":
        assert hint == {int, "auto"}
    elif (kinds := expected(row)) is not None:
        assert hint == kinds
    elif hint != {Any}:
        assert (NoneType in hint) == (row.default is None)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_parameter_is_documented(name):
    documented = set(inspect.getdoc(function(name)).replace(",", " ").replace(":", " ").split())
    assert set(inspect.signature(function(name)).parameters) <= documented
