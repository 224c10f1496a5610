"""From the figures of each image to the cells of the tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.looks import tables
from bench.looks.comparing import Landing, Outcome, Pair
from bench.looks.curves import Reading
from bench.looks.judge import Verdict
from bench.looks.pictures import Picture


def outcome(name: str, colors: int = 1000, **figures: dict[str, object]) -> Outcome:
    return Outcome(Picture(Path(name), name.partition("/")[0], name), colors, figures)


def pair(ours: tuple[int, float | None, bool], theirs: tuple[int, float | None, bool]) -> Pair:
    return Pair(*(Verdict(size, lossless, score) for size, score, lossless in (ours, theirs)))


def test_rows_are_the_sets_then_what_counts_together_then_few_colours():
    names = ["mine/e", "screenshots/c", "alpha/d", "kodak/a", "cq100/b"]
    found = tables.groups([*map(outcome, names), outcome("alpha/f", colors=256)])
    found = {title: images for title, images in found.items() if images}
    assert list(found) == [
        "kodak", "cq100", "**photographs**", "screenshots", "alpha", "**graphics**", "mine",
        "up to 256 colours", "**all**",
    ]  # fmt: skip
    assert found["**photographs**"] == {"kodak/a", "cq100/b"}
    assert found["**graphics**"] == {"screenshots/c", "alpha/d"}
    assert found["up to 256 colours"] == {"alpha/f"}
    assert len(found["**all**"]) == 6


def test_means_are_geometric_and_count_what_is_beyond():
    values = [Reading(0.5), Reading(1.0, "above"), Reading(0.25, "below"), Reading(1.0, "above")]
    assert tables.mean(values[:2]) == "0.707 ↑1"
    assert tables.mean(values) == "0.595 ↑2 ↓1"


def test_exact_images_are_compared_where_both_are_lossless():
    values = [
        pair((90, 100, True), (100, 100, True)),
        pair((1, 100, True), (100, 90, False)),
        pair((1, 90, False), (100, 100, True)),
    ]
    assert tables.exact(values) == "0.900 (3; 1 / 1)"
    assert tables.exact(values[1:]) == "- (2; 1 / 1)"


@pytest.mark.parametrize(
    ("ours", "theirs", "won"),
    [
        ((99, 50.1, False), (100, 50.0, False), True),
        ((99, 50.0, False), (100, 50.0, False), False),
        ((100, 50.1, False), (100, 50.0, False), False),
        ((100, 100.0, True), (100, 100.0, True), True),
        ((101, 100.0, True), (100, 100.0, True), False),
        ((100, 100.0, True), (100, 99.0, False), False),
        ((99, 99.9, False), (100, 100.0, True), False),
        ((99, None, True), (100, None, False), True),
        ((99, None, False), (100, None, False), False),
    ],
)
def test_dominance(ours, theirs, won):
    compared = pair(ours, theirs)
    assert tables.won(compared) is won
    assert bool(tables.not_won(compared)) is not won
    assert tables.share_won([compared]) == ("1 (100.0%)" if won else "0 (0.0%)")


def test_scores_are_compared_by_their_means():
    values = [pair((1, 66.0, False), (1, 60.0, False)), pair((1, 48.0, False), (1, 50.0, False))]
    assert tables.gains(values) == "+2.0 (57.0)"


def test_banding_is_the_mean_of_both_and_where_ours_is_no_more_visible():
    assert tables.bands([(2.0, 1.5), (0.0, 0.5), (1.0, 1.0)]) == "1.00 / 1.00 (2 of 3)"


def test_targets_count_what_is_near_in_reach_and_above():
    near, far = Landing(60.9, True, False, True), Landing(61.1, False, False, True)
    out_of_reach, above = Landing(70.0, False, False, False), Landing(1001, False, True, False)
    assert tables.landed([near, far]) == "1/2 (1/2)"
    assert tables.landed([near, far, out_of_reach, above]) == "1/4 (1/2) ↑1"
    told = [tables.astray(landing) for landing in (near, far, out_of_reach, above)]
    assert told == ["", "61.1", "", "1001"]


def test_tables_hold_what_was_measured_and_name_the_worst():
    better, worse = (pair((90, 71.0, False), (100, at, False)) for at in (70.0, 72.0))
    first = outcome("kodak/a", equal={"K=256": Reading(0.9), "K=64": Reading(0.8)})
    second = outcome("kodak/b", equal={"K=256": Reading(0.4)})
    for one, compared in ((first, better), (second, worse)):
        one.add("defaults", "better", compared)
        one.add("plain", "K=256", compared)
    second.add("quality", "Q=60", Landing(61.5, False, False, True))
    found = tables.looks_tables([first, second, outcome("kodak/unreadable", colors=0)])
    text = "\n".join(found)
    assert found[0] == "**Bytes at equal SSIMULACRA 2**"
    assert "| kodak           |      2 | 0.600 | 0.800 | kodak/a (K=256: 0.900) |" in text
    assert "| kodak           |      2 | 1 (50.0%) |" in text
    assert "Exceptions: kodak/b better: bytes 0.900, score -1.0." in found
    assert "kodak/b (K=256: -1.0 (71.0))" in text
    assert "Exceptions: kodak/b Q=60: 61.5." in found
    assert "Butteraugli" not in text
    assert tables.looks_tables([]) == []
