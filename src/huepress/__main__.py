"""``python -m huepress`` is the same as ``huepress``."""

from huepress.cli._main import main

if __name__ == "__main__":
    raise SystemExit(main())
