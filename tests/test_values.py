"""Small immutable classes, and what `dataclasses` makes of them."""

from __future__ import annotations

import copy
import dataclasses
import pickle

import pytest

from huepress import Report
from huepress.values import Value


class Box(Value):
    """A value for these tests."""

    width: int
    height: int = 2
    tags: tuple[str, ...] = ()


class Crate(Box):
    """One with a field more."""

    depth: int = 7


def test_fields_have_defaults_or_are_needed():
    assert Box(width=1) == Box(width=1, height=2, tags=())
    with pytest.raises(TypeError, match="Box needs 'width'"):
        Box()
    with pytest.raises(TypeError, match="Box has no 'hight'"):
        Box(width=1, hight=3)


def test_fields_are_inherited_in_their_order():
    assert repr(Crate(width=1)) == "Crate(width=1, height=2, tags=(), depth=7)"
    assert Crate(width=1) != Box(width=1)


def test_nothing_changes_but_copies():
    box = Box(width=1)
    with pytest.raises(AttributeError, match=r"Box doesn't change; use replace\(width=...\)"):
        box.width = 2
    with pytest.raises(AttributeError):
        del box.width
    assert box.replace(width=5) == Box(width=5)
    assert hash(box) == hash(Box(width=1))
    assert copy.deepcopy(box) == pickle.loads(pickle.dumps(box)) == box


def test_dataclasses_take_it_for_one():
    box = Box(width=1, tags=("a",))
    assert dataclasses.is_dataclass(box)
    assert [field.name for field in dataclasses.fields(box)] == ["width", "height", "tags"]
    assert dataclasses.asdict(box) == {"width": 1, "height": 2, "tags": ("a",)}
    assert dataclasses.replace(box, width=3) == box.replace(width=3)


def test_a_report_does_not_break_when_fields_are_added():
    """It was a tuple: whoever unpacked it depended on how many fields there were."""
    assert dataclasses.is_dataclass(Report)
    assert not issubclass(Report, tuple)
    report = Report(
        input="a.png", width=1, height=1, bytes_in=10, bytes_out=5, colors=1, mse=0.0,
        psnr=float("inf"), seconds=0.1, stages={},
    )  # fmt: skip
    assert report.ratio == 2
    assert repr(report).startswith("Report(input='a.png', outputs=(), width=1, height=1,")
    assert report.as_dict()["psnr"] is None
