"""Targets: whether `quality` lands where it should, and `target_size` is kept and reached."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from bench.looks.study import QUALITIES, SIZE_SHARES, Sample
from bench.looks.summary import Group
from bench.report import NOTHING, markdown_table

NEAR_SCORE = 1.0
NEAR_SIZE = 0.97
MOST_NAMED = 20


def quality_table(groups: Iterable[Group], samples: Sequence[Sample]) -> list[str]:
    """Return where `quality` lands, and the images where it lands elsewhere."""
    own = [s for s in samples if s.part == "quality" and s.ssimulacra2 is not None]
    can = reachable(samples, lambda s: s.ssimulacra2)
    rows = []
    for group in groups:
        mine = [s for s in own if s.image in group.images]
        if mine:
            cells = [_share([s for s in mine if s.value == q], near_score, can) for q in QUALITIES]
            rows.append([group.title, *cells])
    if not rows:
        return []
    title = (
        f"**Quality Q**: images that land within {NEAR_SCORE} of Q; in brackets, of those of which "
        "any file here scores Q or more and is not lossless"
    )
    astray = [f"{s.image} Q={s.value:.0f}: {s.ssimulacra2:.1f}"
              for s in own if not near_score(s) and _can(s, can)]  # fmt: skip
    header = ("set", *(f"Q={q}" for q in QUALITIES))
    return [title, markdown_table(header, rows), _named("Elsewhere", astray)]


def size_table(groups: Iterable[Group], samples: Sequence[Sample]) -> list[str]:
    """Return whether `target_size` is kept, and how nearly it is reached."""
    own = [s for s in samples if s.part == "size"]
    can = reachable(samples, lambda s: s.bytes)
    rows = []
    for group in groups:
        mine = [s for s in own if s.image in group.images]
        if mine:
            over = sum(not keeps_size(s) for s in mine)
            rows.append([group.title, str(len(mine)), str(over), _share(mine, near_size, can)])
    if not rows:
        return []
    shares = ", ".join(f"{share:.0%}" for share in SIZE_SHARES)
    title = (
        f"**Target size**, {shares} of the defaults' bytes: files above it, and those that come "
        f"within {1 - NEAR_SIZE:.0%} of it; in brackets, of those of which any file here is larger"
    )
    astray = [f"{s.image} {s.value:.0f}: {s.bytes}"
              for s in own if not keeps_size(s) or (not near_size(s) and _can(s, can))]  # fmt: skip
    table = markdown_table(("set", "files", "above", "near"), rows)
    return [title, table, _named("Above, or not near", astray)]


def near_score(sample: Sample) -> bool:
    """Tell whether a score is what was asked for."""
    assert sample.ssimulacra2 is not None
    assert sample.value is not None
    return abs(sample.ssimulacra2 - sample.value) <= NEAR_SCORE


def keeps_size(sample: Sample) -> bool:
    """Tell whether a file is no larger than was asked for."""
    assert sample.value is not None
    return sample.bytes <= sample.value


def near_size(sample: Sample) -> bool:
    """Tell whether a file is no larger than was asked for, and hardly smaller."""
    assert sample.value is not None
    return sample.value * NEAR_SIZE <= sample.bytes <= sample.value


def reachable(
    samples: Iterable[Sample], measure: Callable[[Sample], float | None]
) -> dict[str, float]:
    """Return the most that any of our lossy files of an image has."""
    most: dict[str, float] = {}
    for s in samples:
        value = measure(s)
        if s.part != "peer" and not s.lossless and value is not None:
            most[s.image] = max(value, most.get(s.image, value))
    return most


def _can(sample: Sample, can: dict[str, float]) -> bool:
    assert sample.value is not None
    return can.get(sample.image, float("-inf")) >= sample.value


def _share(samples: Sequence[Sample], near: Callable[[Sample], bool], can: dict[str, float]) -> str:
    if not samples:
        return NOTHING
    possible = [s for s in samples if _can(s, can)]
    inner = f"{sum(map(near, possible))}/{len(possible)}"
    return f"{sum(map(near, samples))}/{len(samples)} ({inner})"


def _named(what: str, cases: Sequence[str]) -> str:
    more = f" and {len(cases) - MOST_NAMED} more" if len(cases) > MOST_NAMED else ""
    return f"{what}: {'; '.join(cases[:MOST_NAMED]) or 'none'}{more}."
