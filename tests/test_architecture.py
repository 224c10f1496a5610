"""Lower layers know nothing of higher ones."""

from __future__ import annotations

import ast
from pathlib import Path

import huepress

HOME = Path(huepress.__file__).parent
# A module imports only from modules above it; those in one line don't know each other.
LAYERS = """
    errors _lazy lazy
    knobs
    options
    _kernels
    files
    color
    reading
    palettes
    codebook
    quantized report
    engine
    metrics
    formats
    targets
    _decompress _quantize _compress_one
    _compress
    batch
    cli
    __init__ __main__
"""
HEIGHT = {name: i for i, line in enumerate(LAYERS.strip().splitlines()) for name in line.split()}
SOURCES = sorted(path for path in HOME.rglob("*.py"))


def layer_of(path: Path) -> str:
    return path.relative_to(HOME).parts[0].removesuffix(".py")


def imports(tree: ast.AST) -> set[str]:
    """Return every module imported, at the top or in a function."""
    nodes = list(ast.walk(tree))
    found = {name.name for node in nodes if isinstance(node, ast.Import) for name in node.names}
    for node in nodes:
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            found |= {f"{node.module}.{name.name}" for name in node.names}
    return found


def test_modules_import_only_from_layers_above():
    for path in SOURCES:
        own = layer_of(path)
        for name in imports(ast.parse(path.read_text())):
            if name.startswith("huepress.") and name != "huepress.__version__":
                other = name.split(".")[1]
                assert other == own or HEIGHT[other] < HEIGHT[own], f"{path.name} imports {name}"


def test_only_the_doors_know_pillow():
    for path in SOURCES:
        if layer_of(path) not in ("reading", "formats"):
            tree = ast.parse(path.read_text())
            for node in ast.walk(tree):  # for type checkers only is fine
                if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
                    node.body = [ast.Pass()]
            assert not any(name.split(".")[0] == "PIL" for name in imports(tree)), path.name


def test_nothing_prints_or_exits():
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                assert ast.unparse(node.func) not in ("print", "sys.exit", "exit"), path.name


def test_standard_streams_are_touched_in_one_place():
    """They may be None, or fail: elsewhere, `sys.stdin.buffer` was a traceback."""
    for path in SOURCES:
        if path.name != "streams.py":
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Attribute):
                    assert ast.unparse(node) not in ("sys.stdin", "sys.stdout"), path.name


def test_files_stay_short():
    for path in SOURCES:
        assert len(path.read_text().splitlines()) <= 300, path.name
