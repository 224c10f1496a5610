"""The drawings of the benchmark: well-formed, complete and in the right place."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from bench import stages
from bench.chart import LEAST_GAP, WIDTH, Axis, Chart, Line, spaced

SVG = "{http://www.w3.org/2000/svg}"


def test_axis_is_logarithmic() -> None:
    axis = Axis(1.0, 100.0, 10.0, 210.0)
    assert [axis.at(value) for value in (1, 10, 100)] == pytest.approx([10, 110, 210])
    assert Axis(1.0, 100.0, 210.0, 10.0).at(100) == pytest.approx(10)


def test_ticks_are_round_and_on_the_axis() -> None:
    assert Axis(0.3, 12.0, 0, 1).ticks() == [0.5, 1, 2, 5, 10]
    assert Axis(1.0, 1.9, 0, 1).ticks() == [1]


def test_all_values_lie_inside() -> None:
    axis = Axis.around([0.4, 45.0, 3.0], 100, 200)
    assert 100 < axis.at(0.4) < axis.at(45.0) < 200


def test_names_keep_apart_and_in_order() -> None:
    assert spaced([50.0, 10.0, 12.0]) == [50.0, 10.0, 10.0 + LEAST_GAP]
    assert spaced([10.0, 200.0]) == [10.0, 200.0]


def test_chart_draws_each_point_and_name() -> None:
    lines = [
        Line("ours & <fast>", [(24.0, 0.5), (0.4, 1.0)], "ours"),
        Line("ours, small", [(0.4, 0.8)], "ours"),
        Line("theirs", [(0.4, 2.0), (24.0, 3.0)], "theirs"),
    ]
    root = ElementTree.fromstring(Chart("Title", "megapixels", "s/MP", lines).svg())
    words = [node.text for node in root.iter(f"{SVG}text")]
    for name in ("Title", "megapixels", "s/MP", *(line.name for line in lines)):
        assert words.count(name) == 1
    circles = list(root.iter(f"{SVG}circle"))
    assert len(circles) == 5
    assert all(0 < float(circle.get("cx")) < WIDTH for circle in circles)
    # Larger images to the right, slower ones above.
    first, second = circles[:2]
    assert float(first.get("cx")) < float(second.get("cx"))
    assert float(first.get("cy")) < float(second.get("cy"))
    assert first.get("fill") == circles[2].get("fill") != circles[3].get("fill")


STAGES = {"read": 0.010, "map": 0.080, "other": 0.010}


def test_bars_are_as_long_as_stages_take() -> None:
    lines = stages.bars(STAGES)
    assert [line.count("█") for line in lines] == [6, 48, 6]
    assert lines[1].endswith(" 80.0 ms   80%")


def test_drawn_stages_share_the_width() -> None:
    root = ElementTree.fromstring(stages.drawn("a<b.png", STAGES))
    boxes = [float(box.get("width")) for box in root.iter(f"{SVG}rect")][1::2]
    assert boxes == pytest.approx([68, 544, 68])


def test_medians_are_taken_stage_by_stage() -> None:
    runs = [{"read": 1.0, "map": 9.0}, {"read": 3.0, "map": 1.0}, {"read": 2.0}]
    assert stages.medians(runs) == {"read": 2.0, "map": 1.0}
