"""Pixels to a codebook and a label map: histogram, K-means, mapping.

Import from here what `__all__` lists: `fit` once, `map_pixels` as often as you like. Other rooms
also take `huepress.engine.threads` and `huepress.engine.timing`.
"""

from __future__ import annotations

from huepress._lazy import lazy_names

TYPE_CHECKING = False  # that of `typing` takes longer to import than all of this
if TYPE_CHECKING:
    from huepress.engine.constraints import Constraints, Prepared, prepare
    from huepress.engine.fitting import Fit, fit
    from huepress.engine.histogram import Histogram, IndexedImage
    from huepress.engine.mapping import map_pixels

__all__ = [
    "Constraints",
    "Fit",
    "Histogram",
    "IndexedImage",
    "Prepared",
    "fit",
    "map_pixels",
    "prepare",
]

__getattr__ = lazy_names(
    __name__,
    {
        "Constraints": "constraints", "Prepared": "constraints", "prepare": "constraints",
        "Fit": "fitting", "fit": "fitting",
        "Histogram": "histogram", "IndexedImage": "histogram",
        "map_pixels": "mapping",
    },
)  # fmt: skip
