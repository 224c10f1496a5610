"""Arrays in, arrays out: huepress between NumPy and scikit-image.

    python examples/arrays.py [IMAGE [FOLDER]]

Scikit-image scales an image, huepress finds eight colours for it; what the label map tells, how a
mask says which pixels count, and how colours are changed. The pictures are saved in FOLDER.
"""

import sys
import tempfile
from pathlib import Path

import numpy as np
from skimage import color, filters, io, measure, metrics, segmentation, transform, util

import huepress

path = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("scene.png")
folder = Path(sys.argv[2] if len(sys.argv) > 2 else tempfile.mkdtemp())
folder.mkdir(exist_ok=True)

# Images are arrays of uint8, of uint16, or of floats from 0 to 1, as scikit-image has them.
image = transform.rescale(io.imread(path)[..., :3], 0.5, anti_aliasing=True, channel_axis=2)
print(f"{image.dtype}, {image.shape}, {image.min():.2f} to {image.max():.2f}")
q = huepress.quantize(image, k=8, dither="none")
codebook, labels = q.codebook.colors, q.labels  # (8, 3) and (height, width), both uint8

# What any of the colours covers, and in how many regions.
regions = measure.label(labels, background=-1, connectivity=1)
for k, share in enumerate(np.bincount(labels.ravel()) / labels.size):
    number = len(np.unique(regions[labels == k]))
    print(f"{q.codebook.hex()[k]} covers {share:6.2%} in {number} regions")
outlined = segmentation.mark_boundaries(q.pixels(), regions, color=(1, 1, 1))
io.imsave(folder / "regions.png", util.img_as_ubyte(outlined))

# A mask of floats tells which pixels count: here those at edges, and hardly the sky.
edges = filters.sobel(color.rgb2gray(image))
weighed = huepress.quantize(image, k=8, dither="none", importance=edges / edges.max())
io.imsave(folder / "weighed.png", weighed.pixels())

# Codebook and labels change as arrays do: here every colour becomes its grey.
grey = color.rgb2gray(codebook)[labels]
io.imsave(folder / "grey.png", util.img_as_ubyte(grey))

for name, result in (("plain", q), ("weighed", weighed)):
    got = result.pixels() / 255
    alike = metrics.structural_similarity(image, got, channel_axis=2, data_range=1)
    print(f"{name}: SSIM {alike:.3f}, MSE {result.mse:.1f}")
print(f"pictures are in {folder}")
