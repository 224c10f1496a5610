"""What the figures were measured on."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable
from pathlib import Path


def description(versions: Iterable[str]) -> str:
    """Return one line: processor, cores, Python, and the versions given, each once."""
    python = f"{platform.python_implementation()} {platform.python_version()}"
    parts = [f"{processor()}, {cores()} cores", python, *dict.fromkeys(versions)]
    return "; ".join(parts)


def processor() -> str:
    """Return the processor's model name where the system tells it, else its architecture."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    models = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(models, "") or platform.processor() or platform.machine()


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
