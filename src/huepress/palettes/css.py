"""CSS (``.css``): colours as custom properties, ``var(--color-0)`` and so on. Only written."""

from __future__ import annotations

from huepress.palettes.palette import Palette

__all__ = ["write"]


def write(palette: Palette, stem: str) -> bytes:
    """Return the content of a ``.css`` file."""
    names = palette.hexes()
    if palette.channels == 4:
        names = [name.removesuffix("ff") for name in names]  # opaque is the default
    rows = [f"  --color-{i}: {name};\n" for i, name in enumerate(names)]
    return f":root {{\n{''.join(rows)}}}\n".encode()
