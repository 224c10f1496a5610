"""The package as others see it."""

from __future__ import annotations

import doctest
import pkgutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import huepress

SUBMODULES = [
    module.name
    for module in pkgutil.walk_packages(huepress.__path__, "huepress.")
    if not module.name.endswith("__main__")
]


def test_all_names_are_there_and_no_others():
    assert sorted(huepress.__all__) == huepress.__dir__() == dir(huepress)
    for name in huepress.__all__:
        assert getattr(huepress, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'frobnicate'"):
        huepress.frobnicate  # noqa: B018


def test_every_public_name_is_explained():
    for name in huepress.__all__:
        if name != "__version__":
            assert len(getattr(huepress, name).__doc__.splitlines()[0]) > 10


def test_the_version_is_that_of_the_build():
    for folder in Path(__file__).parents:
        if (folder / "meson.build").exists():
            assert f"version: '{huepress.__version__}'" in (folder / "meson.build").read_text()
            return
    pytest.skip("not in a source tree")


def test_types_are_announced():
    assert (Path(huepress.__file__).parent / "py.typed").exists()


@pytest.mark.parametrize("first", ["_compress", "_quantize", "cli", "_decompress", "formats.pair"])
def test_functions_are_not_hidden_by_modules_of_their_name(first):
    code = (
        f"import huepress.{first}, huepress._compress, huepress._quantize; import huepress; "
        "from huepress import compress, quantize, Report; "
        "from huepress._compress import Report as Again; assert Report is Again; "
        "assert callable(huepress.compress) and callable(huepress.quantize); "
        "assert huepress.compress is compress and huepress.quantize is quantize"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_importing_the_package_imports_little():
    code = "import sys, huepress; sys.exit(bool({'numpy', 'PIL', 'argparse'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("name", ["huepress", *SUBMODULES])
def test_the_examples_in_docstrings_are_true(name):
    assert doctest.testmod(import_module(name)).failed == 0
