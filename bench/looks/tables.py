"""The figures as Markdown: a row for each set of images, and the worst image of each by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from statistics import fmean
from typing import Any, NamedTuple

from bench.looks.comparing import DEFAULT_K, NEAR_SCORE, NEAR_SIZE, Landing, Outcome, Pair
from bench.looks.curves import Reading
from bench.measures import geometric_mean
from bench.tables import NOTHING, markdown_table

PHOTOGRAPHS = ("kodak", "cq100", "1MP")
GRAPHICS = ("screenshots", "alpha")
ROWS = {
    **{name: (name,) for name in PHOTOGRAPHS},
    "**photographs**": PHOTOGRAPHS,
    **{name: (name,) for name in GRAPHICS},
    "**graphics**": GRAPHICS,
}
"""The sets in each row; those of other folders follow."""

MOST_NAMED = 20

LEGEND = """\
Ratios are huepress's bytes over the peer's, geometric means over the images; below 1 is smaller. \
Equal looks: our curve over `--rd`, log bytes linear between the points that no other beats. \
`↑n`: n images where the peer looks better than any point of ours; they count as at least 1, the \
curve going on as steeply as it is anywhere, up to twice its most bytes. `↓n`: n images where the \
worst of ours looks better than the peer; its bytes count. Translucent images are judged on white \
and on dark grey, and the worse counts. Butteraugli judges images of up to 4 megapixels. Both \
encoders read the same PNG without profile, gamma or comments. Colours are counted as a viewer \
sees them: all that is fully transparent is one."""


class Table(NamedTuple):
    """How a table shows its figures.

    `cell` shows the figures of a row's images in one column; `loss` says how bad a figure is, so
    that the worst of each row can be named; `fault` is what to say of a figure below the table.
    """

    title: str
    cell: Callable[[Sequence[Any]], str]
    loss: Callable[[Any], float] | None = None
    fault: Callable[[Any], str] | None = None


def mean(values: Sequence[Reading]) -> str:
    """Return the geometric mean, and how many lie beyond the curve."""
    counts = {"↑": "above", "↓": "below"}
    beyond = [(sign, sum(v.beyond == where for v in values)) for sign, where in counts.items()]
    ratio = f"{geometric_mean([v.bytes for v in values]):.3f}"
    return " ".join([ratio, *(f"{sign}{count}" for sign, count in beyond if count)])


def exact(values: Sequence[Pair]) -> str:
    """Return the mean ratio where both are lossless, how many there are, and how many are lossy."""
    ratios = [ratio for pair in values if (ratio := exact_ratio(pair))]
    lossy = [sum(not verdict.lossless for verdict in side) for side in zip(*values, strict=True)]
    shown = f"{geometric_mean(ratios):.3f}" if ratios else NOTHING
    return f"{shown} ({len(values)}; {lossy[0]} / {lossy[1]})"


def exact_ratio(pair: Pair) -> float:
    """Return our bytes over the peer's, 0 unless both are lossless."""
    both = pair.ours.lossless and pair.theirs.lossless
    return pair.ours.bytes / pair.theirs.bytes if both else 0.0


def won(pair: Pair) -> bool:
    """Tell whether ours has fewer bytes and looks better; if both are lossless, no more bytes."""
    ours, theirs = pair
    if ours.lossless and theirs.lossless:
        return ours.bytes <= theirs.bytes
    gain = pair.gain
    return ours.bytes < theirs.bytes and (ours.lossless if gain is None else gain > 0)


def share_won(values: Sequence[Pair]) -> str:
    """Return how many are won, and the share."""
    count = sum(map(won, values))
    return f"{count} ({count / len(values):.1%})"


def not_won(pair: Pair) -> str:
    """Return bytes and score beside the peer's, if they are not better."""
    if won(pair):
        return ""
    gain = NOTHING if pair.gain is None else f"{pair.gain:+.1f}"
    return f"bytes {pair.ours.bytes / pair.theirs.bytes:.3f}, score {gain}"


def gains(values: Sequence[Pair]) -> str:
    """Return the mean gain in score, and our mean score."""
    scores = [pair.ours.ssimulacra2 or 0.0 for pair in values]
    return f"{fmean(pair.gain or 0.0 for pair in values):+.1f} ({fmean(scores):.1f})"


def bands(values: Sequence[tuple[float, float]]) -> str:
    """Return the means of both, and where ours is no more visible."""
    ours, theirs = map(fmean, zip(*values, strict=True))
    return f"{ours:.2f} / {theirs:.2f} ({sum(a <= b for a, b in values)} of {len(values)})"


def landed(values: Sequence[Landing]) -> str:
    """Return how many landed near enough, and of those in reach."""
    reachable = [v.near for v in values if v.reachable]
    above = sum(v.above for v in values)
    shown = f"{sum(v.near for v in values)}/{len(values)} ({sum(reachable)}/{len(reachable)})"
    return f"{shown} ↑{above}" if above else shown


def astray(landing: Landing) -> str:
    """Return where a target landed, if that is above, or not near though in reach."""
    return f"{landing.at:.5g}" if landing.above or (landing.reachable and not landing.near) else ""


TABLES = {
    "equal": Table("**Bytes at equal SSIMULACRA 2**", mean, lambda v: v.bytes),
    "butteraugli": Table("**Bytes at equal Butteraugli**", mean, lambda v: v.bytes),
    "exact": Table(
        "**Images that K colours hold exactly**: bytes where both are lossless (of images; lossy "
        "of ours / of the peer's)",
        exact, exact_ratio,
    ),
    "defaults": Table(
        "**Defaults of both**: fewer bytes and a higher score (both lossless: no more bytes)",
        share_won, fault=not_won,
    ),
    "plain": Table(
        "**Without rate-distortion**: mean SSIMULACRA 2 minus the peer's at the same K (ours), "
        "images that both keep exactly left out",
        gains, lambda pair: -pair.gain,
    ),
    "banding": Table(
        "**Banding at equal bytes**: ours / the peer's, in thousandths of Oklab lightness (images "
        "where ours is no more visible, of those that have smooth gradients and of which our curve "
        "has a point of so few bytes)",
        bands, lambda pair: pair[0] - pair[1],
    ),
    "quality": Table(
        f"**Quality Q**: images that land within {NEAR_SCORE} of Q; in brackets, of those of which "
        "any file here scores Q or more and is not lossless",
        landed, fault=astray,
    ),
    "size": Table(
        "**Target size**, as a share of the defaults' bytes: files that come within "
        f"{1 - NEAR_SIZE:.0%} of it (↑n: n are above it); in brackets, of those of which any file "
        "here is larger",
        landed, fault=astray,
    ),
}  # fmt: skip


def looks_tables(outcomes: Sequence[Outcome]) -> list[str]:
    """Return titles and tables of all that was measured, and the exceptions below them."""
    found: list[str] = []
    for name, table in TABLES.items():
        figures = {o.picture.name: o.figures[name] for o in outcomes if name in o.figures}
        if figures:
            found += [table.title, shown(table, groups(outcomes), figures)]
        if figures and table.fault:
            faults = [f"{image} {column}: {fault}" for image, by_column in figures.items()
                      for column, v in by_column.items() if (fault := table.fault(v))]  # fmt: skip
            more = f" and {len(faults) - MOST_NAMED} more" if len(faults) > MOST_NAMED else ""
            found.append(f"Exceptions: {'; '.join(faults[:MOST_NAMED]) or 'none'}{more}.")
    return found


def groups(outcomes: Sequence[Outcome]) -> dict[str, set[str]]:
    """Return the rows: each set, those that count together, images of few colours, and all."""
    many = [o.picture for o in outcomes if o.colors > DEFAULT_K]
    rows = {**ROWS, **{p.set: (p.set,) for p in many}}
    found = {title: {p.name for p in many if p.set in sets} for title, sets in rows.items()}
    found[f"up to {DEFAULT_K} colours"] = {
        o.picture.name for o in outcomes if 0 < o.colors <= DEFAULT_K
    }
    found["**all**"] = {o.picture.name for o in outcomes}
    return found


def shown(
    table: Table, rows: Mapping[str, set[str]], figures: Mapping[str, Mapping[str, Any]]
) -> str:
    """Return one table of figures by image and column."""
    columns = list(dict.fromkeys(column for found in figures.values() for column in found))
    body = []
    for row, images in rows.items():
        cases = [(image, column, value) for image, found in figures.items() if image in images
                 for column, value in found.items()]  # fmt: skip
        if not cases:
            continue
        cells = [[value for _, c, value in cases if c == column] for column in columns]
        line = [row, str(max(map(len, cells)))]
        line += [table.cell(values) if values else NOTHING for values in cells]
        if loss := table.loss:
            image, column, value = max(cases, key=lambda case: loss(case[2]))
            line.append(f"{image} ({column}: {table.cell([value])})")
        body.append(line)
    return markdown_table(["set", "images", *columns, *(["worst"] if table.loss else [])], body)
