"""What decoders say besides errors."""

from __future__ import annotations

import logging
import struct

import pytest
from helpers.commands import assert_failed, run

from huepress import NotAnImageError
from huepress.reading import read_pixels


def tiff_of_too_many_samples() -> bytes:
    entries = [(256, 1), (257, 1), (262, 1), (273, 8), (277, 65_535), (278, 1), (279, 1)]
    table = b"".join(struct.pack("<HHII", tag, 3, 1, value) for tag, value in entries)
    return b"II*\0" + struct.pack("<IH", 8, len(entries)) + table + bytes(4)


def test_what_pillow_logs_is_no_second_line(tmp_path):
    """Where nobody configures logging, Python writes warnings to stderr."""
    (tmp_path / "a.tif").write_bytes(tiff_of_too_many_samples())
    assert_failed(run("compress", "a.tif", cwd=tmp_path), 2, "a.tif: ")


def test_who_listens_to_pillow_still_hears_it(caplog):
    with caplog.at_level(logging.ERROR), pytest.raises(NotAnImageError):
        read_pixels(tiff_of_too_many_samples(), 100)
    assert "More samples per pixel" in caplog.text
