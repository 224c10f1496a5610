"""Compressing, as a Python program does it."""

from __future__ import annotations

import io
import json
import math
import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from helpers.commands import snapshot
from helpers.images import file_of, mode_of, picture, shown
from PIL import Image

import huepress
from huepress import (
    NotAnImageError,
    OptionError,
    OutputExistsError,
    UnreadableError,
    UnwritableError,
    compress,
)


def test_a_png_beside_the_input(photo, tmp_path):
    report = compress(photo, k=16)
    output = tmp_path / "photo-hp.png"
    assert report.input == str(photo)
    assert report.outputs == (str(output),)
    assert (report.width, report.height, report.colors) == (60, 40, 16)
    assert report.bytes_in == photo.stat().st_size
    assert report.bytes_out == output.stat().st_size
    assert report.ratio == report.bytes_in / report.bytes_out
    assert report.label_bytes is report.codebook_bytes is report.reconstructed_bytes is None
    assert report.seconds > 0
    size, rgba = shown(output.read_bytes())
    assert size == (60, 40)
    assert len({rgba[at : at + 4] for at in range(0, len(rgba), 4)}) == 16


def test_the_errors_reported_are_those_of_the_file(photo, tmp_path):
    report = compress(photo, k=8)
    before = np.asarray(Image.open(photo), float)
    after = np.asarray(Image.open(tmp_path / "photo-hp.png").convert("RGB"), float)
    mse = ((before - after) ** 2).sum(2).mean()
    assert report.mse == pytest.approx(mse)
    assert report.psnr == pytest.approx(10 * math.log10(3 * 255**2 / mse))


def test_a_pair_beside_the_input(photo, tmp_path):
    report = compress(photo, format="pair", k=300, reconstructed=True)
    labels, codebook = tmp_path / "compressed_photo.png", tmp_path / "codebook_photo.npy"
    assert report.outputs == (str(labels), str(codebook))
    assert report.label_bytes == labels.stat().st_size
    assert report.codebook_bytes == codebook.stat().st_size
    assert report.bytes_out == report.label_bytes + report.codebook_bytes
    assert report.reconstructed_bytes > 0
    assert mode_of(labels) == "I;16"
    assert np.load(codebook, allow_pickle=False).shape == (report.colors, 3)


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
@pytest.mark.parametrize("k", [1, 7, 256])
def test_all_formats_show_the_same(tmp_path, mode, k):
    image = picture(mode=mode)
    compress(image, tmp_path / "a.png", k=k)
    compress(image, tmp_path / "a.webp", k=k)
    assert shown((tmp_path / "a.webp").read_bytes()) == shown((tmp_path / "a.png").read_bytes())
    if mode == "RGB":
        compress(image, tmp_path / "a.gif", k=k)
        assert shown((tmp_path / "a.gif").read_bytes()) == shown((tmp_path / "a.png").read_bytes())
    compress(image, tmp_path / "compressed_b.png", format="pair", k=k)
    pair = huepress.decompress(tmp_path / "compressed_b.png", tmp_path / "codebook_b.npy")
    seen = np.asarray(
        Image.open(tmp_path / "a.png").convert("RGBA" if pair.shape[2] == 4 else "RGB")
    )
    assert np.array_equal(pair, seen)
    assert np.array_equal(huepress.decompress(tmp_path / "a.png"), seen)


@pytest.mark.parametrize("kind", ["webp", "gif"])
def test_other_formats_beside_the_input_or_by_suffix(photo, tmp_path, kind):
    beside = compress(photo, k=16, format=kind)
    named = compress(photo, tmp_path / f"a.{kind.upper()}", k=16)
    to_file = io.BytesIO()
    compress(photo, to_file, k=16, format=kind)
    assert beside.outputs == (str(tmp_path / f"photo-hp.{kind}"),)
    content = (tmp_path / f"photo-hp.{kind}").read_bytes()
    assert (tmp_path / f"a.{kind.upper()}").read_bytes() == to_file.getvalue() == content
    assert beside.bytes_out == named.bytes_out == len(content)
    assert (beside.colors, beside.thresholded) == (16, 0)
    assert Image.open(io.BytesIO(content)).format.lower() == kind
    assert np.array_equal(huepress.decompress(content), huepress.quantize(photo, k=16).pixels())


def test_more_than_256_colours_in_a_webp(photo, tmp_path):
    report = compress(photo, tmp_path / "a.webp", k=1000)
    assert report.colors == 1000
    q = huepress.quantize(photo, k=1000)
    again = huepress.read(tmp_path / "a.webp")
    assert np.array_equal(again.pixels(), q.pixels())
    assert set(again.codebook) == set(q.codebook)


@pytest.mark.parametrize("k", [1, 9, 256])
def test_a_gif_is_opaque_or_clear_and_the_report_says_so(photo, tmp_path, k):
    image = picture(mode="RGBA")
    report = compress(image, tmp_path / "a.gif", k=k)
    before = np.asarray(image, float)
    size, rgba = shown((tmp_path / "a.gif").read_bytes())
    after = np.frombuffer(rgba, np.uint8).reshape(before.shape).astype(float)
    assert size == image.size
    if k > 1:
        assert np.array_equal(after[..., 3] == 255, before[..., 3] >= 128)
    assert set(np.unique(after[..., 3])) <= {0, 255}
    assert report.thresholded == np.count_nonzero(before[..., 3] % 255)
    for pixels in (before, after):
        pixels[..., :3] *= pixels[..., 3:] / 255
    assert report.mse == pytest.approx(((before - after) ** 2).sum(2).mean(), rel=0.01)
    assert report.as_dict()["thresholded"] == report.thresholded
    assert compress(image, tmp_path / "a.png", k=k).thresholded == 0


def test_hard_alpha_stays_lossless_in_a_gif(tmp_path):
    image = picture().quantize(5).convert("RGBA")
    image.paste((0, 0, 0, 0), (0, 0, 20, 20))
    report = compress(image, tmp_path / "a.gif")
    assert (report.colors, report.mse, report.thresholded) == (6, 0, 0)
    assert shown((tmp_path / "a.gif").read_bytes()) == shown(file_of(image))


def test_few_colours_are_kept_as_they_are(tmp_path):
    image = picture().quantize(5).convert("RGB")
    report = compress(image, tmp_path / "out.png", k=256)
    assert (report.colors, report.mse, report.psnr) == (5, 0, math.inf)
    assert report.as_dict()["psnr"] is None
    assert shown((tmp_path / "out.png").read_bytes()) == shown(file_of(image))


def test_every_kind_of_source_gives_the_same_file(photo, tmp_path):
    content = photo.read_bytes()
    with photo.open("rb") as file, Image.open(photo) as image:
        sources = [str(photo), photo, content, io.BytesIO(content), file, image, np.asarray(image)]
        results = []
        for source in sources:
            output = io.BytesIO()
            report = compress(source, output, k=9)
            assert report.outputs == ()
            assert report.bytes_out == len(output.getvalue())
            on_disk = len(content) if source is not image else 60 * 40 * 3
            assert report.bytes_in == (60 * 40 * 3 if isinstance(source, np.ndarray) else on_disk)
            results.append(output.getvalue())
    assert len(set(results)) == 1


def test_a_report_is_ready_for_json(photo):
    report = compress(photo, k=4)
    record = json.loads(json.dumps(report.as_dict()))
    assert record["bytes_out"] == report.bytes_out
    assert record["outputs"] == list(report.outputs)
    assert record["ratio"] == pytest.approx(report.ratio, abs=1e-4)


def test_nothing_is_overwritten_unless_forced(photo, tmp_path):
    output = tmp_path / "photo-hp.png"
    output.write_bytes(b"precious")
    with pytest.raises(OutputExistsError, match=r"photo-hp\.png: exists already"):
        compress(photo)
    assert output.read_bytes() == b"precious"
    compress(photo, force=True)
    assert mode_of(output) == "P"


def test_an_input_may_be_replaced_by_its_result_if_forced(photo, tmp_path):
    with pytest.raises(OutputExistsError):
        compress(photo, photo)
    compress(photo, photo, force=True)
    assert mode_of(photo) == "P"
    assert list(snapshot(tmp_path)) == ["photo.png"]


@pytest.mark.parametrize("taken", ["compressed_photo.png", "codebook_photo.npy"])
def test_of_a_pair_both_files_are_written_or_none(photo, tmp_path, taken):
    (tmp_path / taken).write_bytes(b"precious")
    before = snapshot(tmp_path)
    with pytest.raises(OutputExistsError, match=taken):
        compress(photo, format="pair")
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize(
    ("output", "knobs", "reason"),
    [
        (None, {"k": 0}, "k: 0 is out of range"),
        (None, {"k": 257}, "use `format` pair"),
        (None, {"k": 65_537, "format": "pair"}, "k: 65,537 is out of range"),
        (None, {"format": "bmp"}, "format: 'bmp' is not one of png, webp, gif, pair"),
        (None, {"k": 257, "format": "gif"}, "k: 257 colours don't fit a GIF"),
        ("out.gif", {"k": 257}, "k: 257 colours don't fit a GIF"),
        (None, {"metadata": "all"}, "metadata: 'all' is not one of strip, keep"),
        (None, {"metadata": "keep", "format": "pair"}, "metadata: a pair can't keep any"),
        (None, {"effort": 11}, "effort: 11 is out of range"),
        ("out.jpg", {}, "a changed label is a wrong colour"),
        ("out.jpg", {"format": "pair"}, "a changed label is a wrong colour"),
        ("out.webp", {"format": "pair"}, "a changed label is a wrong colour"),
        ("out.webp", {"format": "png"}, "give a name that ends in .png"),
        ("out.png", {"format": "gif"}, "give a name that ends in .gif"),
        ("out.npy", {"format": "pair"}, "give a name that ends in .png"),
        (io.BytesIO(), {"format": "pair"}, "name a file"),
    ],
)
def test_options_that_do_not_fit(photo, tmp_path, output, knobs, reason):
    before = snapshot(tmp_path)
    target = tmp_path / output if isinstance(output, str) else output
    with pytest.raises(OptionError, match=reason) as caught:
        compress(photo, target, **knobs)
    assert "; " in str(caught.value) or "is not one of" in str(caught.value)
    assert snapshot(tmp_path) == before


def test_a_source_without_a_name_needs_an_output():
    for source in (b"", io.BytesIO(), picture(), np.zeros((2, 2), np.uint8)):
        with pytest.raises(OptionError, match="name one"):
            compress(source)


def test_inputs_that_can_not_be_read(tmp_path):
    (tmp_path / "text.png").write_text("Dear diary")
    for name, error in [
        ("none.png", UnreadableError),
        (".", UnreadableError),
        ("text.png", NotAnImageError),
    ]:
        with pytest.raises(error):
            compress(tmp_path / name, tmp_path / "out.png")
    with (tmp_path / "text.png").open() as file, pytest.raises(OptionError, match="mode 'rb'"):
        compress(file, tmp_path / "out.png")
    assert list(snapshot(tmp_path)) == ["text.png"]


def test_a_target_that_can_not_be_is_found_out_at_once(tmp_path):
    # The input is no image either: it hasn't been read yet.
    (tmp_path / "none.png").touch()
    with pytest.raises(UnwritableError, match="there is no directory"):
        compress(tmp_path / "none.png", tmp_path / "none" / "out.png")


def test_a_disk_that_is_full(photo):
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    with pytest.raises(UnwritableError, match="space"):
        compress(photo, "/dev/full")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_named_pipe_can_be_compressed(photo, tmp_path):
    pipe = tmp_path / "pipe.png"
    os.mkfifo(pipe)
    content = photo.read_bytes()
    writer = threading.Thread(target=pipe.write_bytes, args=(content,))
    writer.start()
    report = compress(pipe, k=9)
    writer.join()
    assert report.bytes_in == len(content)
    compress(photo, k=9)
    assert (tmp_path / "pipe-hp.png").read_bytes() == (tmp_path / "photo-hp.png").read_bytes()


def test_images_compressed_at_once_are_the_same_as_one_after_the_other():
    """Threads share what the kernels keep: memory for reuse, tables, the instruction set."""
    rng = np.random.default_rng(5)
    images = [
        rng.normal(128, spread, (96, 64 + 8 * i, 3 + i % 2)).clip(0, 255).astype(np.uint8)
        for i, spread in enumerate((5, 15, 30, 60))
    ]

    def work(i: int) -> list[bytes]:
        files = []
        for k in (8, 200):
            for dither in ("none", "blue-noise", "diffusion"):
                compress(images[i], file := io.BytesIO(), k=k, dither=dither, effort=2)
                files.append(file.getvalue())
        return files

    expected = [work(i) for i in range(len(images))]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(len(images)) as pool:
            assert list(pool.map(work, range(len(images)))) == expected
    finally:
        sys.setswitchinterval(interval)


def test_the_report_tells_the_time_of_each_stage(photo):
    report = compress(photo, io.BytesIO(), k=8)
    assert list(report.stages) == ["read", "histogram", "cluster", "map", "encode", "write"]
    assert min(report.stages.values()) >= 0
    assert sum(report.stages.values()) == pytest.approx(report.seconds, abs=1e-5)
    exact = compress(np.zeros((9, 9, 3), np.uint8), io.BytesIO(), reconstructed=True)
    assert list(exact.stages) == [
        "read", "histogram", "cluster", "map", "encode", "reconstruct", "write",
    ]  # fmt: skip
    searched = compress(photo, io.BytesIO(), quality=60)
    assert {"cluster", "map", "encode", "score"} < set(searched.stages)
    assert searched.as_dict()["stages"] == searched.stages
