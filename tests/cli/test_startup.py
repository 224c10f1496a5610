"""What each command imports: that, not time, is what start-up costs and what a test can hold."""

from __future__ import annotations

import struct
import subprocess
import sys
from pathlib import Path

import deflate
import PIL
import pytest
from helpers.png_files import with_chunks

import huepress
from huepress._kernels import gate

# Without `site`, which for an editable installation imports half of the standard library.
PYTHON = [sys.executable, "-I", "-S", "-c"]
PATHS = sorted({str(Path(module.__file__).parents[1]) for module in (huepress, PIL, deflate)})
START = f"""
import sys
import os  # as `site` does
sys.path += {PATHS!r}
import huepress._kernels  # whose C part lies elsewhere in an editable installation
huepress._kernels.__path__.append({str(Path(gate.__file__).parent)!r})
try:
    CODE
finally:
    print("imported:", *sys.modules, file=sys.stderr)
"""

OWN = {
    "huepress.cli", "huepress.cli._main", "huepress.errors", "huepress.files",
    "huepress.files.streams",
}  # fmt: skip
"""Of our own modules those that any command takes."""


def modules_after(code: str, cwd: Path) -> set[str]:
    command = [*PYTHON, START.replace("CODE", code)]
    result = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=True)
    return set(result.stderr.split("imported: ")[-1].split())


def imported_by(cwd: Path, *words: str) -> set[str]:
    """Return the modules that a command imports beyond those of Python's own start."""
    code = f"from huepress.cli._main import main; main({list(words)!r})"
    return modules_after(code, cwd) - modules_after("pass", cwd) - set(sys.builtin_module_names)


@pytest.mark.parametrize("word", ["--version", "-V"])
def test_the_version_takes_nothing(tmp_path, word):
    assert imported_by(tmp_path, word) == OWN


def test_help_takes_no_more_than_its_words(tmp_path):
    found = imported_by(tmp_path, "--help")
    words = {"huepress.cli.arguments", "huepress.cli.help_texts", "huepress.cli.parser"}
    ours = {name for name in found if name.startswith("huepress.")}
    assert ours == OWN | words
    assert not found & {"typing", "dataclasses", "inspect", "contextlib", "math"}


def test_help_for_a_command_takes_no_more_than_its_words(tmp_path):
    found = imported_by(tmp_path, "compress", "--help")
    assert "huepress.options" in found
    assert not found & {"dataclasses", "inspect", "PIL", "huepress._kernels.gate"}


def test_compressing_to_png_takes_nothing_that_it_does_not_use(tmp_path, photo):
    slow = {
        "numpy", "json", "pathlib", "shutil", "tempfile", "asyncio", "ctypes", "socket",
        "multiprocessing", "concurrent", "subprocess", "urllib", "http", "random", "email",
        "unittest", "base64", "PIL.ImageOps", "PIL.TiffImagePlugin", "huepress.metrics",
        "huepress.targets.search", "huepress._decompress", "huepress.formats.webp",
        "huepress.formats.gif",
    }  # fmt: skip
    found = imported_by(tmp_path, "compress", photo.name)
    assert "huepress.formats.indexed_png" in found
    assert not found & slow


def test_chunks_that_mean_srgb_take_no_colour_management(tmp_path, photo):
    said = (b"gAMA", struct.pack(">I", 45_455)), (b"cHRM", struct.pack(
        ">8I", 31_270, 32_900, 64_000, 33_000, 30_000, 60_000, 15_000, 6_000))  # fmt: skip
    for chunks in (said, (*said, (b"sRGB", b"\0"))):
        (tmp_path / "said.png").write_bytes(with_chunks(photo.read_bytes(), *chunks))
        found = imported_by(tmp_path, "compress", "said.png", "-f")
        assert "huepress.formats.indexed_png" in found
        assert not found & {"numpy", "PIL.ImageCms", "huepress.color.profiles"}
