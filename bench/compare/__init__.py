"""Two commits, built and run beside each other: ``python -m bench compare BASE [HEAD]``."""
