"""The stages of one image, shown from what compressing it tells."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import pytest

import huepress
from bench.__main__ import main


def telling(monkeypatch: pytest.MonkeyPatch, **told: object) -> list[dict[str, object]]:
    """Let compressing tell this; return the options of each call."""
    calls: list[dict[str, object]] = []

    def compress(image: Path, file: BytesIO, **options: object) -> SimpleNamespace:
        calls.append(options)
        return SimpleNamespace(**told)

    monkeypatch.setattr(huepress, "compress", compress)
    return calls


def test_stages_and_what_is_between_them_are_shown_and_drawn(
    photo: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    calls = telling(monkeypatch, seconds=0.1, stages={"read": 0.02, "map": 0.07})
    svg = photo.with_suffix(".svg")
    arguments = [str(photo), "--repeat", "2", "--option", "effort=1", "--option", "dither=none"]
    assert main(["stages", *arguments, "--svg", str(svg)]) == 0
    assert calls == [{"effort": 1, "dither": "none"}] * 3
    _, title, read, mapped, other = [s for s in capsys.readouterr().out.splitlines() if s]
    assert title == "photo.png: 100.0 ms"
    assert [line.split()[0] for line in (read, mapped, other)] == ["read", "map", "other"]
    assert other.endswith("10.0 ms   10%")
    assert "map 70.0 ms, 70%" in svg.read_text(encoding="utf-8")


def test_what_cannot_be_compressed_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.png"
    bad.write_text("no image")
    assert main(["stages", str(bad)]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
