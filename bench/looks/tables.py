"""The figures as Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from bench.looks import summary, targets
from bench.looks.curves import Reading
from bench.looks.run import Findings
from bench.looks.study import PLAIN_KS, Sample, Settings
from bench.looks.summary import Bands, Exact, Group, Mean
from bench.report import NOTHING, markdown_table

LEGEND = """\
Ratios are huepress's bytes over the peer's, geometric means over the images; below 1 is smaller. \
Equal looks: our curve over its dial, log bytes linear between the points that no other beats. \
`↑n`: n images where the peer looks better than any point of ours; they count as at least 1, the \
curve going on as steeply as it is anywhere, up to twice its most bytes. `↓n`: n images where the \
worst of ours looks better than the peer; its bytes count. Translucent images are judged on white \
and on dark grey, and the worse counts. Butteraugli judges images of up to 4 megapixels. Both \
coders read the same PNG without profile, gamma or comments. Colours are counted as a viewer sees \
them: all that is fully transparent is one."""


def text(findings: Findings, settings: Settings, description: str) -> str:
    """Return everything, preceded by the machine and followed by legend and notes."""
    parts = [description]
    if "equal" in settings.parts and settings.dial:
        parts += equal(findings, settings, "SSIMULACRA 2", summary.looks)
        if "butteraugli" in settings.parts:
            parts += equal(findings, settings, "Butteraugli", summary.closeness)
    if "equal" in settings.parts:
        parts += exact(findings, settings)
    if "defaults" in settings.parts:
        parts += dominance(findings)
    if "plain" in settings.parts:
        parts += plain(findings)
    if "banding" in settings.parts and settings.dial:
        parts += banding(findings, settings)
    groups = summary.groups(findings.subjects)
    parts += targets.quality_table(groups, findings.samples)
    parts += targets.size_table(groups, findings.samples)
    notes = [LEGEND, *findings.notes]
    return "\n\n".join([*parts, "\n".join(f"- {note}" for note in notes)]) + "\n"


def equal(
    findings: Findings,
    settings: Settings,
    name: str,
    measure: Callable[[Sample], float | None],
) -> list[str]:
    """Return one table for each effort: bytes at equal looks."""
    found = []
    for effort in settings.efforts:
        columns = [summary.ratios(findings.samples, k, effort, measure) for k in settings.ks]
        rows = _rows(summary.groups(findings.subjects), columns)
        if rows:
            header = ("set", "images", *(f"K={k}" for k in settings.ks))
            title = f"**Bytes at equal {name}, effort {effort}**"
            found += [title, markdown_table(header, rows)]
    return found


def _rows(groups: Iterable[Group], columns: Sequence[dict[str, Reading]]) -> list[list[str]]:
    rows = []
    for group in groups:
        means = [
            summary.mean(reading for image, reading in column.items() if image in group.images)
            for column in columns
        ]
        count = max((cell.images for cell in means if cell), default=0)
        if count:
            rows.append([group.title, str(count), *map(_mean, means)])
    return rows


def exact(findings: Findings, settings: Settings) -> list[str]:
    """Return one table for each effort: images that K colours hold exactly."""
    found = []
    few = [subject for subject in findings.subjects if subject.few]
    sets = list(dict.fromkeys(subject.set for subject in few))
    groups = [Group(s, frozenset(x.image for x in few if x.set == s)) for s in sets]
    if len(groups) > 1:
        groups.append(Group("**all**", frozenset(x.image for x in few)))
    for effort in settings.efforts:
        rows = []
        for group in groups:
            cells = [summary.exact(findings.samples, k, effort, group) for k in settings.ks]
            if any(cells):
                rows.append([group.title, *map(_exact, cells)])
        if rows:
            header = ("set", *(f"K={k}" for k in settings.ks))
            title = (
                f"**Images that K colours hold exactly, effort {effort}**: bytes where both are "
                "lossless (of images; lossy of ours / of the peer's)"
            )
            found += [title, markdown_table(header, rows)]
    return found


def dominance(findings: Findings) -> list[str]:
    """Return the table of both coders' defaults, and who fails."""
    duels = summary.duels(findings.samples)
    if not duels:
        return []
    every = Group("**all**", frozenset(duel.image for duel in duels))
    rows = []
    for group in [*summary.groups(findings.subjects), every]:
        own = [duel for duel in duels if duel.image in group.images]
        if own:
            won = sum(duel.won for duel in own)
            rows.append([group.title, str(len(own)), str(won), f"{won / len(own):.1%}"])
    title = "**Defaults of both**: fewer bytes and a higher score (both lossless: no more bytes)"
    lost = "; ".join(
        f"{duel.image} (bytes {duel.bytes:.3f}, "
        f"score {NOTHING if duel.looks is None else format(duel.looks, '+.1f')})"
        for duel in duels if not duel.won
    )  # fmt: skip
    table = markdown_table(("set", "images", "won", "share"), rows)
    return [title, table, f"Not won: {lost or 'none'}."]


def plain(findings: Findings) -> list[str]:
    """Return the table of scores without rate-distortion."""
    rows = []
    for group in summary.groups(findings.subjects):
        pairs = [summary.plain_scores(findings.samples, k, group) for k in PLAIN_KS]
        if any(pairs):
            cells = [f"{p[0] - p[1]:+.1f} ({p[0]:.1f})" if p else NOTHING for p in pairs]
            rows.append([group.title, *cells])
    if not rows:
        return []
    title = (
        "**Without rate-distortion**: mean SSIMULACRA 2 minus the peer's at the same K (ours), "
        "images that both keep exactly left out"
    )
    return [title, markdown_table(("set", *(f"K={k}" for k in PLAIN_KS)), rows)]


def banding(findings: Findings, settings: Settings) -> list[str]:
    """Return one table for each effort: banding at the peer's bytes."""
    found = []
    for effort in settings.efforts:
        rows = []
        for group in summary.groups(findings.subjects):
            cells = [summary.bands(findings.samples, k, effort, group) for k in settings.ks]
            if any(cells):
                rows.append([group.title, *map(_bands, cells)])
        if rows:
            title = (
                f"**Banding at equal bytes, effort {effort}**: ours / the peer's, in thousandths "
                "of Oklab lightness (images where ours is no more visible, of images that have "
                "smooth gradients; ↓n: left out, no point of our curve is that small)"
            )
            header = ("set", *(f"K={k}" for k in settings.ks))
            found += [title, markdown_table(header, rows)]
    return found


def _bands(cell: Bands | None) -> str:
    if cell is None:
        return NOTHING
    beyond = f" ↓{cell.beyond}" if cell.beyond else ""
    return f"{cell.ours:.2f} / {cell.theirs:.2f} ({cell.no_worse} of {cell.images}){beyond}"


def _mean(cell: Mean | None) -> str:
    if cell is None:
        return NOTHING
    beyond = [f"{sign}{count}" for sign, count in (("↑", cell.above), ("↓", cell.below)) if count]
    return " ".join([f"{cell.ratio:.3f}", *beyond])


def _exact(cell: Exact | None) -> str:
    if cell is None:
        return NOTHING
    ratio = NOTHING if cell.ratio is None else f"{cell.ratio:.3f}"
    return f"{ratio} ({cell.images}; {cell.ours_lossy} / {cell.theirs_lossy})"
