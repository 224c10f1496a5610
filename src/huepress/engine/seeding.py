"""Initial centroids.

``wu``
    Wu's variance split (Wu 1992): the box of colours whose best cut lowers the squared error
    most is cut, until there are K. Deterministic, and the faster by far.
``kmeans++``
    Greedy k-means++ (Arthur and Vassilvitskii 2007): each next centroid is the best of several
    colours drawn with probability in proportion to weight times squared distance.
"""

from __future__ import annotations

from huepress._kernels.gate import Clusters, Points
from huepress.options import Options

__all__ = ["seed"]


def seed(points: Points, k: int, options: Options, run: int = 0) -> Clusters:
    """Return `k` centroids on the points, or as many as there are distinct points, if fewer.

    Runs after the first draw at random, whatever the seeding: the variance split would only
    repeat itself.
    """
    clusters = Clusters(points, min(k, len(points)))
    if options.seeding == "wu" and run == 0:
        found = clusters.seed_by_variance()
    else:
        candidates = 2 + clusters.k.bit_length() * 7 // 10  # 2 + ln k, as the authors advise
        found = clusters.seed_by_plusplus(candidates, options.seed + run)
    if found == clusters.k:
        return clusters
    fewer = Clusters(points, found)
    fewer.copy_centroids(clusters, list(range(found)))
    return fewer
