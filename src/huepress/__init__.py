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

from huepress._lazy import lazy_names

TYPE_CHECKING = False  # that of `typing` takes longer to import than all of this
if TYPE_CHECKING:
    from huepress import metrics
    from huepress._compress import compress
    from huepress._decompress import decompress, read
    from huepress._quantize import quantize
    from huepress.batch import Outcome, Summary, compress_many
    from huepress.codebook import Codebook
    from huepress.errors import (
        AnimationError,
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
    from huepress.quantized import Quantized
    from huepress.report import Report

__version__ = "0.1.0"

__all__ = [
    "AnimationError",
    "BelowQualityError",
    "Codebook",
    "HuepressError",
    "InputError",
    "MiscodedError",
    "NotAnImageError",
    "OptionError",
    "Options",
    "Outcome",
    "OutputError",
    "OutputExistsError",
    "PairError",
    "PaletteError",
    "Quantized",
    "Report",
    "Summary",
    "TargetError",
    "TooLargeError",
    "TooManyBytesError",
    "UnreadableError",
    "UnwritableError",
    "__version__",
    "compress",
    "compress_many",
    "decompress",
    "metrics",
    "quantize",
    "read",
]

_HOMES = {
    "Codebook": "codebook",
    "Options": "options",
    "Outcome": "batch",
    "Quantized": "quantized",
    "Report": "report",
    "Summary": "batch",
    "compress": "_compress",
    "compress_many": "batch",
    "decompress": "_decompress",
    "metrics": "metrics",
    "quantize": "_quantize",
    "read": "_decompress",
}

__getattr__ = lazy_names(__name__, {name: _HOMES.get(name, "errors") for name in __all__})


def __dir__() -> list[str]:
    return sorted(__all__)
