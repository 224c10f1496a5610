"""From samples to the figures of the tables."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.looks import summary, tables, targets
from bench.looks.dials import RateDistortion
from bench.looks.run import Findings
from bench.looks.study import Sample, Settings
from bench.looks.subjects import Subject
from bench.looks.summary import Bands, Exact, Group, Mean

SETTINGS = Settings(
    frozenset({"equal", "butteraugli", "defaults", "plain", "banding"}),
    ks=[256, 64],
    efforts=[5],
    dial=RateDistortion([1.0]),
)


def subject(image: str, colors: int = 1000) -> Subject:
    return Subject(image, image.partition("/")[0], 64, 64, colors, translucent=False)


def sample(image: str, part: str, size: int, looks: float | None = 50.0, **other) -> Sample:
    lossless = other.pop("lossless", False)
    known = {"k": 256, "effort": None if part == "peer" else 5, "value": None}
    known |= {"butteraugli": None, "banding": None, "seconds": 0.1}
    return Sample(image, part, bytes=size, ssimulacra2=looks, lossless=lossless, **known | other)


def everything() -> Group:
    return Group("all", frozenset("abcdefgh"))


def test_rows_are_the_sets_then_what_counts_together_then_few_colours():
    names = ["kodak/a", "cq100/b", "screenshots/c", "alpha/d", "mine/e"]
    few = subject("alpha/f", colors=256)
    groups = summary.groups([*map(subject, names), few])
    assert [group.title for group in groups] == [
        "kodak", "cq100", "**photographs**", "screenshots", "alpha", "**graphics**", "mine",
        "up to 256 colours",
    ]  # fmt: skip
    assert groups[2].images == {"kodak/a", "cq100/b"}
    assert groups[5].images == {"screenshots/c", "alpha/d"}
    assert groups[7].images == {"alpha/f"}


def test_ratios_are_read_off_the_curve_of_the_same_k_and_effort():
    samples = [
        sample("a", "peer", 400, 70.0),
        sample("a", "peer", 1, 70.0, k=64),
        sample("a", "curve", 100, 60.0),
        sample("a", "curve", 400, 80.0),
        sample("a", "curve", 1, 99.0, effort=10),
        sample("a", "curve", 1, 99.0, k=64),
        sample("a", "plain", 1, 99.0),
        sample("b", "peer", 400, 70.0),
    ]
    ratios = summary.ratios(samples, 256, 5, summary.looks)
    assert {image: reading.bytes for image, reading in ratios.items()} == {"a": pytest.approx(0.5)}


def test_butteraugli_is_better_when_it_is_lower():
    samples = [
        sample("a", "peer", 100, butteraugli=2.0),
        sample("a", "curve", 50, butteraugli=3.0),
        sample("a", "curve", 200, butteraugli=1.0),
    ]
    ratios = summary.ratios(samples, 256, 5, summary.closeness)
    assert ratios["a"].bytes == pytest.approx(1.0)


def test_mean_is_geometric_and_counts_what_is_beyond():
    samples = [
        sample("a", "peer", 100, 70.0), sample("a", "curve", 50, 70.0),
        sample("b", "peer", 100, 90.0), sample("b", "curve", 50, 70.0),
        sample("c", "peer", 100, 50.0), sample("c", "curve", 50, 70.0),
    ]  # fmt: skip
    ratios = summary.ratios(samples, 256, 5, summary.looks)
    assert summary.mean(ratios.values()) == Mean(pytest.approx(0.25 ** (1 / 3)), 3, 1, 1)
    assert summary.mean([]) is None


def test_exact_images_are_compared_where_both_are_lossless():
    samples = [
        sample("a", "peer", 100, lossless=True), sample("a", "exact", 90, lossless=True),
        sample("b", "peer", 100, lossless=False), sample("b", "exact", 1, lossless=True),
        sample("c", "peer", 100, lossless=True), sample("c", "exact", 1, lossless=False),
    ]  # fmt: skip
    found = summary.exact(samples, 256, 5, everything())
    assert found == Exact(pytest.approx(0.9), 3, ours_lossy=1, theirs_lossy=1)
    assert summary.exact(samples, 64, 5, everything()) is None


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
    samples = [
        sample("a", "defaults", ours[0], ours[1], lossless=ours[2], k=None, effort=None),
        sample("a", "peer", theirs[0], theirs[1], lossless=theirs[2]),
    ]
    (duel,) = summary.duels(samples)
    assert duel.won is won


def test_scores_without_rate_distortion_leave_out_what_both_keep():
    samples = [
        sample("a", "peer", 1, 60.0), sample("a", "plain", 1, 66.0),
        sample("b", "peer", 1, 50.0), sample("b", "plain", 1, 48.0),
        sample("c", "peer", 1, 100.0, lossless=True), sample("c", "plain", 1, 100.0, lossless=True),
    ]  # fmt: skip
    assert summary.plain_scores(samples, 256, everything()) == (57.0, 55.0)
    assert summary.plain_scores(samples, 16, everything()) is None


def test_banding_is_compared_at_the_peers_bytes():
    samples = [
        sample("a", "peer", 200, banding=1.5),
        sample("a", "curve", 100, 60.0, banding=3.0),
        sample("a", "curve", 400, 80.0, banding=1.0),
        sample("b", "peer", 50, banding=1.0),
        sample("b", "curve", 100, 60.0, banding=0.0),
    ]
    found = summary.bands(samples, 256, 5, everything())
    assert found == Bands(pytest.approx(2.0), 1.5, no_worse=0, images=1, beyond=1)


def test_quality_lands_within_one_point():
    groups = [Group("photos", frozenset({"a", "b"}))]
    landed = [sample("a", "quality", 1, 60.9, value=60), sample("b", "quality", 1, 61.1, value=60)]
    _, table, astray = targets.quality_table(groups, landed)
    assert "| photos | 1/2 (1/2) |" in table
    assert astray == "Elsewhere: b Q=60: 61.1."
    out_of_reach = [*landed, sample("b", "quality", 1, 70.0, value=80)]
    assert "0/1 (0/0)" in targets.quality_table(groups, out_of_reach)[1]
    assert targets.quality_table(groups, [sample("a", "plain", 1)]) == []


def test_size_is_kept_and_nearly_reached():
    groups = [Group("photos", frozenset({"a", "b", "c"}))]
    made = [
        sample("a", "size", 970, value=1000),
        sample("b", "size", 1001, value=1000),
        sample("c", "size", 900, value=1000),
        sample("c", "defaults", 2000),
    ]
    _, table, astray = targets.size_table(groups, made)
    assert "| photos |     3 |     1 | 1/3 (0/2) |" in table
    assert astray == "Above, or not near: b 1000: 1001; c 1000: 900."


def test_tables_hold_what_was_measured_and_no_more():
    samples = [
        sample("kodak/a", "peer", 100, 70.0, butteraugli=2.0, banding=1.0),
        sample("kodak/a", "curve", 90, 70.0, butteraugli=2.5, banding=0.5),
        sample("kodak/a", "defaults", 90, 71.0, k=None, effort=None),
        sample("kodak/a", "plain", 120, 75.0),
    ]
    findings = Findings([subject("kodak/a")], samples, ["a note"])
    text = tables.text(findings, SETTINGS, "a machine")
    assert text.startswith("a machine\n\n**Bytes at equal SSIMULACRA 2, effort 5**\n\n")
    assert "| kodak           |      1 | 0.900 |    - |" in text
    assert "| kodak           |      1 | 1.000 ↑1 |    - |" in text
    assert "+5.0 (75.0)" in text
    assert "100.0%" in text
    assert "0.50 / 1.00 (1 of 1)" in text
    assert "Not won: none." in text
    assert text.endswith("- a note\n")
    assert "lossless" not in text.partition("- Ratios are")[0].replace("(both lossless:", "")
    bare = tables.text(findings, replace(SETTINGS, parts=frozenset()), "a machine")
    assert bare.count("|") == 0
