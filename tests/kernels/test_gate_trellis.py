"""The gate to C: what is wrong with a search for labels is refused, and never crashes."""

from __future__ import annotations

import copy
import gc
import pickle
from array import array

import numpy as np
import pytest
from helpers.canvases import mapping_case
from helpers.instruction_sets import running_on
from helpers.point_clouds import cloud

from huepress._kernels.gate import (
    COST_PER_BIT,
    FORBIDDEN,
    MAX_COST,
    MAX_RUN_DISTANCE,
    Trellis,
    instruction_sets,
)

REFUSED = (ValueError, TypeError, BufferError, OverflowError)
PIXELS = cloud(1, 60, spread=60).reshape(5, 12, 3)


def canvas(k: int = 4):
    return mapping_case(
        PIXELS, np.random.default_rng(1).integers(0, 16_321, (k, 4)).tolist()
    ).canvas


def costs(count: int, odd: int):
    return array("i", [COST_PER_BIT] * (count - 1) + [odd])


GOOD = {
    "literal": array("i", [8 * COST_PER_BIT] * 4),
    "match": array("i", [11 * COST_PER_BIT] * (2 * 16 + MAX_RUN_DISTANCE)),
    "rows": 2,
    "span": 16,
    "strength": 1.0,
    "step": 16,
    "shares": (1, 2),
    "cap": 100,
    "workers": 2,
}

WRONG = {
    "literal": [
        costs(3, 0), costs(5, 0), costs(4, -1), costs(4, MAX_COST + 1), costs(4, FORBIDDEN),
        costs(4, 2**31 - 1), None, [8] * 4, array("h", [8] * 4), np.zeros(4, np.int64),
        np.zeros(8, np.int32)[::2],
    ],
    "match": [
        costs(35, 0), costs(37, 0), costs(36, -1), costs(36, MAX_COST + 1),
        costs(36, FORBIDDEN - 1), costs(36, FORBIDDEN + 1),
        array("i"), None, [8] * 36, np.zeros(36, np.float32),
    ],
    "rows": [0, -1, 1, 3, 65, 2**31, 2**30, None, "2"],
    "span": [0, -16, 8, 17, 24, 32, 80, 2**31, None],
    "strength": [0.0, -1.0, float("nan"), float("inf"), 1e6, None, "1"],
    "step": [-1, 65_536, 2**31, None],
    "shares": [
        (), (1,), (1, 2, 3), (-1, 0), (0, 32_768), (0, 2**40), None, [1, 2], (1, "2"), (1, None),
    ],
    "cap": [-1, 4097, 2**31, None],
    "workers": [0, -1, 257, 2**31, None, "2"],
}  # fmt: skip


def made(**changes):
    return Trellis(canvas(), *{**GOOD, **changes}.values())


@pytest.mark.parametrize(("name", "wrong"), [(n, w) for n, all_ in WRONG.items() for w in all_])
def test_searches_that_are_none(name, wrong):
    made()
    with pytest.raises(REFUSED):
        made(**{name: wrong})


@pytest.mark.parametrize("it", [None, 3, b""])
def test_a_search_needs_a_canvas(it):
    with pytest.raises(REFUSED):
        Trellis(it, *GOOD.values())


@pytest.mark.parametrize(
    ("part", "parts"),
    [(-1, 1), (1, 1), (0, 0), (2, 2), (0, 3), (0, -1), (0, 2**31), (None, 1), (0, "1")],
)
def test_no_more_work_than_are_to(part, parts):
    with pytest.raises(REFUSED):
        made().run(part, parts)


def test_before_the_run_there_are_no_labels():
    trellis = made()
    for name in ("labels", "copies"):
        with pytest.raises(ValueError, match="not run"):
            getattr(trellis, name)


def test_who_runs_first_or_alone_does_all():
    labels = []
    for parts in ([(0, 1)], [(1, 2)], [(0, 2), (1, 2)], [(0, 2), (0, 2)]):
        trellis = made()
        for part in parts:
            trellis.run(*part)
            labels.append((trellis.labels, trellis.copies))
    assert labels == labels[:1] * 6
    assert len(labels[0][0]) == 60
    assert len(labels[0][1]) == 65


def test_a_search_may_begin_on_one_instruction_set_and_end_on_another():
    with running_on(instruction_sets()[0]):
        expected = made()
        expected.run()
        other = made()
    other.run()
    assert other.labels == expected.labels


def test_it_keeps_alive_what_it_needs():
    trellis = made(literal=array("i", [8 * COST_PER_BIT] * 4))
    gc.collect()
    trellis.run()
    assert max(trellis.labels) < 4


def test_it_is_neither_copied_nor_pickled_nor_empty():
    for how in (copy.copy, pickle.dumps):
        with pytest.raises(TypeError):
            how(made())
    with pytest.raises(TypeError):
        Trellis()


def test_what_it_gives_can_not_be_changed():
    trellis = made()
    trellis.run()
    for name in ("labels", "copies"):
        with pytest.raises(AttributeError):
            setattr(trellis, name, b"")
        assert isinstance(getattr(trellis, name), bytes)
