"""Given colours: all of a palette, or some that must stay exactly as they are.

    python examples/given_colors.py [IMAGE [FOLDER]]

The first picture is made of the eight colours of a palette. Then a brand's logo is put on the
image; its colour is lost once, and kept once. The pictures are saved in FOLDER.
"""

import sys
import tempfile
from pathlib import Path

from PIL import Image

import huepress

path = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("scene.png")
folder = Path(sys.argv[2] if len(sys.argv) > 2 else tempfile.mkdtemp())
folder.mkdir(exist_ok=True)

# A palette of eight colours, as a file that GIMP opens, too. It could as well be a .hex file from
# Lospec, an .ase of Photoshop's, a list of colours, or an image with those colours.
palette = huepress.Codebook(
    [(20, 24, 46), (70, 62, 100), (126, 108, 142), (196, 148, 150),
     (248, 214, 170), (52, 66, 40), (124, 118, 62), (158, 54, 44)]
)  # fmt: skip
palette.save(folder / "palette.gpl", force=True)
target = folder / "eight-colors.png"
report = huepress.compress(path, target, palette=folder / "palette.gpl", force=True)
print(f"{report.colors} colours of the palette: {report.bytes_out:,} bytes")

# A brand's colour covers few pixels, and K-means finds a mean of it and others. To keep a colour
# means: it is in the codebook, and the pixels that have it keep it.
brand = "#e30613"
image = Image.open(path).convert("RGB")
image.paste(brand, (40, 40, 72, 72))
for name, keep in (("not-kept.png", ()), ("kept.png", (brand,))):
    q = huepress.quantize(image, k=16, keep=keep)
    q.image().save(folder / name)
    print(f"{name}: {brand} became #{bytes(q.pixels()[56, 56]).hex()}")

print(f"pictures are in {folder}")
