"""Samples → the figures of the tables: pure arithmetic."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

from bench.figures import geometric_mean
from bench.looks.curves import Point, Reading, figure_at, ratio_at
from bench.looks.study import DEFAULT_K, Sample
from bench.looks.subjects import PHOTOGRAPHS, Subject

GRAPHICS = ("screenshots", "alpha")


@dataclass(frozen=True, slots=True)
class Group:
    """Images that share a row."""

    title: str
    images: frozenset[str]


@dataclass(frozen=True, slots=True)
class Mean:
    """A geometric mean of ratios, and how many of them lie beyond the curve."""

    ratio: float
    images: int
    above: int = 0
    below: int = 0


@dataclass(frozen=True, slots=True)
class Exact:
    """Images that K colours hold: the mean over those both keep, and who loses how many."""

    ratio: float | None
    images: int
    ours_lossy: int
    theirs_lossy: int


@dataclass(frozen=True, slots=True)
class Duel:
    """One image at both coders' defaults; `looks` is None where there is no score."""

    image: str
    bytes: float
    looks: float | None
    won: bool


@dataclass(frozen=True, slots=True)
class Bands:
    """Mean banding at the peer's bytes, and where ours is no more visible, of how many images.

    `beyond` counts the images where our curve has no point of so few bytes; they are left out.
    """

    ours: float
    theirs: float
    no_worse: int
    images: int
    beyond: int


def groups(subjects: Sequence[Subject]) -> list[Group]:
    """Return the rows: each set, those that count together, and images of few colours."""
    many = [s for s in subjects if not s.few]
    sets = list(dict.fromkeys(s.set for s in many))
    rows = [_group(name, [s for s in many if s.set == name]) for name in sets]
    for title, names in (("**photographs**", PHOTOGRAPHS), ("**graphics**", GRAPHICS)):
        together = [name for name in sets if name in names]
        if together:
            # After the last of its sets.
            place = max(i for i, row in enumerate(rows) if row.title in together) + 1
            rows.insert(place, _group(title, [s for s in many if s.set in together]))
    few = [s for s in subjects if s.few]
    return [*rows, _group(f"up to {DEFAULT_K} colours", few)] if few else rows


def _group(title: str, subjects: Iterable[Subject]) -> Group:
    return Group(title, frozenset(s.image for s in subjects))


def looks(sample: Sample) -> float | None:
    """Return the SSIMULACRA 2 score."""
    return sample.ssimulacra2


def closeness(sample: Sample) -> float | None:
    """Return the Butteraugli distance, negated so that higher is better."""
    return None if sample.butteraugli is None else -sample.butteraugli


def peers(samples: Iterable[Sample], k: int) -> dict[str, Sample]:
    """Return the peer's samples at one K, by image."""
    return {s.image: s for s in samples if s.part == "peer" and s.k == k}


def ratios(
    samples: Sequence[Sample], k: int, effort: int, measure: Callable[[Sample], float | None]
) -> dict[str, Reading]:
    """Return our bytes over the peer's at equal looks, by image."""
    curves: dict[str, list[Point]] = {}
    for s in samples:
        if s.part == "curve" and (s.k, s.effort) == (k, effort) and (at := measure(s)) is not None:
            curves.setdefault(s.image, []).append((at, s.bytes))
    found: dict[str, Reading] = {}
    for image, theirs in peers(samples, k).items():
        target = measure(theirs)
        if target is not None and image in curves:
            reading = ratio_at(curves[image], (target, theirs.bytes))
            if reading:
                found[image] = reading
    return found


def mean(readings: Iterable[Reading]) -> Mean | None:
    """Return the geometric mean of ratios, or None of nothing."""
    kept = list(readings)
    ratio = geometric_mean([reading.bytes for reading in kept])
    if ratio is None:
        return None
    beyond = [reading.beyond for reading in kept]
    return Mean(ratio, len(kept), beyond.count("above"), beyond.count("below"))


def exact(samples: Sequence[Sample], k: int, effort: int, group: Group) -> Exact | None:
    """Compare on the images of a group that K colours hold, or return None if there is none."""
    theirs = peers(samples, k)
    pairs = [
        (s, theirs[s.image]) for s in samples
        if s.part == "exact" and (s.k, s.effort) == (k, effort) and s.image in theirs
        and s.image in group.images
    ]  # fmt: skip
    if not pairs:
        return None
    return Exact(
        geometric_mean([a.bytes / b.bytes for a, b in pairs if a.lossless and b.lossless]),
        len(pairs),
        sum(not a.lossless for a, _ in pairs),
        sum(not b.lossless for _, b in pairs),
    )


def duels(samples: Sequence[Sample]) -> list[Duel]:
    """Compare both coders' defaults, image by image.

    Won means fewer bytes and a higher score; if both are lossless, no more bytes.
    """
    theirs = peers(samples, DEFAULT_K)
    return [_duel(s, theirs[s.image]) for s in samples
            if s.part == "defaults" and s.image in theirs]  # fmt: skip


def _duel(a: Sample, b: Sample) -> Duel:
    ratio = a.bytes / b.bytes
    gain = None
    if a.ssimulacra2 is not None and b.ssimulacra2 is not None:
        gain = a.ssimulacra2 - b.ssimulacra2
    if a.lossless and b.lossless:
        return Duel(a.image, ratio, gain, won=ratio <= 1)
    better = gain > 0 if gain is not None else a.lossless
    return Duel(a.image, ratio, gain, won=ratio < 1 and better)


def plain_scores(samples: Sequence[Sample], k: int, group: Group) -> tuple[float, float] | None:
    """Return the mean scores of ours without rate-distortion and of the peer's, at one K.

    Images that both keep exactly are left out; None if no other is left.
    """
    theirs = peers(samples, k)
    pairs = [
        (s.ssimulacra2, b.ssimulacra2) for s in samples
        if s.part == "plain" and s.k == k and s.image in group.images
        and (b := theirs.get(s.image)) and not (s.lossless and b.lossless)
        and s.ssimulacra2 is not None and b.ssimulacra2 is not None
    ]  # fmt: skip
    if not pairs:
        return None
    return fmean(a for a, _ in pairs), fmean(b for _, b in pairs)


def bands(samples: Sequence[Sample], k: int, effort: int, group: Group) -> Bands | None:
    """Compare banding at equal bytes, on the images of a group that have smooth gradients."""
    curves: dict[str, list[tuple[float, float, float]]] = {}
    for s in samples:
        if s.part != "curve" or (s.k, s.effort) != (k, effort) or s.image not in group.images:
            continue
        if s.banding is not None and s.ssimulacra2 is not None:
            curves.setdefault(s.image, []).append((s.ssimulacra2, s.bytes, s.banding))
    theirs = peers(samples, k)
    found = [
        (figure_at(curve, b.bytes), b.banding) for image, curve in curves.items()
        if (b := theirs.get(image)) and b.banding is not None
    ]  # fmt: skip
    pairs = [(ours, peer) for ours, peer in found if ours is not None]
    if not pairs:
        return None
    return Bands(
        fmean(ours for ours, _ in pairs),
        fmean(peer for _, peer in pairs),
        sum(ours <= peer for ours, peer in pairs),
        len(pairs),
        len(found) - len(pairs),
    )
