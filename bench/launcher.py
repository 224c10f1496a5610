"""Runs one command and prints its seconds and peak memory: ``python -I -S launcher.py COMMAND``.

A small process of its own, as on Linux a child starts with its parent's peak memory: in a process
that holds images, that would hide the child's.
"""

from __future__ import annotations

import os
import sys
import time

silent = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
begin = time.perf_counter()
child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=silent)
_, status, usage = os.wait4(child, 0)
seconds = time.perf_counter() - begin
unit = 1 if sys.platform == "darwin" else 1024
print(seconds, usage.ru_maxrss * unit)
sys.exit(os.waitstatus_to_exitcode(status))
