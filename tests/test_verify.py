"""An image in, the content of its files out; and whether that is what was meant."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from helpers.commands import snapshot
from helpers.images import file_of, picture

from huepress import MiscodedError, OptionError, Options, TooManyBytesError, _compress, compress
from huepress._compress import compress_one, resolve_options
from huepress.cli._main import main
from huepress.formats import FORMATS


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "1"])
@pytest.mark.parametrize("k", [2, 200])
def test_whatever_is_written_passes_verification(kind, mode, k):
    report, contents = compress_one(
        picture(mode=mode), resolve_options(Options(format=kind, k=k, verify=True))
    )
    assert report.bytes_out == sum(map(len, contents))
    assert "verify" in report.stages


def test_many_colours_pass_verification():
    for kind in ("pair", "webp"):
        compress_one(picture(), resolve_options(Options(format=kind, k=65_536, verify=True)))


def other(q, *rest, **more):
    """Encode one label that is wrong."""
    labels = bytearray(q.label_bytes)
    labels[7] ^= 1
    return true_encode(type(q)(q.width, q.height, labels, q.codebook, q.mse), *rest, **more)


def cut(q, *rest, **more):
    """Lose the end."""
    first, *others = true_encode(q, *rest, **more)
    return (first[: len(first) // 2], *others)


true_encode = _compress.encode


@pytest.mark.parametrize("damage", [other, cut])
@pytest.mark.parametrize("kind", FORMATS)
def test_what_does_not_decode_to_what_was_meant_is_not_written(tmp_path, monkeypatch, damage, kind):
    monkeypatch.setattr(_compress, "encode", damage)
    path = tmp_path / f"out{FORMATS[kind].suffix}"
    with pytest.raises(MiscodedError, match="nothing was written; please report it"):
        compress(picture(), path, format=kind, k=200, verify=True)
    assert snapshot(tmp_path) == {}
    compress(picture(), path, format=kind, k=200)  # unless told to, or from effort 7 up
    assert path.exists()


@pytest.mark.parametrize(("effort", "verify"), [(6, False), (7, True)])
def test_it_is_the_default_from_effort_7_up(effort, verify):
    for asked, expected in ((None, verify), (not verify, not verify)):
        options = resolve_options(Options(effort=effort, verify=asked))
        stages = compress_one(picture(), options).report.stages
        assert ("verify" in stages) is expected


def test_on_the_command_line(tmp_path, monkeypatch, capsys):
    (tmp_path / "a.png").write_bytes(file_of(picture()))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(_compress, "encode", other)
    assert main(["compress", "a.png", "--effort", "7"]) == 70
    assert "a.png: the result doesn't decode to what was meant" in capsys.readouterr().err
    assert not Path("a-hp.png").exists()
    assert main(["compress", "a.png", "--effort", "7", "--no-verify", "-q"]) == 0


def test_what_is_no_smaller_is_not_written_if_so_asked(tmp_path):
    source = file_of(picture(1, 1), "GIF")
    file = io.BytesIO()
    with pytest.raises(TooManyBytesError, match="keep the original"):
        compress(source, file, skip_if_larger=True)
    assert file.getvalue() == b""
    compress(file_of(picture(), "BMP"), file, skip_if_larger=True)
    assert file.getvalue()


@pytest.mark.parametrize("kind", ["png", "webp", "pair"])
def test_colors_under_alpha_0_are_kept_but_not_by_a_gif(kind):
    """Verifying found GIFs, with their one clear colour, different from what was meant."""
    hidden = np.zeros((4, 5, 4), np.uint8)
    hidden[..., 0] = np.arange(5) * 50
    hidden[0, :, 3] = 255
    options = Options(format=kind, alpha="straight", verify=True, dither="none", rd=0)
    assert compress_one(hidden, resolve_options(options)).report.mse == 0
    with pytest.raises(OptionError, match="alpha: a gif has one clear colour"):
        resolve_options(Options(format="gif", alpha="straight"))
