"""The command line's words."""

from __future__ import annotations

import argparse

import pytest

from huepress import Options
from huepress.cli.arguments import knobs_of, parse
from huepress.cli.parser import UsageError
from huepress.options import KNOBS


def parsers() -> dict[str, argparse.ArgumentParser]:
    return {
        "huepress": parse([], "").parser,
        "compress": parse(["compress"], "").parser,
        "decompress": parse(["decompress", "x"], "").parser,
        "codebook": parse(["codebook", "x"], "").parser,
        "compare": parse(["compare", "x", "y"], "").parser,
    }


@pytest.mark.parametrize("name", ["huepress", "compress", "decompress", "codebook", "compare"])
def test_every_word_is_explained_in_80_columns_with_examples(name):
    parser = parsers()[name]
    text = parser.format_help()
    assert max(map(len, text.splitlines())) < 80
    assert "examples:\n  huepress " in text
    for action in parser._actions:
        if not isinstance(action, argparse._SubParsersAction):
            assert action.help, action.dest
            assert all(flag in text for flag in action.option_strings)


def test_every_knob_is_an_option_with_its_help_and_range():
    text = " ".join(parsers()["compress"].format_help().split())
    expert = text[text.index("for those who know K-means") :]
    for knob in KNOBS:
        flags = knob.flags or ("--" + knob.name.replace("_", "-"),)
        part = expert if knob.expert else text
        assert all(flag in part for flag in flags)
        assert knob.help in text
        is_number = not knob.choices and not knob.parse
        if is_number and "(default" not in knob.help:
            assert f"{knob.low:,} to {knob.high:,}" in text


def test_only_given_knobs_are_passed_on():
    assert knobs_of(parse(["compress", "x"], "")) == {}
    words = "compress x -k 5 --effort 3 --seeding kmeans++ --max-iter 9 --tol 0.5 --n-init 2 "
    words += "--seed 7 --threads 1 --max-pixels 1000 --space rgb --dither ordered --rd 0.5 "
    words += "--dither-strength 0.5 --alpha straight --palette p.hex --importance auto "
    words += "--keep #e30613,#fff --keep 00000080"
    expected = Options(
        k=5, effort=3, seeding="kmeans++", max_iter=9, tol=0.5, n_init=2, seed=7, threads=1,
        max_pixels=1000, space="rgb", dither="ordered", rd=0.5, dither_strength=0.5,
        alpha="straight", palette="p.hex", importance="auto",
        keep=[(0xE3, 6, 0x13), "#ffffff", (0, 0, 0, 128)],
    )  # fmt: skip
    assert Options(**knobs_of(parse(words.split(), ""))) == expected


@pytest.mark.parametrize(
    "words",
    ["a b -k 5", "-k 5 a b", "a -k 5 b", "-k 5 a -f b", "a b -k 5 -f", "-f -k 5 -- a b"],
)
def test_inputs_and_options_come_in_any_order(words):
    args = parse(["compress", *words.split()], "")
    assert args.input == ["a", "b"]
    assert args.k == 5


def test_names_that_look_like_options_follow_two_dashes():
    assert parse(["compress", "--", "-a.png"], "").input == ["-a.png"]
    assert parse(["compress", "-"], "").input == ["-"]
    assert parse(["compress", "a", "-f", "-"], "").input == ["a", "-"]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("squeeze", "invalid choice: 'squeeze'"),
        ("compress a --colours 5", "unrecognized arguments: --colours"),
        ("compress a --eff 5", "unrecognized arguments: --eff"),
        ("compress a -k many", "'many' is not a whole number; try huepress compress --help"),
        ("compress a -k 1.5", "'1.5' is not a whole number"),
        ("compress a --tol much", "'much' is not a number"),
        ("compress a -k", "expected one argument"),
        ("compress a --space lab", "invalid choice: 'lab'"),
        ("compress a -o b -d c", "not allowed with argument"),
        ("compress a -q -v", "not allowed with argument"),
        ("decompress", "required: FILE; try huepress decompress --help"),
        ("decompress a b c", "unrecognized arguments: c; try huepress decompress --help"),
        ("codebook", "required: FILE; try huepress codebook --help"),
        ("compare a", "required: B; try huepress compare --help"),
        ("compare a b c", "unrecognized arguments: c; try huepress compare --help"),
    ],
)
def test_what_can_not_be_understood(words, reason):
    with pytest.raises(UsageError) as caught:
        parse(words.split(), "")
    assert reason in str(caught.value)
    assert "; try huepress" in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1
    assert caught.value.exit_code == 4
