"""The table of formats, and what holds for all of them."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from helpers.images import file_of, picture, shown
from helpers.quantized_images import meant, quantized, quantizeds
from hypothesis import assume, given
from hypothesis import strategies as st

from huepress import NotAnImageError, OptionError, TooLargeError, UnreadableError
from huepress.formats import FORMATS, chosen_format, decode, encode

LIMIT = 1_000_000


@given(st.sampled_from(["png", "webp", "gif"]), quantizeds(256), st.integers(1, 10))
def test_viewers_and_we_see_what_was_meant(kind, q, effort):
    assume(kind != "gif" or q.codebook.channels == 3)  # a GIF has its own idea of alpha
    (content,) = encode(q, kind, effort)
    assert shown(content) == meant(q)
    assert meant(decode(content, LIMIT)) == meant(q)


@pytest.mark.parametrize("kind", ["png", "webp", "gif"])
def test_the_codebook_is_what_is_used_and_no_more(kind):
    q = quantized(200, 30, 9)
    again = decode(encode(q, kind, 5)[0], LIMIT)
    used = [q.codebook[label] for label in q.label_bytes]
    counts = {color: used.count(color) for color in used}
    assert dict(zip(again.codebook, again.codebook.counts(), strict=True)) == counts
    assert again.mse is None


@pytest.mark.parametrize("kind", ["png", "webp", "gif"])
@pytest.mark.parametrize("effort", [1, 4, 5, 9, 10])
def test_the_same_goes_in_and_out_every_time(kind, effort):
    q = quantized(200, 90, 70)
    contents = {encode(q, kind, effort) for _ in range(3)}
    assert len(contents) == 1


def test_the_pair_is_two_files():
    assert len(encode(quantized(300, 9, 9), "pair", 5)) == 2


@pytest.mark.parametrize("kind", FORMATS)
def test_a_format_is_the_one_asked_for_or_what_the_suffix_says_or_png(kind):
    suffix = FORMATS[kind].suffix
    assert chosen_format(kind, 5) == kind
    assert chosen_format(kind, 5, "a.gif") == kind  # that they don't fit is `naming`'s to say
    promised = "png" if kind == "pair" else kind
    for output in (f"a{suffix}", f"d/a.b{suffix.upper()}", Path(f"a{suffix}")):
        assert chosen_format(None, 5, output) == promised
    for output in (None, "a", suffix, "a.jpg", "-", io.BytesIO()):
        assert chosen_format(None, 5, output) == "png"


@pytest.mark.parametrize("kind", FORMATS)
def test_more_colours_than_a_format_holds(kind):
    most = FORMATS[kind].most_colors
    assert chosen_format(kind, most) == kind
    with pytest.raises(OptionError, match=rf"^k: {most + 1:,} colours don't fit .*; use `format`"):
        chosen_format(kind, most + 1)
    if most == 256:
        with pytest.raises(OptionError, match=r"^k: 257 colours don't fit .*; use `format` pair"):
            encode(quantized(257, 20, 20), kind, 5)


def test_there_is_no_such_format():
    with pytest.raises(OptionError, match="'bmp' is not one of png, webp, gif, pair"):
        chosen_format("bmp", 5)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (file_of(picture(), "JPEG"), r"not a compressed image \(it is JPEG RGB\); compress it"),
        (file_of(picture(), "BMP"), r"not a compressed image \(it is BMP RGB\); compress it"),
        (file_of(picture()), r"not an indexed PNG \(it is PNG RGB\); compress it first"),
        (b"", "is empty"),
        (b"Dear diary", "not an image"),
    ],
)
def test_other_files_are_refused(tmp_path, content, reason):
    path = tmp_path / "photo.gif"
    path.write_bytes(content)
    with pytest.raises(NotAnImageError, match=rf"photo\.gif: {reason}"):
        decode(path, LIMIT)
    with pytest.raises(UnreadableError, match="no such file"):
        decode(tmp_path / "none.webp", LIMIT)


@pytest.mark.parametrize("kind", ["png", "webp", "gif"])
def test_the_limit(kind):
    (content,) = encode(quantized(9, 20, 20), kind, 1)
    with pytest.raises(TooLargeError, match="20x20 is more than 399 pixels"):
        decode(content, 399)


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("kind", ["png", "webp", "gif"])
@given(data=st.data())
def test_damage_is_an_error_of_ours(kind, data):
    content = bytearray(encode(quantized(9, 40, 30), kind, 1)[0])
    for _ in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(content)))
    for damaged in (bytes(content), bytes(content[:cut])):
        try:
            q = decode(damaged, 100_000)
        except (NotAnImageError, TooLargeError) as error:
            assert len(str(error).splitlines()) == 1
        else:
            assert len(q.label_bytes) == q.width * q.height
