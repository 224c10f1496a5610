"""Labels that are cheap to store: trellis.c against its twin, at its limits, and what it gains."""

from __future__ import annotations

import numpy as np
import twin_of_maps as twin
from easel import easels
from hypothesis import given, settings
from hypothesis import strategies as st
from support import same_on_all
from twin_of_maps import Search

from huepress._kernels.gate import BARRED, BIT, PAST


def mapped(e, search: Search) -> bytes:
    return e.canvas.map_cheaply(
        np.array(search.literal, np.int32),
        np.array(search.match, np.int32),
        search.rows,
        search.span,
        search.strength,
        search.step,
        search.shares,
        search.cap,
    )


@st.composite
def searches(draw, k: int):
    """Return any way to search."""
    rows, span = draw(st.sampled_from([1, 2, 3])), draw(st.sampled_from([16, 32]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    most = draw(st.sampled_from([1, 5, 20])) * BIT
    match = rng.integers(0, most, rows * span + PAST)
    match[rng.random(len(match)) < draw(st.sampled_from([0, 0.3, 1]))] = BARRED
    return Search(
        literal=rng.integers(0, draw(st.sampled_from([1, 2, 12])) * BIT, k).tolist(),
        match=match.tolist(),
        rows=rows,
        span=span,
        strength=draw(st.sampled_from([1e-300, 1e-3, 0.3, 1.0, 5.0, 1e4])),
        step=draw(st.sampled_from([0, BIT // 4, 3 * BIT])),
        shares=draw(st.sampled_from([(0, 0, 0, 0), (18350, 4588, 23593, 5898), (32767,) * 4])),
        cap=draw(st.sampled_from([0, 100, 400, 4096])),
    )


@given(easels(most=60), st.data())
@settings(max_examples=60)
def test_it_agrees_with_its_twin(e, data):
    search = data.draw(searches(e.clusters.k))
    labels = same_on_all(lambda: mapped(e, search))
    assert labels == b"".join(map(bytes, twin.mapped_cheaply(e.picture, search)))
