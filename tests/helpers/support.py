"""What several tests need: images, label maps, and the command as a person runs it."""

from __future__ import annotations

import io
import os
import random
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from PIL import Image

from huepress import Codebook, Quantized
from huepress._kernels.gate import instruction_sets, use_instruction_set

LITERAL = {"space": "rgb", "dither": "none", "rd": 0}
"""The textbook's recipe: least squared error in sRGB, nearest labels."""


def picture(width: int = 60, height: int = 40, mode: str = "RGB") -> Image.Image:
    """Return gradients with some noise: nearly every pixel has a colour of its own."""
    noise = random.Random(7)
    pixels = bytearray()
    for y in range(height):
        for x in range(width):
            pixels += bytes((255 * x // width, 255 * y // height, noise.randrange(256)))
            pixels.append(255 * (x + y) // (width + height))
    return Image.frombytes("RGBA", (width, height), bytes(pixels)).convert(mode)


@cache
def scene() -> Image.Image:
    """Return a part of the sample picture: sky, hills, water and text."""
    with Image.open(Path(__file__).parents[2] / "examples" / "scene.png") as image:
        return image.crop((320, 120, 800, 520))


def file_of(image: Image.Image, kind: str = "PNG", **settings: object) -> bytes:
    """Return an image file's content."""
    file = io.BytesIO()
    image.save(file, kind, **settings)
    return file.getvalue()


def codebooks(most: int = 300) -> st.SearchStrategy[Codebook]:
    """Return any small codebook, with or without alpha."""

    def build(channels: int, count: int, fill: bytes) -> Codebook:
        size = channels * count
        return Codebook.from_bytes((fill * size)[:size], channels)

    return st.builds(build, st.sampled_from([3, 4]), st.integers(1, most), st.binary(min_size=1))


def quantized(k: int, width: int, height: int, channels: int = 3, seed: int = 0) -> Quantized:
    """Return K random colours and random labels, the highest label among them."""
    rng = random.Random(seed)
    size = 1 if k <= 256 else 2
    labels = [rng.randrange(k) for _ in range(width * height - 1)] + [k - 1]
    data = b"".join(label.to_bytes(size, sys.byteorder) for label in labels)
    return Quantized(
        width, height, data, Codebook.from_bytes(rng.randbytes(k * channels), channels)
    )


def quantizeds(most_colors: int) -> st.SearchStrategy[Quantized]:
    """Return any small label map with any codebook of up to so many colours."""
    few = st.integers(1, min(most_colors, 20))
    k = few | st.integers(1, most_colors)
    side = st.integers(1, 20)
    return st.builds(quantized, k, side, side, st.sampled_from([3, 4]), st.integers(0, 2**32))


def shown(png: bytes) -> tuple[tuple[int, int], bytes]:
    """Return the size and the RGBA pixels that a viewer shows."""
    image = Image.open(io.BytesIO(png))
    return image.size, image.convert("RGBA").tobytes()


def mode_of(path: Path) -> str:
    """Return Pillow's name for what the pixels of a file are."""
    with Image.open(path) as image:
        return image.mode


def meant(q: Quantized) -> tuple[tuple[int, int], bytes]:
    """Return the same of a Quantized, taken label by label."""
    size = len(q.label_bytes) // (q.width * q.height)
    colors = [bytes((*color, 255)[:4]) for color in q.codebook]
    labels = (
        int.from_bytes(q.label_bytes[at : at + size], sys.byteorder)
        for at in range(0, len(q.label_bytes), size)
    )
    return (q.width, q.height), b"".join(colors[label] for label in labels)


def run(
    *args: str | bytes | Path, cwd: Path, stdin: bytes = b"", **environ: str
) -> subprocess.CompletedProcess[bytes]:
    """Run the command line in a directory."""
    clean = {
        k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR", "COLORTERM")
    }
    return subprocess.run(
        [sys.executable, "-m", "huepress", *args],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        env={**clean, **environ},
        timeout=60,
        check=False,
    )


def assert_failed(result: subprocess.CompletedProcess[bytes], code: int, *words: str) -> None:
    """Check that a command failed as it should: one line that says what and what to do."""
    complaint = result.stderr.decode(errors="surrogateescape")
    assert result.returncode == code, complaint
    assert result.stdout == b""
    assert complaint.startswith("huepress: ")
    assert complaint.endswith("\n")
    assert len(complaint.splitlines()) == 1
    assert "Traceback" not in complaint
    assert "; " in complaint  # what comes after it is the remedy
    for word in words:
        assert word in complaint


def snapshot(folder: Path) -> dict[str, bytes]:
    """Return the files below a directory with their contents, hidden ones too."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def obeys_permissions(folder: Path) -> bool:
    """Tell whether permissions mean anything to who runs the tests: to root they don't."""
    probe = folder / "probe"
    probe.touch(mode=0)
    try:
        return not os.access(probe, os.R_OK)
    finally:
        probe.unlink()


@contextmanager
def running_on(name: str) -> Iterator[None]:
    """Force the kernels of one instruction set; afterwards the fastest are back."""
    use_instruction_set(name)
    try:
        yield
    finally:
        use_instruction_set(instruction_sets()[-1])


def same_on_all(make: Callable[[], Any]) -> Any:
    """Return what `make` gives, after checking that it is the same on each instruction set."""
    results = []
    for name in instruction_sets():
        with running_on(name):
            results.append(make())
    for name, result in zip(instruction_sets(), results, strict=True):
        assert result == results[0], name
    return results[0]


def profile(space: bytes = b"RGB ", size: int = 200) -> bytes:
    """Return as much of an ICC profile as anyone looks at who doesn't convert colours."""
    header = bytearray(random.Random(size).randbytes(size))
    header[:4] = size.to_bytes(4, "big")
    header[16:20], header[36:40] = space, b"acsp"
    return bytes(header)


# Display P3's red, green and blue in XYZ under D50.
P3 = ((0.51512, 0.24120, -0.00105), (0.29198, 0.69225, 0.04189), (0.15710, 0.06657, 0.78407))


def matrix_profile(
    gamma: float = 2.2,
    columns: tuple[tuple[float, float, float], ...] = P3,
    name: str = "Wide",
    curve: bytes | None = None,
) -> bytes:
    """Return an ICC profile of RGB colours that colour management can use."""

    def fixed(*numbers: float) -> bytes:
        return struct.pack(f">{len(numbers)}i", *(round(number * 65_536) for number in numbers))

    curve = curve or b"para" + bytes(8) + fixed(gamma)
    text = name.encode("utf-16-be")
    contents = {
        b"desc": b"mluc" + struct.pack(">IIIHHII", 0, 1, 12, 0x656E, 0x5553, len(text), 28) + text,
        b"wtpt": b"XYZ " + bytes(4) + fixed(0.9642, 1, 0.8249),
        **{tag: b"XYZ " + bytes(4) + fixed(*columns[i])
           for i, tag in enumerate((b"rXYZ", b"gXYZ", b"bXYZ"))},
        **dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve),
    }  # fmt: skip
    table, body, start = b"", b"", 128 + 4 + 12 * len(contents)
    for tag, content in contents.items():
        table += struct.pack(">4sII", tag, start + len(body), len(content))
        body += content + bytes(-len(content) % 4)
    header = bytearray(128)
    header[8:12] = b"\x04\x30\0\0"
    header[12:24], header[36:40] = b"mntrRGB XYZ ", b"acsp"
    header[68:80] = fixed(0.9642, 1, 0.8249)
    header[:4] = struct.pack(">I", start + len(body))
    return bytes(header) + struct.pack(">I", len(contents)) + table + body
