"""What the command line says, as text: nothing is printed here."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from huepress.batch.run import Count
    from huepress.batch.worker import Outcome
    from huepress.codebook import Codebook
    from huepress.report import Report

__all__ = [
    "codebook_lines",
    "codebook_record",
    "comparison_lines",
    "comparison_record",
    "complaints",
    "has_true_color",
    "outcome_lines",
    "outcome_record",
    "printable",
    "report_line",
    "size",
    "stages_line",
    "summary_line",
]

# How measures are shown that don't take four digits: digits after the point, and unit.
_COMPARED = {"ssimulacra2": (2, ""), "psnr": (2, " dB"), "mse": (2, "")}
_CONTROLS = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160))}


def printable(text: str) -> str:
    """Return one line without control characters: a file's name may hold any of them."""
    return text.translate(_CONTROLS)


def size(count: int) -> str:
    """Return a number of bytes as a person reads it.

    Examples
    --------
    >>> size(896), size(235_012), size(12_345_678)
    ('896 B', '235.0 kB', '12.3 MB')
    """
    if count < 1000:
        return f"{count} B"
    return f"{count / 1000:.1f} kB" if count < 999_950 else f"{count / 1e6:.1f} MB"


def report_line(report: Report) -> str:
    """Return the line that is shown after compressing an image."""
    outputs = " + ".join(report.outputs) or "stdout"
    grown = ", larger" if report.bytes_out > report.bytes_in else ""
    sizes = f"{size(report.bytes_in)} -> {size(report.bytes_out)}"
    parts = [f"{sizes} (ratio {report.ratio:.2f}{grown})"]
    if report.label_bytes is not None and report.codebook_bytes is not None:
        parts.append(
            f"label map {size(report.label_bytes)} + codebook {size(report.codebook_bytes)}"
        )
    if report.reconstructed_bytes is not None:
        parts.append(f"decompressed as PNG {size(report.reconstructed_bytes)}")
    parts.append(f"{report.colors} colour{'s' if report.colors > 1 else ''}")
    quality = f"PSNR {report.psnr:.2f} dB" if report.mse else "lossless"
    parts.append(f"MSE {report.mse:.2f}, {quality}")
    if report.ssimulacra2 is not None:
        parts.append(
            f"SSIMULACRA2 {report.ssimulacra2:.1f} at --rd {report.rd:.3g} --dither {report.dither}"
        )
    if report.thresholded:
        parts.append(f"{report.thresholded:,} translucent pixels made opaque or clear")
    parts.append(f"{report.seconds:.2f} s")
    return printable(f"{report.input} -> {outputs}: {', '.join(parts)}")


def complaints(outcome: Outcome, quiet: bool, verbose: bool) -> list[str]:
    """Return what goes to standard error: what failed, or what of an image was left out."""
    if outcome.status == "failed":
        return [outcome.message]
    if quiet or not outcome.report:
        return []
    told = outcome.report.notices + (outcome.report.remarks if verbose else ())
    return [f"{outcome.name}: {notice}" for notice in told]


def outcome_lines(outcome: Outcome, stages: bool) -> str:
    """Return the line that is shown when an image is done or skipped; perhaps one more on times."""
    if not outcome.report:
        return printable(outcome.message)
    line = report_line(outcome.report)
    return f"{line}\n{stages_line(outcome.report)}" if stages else line


def outcome_record(outcome: Outcome, dry_run: bool) -> dict[str, Any]:
    """Return what became of an image as a dict for JSON."""
    record: dict[str, Any] = {"input": outcome.name, "status": outcome.status}
    if dry_run:
        record["dry_run"] = True
    if outcome.report:
        return record | outcome.report.as_dict()
    if outcome.status == "skipped":
        return record | {"reason": outcome.reason}
    return record | {"error": outcome.message, "exit_code": outcome.exit_code}


def summary_line(count: Count, dry_run: bool) -> str:
    """Return the line that ends a run over many images.

    Examples
    --------
    >>> from huepress.batch.run import Count
    >>> count = Count(done=2, failed=1, skipped={"up to date": 3}, bytes_in=10_000, bytes_out=2_500)
    >>> summary_line(count, False)
    '2 done, 3 skipped (3 up to date), 1 failed: 10.0 kB -> 2.5 kB, 75.0 % less, in 0.0 s'
    """
    parts = [f"{count.done} {'would be done' if dry_run else 'done'}"]
    if count.skipped:
        reasons = ", ".join(f"{number} {why}" for why, number in sorted(count.skipped.items()))
        parts.append(f"{sum(count.skipped.values())} skipped ({reasons})")
    if count.failed:
        parts.append(f"{count.failed} failed")
    line = ", ".join(parts)
    if count.done:
        change = 100 - 100 * count.bytes_out / max(count.bytes_in, 1)
        line += f": {size(count.bytes_in)} -> {size(count.bytes_out)}"
        line += f", {abs(change):.1f} % {'less' if change >= 0 else 'more'}"
    return f"{line}, in {count.seconds:.1f} s"


def stages_line(report: Report) -> str:
    """Return how long each stage took."""
    return ", ".join(f"{name} {1000 * taken:.1f} ms" for name, taken in report.stages.items())


def has_true_color(is_terminal: bool, environ: Mapping[str, str]) -> bool:
    """Tell whether colours may be shown: on terminals that say so, unless NO_COLOR is set.

    FORCE_COLOR shows them anywhere, as into ``less -R``.
    """
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR"):
        return True
    able = environ.get("COLORTERM", "").lower() in ("truecolor", "24bit")
    return is_terminal and able and environ.get("TERM") != "dumb"


def codebook_lines(book: Codebook, swatches: bool) -> Iterator[str]:
    """Return a line per colour, most used first: index, swatch, hex and share of the pixels."""
    shares = book.shares()
    names = book.hex()
    for i in _most_used_first(book):
        red, green, blue, *_ = book[i]
        swatch = f"\x1b[48;2;{red};{green};{blue}m      \x1b[0m  " if swatches else ""
        share = f"  {100 * shares[i]:7.3f} %" if shares else ""
        yield f"{i:5}  {swatch}{names[i]:9}{share}".rstrip()


def codebook_record(name: str, book: Codebook) -> dict[str, Any]:
    """Return the same as a dict for JSON."""
    shares, counts, names = book.shares(), book.counts(), book.hex()
    return {
        "input": name,
        "colors": [
            {
                "index": i,
                "hex": names[i],
                "pixels": counts[i] if counts else None,
                "share": shares[i] if shares else None,
            }
            for i in _most_used_first(book)
        ],
    }


def comparison_lines(measures: Mapping[str, float | None]) -> Iterator[str]:
    """Return a line per measure.

    Examples
    --------
    >>> list(comparison_lines({"ssimulacra2": 71.234, "ssim": None}))
    ['ssimulacra2     71.23', 'ssim                -  (the images are too small)']
    """
    for name, value in measures.items():
        if value is None:
            yield f"{name:11}  {'-':>8}  (the images are too small)"
        else:
            digits, unit = _COMPARED.get(name, (4, ""))
            yield f"{name:11}  {value:8.{digits}f}{unit}"


def comparison_record(a: str, b: str, measures: Mapping[str, float | None]) -> dict[str, Any]:
    """Return the same as a dict for JSON, which has no infinity: of equal images PSNR is None."""
    finite = {k: v if v is None or math.isfinite(v) else None for k, v in measures.items()}
    return {"a": a, "b": b, **finite}


def _most_used_first(book: Codebook) -> list[int]:
    counts = book.counts() or [0] * len(book)
    return sorted(range(len(book)), key=lambda i: -counts[i])
