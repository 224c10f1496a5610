"""The fuzzer itself, as far as it goes without Atheris: what it starts from, changes and sees."""

from __future__ import annotations

import importlib.util
import random
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from huepress import HuepressError
from tools.fuzz import mutators, targets
from tools.fuzz.__main__ import is_quick
from tools.fuzz.draw import Draw
from tools.fuzz.targets import TARGETS

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


def changed(data: bytes, most: int) -> bytes:
    """Change one byte, as a stand-in for libFuzzer."""
    rng = random.Random(zlib.crc32(data))
    out = bytearray(data)
    out[rng.randrange(len(out))] ^= 1 << rng.randrange(8)
    return bytes(out[:most])


@pytest.mark.parametrize("name", TARGETS)
def test_seeds_are_well_and_so_is_what_they_become(name):
    target = TARGETS[name]
    for number, data in enumerate(target.seeds()):
        target.run(data)
        for seed in range(3):
            data = target.mutator(data, 1 << 14, 10 * number + seed, changed)
            target.run(data)


@pytest.mark.parametrize(
    "name", sorted({name for name in TARGETS if name.startswith("compress")} - {"compress-heic"})
)
def test_seeds_are_images(name, monkeypatch):
    refused = []

    def watched(*args, **settings):
        try:
            return compress(*args, **{**settings, "page": 1})
        except HuepressError as error:
            refused.append(error)
            raise

    compress = targets.compress
    monkeypatch.setattr(targets, "compress", watched)
    for data in TARGETS[name].seeds():
        TARGETS[name].run(data)
    assert refused == []


def test_anything_but_our_own_errors_is_a_finding(monkeypatch):
    def raising(error):
        def broken(*args, **settings):
            raise error

        return broken

    data = next(TARGETS["compress-png"].seeds())
    monkeypatch.setattr(targets, "compress", raising(HuepressError("no")))
    TARGETS["compress-png"].run(data)
    for error in (ValueError("no"), MemoryError(), RecursionError()):
        monkeypatch.setattr(targets, "compress", raising(error))
        with pytest.raises(type(error)):
            TARGETS["compress-png"].run(data)


def test_what_is_changed_in_a_png_keeps_its_checksums():
    data = next(TARGETS["compress-png"].seeds())
    kept = 0
    for seed in range(50):
        other = mutators.png(data, 1 << 14, seed, changed)
        chunks = mutators.split(other)
        kept += other != data and mutators.joined(chunks) == other
    assert kept >= 25
    assert mutators.split(b"no PNG") == []


def test_draws_are_in_range_and_end_in_zeros():
    draw = Draw(random.Random(1).randbytes(200))
    assert all(3 <= draw.number(3, 300) <= 300 for _ in range(1000))
    assert Draw(b"").bytes(3) == bytes(3)
    assert Draw(b"").number(5, 9) == 5
    odd = Draw(b"\x0f\x00" * 2).odd(0, 9)
    assert odd == -1


def test_only_what_takes_the_processors_time_is_slow(tmp_path, monkeypatch):
    # Machines stood still for minutes, and each time the inputs of the moment were called slow.
    file = tmp_path / "timeout-1"
    file.write_bytes(next(TARGETS["compress-qoi"].seeds()))
    assert is_quick("compress-qoi", file)
    monkeypatch.setattr("tools.fuzz.__main__.SECONDS", 0)
    assert not is_quick("compress-qoi", file)


@pytest.mark.skipif(not importlib.util.find_spec("atheris"), reason="needs the extra fuzz")
def test_a_run_tells_what_it_did(tmp_path):
    command = [sys.executable, "-m", "tools.fuzz", "--seconds", "2", "--target", "kernels-rows"]
    command += ["--findings", str(tmp_path / "found"), "--corpus", str(tmp_path / "corpus")]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "kernels-rows" in result.stdout
    assert result.stdout.endswith("0 findings\n")
    assert not (tmp_path / "found").exists()
