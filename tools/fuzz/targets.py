"""What is fuzzed: each target takes bytes, and raises only what is a finding."""

from __future__ import annotations

import io
import random
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import NamedTuple

import huepress
from huepress import palettes
from huepress._compress import compress
from huepress._decompress import restore
from huepress.errors import HuepressError
from tools.fuzz import kernels, mutators, seeds

__all__ = ["TARGETS", "Target"]

MOST_PIXELS = 1 << 16


class Target(NamedTuple):
    """What to do with an input, what to start from, and how to change it."""

    run: Callable[[bytes], None]
    seeds: Callable[[], Iterator[bytes]]
    mutator: Callable[[bytes, int, int, mutators.Change], bytes] = mutators.plain


def _compress(data: bytes) -> None:
    """Compress with options that follow from the input; what comes out must be readable."""
    rng = random.Random(zlib.crc32(data))
    kind = rng.choice(("png", "png", "webp", "gif"))
    out = io.BytesIO()
    try:
        compress(
            data,
            out,
            k=rng.choice((1, 2, 16, 256)),
            format=kind,
            metadata=rng.choice(("strip", "keep")),
            effort=rng.choice((1, 1, 3, 5)),
            rd=rng.choice((0, 1)),
            dither=rng.choice(("auto", "none", "diffusion", "ordered")),
            page=rng.choice((None, None, 1, 2)),  # without one, animations are refused
            keep_profile=kind != "gif" and rng.random() < 0.3,
            max_pixels=MOST_PIXELS,
            threads=1,
        )
    except HuepressError:
        return
    huepress.read(out.getvalue())


def _decompress(data: bytes) -> None:
    with suppress(HuepressError):
        restore(data, None, io.BytesIO(), indexed=len(data) % 2 == 0, max_pixels=MOST_PIXELS)


def _pair(data: bytes) -> None:
    size = int.from_bytes(data[:4], "little")
    with tempfile.TemporaryDirectory() as folder:
        codebook = Path(folder, "codebook.npy")
        codebook.write_bytes(data[4 + size :])
        with suppress(HuepressError):
            restore(data[4 : 4 + size], codebook, io.BytesIO(), max_pixels=MOST_PIXELS)


def _palette(data: bytes) -> None:
    """Read a palette file; what was read must be writable again."""
    suffixes = [suffix for suffix, kind in palettes.FORMATS.items() if kind.readable]
    name = "x" + suffixes[data[0] % len(suffixes)] if data else "x.npy"
    try:
        palette = palettes.read(data[1:], name)
    except HuepressError:
        return
    again = palettes.read(palettes.write(palette, "x.json"), "x.json")
    assert again.data == palette.data, "changed by writing and reading"


TARGETS: dict[str, Target] = {
    **{
        f"compress-{kind}": Target(
            _compress,
            partial(seeds.of_images, kind),
            mutators.png if kind == "png" else mutators.plain,
        )
        for kind in seeds.IMAGES
    },
    "compress-heic": Target(_compress, seeds.of_heics),
    "compress-jxl": Target(_compress, seeds.of_jxls),
    "decompress-png": Target(_decompress, seeds.of_results, mutators.png),
    "decompress-pair": Target(_pair, seeds.of_pairs, mutators.pair),
    "palettes": Target(_palette, seeds.of_palettes),
    **{f"kernels-{name}": Target(run, kernels.seeds) for name, run in kernels.RUNS.items()},
}
