"""What asv measures of two commits runs on this one."""

from __future__ import annotations

import inspect
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from bench.commits import benchmarks

ROOT = Path(__file__).parents[2]


def methods(of: type, *kinds: str) -> list[str]:
    return [name for name, _ in inspect.getmembers(of) if name.startswith(tuple(kinds))]


@pytest.mark.parametrize("name", methods(benchmarks.Images, "time_q", "track_", "peakmem_"))
def test_an_image_is_measured(name: str) -> None:
    subject = benchmarks.Images()
    subject.setup("scene.png", 1)
    figure = getattr(subject, name)("scene.png", 1)
    assert (figure is not None) == name.startswith("track_")
    assert figure is None or 0 < figure < 1e6


@pytest.mark.skipif(not shutil.which("asv"), reason="asv is missing")
def test_asv_finds_the_configuration_and_all_benchmarks(tmp_path: Path) -> None:
    config = json.loads((ROOT / "asv.conf.json").read_text())
    config |= {"repo": str(ROOT), "benchmark_dir": str(ROOT / "bench" / "commits")}
    config |= {f"{kind}_dir": str(tmp_path / kind) for kind in ("env", "results", "html")}
    del config["matrix"], config["build_command"]
    (tmp_path / "asv.conf.json").write_text(json.dumps(config))
    command = ["asv", "check", "--config", str(tmp_path / "asv.conf.json"), "-E", "existing"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
