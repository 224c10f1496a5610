"""Runs over many images: which, where to, how many at once, and what was done before.

Import from its modules: `run` has the run itself.
"""
