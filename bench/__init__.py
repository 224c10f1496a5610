"""Measures huepress: against other quantizers, against what it has to reach, against itself.

Run from the checkout, never installed::

    python -m bench FOLDER...            huepress against other Python quantizers, in memory
    python -m bench process FOLDER...    `huepress compress` against `pngquant`, whole processes
    python -m bench looks FOLDER...      bytes and looks, against `pngquant | oxipng -o4`
    python -m bench speed IMAGES_ROOT    what speed has to reach, row by row
    python -m bench stages FILE          where the time of one image goes
    python -m bench compare BASE [HEAD]  two commits: what moved by more than noise
    python -m bench smoke                a few seconds for CI: is the distortion still the least?

What the figures mean:

- **Timed** is pixels in memory → codebook and labels. What a contestant requires of a user's RGB
  array (a float copy, an RGBA buffer, a Pillow image) is prepared before the clock starts.
- **Threads** are left at each contestant's own default.
- **MSE** is the squared error summed over R, G and B, mean over pixels, of the 8-bit result:
  float centroids are rounded to 8 bits, and the labels are those the contestant gave; they are not
  assigned again after rounding.
- **Contestants take turns** (A B C, C B A, ...) on each image, after one untimed turn each, so
  that a slow spell of the machine hits them all. A time never stands alone: read the ratios.
- **Nothing is left out silently**: contestants that are missing or fail and images that are
  skipped are named under the tables.
"""
