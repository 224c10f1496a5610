"""The same on every instruction set that this machine has."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from huepress._kernels.gate import instruction_sets, use_instruction_set


@contextmanager
def running_on(name: str) -> Iterator[None]:
    """Force the kernels of one instruction set; afterwards the fastest are back."""
    use_instruction_set(name)
    try:
        yield
    finally:
        use_instruction_set(instruction_sets()[-1])


def same_on_all(make: Callable[[], Any]) -> Any:
    """Return what `make` gives, after checking that it is the same on each instruction set."""
    results = []
    for name in instruction_sets():
        with running_on(name):
            results.append(make())
    for name, result in zip(instruction_sets(), results, strict=True):
        assert result == results[0], name
    return results[0]
