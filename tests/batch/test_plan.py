"""Which result goes where."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huepress import OptionError, UnwritableError
from huepress.batch.discover import Input
from huepress.batch.plan import Destination, Job, plan_jobs

STDOUT = io.BytesIO()


def to(**changes: object) -> Destination:
    return Destination("png", stdout=lambda: STDOUT)._replace(**changes)


def unknown(name: str) -> bool:
    return False


def plan(names: list[str], several: bool = True, **changes: object) -> list[Job]:
    return plan_jobs([Input(name) for name in names], to(**changes), several, unknown)


@pytest.fixture
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every file one of huepress's that is named like one."""
    monkeypatch.setattr("huepress.batch.plan.can_be_result", lambda name: True)


@given(st.lists(st.text("ab-hp.", min_size=1, max_size=6).map(lambda s: s + ".png"), max_size=9))
def test_no_two_images_share_an_output_and_each_has_its_place(names):
    jobs = plan(names)
    taken = [job.outputs[0] for job in jobs if job.outputs]
    assert len(taken) == len(set(taken))
    assert {job.input.name for job in jobs} == set(names)
    for job in jobs:
        assert bool(job.outputs) + bool(job.skipped) + bool(job.error) == 1


@pytest.mark.usefixtures("results")
def test_results_of_others_here_are_left_out_but_only_in_runs_over_many():
    names = ["a.jpg", "a-hp.png", "compressed_a.png", "b-hp.png", "sub/a-hp.png"]
    skipped = [job.input.name for job in plan(names) if job.skipped]
    assert skipped == ["a-hp.png", "compressed_a.png"]
    assert plan(["a-hp.png"], several=False)[0].outputs == ("a-hp-hp.png",)


def test_an_image_that_is_only_named_like_a_result_is_one_of_its_own(tmp_path):
    """It was left out, unless one looked for it: photographs that no result was made of."""
    names = ["photo.png", "photo-hp.png", "compressed_photo.png"]
    jobs = plan(names, directory=str(tmp_path))
    assert [os.path.basename(job.outputs[0]) for job in jobs] == [
        "photo-hp.png", "photo-hp-hp.png", "compressed_photo-hp.png",
    ]  # fmt: skip


def test_what_is_remembered_as_a_result_is_left_out():
    names = ["a.png", "a-hp.png", "b.png", "b-hp.png"]
    jobs = plan_jobs([Input(name) for name in names], to(), True, "a-hp.png".__eq__)
    assert [job.input.name for job in jobs if job.skipped] == ["a-hp.png"]


def test_pipes_and_devices_are_for_runs_over_one(tmp_path):
    """A run over many waited forever for somebody to write."""
    pipe = str(tmp_path / "pipe.png")
    os.mkfifo(pipe)
    for name in (pipe, "/dev/zero"):
        job, _ = plan([name, "a.png"])
        assert str(job.error) == f"{name}: is a pipe or a device; compress it separately"
        assert not plan([name], several=False, output="b.png")[0].error


def test_images_that_differ_in_their_suffixes_keep_them():
    names = ["a.webp", "b.png", "a.png"]
    outputs = {job.input.name: job.outputs for job in plan(names)}
    assert outputs == {
        "a.webp": ("a.webp-hp.png",),
        "b.png": ("b-hp.png",),
        "a.png": ("a.png-hp.png",),
    }
    assert outputs == {job.input.name: job.outputs for job in plan(names[::-1])}
    assert [job.outputs for job in plan(["a.png", "a.jpg"], format="pair")] == [
        ("compressed_a.png.png", "codebook_a.png.npy"),
        ("compressed_a.jpg.png", "codebook_a.jpg.npy"),
    ]


@pytest.mark.usefixtures("results")
def test_their_results_are_told_from_images():
    names = ["a.jpg", "a.png", "a.jpg-hp.png", "compressed_a.png.png"]
    assert [job.input.name for job in plan(names) if job.skipped] == names[2:]


def test_the_second_image_of_a_name_is_refused(tmp_path):
    first, second = plan(["a/x.png", "b/x.png"], directory=str(tmp_path))
    assert first.outputs == (str(tmp_path / "x-hp.png"),)
    assert str(second.error) == (
        f"b/x.png: {first.outputs[0]} is a/x.png's result already; compress it separately"
    )


def test_what_was_found_in_a_folder_keeps_its_place_below_the_one_asked_for(tmp_path):
    inputs = [Input("in/sub/a.png", "sub", "found"), Input("b/c.png")]
    found, named = plan_jobs(inputs, to(directory=str(tmp_path)), True, unknown)
    assert found.outputs == (str(tmp_path / "sub" / "a-hp.png"),)
    assert found.input.subfolder == "sub"
    assert named.outputs == (str(tmp_path / "c-hp.png"),)


def test_links_lead_to_one_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    for name in ("real/a.png", "real/a.jpg"):
        Path(name).touch()
    assert len(plan(["real/a.png", "link/a.png"])) == 1  # the same image by another path
    other = plan(["real/a.png", "link/a.jpg"])[1]
    assert other.outputs == (os.path.join("link", "a.jpg-hp.png"),)


@pytest.mark.parametrize("link", [os.symlink, os.link])
def test_an_output_that_is_an_input_by_another_name_is_refused(tmp_path, monkeypatch, link):
    monkeypatch.chdir(tmp_path)
    Path("a.png").touch()
    Path("precious.png").touch()
    link("precious.png", "a-hp.png")
    refused, _ = plan(["a.png", "precious.png"])
    assert "a.png: a-hp.png would be overwritten, which is an input" in str(refused.error)


@pytest.mark.parametrize(
    ("names", "changes", "reason"),
    [
        (["a", "b"], {"output": "c.png"}, "output: takes one input; use `directory` for several"),
        (["a"], {"directory": ""}, "directory: the name is empty; name a directory"),
        (["a"], {"directory": __file__}, f"{__file__}: is not a directory; name another"),
        (
            ["a"],
            {"directory": "none/new"},
            "none/new: there is no directory none; create it first",
        ),
    ],
)
def test_what_goes_for_no_image_is_one_error(names, changes, reason):
    with pytest.raises((OptionError, UnwritableError)) as caught:
        plan(names, **changes)
    assert str(caught.value) == reason


@pytest.mark.parametrize(
    ("names", "changes", "reason"),
    [
        (["-"], {"directory": "."}, "standard input has no name to put there"),
        (["-"], {"format": "pair"}, "can't go to one stream"),
        (["a.png"], {"output": "a.jpg"}, "a changed label is a wrong colour"),
    ],
)
def test_what_goes_not_for_an_image_is_its_error(names, changes, reason):
    (job,) = plan(names, several=False, **changes)
    assert reason in str(job.error)


def test_standard_output():
    for names, changes in ((["-"], {}), (["a.png"], {"output": "-"})):
        (job,) = plan(names, several=False, **changes)
        assert job.stream is STDOUT
        assert job.outputs == ()
