"""Run by a commit's own Python: ``quantizing.py IMAGE EFFORT``; one run for each line it reads.

Prints the seconds of ``huepress.quantize`` on pixels in memory, and the MSE.
"""

import sys
import time

import numpy as np
from PIL import Image

import huepress

with Image.open(sys.argv[1]) as image:
    pixels = np.asarray(image.convert("RGB"))
for _ in sys.stdin:
    begin = time.perf_counter()
    quantized = huepress.quantize(
        pixels, k=256, effort=int(sys.argv[2]), space="rgb", dither="none", rd=0
    )
    quantized.labels  # noqa: B018 (may be computed only when asked for)
    print(time.perf_counter() - begin, quantized.mse, flush=True)
