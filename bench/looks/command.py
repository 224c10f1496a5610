"""Command line: ``python -m bench looks``."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import machine, peers
from bench.arguments import existing, named_value, names, number, numbers
from bench.looks import coders, judge, sheet, subjects, summary, tables
from bench.looks.coders import Peer
from bench.looks.dials import Quality, RateDistortion
from bench.looks.run import Findings, run
from bench.looks.study import Outcome, Settings
from bench.looks.subjects import Candidate
from bench.programs import MissingError
from bench.report import publish

PARTS = {
    "equal": "bytes at equal SSIMULACRA 2",
    "butteraugli": "bytes at equal Butteraugli too",
    "defaults": "dominance with no options",
    "plain": "scores without rate-distortion",
    "banding": "banding at equal bytes",
    "quality": "where quality targets land",
    "size": "whether size targets are kept",
}
NEEDS = {"quality": ("quality",), "size": ("target_size",)}


def add_to(mode: argparse.ArgumentParser) -> None:
    """Declare the options of this mode."""
    add = mode.add_argument
    add("inputs", type=existing, nargs="+", metavar="FOLDER_OR_FILE",
        help="the shared images, or any folder or file")  # fmt: skip
    add("--sets", type=_names, metavar="A,B", help=f"only these of {','.join(subjects.SETS)}")
    add("--limit", type=number(1), metavar="N", help="no more than N images of each set")
    add("--parts", type=_parts, default=list(PARTS),
        help="what to measure: " + "; ".join(f"{n} ({what})" for n, what in PARTS.items())
        + "; or none (default: all)")  # fmt: skip
    add("--k", type=numbers(1, 256), default=[256, 128, 64], help="default: 256,128,64")
    add("--effort", type=numbers(1, 10), default=[5], help="default: 5")
    add("--curve", choices=("rd", "quality"), default="rd", help="our dial (default: rd)")
    add("--rd", type=_strengths, default=[0.5, 1.0, 2.0], metavar="X,Y",
        help="strengths to begin with; more are tried until the peer is bracketed "
        "(default: 0.5,1,2)")  # fmt: skip
    add("--option", type=named_value, action="append", default=[], metavar="NAME=VALUE",
        help="pass this to every huepress.compress, as in dither=none")  # fmt: skip
    add("-j", "--jobs", type=number(1), default=1, metavar="N", help="images at once (default: 1)")
    add("--cache", type=Path, metavar="FOLDER",
        help="keep the peer's files here, and don't make them again")  # fmt: skip
    add("--sheet", type=Path, metavar="FILE.png",
        help="draw the originals beside both coders' results, at 2x")  # fmt: skip
    add("--sheet-k", type=number(1, 256), metavar="K",
        help="colours of both on the sheet (default: no option at all)")  # fmt: skip
    add("--markdown", type=Path, metavar="FILE", help="write the printed tables here too")
    add("--json", type=Path, metavar="FILE", help="write every measurement here")
    mode.set_defaults(run=run_looks)


def run_looks(options: argparse.Namespace) -> int:
    """Measure; 2 if a program is missing or no image could be judged."""
    try:
        peer = Peer.find(options.cache)
    except MissingError as missing:
        return _nothing([str(missing)])
    unknown = coders.missing_options(*dict(options.option))
    if unknown:
        return _nothing([f"--option {unknown[0]}: this huepress has no such option"])
    notes: list[str] = []
    settings = _settings(options, notes)
    files = subjects.candidates(options.inputs, options.sets, options.limit)
    if not files:
        return _nothing([f"no images of {', '.join(options.sets or ['any kind'])} there"])
    findings = run(files, settings, peer, options.jobs, lambda o: _progress(o, settings))
    findings.notes[:0] = notes
    if not findings.samples and (options.parts or not findings.subjects):
        return _nothing([*findings.notes, "nothing was measured"])
    if options.sheet:
        _draw_sheet(options, files, peer, settings, findings.notes)
    described = _machine(options, peer, settings)
    text = tables.text(findings, settings, described)
    publish(options, text, _json(described, findings))
    return 0


def _draw_sheet(
    options: argparse.Namespace,
    files: list[Candidate],
    peer: Peer,
    settings: Settings,
    notes: list[str],
) -> None:
    with TemporaryDirectory(prefix="bench-looks-") as scratch:
        page = sheet.draw(files, peer, Path(scratch), settings.extra, notes, options.sheet_k)
    if page:
        page.save(options.sheet, "PNG")


def _settings(options: argparse.Namespace, notes: list[str]) -> Settings:
    """Return what can be measured; what this huepress has no option for is noted."""
    parts = set(options.parts)
    if parts & {"butteraugli", "banding"}:
        parts.add("equal")  # whose curves they are read from
    if "butteraugli" in parts and judge.butteraugli_version() is None:
        parts.remove("butteraugli")
        notes.append("Butteraugli: not available, the program `butteraugli` is not installed")
    dial = RateDistortion(options.rd) if options.curve == "rd" else Quality()
    missing = coders.missing_options("rd", "quality", "target_size")
    if dial.option in missing and "equal" in parts:
        notes.append(f"curves: not available, this huepress has no option {dial.option!r}")
    if "rd" in missing and "plain" in parts:
        notes.append("scores without rate-distortion: this huepress has none, `rd=0` is left out")
    for part, needs in NEEDS.items():
        if part in parts and (absent := [name for name in needs if name in missing]):
            parts.remove(part)
            notes.append(f"{part}: not available, this huepress has no option {absent[0]!r}")
    return Settings(
        frozenset(parts), options.k, options.effort,
        None if dial.option in missing else dial, dict(options.option), frozenset(missing),
    )  # fmt: skip


def _machine(options: argparse.Namespace, peer: Peer, settings: Settings) -> str:
    cached = " (its files from the cache where they were there)" if options.cache else ""
    versions = [peers.huepress(5).version(), peer.versions + cached]
    if "butteraugli" in settings.parts:
        versions.append(judge.butteraugli_version() or "")
    if settings.extra:
        versions.append(f"huepress options: {settings.extra}")
    return machine.description(versions)


def _progress(outcome: Outcome, settings: Settings) -> str:
    """Return one image's ratios in a line."""
    found = [
        f"K={k} e{effort} {reading.bytes:.3f}"
        for k in settings.ks
        for effort in settings.efforts
        for reading in summary.ratios(outcome.samples, k, effort, summary.looks).values()
    ]
    found += [
        f"defaults {duel.bytes:.3f} {'won' if duel.won else 'not won'}"
        for duel in summary.duels(outcome.samples)
    ]
    found += [f"Q={s.value:.0f} {s.ssimulacra2:.1f}" for s in outcome.samples
              if s.part == "quality" and s.ssimulacra2 is not None]  # fmt: skip
    found += [f"size {s.value:.0f} {s.bytes / s.value:.3f}" for s in outcome.samples
              if s.part == "size" and s.value]  # fmt: skip
    return ", ".join(found or outcome.notes[:1])


def _json(description: str, findings: Findings) -> str:
    content = {
        "machine": description,
        "notes": findings.notes,
        "images": [asdict(subject) for subject in findings.subjects],
        "samples": [asdict(sample) for sample in findings.samples],
    }
    return json.dumps(content, indent=1) + "\n"


def _nothing(reasons: list[str]) -> int:
    print("\n".join(reasons), file=sys.stderr)
    return 2


def _names(text: str) -> list[str]:
    return list(dict.fromkeys(text.split(",")))


def _parts(text: str) -> list[str]:
    return [] if text == "none" else names(PARTS, "part")(text)


def _strengths(text: str) -> list[float]:
    try:
        values = sorted({float(word) for word in text.split(",")})
    except ValueError:
        values = []
    if not values or not 0 <= values[0] <= values[-1] < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is no list of numbers of at least 0")
    return values
