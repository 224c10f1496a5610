"""``python -m bench speed``: what speed has to reach, row by row, each beside its peer."""
