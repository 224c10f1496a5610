"""Runs over many images: which ones, where results go, how many at a time, what is done already.

Import from here what users see: `compress_many`, `Outcome`, `Run` and `Summary`; all else is inner.
"""

from __future__ import annotations

from huepress._lazy import lazy_names

TYPE_CHECKING = False  # that of `typing` takes longer to import than all of this
if TYPE_CHECKING:
    from huepress.batch._compress_many import compress_many
    from huepress.batch.outcome import Outcome, Summary
    from huepress.batch.run import Run

__all__ = ["Outcome", "Run", "Summary", "compress_many"]

__getattr__ = lazy_names(
    __name__,
    {
        "Outcome": "outcome",
        "Run": "run",
        "Summary": "outcome",
        "compress_many": "_compress_many",
    },
)
