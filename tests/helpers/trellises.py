"""Searches for labels that are cheap to store, in C and in the reference, on any threads."""

from __future__ import annotations

from array import array
from dataclasses import replace

import numpy as np
from hypothesis import strategies as st

from helpers import reference_trellis as reference
from helpers.canvases import MappingCase
from helpers.instruction_sets import same_on_all
from helpers.reference_trellis import Search
from huepress._kernels.gate import COST_PER_BIT, FORBIDDEN, MAX_RUN_DISTANCE, Trellis
from huepress.engine.threads import run_parts

USUAL = (19_661, 26_214)

Mapped = tuple[bytes, bytes | None]


def plain(k: int, **changes) -> Search:
    """Return a search as `mapping` makes it."""
    search = Search([8 * COST_PER_BIT] * k, [], 6, 16, 1.0, COST_PER_BIT // 4, USUAL, 400)
    search = replace(search, **changes)
    if not search.match:
        search.match = [11 * COST_PER_BIT] * (search.rows * search.span) + [
            10 * COST_PER_BIT
        ] * MAX_RUN_DISTANCE
    return search


@st.composite
def searches(draw, k: int):
    """Return any way to search."""
    rows, span = draw(st.sampled_from([1, 2, 3])), draw(st.sampled_from([16, 32]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    dear = draw(st.sampled_from([1, 5, 20, 1000])) * COST_PER_BIT
    match = rng.integers(0, dear, rows * span + MAX_RUN_DISTANCE)
    match[rng.random(len(match)) < draw(st.sampled_from([0, 0.3, 1]))] = FORBIDDEN
    return Search(
        literal=rng.integers(0, draw(st.sampled_from([1, 2, 12, 1000])) * COST_PER_BIT, k).tolist(),
        match=match.tolist(),
        rows=rows,
        span=span,
        strength=draw(st.sampled_from([1e-300, 1e-3, 0.3, 1.0, 5.0, 1e4])),
        step=draw(st.sampled_from([0, COST_PER_BIT // 4, 3 * COST_PER_BIT])),
        shares=draw(st.sampled_from([(0, 0), USUAL, (32_767, 32_767)])),
        cap=draw(st.sampled_from([0, 100, 400, 4096])),
    )


def mapped(e: MappingCase, search: Search, workers: int = 1) -> Mapped:
    """Return labels, and copies if there are any, that so many threads find."""
    trellis = Trellis(
        e.canvas,
        array("i", search.literal),
        array("i", search.match),
        search.rows,
        search.span,
        search.strength,
        search.step,
        search.shares,
        search.cap,
        workers,
    )
    run_parts(trellis.run, workers)
    return trellis.labels, trellis.copies


def mapped_everywhere(e: MappingCase, search: Search) -> Mapped:
    """Return them after checking that they are the same everywhere."""

    def by_any() -> Mapped:
        one, *others = (mapped(e, search, workers) for workers in (1, 2, 3))
        assert others == [one, one]
        return one

    found: Mapped = same_on_all(by_any)
    return found


def assert_agrees(e: MappingCase, search: Search) -> None:
    """Check C against its reference."""
    labels, copies = mapped_everywhere(e, search)
    expected = reference.searched(e.picture, search)
    assert labels == b"".join(map(bytes, expected.labels))
    if len(search.match) > 255:
        assert copies is None
    else:
        assert copies == b"".join(bytes([0, *row]) for row in expected.copies)
