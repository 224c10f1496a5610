"""Compiles and calls `brute_force.c`: one Lloyd iteration without any pruning."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.programs import MissingError

SOURCE = Path(__file__).with_name("brute_force.c")
FLAGS = ("-O3", "-mavx2", "-shared", "-fPIC")
STEP = 16
"""Colours that the kernel takes at once."""

Coordinates = NDArray[np.int64]
"""(N, 4), whole numbers of 14 bits, as `huepress._kernels.gate` has them."""


class BruteForce:
    """Points, and K centroids that `iterate` moves.

    Parameters
    ----------
    folder : Path
        Where the compiled kernel is put; it must outlive this.
    points : (N, 4) int
    weights : (N,) int
    centroids : (K, 4) int

    Raises
    ------
    MissingError
        If there is no C compiler, or no AVX2.
    """

    def __init__(
        self,
        folder: Path,
        points: Coordinates,
        weights: NDArray[np.int64],
        centroids: Coordinates,
    ) -> None:
        self._kernel = _compiled(folder)
        self.size = len(points)
        short = -self.size % STEP
        self._points = _pairs(np.pad(points, ((0, short), (0, 0))))
        self._weights = np.pad(weights.astype(np.int64), (0, short))  # padding weighs nothing
        self._padded_labels = np.empty(self.size + short, np.int32)
        self._sums = np.empty((len(centroids), 5), np.int64)
        self.place(centroids)

    def place(self, centroids: Coordinates) -> None:
        """Put the centroids elsewhere."""
        self._centroids = _pairs(centroids)

    def iterate(self) -> None:
        """Label each point with its nearest centroid, then move each centroid to its mean."""
        arrays = (*self._points, self._weights, *self._centroids, self._padded_labels, self._sums)
        xy, za, weights, cxy, cza, labels, sums = (_address(array) for array in arrays)
        self._kernel(
            xy, za, weights, len(self._weights), cxy, cza, len(self._sums), labels, sums
        )  # fmt: skip

    @property
    def labels(self) -> NDArray[np.int32]:
        """The centroid of each point, as it was before `iterate` moved it."""
        return self._padded_labels[: self.size]

    @property
    def centroids(self) -> Coordinates:
        """Where the centroids are: (K, 4)."""
        xy, za = (pair.astype(np.int64) for pair in self._centroids)
        return np.stack([xy & 0xFFFF, xy >> 16, za & 0xFFFF, za >> 16], 1)


def _pairs(coordinates: Coordinates) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    x, y, z, a = coordinates.astype(np.int32).T
    return x | y << 16, z | a << 16


def _address(array: NDArray[Any]) -> ctypes.c_void_p:
    return array.ctypes.data_as(ctypes.c_void_p)


def _compiled(folder: Path) -> Any:
    if not _has_avx2():
        raise MissingError("brute force needs a processor with AVX2, and Linux to say so")
    compiler = shutil.which("cc")
    if compiler is None:
        raise MissingError("brute force needs a C compiler, `cc`")
    library = folder / "brute_force.so"
    if not library.exists():
        command = [compiler, *FLAGS, str(SOURCE), "-o", str(library)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise MissingError(f"brute force can't be compiled: {done.stderr.strip()}")
    kernel = ctypes.CDLL(str(library)).brute_force_iteration
    pointer, length = ctypes.c_void_p, ctypes.c_size_t
    kernel.argtypes = [
        pointer, pointer, pointer, length, pointer, pointer, ctypes.c_int32, pointer, pointer,
    ]  # fmt: skip
    kernel.restype = None
    return kernel


def _has_avx2() -> bool:
    try:
        return " avx2 " in Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return False
