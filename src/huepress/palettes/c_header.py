"""C headers (``.h``): colours as an array named after the file. Only written."""

from __future__ import annotations

import re

from huepress.palettes.palette import Palette

__all__ = ["write"]

# Of C23 and C++20.
_KEYWORDS = (
    " alignas alignof and and_eq asm auto bitand bitor bool break case catch char char8_t char16_t "
    "char32_t class co_await co_return co_yield compl concept const const_cast consteval constexpr "
    "constinit continue decltype default delete do double dynamic_cast else enum explicit export "
    "extern false float for friend goto if inline int long mutable namespace new noexcept not "
    "not_eq nullptr operator or or_eq private protected public register reinterpret_cast requires "
    "restrict return short signed sizeof static static_assert static_cast struct switch template "
    "this thread_local throw true try typedef typeid typename typeof typeof_unqual union unsigned "
    "using virtual void volatile wchar_t while xor xor_eq "
)


def write(palette: Palette, stem: str) -> bytes:
    """Return the content of a ``.h`` file: K rows of red, green, blue and, if any, alpha."""
    name = _identifier(stem)
    rows = "".join(f"    {{{', '.join(map(str, row))}}},\n" for row in palette)
    table = f"static const unsigned char {name}[{len(palette)}][{palette.channels}]"
    guard = f"{name.upper()}_H"
    text = f"#ifndef {guard}\n#define {guard}\n\n{table} = {{\n{rows}}};\n\n#endif\n"
    return text.encode()


def _identifier(stem: str) -> str:
    """Return a similar name that C and C++ don't reserve.

    Examples
    --------
    >>> _identifier("sunset-8"), _identifier("8 colours"), _identifier("default")
    ('sunset_8', 'palette_8_colours', 'default_')
    """
    name = re.sub(r"[^A-Za-z0-9]+", "_", stem)
    if not name[:1].isalpha():  # names that start with an underscore are the compiler's
        name = f"palette_{name.lstrip('_')}"
    return f"{name}_" if f" {name} " in _KEYWORDS else name
