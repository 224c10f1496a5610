"""A quality, a size or the knee of the curve to meet: candidates, and the search over them.

Import from its modules: `goal` (what was asked for) and `evaluator` (what is tried).
"""
