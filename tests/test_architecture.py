"""Lower layers know nothing of higher ones."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import huepress

HOME = Path(huepress.__file__).parent
# A package imports only from those above it; those in one line don't know each other.
LAYERS = """
    errors _lazy values
    _option_parsers
    options presets
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
    _decompress _quantize _compress
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


# What is imported from these is what their `__init__` hands on; `files.streams` loads nothing else.
BY_THEIR_FACE = {"reading", "color", "files", "metrics", "palettes"}


def test_packages_are_imported_by_their_face():
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("huepress."):
                package, *inner = (node.module or "").split(".")[1:]
                if inner and package in BY_THEIR_FACE - {layer_of(path)}:
                    assert node.module == "huepress.files.streams", path.name


def test_only_the_doors_know_pillow():
    for path in SOURCES:
        if layer_of(path) not in ("reading", "formats"):
            tree = at_import(ast.parse(path.read_text()))
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


MOST_LINES = 60


def functions_of(tree: ast.AST) -> Iterator[ast.FunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            yield node


def code_lines(function: ast.FunctionDef) -> int:
    """Return the lines of a function's code: a long signature or docstring is no long function."""
    body = function.body[ast.get_docstring(function) is not None :]
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_functions_stay_short():
    for path in SOURCES:
        for function in functions_of(ast.parse(path.read_text())):
            lines = code_lines(function)
            assert lines <= MOST_LINES, f"{path.name}: {function.name} has {lines} lines"


def test_each_package_says_what_may_be_imported_from_it():
    for path in HOME.glob("*/__init__.py"):
        text = ast.get_docstring(ast.parse(path.read_text())) or ""
        assert "Import" in text, path


def test_every_package_and_module_has_a_layer():
    for path in SOURCES:
        assert layer_of(path) in HEIGHT, path


def test_no_circle_of_imports():
    """Within a package, too: `formats.metadata` and `formats.png_metadata` imported each other."""
    known = {".".join(path.relative_to(HOME.parent).with_suffix("").parts) for path in SOURCES}
    graph = {}
    for path in SOURCES:
        own = ".".join(path.relative_to(HOME.parent).with_suffix("").parts)
        found = {name for name in imports(at_import(ast.parse(path.read_text()))) if name in known}
        found |= {
            name.rpartition(".")[0]
            for name in imports(at_import(ast.parse(path.read_text())))
            if name.rpartition(".")[0] in known
        }
        graph[own] = found - {own}
    TopologicalSorter(graph).prepare()  # raises CycleError


def at_import(tree: ast.AST) -> ast.AST:
    """Return a module without what only type checkers import."""
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            node.body = [ast.Pass()]
    return tree
