"""Indexed PNGs: the least that a viewer needs to show the right pixels."""

from __future__ import annotations

import io
import random
import struct
import subprocess
import sys
from array import array

import oxipng
import pytest
from helpers.images import file_of, picture, shown
from helpers.png_files import png_chunk
from helpers.quantized_images import meant, quantized, quantizeds
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image

from huepress import Codebook, NotAnImageError, OptionError, Quantized, TooLargeError, quantize
from huepress.formats import decode
from huepress.formats.indexed_png import encode
from huepress.quantized import Copies

LIMIT = 1_000_000


def chunks(png: bytes) -> dict[bytes, bytes]:
    found, at = {}, 8
    while at < len(png):
        length = int.from_bytes(png[at : at + 4], "big")
        found[png[at + 4 : at + 8]] = png[at + 8 : at + 8 + length]
        at += 12 + length
    return found


@given(quantizeds(256), st.integers(1, 10))
@example(quantized(256, 16, 16), 5)
@example(quantized(1, 1, 1), 10)
def test_viewers_and_we_see_what_was_meant(q, effort):
    png = encode(q, effort)
    assert shown(png) == meant(q)
    assert meant(decode(png, LIMIT)) == meant(q)


@given(quantizeds(256), st.sampled_from([1, 5, 10]))
def test_the_codebook_is_what_is_used_and_no_more(q, effort):
    used = {(*q.codebook[label], 255)[:4] for label in set(q.label_bytes)}
    png = encode(q, effort)
    parts = chunks(png)
    depth, kind = parts[b"IHDR"][8:10]
    assert parts[b"IHDR"][:8] == struct.pack(">II", q.width, q.height)
    assert parts[b"IHDR"][10:] == bytes(3)
    assert kind == 3
    assert set(parts) <= {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}
    assert len(parts[b"PLTE"]) == 3 * len(used)
    assert depth in (8, next(bits for bits in (1, 2, 4, 8) if len(used) <= 2**bits))
    if effort == 1:
        assert len(parts.get(b"tRNS", b"")) == sum(color[3] < 255 for color in used)
    again = decode(png, LIMIT).codebook
    assert {(*color, 255)[:4] for color in again} == used
    assert again.channels == (4 if any(color[3] < 255 for color in used) else 3)
    assert sum(again.counts()) == q.width * q.height


@given(quantizeds(256))
@example(quantized(11, 11, 11, 4))  # bits that fill up a row once depended on the first label
def test_what_was_decoded_is_encoded_the_same(q):
    png = encode(q, 1)
    assert encode(decode(png, LIMIT), 1) == png


@pytest.mark.parametrize("effort", [1, 5, 7, 10])
def test_the_same_goes_in_and_out_every_time(effort):
    q = quantized(200, 300, 200)
    assert len({encode(q, effort) for _ in range(3)}) == 1


def with_hints(q: Quantized, seed: int) -> Quantized:
    """Return the same, said to be copied from anywhere."""
    rng = random.Random(seed)
    hints = rng.randbytes((q.width + 1) * q.height)
    if seed % 2:  # long runs of one hint
        hints = b"".join(bytes([hint]) * 50 for hint in hints)[: len(hints)]
    reach = rng.choice([3, q.width + 2, 32_768])
    distances = array("i", [rng.randint(1, reach) for _ in range(256)])
    return Quantized(q.width, q.height, q.label_bytes, q.codebook, copies=Copies(hints, distances))


@given(quantizeds(256), st.integers(1, 10), st.integers(0, 2**32))
@example(quantized(17, 16, 16), 5, 0)
def test_whatever_the_hints_the_same_is_seen(q, effort, seed):
    png = encode(with_hints(q, seed), effort)
    assert shown(png) == meant(q)


@pytest.mark.parametrize("effort", range(1, 6))
def test_hints_of_bytes_are_not_for_packed_labels(effort):
    """Of a codebook of 40 some images use no more than 4: hints for one label a byte failed."""
    labels = bytes(random.Random(1).choices([3, 20, 30, 39], k=600))
    q = Quantized(30, 20, labels, quantized(40, 30, 20).codebook)
    assert encode(with_hints(q, 3), effort) == encode(q, effort)


@pytest.mark.parametrize("channels", [3, 4])
def test_labels_are_stored_as_the_copies_they_were_chosen_to_be(channels):
    image = picture(200, 150, "RGBA" if channels == 4 else "RGB")
    for effort in (1, 5):
        q = quantize(image, 100, effort=effort)
        assert q.copies is not None
        png = encode(q, effort)
        assert shown(png) == meant(q)
        unhinted = Quantized(q.width, q.height, q.label_bytes, q.codebook)
        assert png != encode(unhinted, effort)
        assert len(png) < 1.1 * len(encode(unhinted, effort))
        if effort == 1:
            assert len(png) < len(encode(unhinted, effort))


def test_from_effort_6_on_hints_do_not_matter():
    q = quantize(picture(200, 150), 100, effort=6)
    unhinted = Quantized(q.width, q.height, q.label_bytes, q.codebook)
    assert q.copies is not None
    assert encode(q, 6) == encode(unhinted, 6)


@pytest.mark.parametrize("effort", range(1, 6))
def test_flat_images_are_no_larger_for_their_hints(effort):
    """There is more to be gained by filters and orders than the hints know of."""
    book = quantized(20, 30, 20).codebook
    labels = bytes((x // 6 + y // 40) % 20 for y in range(200) for x in range(300))
    hints = bytes(301) + 199 * (b"\0" + b"\1" * 300)
    hinted = Copies(hints, array("i", [301] * 256))
    with_and_without = [
        len(encode(Quantized(300, 200, labels, book, copies=copies), effort))
        for copies in (hinted, None)
    ]
    assert with_and_without[0] <= with_and_without[1]


def gradient(k: int, width: int, height: int, seed: int = 0) -> Quantized:
    """Return a picture that wanders through K greys, which the codebook has in no order."""
    rng = random.Random(seed)
    labels = list(range(k))
    rng.shuffle(labels)
    greys = [(0, 0, 0)] * k
    for i, label in enumerate(labels):
        greys[label] = (255 * i // max(1, k - 1),) * 3
    wander = ((x * y // 40 + rng.randrange(3)) % k for y in range(height) for x in range(width))
    return Quantized(width, height, bytes(labels[i] for i in wander), Codebook(greys))


@pytest.mark.parametrize(("k", "share"), [(256, 0.75), (100, 0.75), (40, 0.8)])
def test_gradients_are_put_in_order_and_filtered(k, share):
    q = gradient(k, 160, 120)
    sizes = {effort: len(encode(q, effort)) for effort in (1, 2, 5)}
    assert sizes[2] < share * sizes[1]
    assert sizes[5] <= sizes[2]


@pytest.mark.parametrize("k", [2, 9, 60, 200])
def test_it_is_no_larger_than_an_optimizer_makes_it(k):
    rng = random.Random(k)
    boxes = Image.new("P", (90, 70))
    for _ in range(3 * k):
        x, y = rng.randrange(90), rng.randrange(70)
        boxes.paste(rng.randrange(k), (x, y, x + rng.randrange(20), y + rng.randrange(20)))
    book = Codebook([rng.randbytes(3) for _ in range(k)])
    q = Quantized(90, 70, boxes.tobytes(), book)
    assert len(encode(q, 5)) <= len(oxipng.optimize_from_memory(encode(q, 1), level=4))


def test_equal_colours_are_merged():
    book = Codebook([(1, 2, 3), (1, 2, 3), (4, 5, 6)])
    png = encode(Quantized(3, 1, bytes([0, 1, 2]), book), 1)
    assert len(decode(png, LIMIT).codebook) == 2
    assert chunks(png)[b"IHDR"][8] == 1


def test_more_than_256_colours_do_not_fit():
    with pytest.raises(OptionError, match=r"257 colours don't fit .*; use `format` pair"):
        encode(quantized(257, 20, 20), 5)


@pytest.mark.parametrize("mode", ["P", "1-bit", "4-bit", "interlaced"])
def test_files_of_other_programs(mode):
    image = picture().quantize({"1-bit": 2, "4-bit": 16}.get(mode, 200))
    png = file_of(image, bits={"1-bit": 1, "4-bit": 4}.get(mode, 8))
    q = decode(png, LIMIT)
    assert meant(q) == shown(png)
    assert sum(q.codebook.counts()) == q.width * q.height


def test_one_transparent_entry_and_short_tables():
    image = Image.new("P", (3, 1))
    image.putpalette([255, 0, 0, 0, 255, 0, 0, 0, 255])
    image.putdata([0, 1, 2])
    for transparency in (1, bytes([9]), bytes([255, 0, 7]), bytes([255] * 3)):
        png = file_of(image, transparency=transparency)
        q = decode(png, LIMIT)
        assert meant(q) == shown(png)
        assert q.codebook.channels == (3 if transparency == bytes([255] * 3) else 4)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (file_of(picture()), "PNG RGB.*; compress it first"),
        (file_of(picture(), "JPEG"), "JPEG RGB.*; compress it first"),
        (file_of(picture(mode="L")), "if it is a label map, name its codebook too"),
        (b"nonsense", "not an image"),
        (encode(quantized(9, 90, 90), 5)[:-300], "damaged or cut short"),
    ],
)
def test_other_files_are_refused(tmp_path, content, reason):
    path = tmp_path / "photo.png"
    path.write_bytes(content)
    with pytest.raises(NotAnImageError, match=rf"photo\.png: .*{reason}"):
        decode(path, LIMIT)


def test_labels_without_a_colour_are_damage():
    parts = {**chunks(encode(quantized(9, 20, 20), 1)), b"PLTE": bytes(6)}
    png = b"\x89PNG\r\n\x1a\n" + b"".join(png_chunk(kind, data) for kind, data in parts.items())
    with pytest.raises(NotAnImageError, match="more colours than the 2 that it has"):
        decode(png, LIMIT)


def test_the_limit():
    with pytest.raises(TooLargeError, match="20x20 is more than 399 pixels"):
        decode(encode(quantized(9, 20, 20), 1), 399)


@given(st.binary(max_size=20), st.integers(0, 2000))
def test_damage_is_an_error_of_ours(damage, at):
    png = encode(quantized(9, 40, 30), 1)
    at = min(at, len(png))
    try:
        decode(png[:at] + damage + png[at + len(damage) :], LIMIT)
    except (NotAnImageError, TooLargeError) as error:
        assert len(str(error).splitlines()) == 1


@pytest.mark.parametrize("width", [8, 9])
def test_it_needs_no_numpy(width):
    code = (
        "import sys; from huepress import Codebook, Quantized; "
        "from huepress.formats import decode; from huepress.formats.indexed_png import encode; "
        f"q = Quantized({width}, 1, bytes({width}), Codebook([(1, 2, 3)])); "
        "decode(encode(q, 5), 100); sys.exit('numpy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_it_reads_from_a_file_object():
    q = quantized(9, 20, 20)
    assert meant(decode(io.BytesIO(encode(q, 1)), LIMIT)) == meant(q)
