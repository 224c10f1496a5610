"""The command line: the only place that prints, and that ends the process.

Import `main` from here, and nothing else.
"""

from huepress.cli._main import main

__all__ = ["main"]
