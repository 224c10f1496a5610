"""Measures huepress against other programs and libraries. Run from the checkout, never installed.

    python -m bench race FOLDER...       quantizers in memory: time and distortion
    python -m bench looks FOLDER...      bytes and looks, against `pngquant | oxipng -o4`
    python -m bench speed IMAGES_ROOT    what speed has to reach, row by row
    python -m bench smoke                a few seconds for CI: does no peer distort less?
    asv continuous BASE HEAD             two commits: what got faster, smaller or worse (`commits`)

Programs take turns (A B C, C B A, ...) on each image, after an untimed turn each, so that a slow
spell of the machine hits them all. A time never stands alone: read the ratios. Whatever is missing,
fails or is skipped is named under the tables; so are the worst images, which means would hide.
"""
