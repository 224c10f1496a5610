"""One target in one process: ``python -m tools.fuzz.worker TARGET [libFuzzer's arguments]``."""

from __future__ import annotations

import pkgutil
import sys
from importlib import import_module

import atheris


def instrumented(name: str) -> None:
    """Import all that is to guide the search, so that Atheris sees what it does."""
    if name.startswith("kernels-"):  # C, which Atheris doesn't see: only how far what calls it gets
        with atheris.instrument_imports(include=["tools.fuzz.kernels", "tools.fuzz.draw"]):
            import_module("tools.fuzz.kernels")
        return
    with atheris.instrument_imports(include=["huepress", "PIL"]):
        from PIL import Image

        import huepress

        Image.init()
        for module in pkgutil.walk_packages(huepress.__path__, "huepress."):
            if "__main__" not in module.name:
                import_module(module.name)


def main() -> None:
    """Fuzz until libFuzzer's time is up, or a finding ends the process."""
    name, *rest = sys.argv[1:]
    instrumented(name)
    from tools.fuzz.targets import TARGETS

    target = TARGETS[name]

    def mutated(data: bytes, most: int, seed: int) -> bytes:
        return target.mutator(data, most, seed, atheris.Mutate)

    atheris.Setup(["fuzz", *rest], target.run, custom_mutator=mutated)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
