"""What the command line says."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huepress import Codebook, OptionError, Report
from huepress.batch.outcome import Outcome, Summary
from huepress.cli.messages import (
    codebook_lines,
    codebook_record,
    error_text,
    format_size,
    notices_of,
    outcome_lines,
    outcome_record,
    printable,
    report_line,
    stages_line,
    summary_line,
    supports_true_color,
)

REPORT = Report(
    input="photo.png", outputs=("photo-hp.png",), width=9, height=9, bytes_in=692_400,
    bytes_out=235_000, colors=256, mse=36.1, psnr=37.34, seconds=0.123,
    stages={"read": 0.0042, "cluster": 0.1188},
)  # fmt: skip
BOOK = Codebook([(1, 2, 3), (4, 5, 6), (7, 8, 9)], populations=[1, 3, 0])


@given(st.text())
def test_a_line_stays_one_line(text):
    assert len(printable(f"x{text}x").split("\n")) == 1
    assert "\x1b" not in printable(text)


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (999_949, "999.9 kB"), (999_950, "1.0 MB")],
)
def test_sizes(count, text):
    assert format_size(count) == text


def test_the_line_of_an_image():
    assert report_line(REPORT) == (
        "photo.png -> photo-hp.png: 692.4 kB -> 235.0 kB (ratio 2.95), 256 colours, "
        "MSE 36.10, PSNR 37.34 dB, 0.12 s"
    )


def test_a_result_that_is_larger_is_said_to_be():
    grown = report_line(REPORT.replace(bytes_out=REPORT.bytes_in + 1))
    assert "692.4 kB -> 692.4 kB (ratio 1.00, larger), " in grown


FLAGS = {"k": "--colors", "quality": "--quality", "page": "--page"}


def test_an_option_is_called_by_its_flag():
    error = OptionError("0 is out of range; give a number, or `quality` instead", "k")
    text = error_text(str(error), error.option, FLAGS)
    assert text == "--colors: 0 is out of range; give a number, or --quality instead"
    assert str(error) == "k: 0 is out of range; give a number, or `quality` instead"


@pytest.mark.parametrize("message", ["k: is a directory; name a file", "`a`: no such file; look"])
def test_a_file_that_is_called_like_an_option_keeps_its_name(message):
    assert error_text(message, "", FLAGS) == message


def test_a_dry_run_says_what_would_happen():
    """It said what a real run does."""
    done = Outcome(name="photo.png", status="done", report=REPORT, dry_run=True)
    (line,) = outcome_lines(done, FLAGS)
    assert line.startswith("photo.png: would write photo-hp.png: 692.4 kB -> 235.0 kB (ratio 2.95)")
    skipped = Outcome(
        name="a: skipped: b", status="skipped", reason="no smaller", dry_run=True,
        message="a: skipped: b: skipped: no smaller",
    )  # fmt: skip
    assert outcome_lines(skipped, FLAGS) == ["a: skipped: b: would be skipped: no smaller"]
    assert outcome_lines(skipped.replace(dry_run=False), FLAGS) == [skipped.message]
    missed = skipped.replace(message="a: skipped: b: takes 9 bytes; raise `k`", reason="too large")
    assert outcome_lines(missed, FLAGS) == [
        "a: skipped: b: would be skipped: takes 9 bytes; raise --colors",
    ]  # fmt: skip
    total = Summary(done=1, skipped={"no smaller": 2}, failed=1, bytes_in=10, bytes_out=5)
    assert summary_line(total, dry_run=True) == (
        "1 would be done, 2 would be skipped (2 no smaller), 1 failed: "
        "10 B -> 5 B, 50.0 % less, in 0.0 s"
    )


def test_stages_are_a_line_of_their_own():
    done = Outcome(name="photo.png", status="done", report=REPORT)
    assert outcome_lines(done, FLAGS, stages=True) == [report_line(REPORT), stages_line(REPORT)]


def test_failures_name_flags_in_lines_and_in_json():
    failed = Outcome(
        name="a.tif", status="failed", message="page: a.tif has fewer than 9; give a lower number",
        option="page", exit_code=4,
    )  # fmt: skip
    text = "--page: a.tif has fewer than 9; give a lower number"
    assert outcome_lines(failed, FLAGS) == [text]
    assert outcome_record(failed, FLAGS) == {
        "input": "a.tif", "status": "failed", "error": text, "exit_code": 4,
    }  # fmt: skip


def test_an_error_about_an_option_says_which_of_many_images_it_is_about():
    message = "importance: mask.png is 9x9, the image 5x5; give a mask of the same size"
    failed = Outcome(name="a.png", status="failed", message=message, option="importance")
    flags = {"importance": "--importance"}
    assert outcome_lines(failed, flags) == [f"--{message}"]
    assert outcome_lines(failed, flags, several=True) == [f"a.png: --{message}"]
    assert outcome_record(failed, flags)["error"] == f"--{message}"


def test_notices_are_shown_remarks_only_if_verbose():
    report = REPORT.replace(
        notices=("reached 78.6 of the 99 asked for; raise `k`",), remarks=("converted to sRGB",)
    )
    notice = "reached 78.6 of the 99 asked for; raise --colors"
    assert notices_of(report, False, FLAGS) == [f"photo.png: {notice}"]
    assert notices_of(report, True, FLAGS) == [
        f"photo.png: {notice}", "photo.png: converted to sRGB",
    ]  # fmt: skip
    record = outcome_record(Outcome(name="photo.png", status="done", report=report), FLAGS)
    assert json.loads(json.dumps(record))["notices"] == [notice]


def test_the_line_of_stages():
    assert stages_line(REPORT) == "read 4.2 ms, cluster 118.8 ms"


def test_the_line_of_a_pair_and_of_a_lossless_image():
    pair = REPORT.replace(
        outputs=("a.png", "b.npy"), label_bytes=234_104, codebook_bytes=896,
        reconstructed_bytes=370_000, colors=1, mse=0.0, psnr=math.inf,
    )  # fmt: skip
    assert report_line(pair) == (
        "photo.png -> a.png + b.npy: 692.4 kB -> 235.0 kB (ratio 2.95), "
        "label map 234.1 kB + codebook 896 B, decompressed as PNG 370.0 kB, 1 colour, "
        "MSE 0.00, lossless, 0.12 s"
    )


def test_codebook_lines_start_with_the_most_used():
    lines = list(codebook_lines(BOOK, swatches=False))
    assert [line.split() for line in lines] == [
        ["1", "#040506", "75.000", "%"],
        ["0", "#010203", "25.000", "%"],
        ["2", "#070809", "0.000", "%"],
    ]
    assert list(codebook_lines(Codebook([(1, 2, 3)]), swatches=False)) == ["    0  #010203"]


def test_swatches_have_the_colour_as_background():
    line = next(codebook_lines(BOOK, swatches=True))
    assert "\x1b[48;2;4;5;6m      \x1b[0m" in line


def test_the_record_is_ready_for_json():
    record = json.loads(json.dumps(codebook_record("a.png", BOOK)))
    assert record["input"] == "a.png"
    assert record["colors"][0] == {"index": 1, "hex": "#040506", "pixels": 3, "share": 0.75}
    unknown = codebook_record("a.npy", Codebook([(1, 2, 3)]))["colors"][0]
    assert unknown["pixels"] is unknown["share"] is None


@pytest.mark.parametrize(
    ("terminal", "environ", "expected"),
    [
        (True, {"COLORTERM": "truecolor"}, True),
        (True, {"COLORTERM": "24bit", "TERM": "xterm", "NO_COLOR": ""}, True),
        (True, {}, False),
        (True, {"COLORTERM": "yes"}, False),
        (True, {"COLORTERM": "truecolor", "TERM": "dumb"}, False),
        (True, {"COLORTERM": "truecolor", "NO_COLOR": "1"}, False),
        (False, {"COLORTERM": "truecolor"}, False),
        (False, {"FORCE_COLOR": "1"}, True),
        (False, {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
    ],
)
def test_when_colours_are_shown(terminal, environ, expected):
    assert supports_true_color(terminal, environ) is expected
