"""What a run tells of each image, and of all."""

from __future__ import annotations

import pickle

import pytest

from huepress.batch import Outcome, Summary


def outcomes() -> list[Outcome]:
    return [
        Outcome(name="a.png", status="skipped", reason="up to date"),
        Outcome(name="b.png", status="failed", message="b.png: not an image", exit_code=2),
        Outcome(name="c.png", status="skipped", reason="up to date"),
        Outcome(name="d.png", status="skipped", reason="no smaller"),
    ]


def test_a_summary_counts_outcomes_by_status_and_reason():
    summary = Summary()
    for outcome in outcomes():
        summary = summary.add(outcome)
    assert summary == Summary(failed=1, skipped={"up to date": 2, "no smaller": 1})
    assert summary.images == 4


def test_summaries_are_apart_from_each_other():
    first = Summary()
    second = first.add(outcomes()[0])
    assert first.skipped == {}
    assert second.skipped == {"up to date": 1}


@pytest.mark.parametrize("value", [Summary(done=1), outcomes()[1]])
def test_both_are_values(value):
    assert pickle.loads(pickle.dumps(value)) == value
    assert "=" in repr(value)
    with pytest.raises(AttributeError, match="doesn't change"):
        value.done = 3
