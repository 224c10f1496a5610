"""The time of each stage."""

from __future__ import annotations

import pytest

from huepress.engine import timing
from huepress.engine.timing import StageTimer


def test_what_is_between_two_calls_is_one_stage(monkeypatch):
    times = iter([10.0, 10.5, 12.5, 12.75, 16.75])
    monkeypatch.setattr(timing, "perf_counter", lambda: next(times))
    watch = StageTimer()
    for name in ("read", "map", "encode", "map"):
        watch.end(name)
    assert watch.seconds == pytest.approx({"read": 0.5, "map": 6.0, "encode": 0.25})
