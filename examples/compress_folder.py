"""Compress the images in a folder and in its subfolders.

    python examples/compress_folder.py [FOLDER [OUTPUT_FOLDER]]

Run it again, and only new images are compressed. All options of `huepress compress` are there, as
keywords.
"""

import sys
import tempfile
from pathlib import Path

import huepress

folder = sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent
output = sys.argv[2] if len(sys.argv) > 2 else tempfile.mkdtemp()

run = huepress.compress_many(
    folder,
    recursive=True,
    directory=output,  # where the folder's tree is built again
    k=128,
    metadata="keep",
    skip_if_larger=True,
)
# Images are worked on in parallel, and told of as they are finished. An image that can't be read
# stops none of the others.
for number, outcome in enumerate(run, start=1):
    if outcome.status == "done":
        report = outcome.report
        told = f"{report.bytes_in:,} -> {report.bytes_out:,} bytes, {report.colors} colours"
    else:
        told = outcome.message  # why it was skipped, or has failed
    print(f"{number}/{run.total} {outcome.status} {outcome.name}: {told}")

summary = run.summary
print(f"{summary.done} done, {summary.failed} failed, skipped: {summary.skipped or 'none'}")
print(f"{summary.bytes_in:,} -> {summary.bytes_out:,} bytes, in {output}")
raise SystemExit(run.exit_code)
