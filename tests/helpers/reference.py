"""A slow, plain version of the engine's arithmetic: what the kernels must agree with, bit by bit.

Colours are rows of an integer array, RGB or RGBA; points and centroids are rows of four
coordinates. All arithmetic is in whole numbers and fractions.
"""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise

import numpy as np

from huepress._kernels.gate import BEYOND_MEAN, EIGHT_BIT, MEAN

LEVEL = 64  # one 8-bit level in coordinates
MOST = 255 * LEVEL


def morton_codes(colors):
    """Interleave the bits of the channels: the highest of alpha, R, G, B, then the next of each."""
    code = np.zeros(len(colors), np.int64)
    for bit in range(7, -1, -1):
        for channel in (*range(3, colors.shape[1]), 0, 1, 2):
            code = code << 1 | colors[:, channel] >> bit & 1
    return code


def unique_colors(pixels):
    """Return the unique colours in Z-order, their counts, and the number of each pixel's."""
    colors, number, counts = np.unique(pixels, axis=0, return_inverse=True, return_counts=True)
    order = morton_codes(colors).argsort()
    return colors[order], counts[order], order.argsort()[number.reshape(-1)]


def coordinates(colors):
    """Return the points of the working space `rgb`, with alpha premultiplied."""
    colors = np.asarray(colors, np.int64)
    points = np.zeros((len(colors), 4), np.int64)
    points[:, :3] = colors[:, :3] * LEVEL
    if colors.shape[1] == 4:
        alpha = colors[:, 3:]
        points[:, :3] = (2 * points[:, :3] * alpha + 255) // 510  # divided by 255, rounded
        points[:, 3] = alpha[:, 0] * LEVEL
    return points


def squared_distances(points, centroids):
    """Return all of them, (points, centroids): whole numbers below 2**53, so floats are exact."""
    p, c = np.asarray(points, np.float64), np.asarray(centroids, np.float64)
    return (p * p).sum(1)[:, None] - 2 * p @ c.T + (c * c).sum(1)


def nearest(points, centroids):
    """Return for each point the nearest centroid, the first if tied."""
    return squared_distances(points, centroids).argmin(axis=1)


def sums(points, weights, labels, k: int):
    """Return the weight of each cluster and its weighted sum of coordinates."""
    weight, total = np.zeros(k, np.int64), np.zeros((k, 4), np.int64)
    np.add.at(weight, labels, weights)
    np.add.at(total, labels, points * weights[:, None])
    return weight.tolist(), total.tolist()


def rounded(value: Fraction) -> int:
    """Round to the nearest whole number, halves up."""
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def eight_bit_rgb(means):
    """Return where the 8-bit colour nearest to exact means lies."""
    return [rounded(m / LEVEL) * LEVEL for m in means]


def eight_bit_rgba(means):
    """Return the same with alpha: the means are rounded first."""
    at = [rounded(m) for m in means]
    alpha = rounded(Fraction(at[3], LEVEL))
    levels = [min(rounded(Fraction(c * 255, LEVEL * alpha)), 255) if alpha else 0 for c in at[:3]]
    return coordinates([[*levels, alpha]])[0].tolist()


EIGHT_BIT_OF = {3: eight_bit_rgb, 4: eight_bit_rgba}


def mean(total, weight: int, target: int, eight_bit=eight_bit_rgb):
    """Return the mean of a cluster as a point of the target."""
    means = [Fraction(t, weight) for t in total]
    return eight_bit(means) if target == EIGHT_BIT else [rounded(m) for m in means]


def beyond(old, new):
    """Go three quarters of the way further, a whole number, but not out of the space."""
    return [min(max(n + int((n - o) * 3 / 4), 0), MOST) for o, n in zip(old, new, strict=True)]


def updated(centroids, points, weights, labels, target: int, eight_bit=eight_bit_rgb):
    """Return the centroids after the update step; those without points stay."""
    weight, total = sums(points, weights, labels, len(centroids))
    after = [list(c) for c in centroids]
    for j, w in enumerate(weight):
        if w:
            after[j] = mean(total[j], w, target, eight_bit)
            if target == BEYOND_MEAN:
                after[j] = beyond(centroids[j], after[j])
    return after


def distortion(points, weights, labels, centroids) -> int:
    """Return the sum of weight times squared distance, in integers that can't overflow."""
    each = ((points - np.asarray(centroids)[labels]) ** 2).sum(axis=1)
    return sum(w * d for w, d in zip(weights.tolist(), each.tolist(), strict=True))


def cell_mean(points, weights, begin: int, end: int):
    """Return the rounded mean of some points and their weight."""
    weight, total = sums(points[begin:end], weights[begin:end], np.zeros(end - begin, np.int64), 1)
    return mean(total[0], weight[0], MEAN), weight[0]


def coarsened(points, weights, keys, least: int):
    """Return one point for each cell of the largest size of which there are at least so many."""
    shift = max([s for s in range(32) if len({key >> s for key in keys}) >= least], default=0)
    begins = [i for i in range(len(keys)) if i == 0 or keys[i] >> shift != keys[i - 1] >> shift]
    ends = [*begins[1:], len(keys)]
    return [cell_mean(points, weights, b, e) for b, e in zip(begins, ends, strict=True)]


def coarsened_within(points, weights, keys, channels: int, budget: float):
    """Return one point for each largest cell with weight x squared side within the budget."""
    made, begin = [], 0
    while begin < len(keys):
        end = begin + 1
        for shift in range(1, 32):
            if begin and keys[begin - 1] >> shift == keys[begin] >> shift:
                break  # the cell begins earlier
            after = begin + sum(key >> shift == keys[begin] >> shift for key in keys[begin:])
            side_squared = 2 ** (2 * shift // channels) * LEVEL**2
            if after > begin + 1 and int(weights[begin:after].sum()) * side_squared > budget:
                break
            end = after
        made.append(cell_mean(points, weights, begin, end))
        begin = end
    return made


# PNG


def predictions(kind: int, row: bytes, above: bytes, pixel: int) -> list[int]:
    """Return what one of PNG's filters predicts for each byte (PNG specification, 9.2)."""
    found = []
    for i in range(len(row)):
        a = row[i - pixel] if i >= pixel else 0
        b = above[i]
        c = above[i - pixel] if i >= pixel else 0
        nearest_one = min((abs(b - c), 0, a), (abs(a - c), 1, b), (abs(a + b - 2 * c), 2, c))[2]
        found.append([0, a, b, (a + b) // 2, nearest_one][kind])
    return found


def filtered_row(kind: int, row: bytes, above: bytes, pixel: int) -> bytes:
    """Return the row less what was predicted."""
    guesses = predictions(kind, row, above, pixel)
    return bytes((x - guess) % 256 for x, guess in zip(row, guesses, strict=True))


def filter_cost(choice: int, row: bytes) -> float:
    """Return what a choice of filters makes least: sum 5, entropy 6, different pairs 7."""
    if choice == 5:
        return sum(min(x, 256 - x) for x in row)
    if choice == 6:
        counts = np.bincount(np.frombuffer(row, np.uint8))
        return -sum(c * math.log2(c) for c in counts.tolist() if c)
    return len(set(pairwise(row)))


def neighbours(labels, k: int):
    """Return how often any two labels are neighbours, (k, k), symmetric, without the diagonal."""
    pairs = np.zeros((k, k), np.int64)
    for a, b in ((labels[:, :-1], labels[:, 1:]), (labels[:-1], labels[1:])):
        np.add.at(pairs, (a, b), 1)
    pairs += pairs.T
    np.fill_diagonal(pairs, 0)
    return pairs


def arrangement_cost(pairs, order) -> int:
    """Return the sum of log2(2 + distance), in 64ths, over all pairs in this order."""
    steps = np.array([int(64 * math.log2(2 + d)) for d in range(len(order))])
    place = np.argsort(order)
    distances = abs(place[:, None] - place)
    return int((pairs * steps[distances]).sum()) // 2


def modified_zeng(pairs) -> list[int]:
    """Return the order that the search for a better one starts from."""
    first, second = np.unravel_index(np.triu(pairs).argmax(), pairs.shape)
    if not pairs.any():
        return list(range(len(pairs)))
    order = [int(first)]
    rest = set(range(len(pairs))) - {int(first)}
    while rest:
        ties = {c: pairs[c, order].sum() for c in sorted(rest)}
        following = int(second) if len(order) == 1 else max(ties, key=lambda c: ties[c])
        n = len(order)
        lean = sum((n - 1 - 2 * i) * pairs[following, c] for i, c in enumerate(order))
        order.insert(0 if lean > 0 else n, following)
        rest.remove(following)
    return order
