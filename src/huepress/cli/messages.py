"""What the command line says, as text: nothing is printed here."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from huepress.cli.parser import with_flags

if TYPE_CHECKING:
    from huepress.batch.outcome import Outcome, Summary
    from huepress.codebook import Codebook
    from huepress.report import Report

__all__ = [
    "codebook_lines",
    "codebook_record",
    "comparison_lines",
    "comparison_record",
    "error_text",
    "format_size",
    "notices_of",
    "outcome_lines",
    "outcome_record",
    "printable",
    "report_line",
    "stages_line",
    "summary_line",
    "supports_true_color",
]

# Digits after the point, and unit, of measures that aren't shown with four digits.
_MEASURE_FORMATS = {"ssimulacra2": (2, ""), "psnr": (2, " dB"), "mse": (2, "")}
_CONTROLS = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160))}


def printable(text: str) -> str:
    """Return one line without control characters: a file's name may hold any of them."""
    return text.translate(_CONTROLS)


def format_size(count: int) -> str:
    """Return a number of bytes in the unit that suits it.

    Examples
    --------
    >>> format_size(896), format_size(235_012), format_size(12_345_678)
    ('896 B', '235.0 kB', '12.3 MB')
    """
    if count < 1000:
        return f"{count} B"
    return f"{count / 1000:.1f} kB" if count < 999_950 else f"{count / 1e6:.1f} MB"


def error_text(message: str, option: str, flags: Mapping[str, str]) -> str:
    """Return an error's message with flags for the Python names of options.

    Parameters
    ----------
    message : str
        The message, as `str` gives it.
    option : str
        The option that it is about and begins with, if any.
    flags : mapping of str to str
        Flags by Python names.

    Examples
    --------
    >>> flags = {"k": "-k", "rd": "--rd"}
    >>> error_text("k: 0 is too few; raise it or `rd`", "k", flags)
    '-k: 0 is too few; raise it or --rd'
    >>> error_text("k: no such file; check the path", "", flags)
    'k: no such file; check the path'
    """
    if option:
        message = flags.get(option, option) + message.removeprefix(option)
    return with_flags(message, flags)


def report_line(report: Report, dry_run: bool = False) -> str:
    """Return the line about an image that was compressed, or that would be.

    Parameters
    ----------
    report : Report
        What it came to.
    dry_run : bool, default False
        Whether nothing was written.
    """
    outputs = " + ".join(report.outputs) or "stdout"
    arrow = ": would write" if dry_run else " ->"
    grown = ", larger" if report.bytes_out > report.bytes_in else ""
    sizes = f"{format_size(report.bytes_in)} -> {format_size(report.bytes_out)}"
    parts = [f"{sizes} (ratio {report.ratio:.2f}{grown})"]
    if report.label_bytes is not None and report.codebook_bytes is not None:
        labels, codebook = format_size(report.label_bytes), format_size(report.codebook_bytes)
        parts.append(f"label map {labels} + codebook {codebook}")
    if report.reconstructed_bytes is not None:
        parts.append(f"decompressed as PNG {format_size(report.reconstructed_bytes)}")
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
    return printable(f"{report.input}{arrow} {outputs}: {', '.join(parts)}")


def notices_of(report: Report, verbose: bool, flags: Mapping[str, str]) -> list[str]:
    """Return what should be known about an image that was compressed.

    Parameters
    ----------
    report : Report
        What it came to.
    verbose : bool
        Whether to return also what matters less: which colours were converted.
    flags : mapping of str to str
        Flags by Python names.
    """
    texts = report.notices + (report.remarks if verbose else ())
    return [with_flags(f"{report.input}: {text}", flags) for text in texts]


def outcome_lines(
    outcome: Outcome, flags: Mapping[str, str], *, several: bool = False, stages: bool = False
) -> list[str]:
    """Return the lines about an image.

    Parameters
    ----------
    outcome : Outcome
        What became of the image.
    flags : mapping of str to str
        Flags by Python names.
    several : bool, default False
        Whether it is one of many, so that the line must say which.
    stages : bool, default False
        Whether to return also a line on the time of each step.
    """
    if outcome.report:
        line = report_line(outcome.report, outcome.dry_run)
        return [line, stages_line(outcome.report)] if stages else [line]
    text = error_text(outcome.message, outcome.option, flags)
    if outcome.status == "skipped":
        why = text.removeprefix(f"{outcome.name}: ").removeprefix("skipped: ")
        text = f"{outcome.name}: {'would be ' if outcome.dry_run else ''}skipped: {why}"
    elif several and outcome.option and outcome.name not in text:
        text = f"{outcome.name}: {text}"
    return [printable(text)]


def outcome_record(outcome: Outcome, flags: Mapping[str, str]) -> dict[str, Any]:
    """Return what became of an image as a dict for JSON."""
    record: dict[str, Any] = {"input": outcome.name, "status": outcome.status}
    if outcome.dry_run:
        record["dry_run"] = True
    if outcome.report:
        notices = [with_flags(notice, flags) for notice in outcome.report.notices]
        return record | outcome.report.as_dict() | {"notices": notices}
    if outcome.status == "skipped":
        return record | {"reason": outcome.reason}
    error = error_text(outcome.message, outcome.option, flags)
    return record | {"error": error, "exit_code": outcome.exit_code}


def summary_line(summary: Summary, dry_run: bool) -> str:
    """Return the line that ends a run over many images.

    Examples
    --------
    >>> from huepress.batch.outcome import Summary
    >>> skipped = {"up to date": 3}
    >>> summary = Summary(done=2, failed=1, skipped=skipped, bytes_in=10_000, bytes_out=2_500)
    >>> summary_line(summary, dry_run=False)
    '2 done, 3 skipped (3 up to date), 1 failed: 10.0 kB -> 2.5 kB, 75.0 % less, in 0.0 s'
    """
    would_be = "would be " if dry_run else ""
    parts = [f"{summary.done} {would_be}done"]
    if summary.skipped:
        reasons = ", ".join(
            f"{count} {reason}" for reason, count in sorted(summary.skipped.items())
        )
        parts.append(f"{sum(summary.skipped.values())} {would_be}skipped ({reasons})")
    if summary.failed:
        parts.append(f"{summary.failed} failed")
    line = ", ".join(parts)
    if summary.done:
        change = 100 - 100 * summary.bytes_out / max(summary.bytes_in, 1)
        line += f": {format_size(summary.bytes_in)} -> {format_size(summary.bytes_out)}"
        line += f", {abs(change):.1f} % {'less' if change >= 0 else 'more'}"
    return f"{line}, in {summary.seconds:.1f} s"


def stages_line(report: Report) -> str:
    """Return how long each stage took."""
    return ", ".join(f"{name} {1000 * taken:.1f} ms" for name, taken in report.stages.items())


def supports_true_color(is_terminal: bool, environ: Mapping[str, str]) -> bool:
    """Tell whether 24-bit colours may be shown: on terminals that say so, unless NO_COLOR is set.

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
            digits, unit = _MEASURE_FORMATS.get(name, (4, ""))
            yield f"{name:11}  {value:8.{digits}f}{unit}"


def comparison_record(a: str, b: str, measures: Mapping[str, float | None]) -> dict[str, Any]:
    """Return the same as a dict for JSON, which has no infinity: of equal images PSNR is None."""
    finite = {k: v if v is None or math.isfinite(v) else None for k, v in measures.items()}
    return {"a": a, "b": b, **finite}


def _most_used_first(book: Codebook) -> list[int]:
    counts = book.counts() or [0] * len(book)
    return sorted(range(len(book)), key=lambda i: -counts[i])
