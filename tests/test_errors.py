"""The error tree."""

from __future__ import annotations

import inspect

import pytest

from huepress import errors

LEAVES = [
    (errors.OptionError, ValueError, 4),
    (errors.UnreadableError, OSError, 2),
    (errors.NotAnImageError, ValueError, 2),
    (errors.AnimationError, ValueError, 2),
    (errors.TooLargeError, ValueError, 2),
    (errors.PairError, ValueError, 2),
    (errors.PaletteError, ValueError, 2),
    (errors.OutputExistsError, OSError, 15),
    (errors.UnwritableError, OSError, 16),
    (errors.TooManyBytesError, ValueError, 98),
    (errors.BelowQualityError, ValueError, 99),
    (errors.MiscodedError, RuntimeError, 70),
]


@pytest.mark.parametrize(("leaf", "builtin", "code"), LEAVES)
def test_each_leaf_is_a_builtin_too_and_has_its_exit_code(leaf, builtin, code):
    error = leaf("photo.png: wrong; do this")
    assert isinstance(error, errors.HuepressError)
    assert isinstance(error, builtin)
    assert error.exit_code == code
    assert str(error) == "photo.png: wrong; do this"


def test_the_tree_in_the_docstring_is_the_tree_in_the_code():
    drawn = [word for word in errors.__doc__.split() if word.endswith("Error")]
    classes = [name for name, _ in inspect.getmembers(errors, inspect.isclass)]
    assert sorted(drawn) == sorted(classes) == sorted(errors.__all__)
    parents = {base for name in classes for base in getattr(errors, name).__mro__[1:]}
    leaves = {getattr(errors, name) for name in classes} - parents
    assert leaves == {leaf for leaf, _, _ in LEAVES}
