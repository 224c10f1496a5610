"""The command line's words."""

from __future__ import annotations

import argparse

import pytest

from huepress import Options
from huepress.cli.arguments import parse
from huepress.cli.parser import UsageError


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


def test_ranges_and_defaults_are_in_the_help():
    text = " ".join(parsers()["compress"].format_help().split())
    for part in (
        "(1 to 65,536; default 256)", "(0 to 1,000; default 1)", "(0 or more; default 0)",
        "(default auto)", "(default: on for several inputs)", "(1 to 1,000; default: by effort)",
        "(0 to 256; default: 0, as many as there are cores)", "resolution (default) --keep-meta",
    ):  # fmt: skip
        assert part in text


def test_only_given_options_are_passed_on():
    assert parse(["compress", "x"], "").given == {}
    words = "compress x -k 5 --effort 3 --seeding kmeans++ --max-iter 9 --tol 0.5 --n-init 2 "
    words += "--seed 7 --threads 1 --max-pixels 1000 --space rgb --dither ordered --rd 0.5 "
    words += "--dither-strength 0.5 --alpha straight --palette p.hex --importance auto"
    expected = Options(
        k=5, effort=3, seeding="kmeans++", max_iter=9, tol=0.5, n_init=2, seed=7, threads=1,
        max_pixels=1000, space="rgb", dither="ordered", rd=0.5, dither_strength=0.5,
        alpha="straight", palette="p.hex", importance="auto",
    )  # fmt: skip
    assert Options(**parse(words.split(), "").given) == expected
    keep = parse(["compress", "x", "--keep", "#e30613,#fff", "--keep", "00000080"], "").given
    assert Options(**keep) == Options(keep=[(0xE3, 6, 0x13), "#ffffff", (0, 0, 0, 128)])


@pytest.mark.parametrize(
    ("words", "given"),
    [
        ("-f -r --dry-run", {"force": True, "recursive": True, "dry_run": True}),
        ("--verify --no-skip-if-larger", {"verify": True, "skip_if_larger": False}),
        ("--verify --no-verify", {"verify": False}),
        ("--strip", {"metadata": "strip"}),
        ("--keep-metadata", {"metadata": "keep"}),
        ("-k auto", {"k": "auto"}),
        ("-k9 -j0", {"k": 9, "jobs": 0}),
        ("--quality -80 --rd 1e-3", {"quality": "-80", "rd": 0.001}),
        ("--target-size=5k -o -", {"target_size": "5k", "output": "-"}),
    ],
)
def test_each_kind_of_option_gives_its_values(words, given):
    assert parse(["compress", *words.split()], "").given == given


@pytest.mark.parametrize(
    ("words", "flag"),
    [("-k 5", "-k"), ("--colors 5", "--colors"), ("--colors=5", "--colors"), ("-k5", "-k")],
)
def test_the_flag_is_remembered_as_it_was_typed(words, flag):
    assert parse(["compress", *words.split()], "").typed == {"k": flag}


def test_an_option_that_was_not_typed_goes_by_its_long_flag():
    flags = parsers()["compress"].flags()
    assert flags["k"] == "--colors"
    assert flags["verify"] == "--verify"
    assert flags["metadata"] == "--keep-metadata"  # the one that something may be wrong with


@pytest.mark.parametrize(
    "words",
    ["a b -k 5", "-k 5 a b", "a -k 5 b", "-k 5 a -f b", "a b -k 5 -f", "-f -k 5 -- a b"],
)
def test_inputs_and_options_come_in_any_order(words):
    args = parse(["compress", *words.split()], "")
    assert args.input == ["a", "b"]
    assert args.given["k"] == 5


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
        ("compress a -k", "expected one argument"),
        ("compress a --strip --keep-metadata", "--keep-metadata: not allowed with argument --str"),
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
