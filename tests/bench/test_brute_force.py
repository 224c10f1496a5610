"""The yardstick of Lloyd's iteration is exact, too."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from bench.brute_force import BruteForce
from bench.programs import MissingError
from bench.speed import lloyd
from bench.speed.setting import Setting


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the kernel is compiled; skips where it can't be."""
    place = tmp_path_factory.mktemp("kernel")
    one = np.zeros((1, 4), np.int64)
    try:
        BruteForce(place, one, np.ones(1, np.int64), one)
    except MissingError as missing:
        pytest.skip(str(missing))
    return place


def slow_iteration(points, weights, centroids):
    """Return labels and moved centroids, one point and one centroid at a time."""
    labels = []
    sums = [[0] * 5 for _ in centroids]
    for point, weight in zip(points, weights, strict=True):
        distances = [sum((a - b) ** 2 for a, b in zip(point, c, strict=True)) for c in centroids]
        labels.append(distances.index(min(distances)))
        row = sums[labels[-1]]
        row[0] += weight
        for c in range(4):
            row[1 + c] += weight * point[c]
    moved = [
        [(s + row[0] // 2) // row[0] for s in row[1:]] if row[0] else list(centroid)
        for row, centroid in zip(sums, centroids, strict=True)
    ]
    return labels, moved


@pytest.mark.parametrize("size", [1, 15, 16, 17, 100])
@pytest.mark.parametrize("k", [1, 2, 7, 40])
def test_an_iteration_is_what_its_slow_twin_makes(folder: Path, size: int, k: int) -> None:
    random = np.random.default_rng(size * 100 + k)
    # Few values, so that many distances tie; and the greatest that 14 bits hold.
    values = np.array([0, 5, 6, 16383])
    points, centroids = (values[random.integers(0, 4, (n, 4))] for n in (size, k))
    weights = random.integers(1, 1000, size)
    fast = BruteForce(folder, points, weights, centroids)
    for _ in range(3):
        labels, moved = slow_iteration(points.tolist(), weights.tolist(), centroids.tolist())
        fast.iterate()
        assert fast.labels.tolist() == labels
        assert fast.centroids.tolist() == moved
        centroids = fast.centroids


def test_placed_centroids_are_iterated_from(folder: Path) -> None:
    points = np.array([[0, 0, 0, 0], [100, 0, 0, 0]])
    fast = BruteForce(folder, points, np.array([1, 3]), np.array([[7, 7, 7, 7]]))
    fast.iterate()
    assert fast.centroids.tolist() == [[75, 0, 0, 0]]
    fast.place(np.array([[9, 0, 0, 0]]))
    assert fast.centroids.tolist() == [[9, 0, 0, 0]]
    assert fast.labels.tolist() == [0, 0]


def points_of_noise():
    from huepress._kernels.gate import PixelIndex

    pixels = np.random.default_rng(3).integers(0, 256, (40, 40, 3), np.uint8)
    return PixelIndex(pixels.tobytes(), 3).colors.points()


def test_huepress_and_brute_force_find_the_same_labels(folder: Path) -> None:
    peer, starts = lloyd.checked(points_of_noise(), Setting(folder, folder, 1))
    assert len(starts) == lloyd.ITERATIONS
    assert not np.array_equal(starts[0], starts[-1]), "nothing moved, so little was compared"
    assert len(lloyd.peer_run(peer, starts)) == lloyd.ITERATIONS


def test_other_labels_are_found_out(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(self: BruteForce) -> None:
        self._padded_labels[:] = 0

    monkeypatch.setattr(BruteForce, "iterate", wrong)
    with pytest.raises(lloyd.DisagreementError):
        lloyd.checked(points_of_noise(), Setting(folder, folder, 1))


@pytest.mark.skipif(sys.platform != "linux", reason="AVX2 is looked up on Linux only")
def test_no_compiler_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.brute_force._has_avx2", lambda: True)
    monkeypatch.setenv("PATH", str(tmp_path))
    one = np.zeros((1, 4), np.int64)
    with pytest.raises(MissingError, match="needs a C compiler"):
        BruteForce(tmp_path, one, np.ones(1, np.int64), one)
