"""What the command line says."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huepress import Codebook, Report
from huepress.cli.messages import (
    codebook_lines,
    codebook_record,
    has_true_color,
    printable,
    report_line,
    size,
    stages_line,
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
    assert size(count) == text


def test_the_line_of_an_image():
    assert report_line(REPORT) == (
        "photo.png -> photo-hp.png: 692.4 kB -> 235.0 kB (ratio 2.95), 256 colours, "
        "MSE 36.10, PSNR 37.34 dB, 0.12 s"
    )


def test_a_result_that_is_larger_is_said_to_be():
    grown = report_line(REPORT._replace(bytes_out=REPORT.bytes_in + 1))
    assert "692.4 kB -> 692.4 kB (ratio 1.00, larger), " in grown


def test_the_line_of_stages():
    assert stages_line(REPORT) == "read 4.2 ms, cluster 118.8 ms"


def test_the_line_of_a_pair_and_of_a_lossless_image():
    pair = REPORT._replace(
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
    assert has_true_color(terminal, environ) is expected
