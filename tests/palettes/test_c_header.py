"""Tables in C."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from huepress.palettes import c_header
from huepress.palettes.palette import Palette


def test_what_is_written():
    colors = Palette.of([(227, 6, 19), (255, 255, 255)])
    assert c_header.write(colors, "sunset-8") == (
        b"#ifndef SUNSET_8_H\n"
        b"#define SUNSET_8_H\n"
        b"\n"
        b"static const unsigned char sunset_8[2][3] = {\n"
        b"    {227, 6, 19},\n"
        b"    {255, 255, 255},\n"
        b"};\n"
        b"\n"
        b"#endif\n"
    )


@pytest.mark.parametrize(
    ("stem", "name"),
    [
        ("Sunset", "Sunset"),
        ("_x", "palette_x"),
        ("8 bits", "palette_8_bits"),
        ("été", "palette_t_"),
        ("日本", "palette_"),
        ("", "palette_"),
        ("int", "int_"),
        ("char8_t", "char8_t_"),
        ("xor_eq", "xor_eq_"),
        ("a\n*/\"'\\", "a_"),
        ("a__b", "a_b"),  # in C++, two underscores are the compiler's anywhere
    ],
)
def test_any_file_name_gives_a_name_in_c(stem, name):
    assert f"unsigned char {name}[1][3]".encode() in c_header.write(Palette.of([(0, 0, 0)]), stem)


@pytest.mark.parametrize("language", ["c", "c++"])
@pytest.mark.parametrize("channels", [3, 4])
def test_a_compiler_takes_it(tmp_path, language, channels):
    compiler = shutil.which("cc" if language == "c" else "c++")
    if compiler is None:
        pytest.skip("no compiler here")
    colors = Palette(bytes(range(channels * 5)), channels)
    (tmp_path / "new.h").write_bytes(c_header.write(colors, "new"))
    twice = '#include "new.h"\n' * 2
    main = f"int main(void) {{ return new_[4][{channels - 1}]; }}\n"
    (tmp_path / "main.c").write_text(twice + main)
    command = [compiler, "-x", language, "-Wall", "-Wextra", "-Werror", "-o", "main", "main.c"]
    subprocess.run(command, cwd=tmp_path, check=True)
    assert subprocess.run([tmp_path / "main"], check=False).returncode == channels * 5 - 1
