"""Image compression by K-means colour quantization.

>>> import huepress
>>> import numpy as np
>>> image = np.zeros((2, 2, 3), np.uint8)
>>> q = huepress.quantize(image, k=128)
>>> q.codebook.hex(), q.labels.tolist()
(['#000000'], [[0, 0], [0, 0]])

Public names are imported when they are first used, so that importing the package is quick.
"""

from __future__ import annotations

import sys
from types import ModuleType

TYPE_CHECKING = False  # that of `typing` takes longer to import than all of this
if TYPE_CHECKING:
    from typing import Any

    from huepress import metrics
    from huepress.codebook import Codebook
    from huepress.compress import compress
    from huepress.errors import (
        BelowQualityError,
        HuepressError,
        InputError,
        MiscodedError,
        NotAnImageError,
        OptionError,
        OutputError,
        OutputExistsError,
        PairError,
        PaletteError,
        TargetError,
        TooLargeError,
        TooManyBytesError,
        UnreadableError,
        UnwritableError,
    )
    from huepress.options import Options
    from huepress.quantize import quantize
    from huepress.quantized import Quantized
    from huepress.report import Report
    from huepress.restore import decompress, read

__version__ = "0.1.0"

__all__ = [
    "BelowQualityError",
    "Codebook",
    "HuepressError",
    "InputError",
    "MiscodedError",
    "NotAnImageError",
    "OptionError",
    "Options",
    "OutputError",
    "OutputExistsError",
    "PairError",
    "PaletteError",
    "Quantized",
    "Report",
    "TargetError",
    "TooLargeError",
    "TooManyBytesError",
    "UnreadableError",
    "UnwritableError",
    "__version__",
    "compress",
    "decompress",
    "metrics",
    "quantize",
    "read",
]

_HOMES = {
    "Codebook": "codebook",
    "Options": "options",
    "Quantized": "quantized",
    "Report": "report",
    "compress": "compress",
    "decompress": "restore",
    "metrics": "metrics",
    "quantize": "quantize",
    "read": "restore",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'huepress' has no attribute {name!r}")
    from importlib import import_module

    home = import_module(f"huepress.{_HOMES.get(name, 'errors')}")
    value = home if name == "metrics" else getattr(home, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)


class _Package(ModuleType):
    """Keeps `huepress.compress` and `huepress.quantize` the functions.

    Importing a submodule sets it as an attribute of its package, whatever had that name.
    """

    def __setattr__(self, name: str, value: Any) -> None:
        if not (name in __all__ and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
