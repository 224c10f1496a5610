"""K-means colour quantization as in the textbook, a picture for each step; then with huepress.

    python examples/textbook_kmeans.py [IMAGE [FOLDER]]

Pixels are points in a space of red, green and blue. K-means finds K clusters of them. Each pixel is
then stored as the number of its cluster (the label map), each cluster as one colour (the codebook).
The pictures are saved in FOLDER.
"""

import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

import huepress

K = 16
path = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("scene.png")
folder = Path(sys.argv[2] if len(sys.argv) > 2 else tempfile.mkdtemp())
folder.mkdir(exist_ok=True)


def save_plot(name: str, points: np.ndarray, colors: np.ndarray) -> None:
    """Draw points in the space of colours: red to the right, blue upwards; green isn't seen."""
    plot = np.full((256, 256, 3), 255, np.uint8)
    plot[255 - points[:, 2], points[:, 0]] = colors
    Image.fromarray(plot).resize((768, 768), Image.Resampling.NEAREST).save(folder / name)


# An image is a list of points. (A smaller copy of the image, as K-means in NumPy is slow.)
image = Image.open(path).convert("RGB")
image.thumbnail((480, 480))
pixels = np.asarray(image)  # height x width x 3
points = pixels.reshape(-1, 3)  # N x 3
save_plot("1-points.png", points, points)

# K-means. Begin with some of the colours as centroids, then repeat two steps.
colors = np.unique(points, axis=0)
chosen = np.random.default_rng(0).choice(len(colors), min(K, len(colors)), replace=False)
centroids = colors[np.sort(chosen)].astype(float)  # K x 3
distortion = np.inf
while True:
    # Assign each point to the nearest centroid,
    distances = ((points[:, None] - centroids) ** 2).sum(axis=2)  # N x K
    labels = distances.argmin(axis=1)  # N
    # and move each centroid to the mean of its points.
    for k in np.unique(labels):
        centroids[k] = points[labels == k].mean(axis=0)
    before, distortion = distortion, distances.min(axis=1).mean()
    print(f"mean squared error {distortion:.1f}")
    if distortion >= 0.999 * before:
        break

# The codebook, the label map, and the image that the two give back.
codebook = centroids.round().astype(np.uint8)  # K x 3
label_map = labels.reshape(pixels.shape[:2]).astype(np.uint8)  # height x width
save_plot("2-clusters.png", points, codebook[labels])
Image.fromarray(label_map * (255 // K)).save(folder / "3-label-map.png")
Image.fromarray(codebook[None]).resize((K * 48, 48), 0).save(folder / "4-codebook.png")
Image.fromarray(codebook[label_map]).save(folder / "5-reconstruction.png")

# The same with huepress. It also gets out of the local optimum in which plain K-means stops.
q = huepress.quantize(pixels, k=K, space="rgb", dither="none", rd=0)
q.image().save(folder / "6-huepress.png")  # that is q.codebook.colors[q.labels]
print(f"mean squared error {q.mse:.1f} by huepress, {q.codebook}")

# And as one would use it: the whole image, in colours as people see them, and dithered.
report = huepress.compress(path, folder / "7-compressed.png", k=K, force=True)
print(f"{report.bytes_in:,} bytes became {report.bytes_out:,}; see {folder}")
