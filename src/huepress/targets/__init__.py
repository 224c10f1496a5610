"""A quality, a size or the knee of the curve to meet: candidates, and the search over them.

Import from here what `__all__` lists: an `Evaluator` makes candidates of an image, `search` finds
the one that meets what the options ask for.
"""

from huepress.targets.evaluator import Candidate, Evaluator
from huepress.targets.goal import has_target, search

__all__ = ["Candidate", "Evaluator", "has_target", "search"]
