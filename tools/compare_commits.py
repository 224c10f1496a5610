"""Compare what two commits make of the same images: every file, figure and message.

    python tools/compare_commits.py HEAD~1                 # against the working tree
    python tools/compare_commits.py HEAD~5 HEAD --quick    # two commits; fewer images and options
    python tools/compare_commits.py --programs old/bin/huepress new/bin/huepress

Each commit is installed into an environment of its own, with all other packages from the running
one: both use the same Python, NumPy and Pillow, and nothing is downloaded. For each set of options
each program runs once over a folder of images. Prints what differs, and a table. Exit code 0: no
difference; 1: some; 2: nothing could be compared.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
import venv
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[1]

# Sets of options; --quick takes the first of them only. The very first, which are the defaults,
# gets all images; the others some of each folder, of 600,000 pixels at most; searches, which
# encode an image many times, smaller ones still.
QUICK = (
    "--effort 5", "--format webp", "--format gif", "--format pair", "--effort 1",
    "-k 16 --dither none --rd 0", "--dither ordered -k 32", "--palette ../palette.hex",
    "--keep #e30613,#ffffff -k 32", "--alpha straight", "--keep-profile --keep-metadata",
    "--target-size 6KB --max-pixels 70000",
)  # fmt: skip
FULL = (
    *QUICK, "-k 64", "--format pair -k 1000", "--space rgb", "--effort 3", "--effort 7",
    "--seeding kmeans++ --n-init 2 --seed 7 -k 32", "--dither diffusion --rd 3 -k 32",
    "--dither blue-noise --dither-strength 0.7 -k 32", "--importance auto -k 32", "--page 2",
    "--keep-metadata", "--keep-metadata --format webp", "--skip-if-larger --effort 2",
    "--quality 40-70 --max-pixels 70000", "-k auto --max-pixels 70000",
)  # fmt: skip
PALETTE = "000000 1d2b53 7e2553 008751 ab5236 5f574f c2c3c7 fff1e8 ff004d ffa300 ffec27 29adff"

TEXTS = {"error", "reason", "notices", "remarks"}
NOT_COMPARED = {"input", "outputs", "seconds", "stages"}
WHOLE_RUN = "the whole run"
COLUMNS = ("same", "no file", "differ", "figures", "texts")


class CompareError(Exception):
    """Nothing can be compared; the message says why, in one line."""


class Outcome(NamedTuple):
    """What a program made of an image, and what it said of it."""

    status: str = "not mentioned"
    files: Mapping[str, str] = {}  # their digests
    record: Mapping[str, Any] = {}

    def __str__(self) -> str:
        why = self.record.get("error") or self.record.get("reason")
        return f"{self.status} ({why})" if why else self.status


Outcomes = dict[str, Outcome]


def main(words: Sequence[str] | None = None) -> int:
    """Run it all."""
    options = parsed(words)
    try:
        with tempfile.TemporaryDirectory(prefix="compare-commits-") as name:
            return compare(options, Path(name).resolve())
    except (CompareError, OSError) as error:
        print(f"compare_commits: {error}", file=sys.stderr)
        return 2


def parsed(words: Sequence[str] | None) -> argparse.Namespace:
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    add = parser.add_argument
    add("commits", nargs="*", metavar="COMMIT", help="one: against the working tree; or two")
    add("--programs", nargs=2, metavar=("OLD", "NEW"), help="what to run, instead of commits")
    add("--images", type=Path, default=ROOT.parent / "shared" / "images", metavar="FOLDER")
    add("--limit", type=int, metavar="N", help="images of each folder (default: 2; --quick: 1)")
    add("--quick", action="store_true", help="fewer sets of options, on fewer images")
    add("--only", default="", metavar="TEXT", help="only sets of options with this in them")
    add("--ignore", action="append", choices=("figures", "texts"), default=[],
        help="let reported numbers, or messages, differ; may be repeated")  # fmt: skip
    add("-j", "--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="runs at a time")
    options = parser.parse_args(words)
    if len(options.commits) not in ((0,) if options.programs else (1, 2)):
        parser.error("give one or two commits, or --programs OLD NEW")
    return options


def compare(options: argparse.Namespace, scratch: Path) -> int:
    """Run both programs with each set of options; print what differs; return the exit code."""
    start = time.monotonic()
    few = options.limit or (1 if options.quick else 2)
    copy_images(options.images, scratch / "few", few)
    if not options.limit and not options.quick:
        copy_images(options.images, scratch / "all", sys.maxsize)
    (scratch / "palette.hex").write_text("\n".join(PALETTE.split()) + "\n")
    table: dict[str, Counter[str]] = {}
    pool = ThreadPoolExecutor(max(1, options.jobs))
    try:
        if options.programs:
            programs = [os.path.abspath(name) for name in options.programs]
        else:
            commits = [*options.commits, None][:2]
            programs = list(pool.map(install, commits, (scratch / "old", scratch / "new")))
        runs = {
            text: [pool.submit(run, program, text, scratch) for program in programs]
            for text in (QUICK if options.quick else FULL)
            if options.only in text
        }
        for name, (old, new) in runs.items():
            table[name] = Counter()
            for image, column, text in compared(old.result(), new.result()):
                table[name][column] += 1
                if text and column not in options.ignore:
                    print(f"{name}: {image}: {column}: {text}", flush=True)
    finally:
        pool.shutdown(cancel_futures=True)
    table["all"] = sum(table.values(), Counter[str]())
    print(" " * 48, *(f"{column:>8}" for column in COLUMNS))
    for name, counts in table.items():
        print(f"{name:48}", *(f"{counts[column]:8}" for column in COLUMNS))
    print(f"{time.monotonic() - start:.0f} seconds")
    if not table["all"]["same"] + table["all"]["differ"]:
        raise CompareError("neither program wrote anything")
    return int(any(table["all"][c] for c in COLUMNS[2:] if c not in options.ignore))


def copy_images(source: Path, target: Path, limit: int) -> None:
    """Copy up to so many files of each folder, picked evenly from the list of them."""
    if not source.is_dir():
        raise CompareError(f"{source}: no such folder; --images FOLDER names another")
    for folder, _, names in os.walk(source):
        place = target / Path(folder).relative_to(source)
        place.mkdir(parents=True)
        number = min(limit, len(names))
        for i in range(number):
            name = sorted(names)[i * len(names) // number]
            shutil.copyfile(Path(folder, name), place / name)


def install(commit: str | None, folder: Path) -> str:
    """Install a commit, or the working tree, into a new environment; return its program."""
    venv.create(folder)
    source = ROOT
    if commit:
        source, archive = folder / "source", folder / "source.tar"
        checked("git", "-C", str(ROOT), "archive", "-o", str(archive), commit)
        shutil.unpack_archive(archive, source, filter="data")
    here = {"base": str(folder), "platbase": str(folder)}
    packages = sorted({sysconfig.get_path("purelib"), sysconfig.get_path("platlib")})
    path_file = Path(sysconfig.get_path("purelib", vars=here), "others.pth")
    path_file.write_text("\n".join(packages) + "\n")
    checked(
        sys.executable, "-m", "pip", "--python", str(folder / "bin" / "python"), "install", "-q",
        "--no-deps", "--no-build-isolation", "--ignore-installed", str(source),
    )  # fmt: skip
    return str(folder / "bin" / "huepress")


def checked(*words: str) -> None:
    """Run a command; raise CompareError with its last line if it fails."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    environment = {**os.environ, "PATH": path}  # where meson and ninja are
    done = subprocess.run(words, capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        raise CompareError(f"{words[0]}: {last_line(done.stderr or done.stdout)}")


def last_line(text: str) -> str:
    """Return the last line of what a program said."""
    return (text.strip() or "no message").splitlines()[-1]


def run(program: str, options: str, scratch: Path) -> Outcomes:
    """Compress the images with a set of options; return what became of each."""
    images, limit = scratch / "all", ""
    if options != QUICK[0] or not images.exists():
        images, limit = scratch / "few", "--max-pixels 600000"
    folder = Path(tempfile.mkdtemp(dir=scratch))
    done = subprocess.run(
        [program, "compress", "-r", str(images), "-d", "out", "-f", "--json", "-j", "1",
         "--no-skip-if-larger", *shlex.split(f"{limit} {options}")],
        cwd=folder, env={**os.environ, "XDG_CACHE_HOME": str(folder / "cache")},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    files = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.glob("out/**/*")
        if path.is_file()
    }
    outcomes = {}
    for record in map(json.loads, re.findall(r"^\{.*", done.stdout, re.MULTILINE)):
        digests = {name: files.pop(name, "not there") for name in record.get("outputs", ())}
        status = f"{record['status']} {record.get('exit_code', '')}".rstrip()
        outcomes[os.path.relpath(record["input"], images)] = Outcome(status, digests, record)
    for name, digest in files.items():
        outcomes[name] = Outcome("written, but not reported", {name: digest})
    if done.returncode not in (0, 1) or not outcomes:
        outcomes[WHOLE_RUN] = Outcome(f"exit code {done.returncode}: {last_line(done.stderr)}")
    return outcomes


def compared(old: Outcomes, new: Outcomes) -> Iterator[tuple[str, str, str]]:
    """Yield image, column of the table, and what differs."""
    if list(old) == list(new) == [WHOLE_RUN]:
        raise CompareError(f"neither did anything: {old[WHOLE_RUN].status}")
    for image in sorted(old.keys() | new.keys()):
        one, other = old.get(image, Outcome()), new.get(image, Outcome())
        if one.status != other.status:
            yield image, "differ", f"{one} -> {other}"
        elif one.files != other.files:
            yield image, "differ", ", ".join(sorted(one.files.keys() | other.files.keys()))
        else:
            yield image, "same" if one.files else "no file", ""
            a, b = one.record, other.record
            both = a.keys() & b.keys() - NOT_COMPARED
            for column, keys in (("figures", both - TEXTS), ("texts", both & TEXTS)):
                changed = [
                    f"{key}: {a[key]} -> {b[key]}" for key in sorted(keys) if a[key] != b[key]
                ]
                if changed:
                    yield image, column, "; ".join(changed)


if __name__ == "__main__":
    raise SystemExit(main())
