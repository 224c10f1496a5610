"""What is asked of a result: a quality, a size, the knee of the curve, or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from huepress.options import Options
    from huepress.targets.evaluator import Candidate, Evaluator

__all__ = ["has_target", "search"]


def has_target(options: Options) -> bool:
    """Tell whether options ask for a result that has to be searched for."""
    return options.quality is not None or options.target_size is not None or options.k == "auto"


def search(evaluator: Evaluator, options: Options) -> Candidate:
    """Return the candidate that meets best what the options ask for, encoded.

    Parameters
    ----------
    evaluator : Evaluator
        Of the image.
    options : Options
        With or without ``quality``, ``target_size`` or ``k='auto'``. A result that was searched for
        is scored, too.

    Raises
    ------
    TargetError
        If none does.
    """
    if not has_target(options):
        return evaluator.encoded(evaluator.candidate(options))
    from huepress.targets.search import best_for_quality, best_for_size, knee

    most = options.replace(k=options.max_k)
    if options.quality is not None:
        return best_for_quality(evaluator, most, *options.quality)
    if options.target_size is not None:
        return best_for_size(evaluator, most, options.target_size)
    return knee(evaluator, most)
