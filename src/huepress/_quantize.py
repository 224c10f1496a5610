"""Pixels in, a codebook and a label map out."""

from __future__ import annotations

import warnings
from typing import Any, Literal

from huepress.engine import fit, map_pixels, prepare
from huepress.engine.timing import StageTimer
from huepress.files import name_of
from huepress.formats import encode
from huepress.options import MAX_PIXELS, AlphaMode, Dither, Options, Seeding, Space
from huepress.quantized import Quantized
from huepress.reading import Source, read_pixels
from huepress.targets import Evaluator, search

__all__ = ["quantize"]


def quantize(
    image: Source,
    k: int | Literal["auto"] = 256,
    *,
    effort: int = 5,
    rd: float | None = None,
    dither: Dither = "auto",
    dither_strength: float = 1.0,
    space: Space = "auto",
    palette: Any = None,
    keep: Any = (),
    importance: Any = None,
    alpha: AlphaMode = "premultiplied",
    keep_profile: bool = False,
    page: int | None = None,
    seeding: Seeding = "wu",
    max_iter: int | None = None,
    tol: float | None = None,
    n_init: int | None = None,
    seed: int = 0,
    threads: int = 0,
    max_pixels: int = MAX_PIXELS,
) -> Quantized:
    """Find the K colours that stand best for an image, and for each pixel the one that does.

    K-means on the unique colours of the image, weighted by their pixels (`huepress.engine.kmeans`
    tells how); then each pixel is mapped to one of the colours (`huepress.engine.mapping`). The
    codebook is optimized as the 8-bit colours it is stored as. An image with no more than `k`
    colours is kept exactly, with exactly that many entries.

    The literal recipe of the textbook, which makes the mean squared error over red, green and blue
    small, is ``space='rgb', dither='none', rd=0``.

    Parameters
    ----------
    image : array_like, PIL.Image.Image, path, bytes or file object
        What to quantize: an array of shape (H, W), (H, W, 1), (H, W, 3) or (H, W, 4) and dtype
        bool, uint8, uint16 (up to 65,535) or floating point (0 to 1), sRGB; or anything that Pillow
        opens. Alpha of 0 and 255 stays exact.
    k : int or 'auto', default 256
        Colours in the codebook, 1 to 65,536. An indexed PNG can hold 256. 'auto' takes as many as
        lie at the knee of the curve of looks over bytes of the indexed PNG, up to 256.
    effort : int, default 5
        1 (fastest) to 10 (best; seconds instead of milliseconds).
    space : {'auto', 'oklab', 'rgb'}, default 'auto'
        Working space, in which colours are clustered and assigned: Oklab, where distances are as
        people see them, or sRGB as in the textbook. 'auto' is Oklab up to 256 colours.
    dither : {'auto', 'none', 'diffusion', 'ordered', 'blue-noise'}, default 'auto'
        How neighbouring pixels make up for each other's errors: by error diffusion, or by a mask
        of thresholds. 'auto' is diffusion, or none where errors are below what can be seen.
    dither_strength : float, default 1.0
        How much of it, 0 to 1.
    rd : float, optional
        Rate-distortion strength, 0 to 1000: how much error labels may gain if they take fewer bytes
        once encoded. 0 leaves the nearest, or the dithered, labels. Counts up to 256 colours, with
        `dither` of none or diffusion. By default 1; with `dither` of none 0, so that a pixel's
        label depends on its colour only, and equal tiles stay equal.
    alpha : {'premultiplied', 'straight'}, default 'premultiplied'
        Colours count as they are seen, or count fully under any alpha, even 0, and are kept there,
        as game textures need it.
    palette : path, Codebook, image or array_like of shape (K, 3) or (K, 4), optional
        Map onto these colours, instead of finding some: a palette file, or an image, whose colours
        are taken. They stay all, in their order. Without alpha, they get one more entry for pixels
        that are fully transparent.
    keep : sequence of colours, optional
        Colours ('#rrggbb', '#rrggbbaa' or tuples) that are in the codebook exactly, and that
        pixels of exactly that colour keep.
    importance : 'auto' or image, optional
        Weigh each pixel by a grey mask of the same size, where white counts most; 'auto' weighs
        smooth areas, where errors show, more than busy ones.
    seeding : {'wu', 'kmeans++'}, default 'wu'
        How the initial centroids are found: by variance split or by greedy k-means++.
    max_iter : int, optional
        Most iterations of the last, full-precision run, 1 to 100,000. Default: by `effort`.
    tol : float, optional
        The iteration stops when it lowers the distortion by no more than this share, 0 to 1.
        Default: by `effort`.
    n_init : int, optional
        Independent runs, the best of which is kept, 1 to 1000. All but the first start at random.
        Default: 1, at efforts 9 and 10 more.
    seed : int, default 0
        Fixes all random choices: those of k-means++, and those of a longer polish (from `effort` 6
        up; with few colours from 3 up).
    threads : int, default 0
        Threads for this image, 0 to 256; 0 takes as many as pay. Never changes the result.
    max_pixels : int, default 300,000,000
        Images that declare more pixels are refused before they are decoded.
    page : int, optional
        Which page of a TIFF, or frame of an animation, from 1. By default a TIFF's first, and that
        there are more is a warning; an animation needs it.
    keep_profile : bool, default False
        Leave colours as the image's ICC profile, or what stands for one, means them, instead of
        converting them to sRGB.

    Returns
    -------
    Quantized
        With the codebook sorted by population, most first, and without unused entries, but for
        given or kept ones.

    Raises
    ------
    OptionError
        If an option, or the array's shape or dtype, is none of the above. Also a ValueError.
    UnreadableError
        If the file is missing, a directory, or may not be read. Also an OSError.
    NotAnImageError
        If the file is not an image, damaged or truncated. Also a ValueError.
    AnimationError
        If the image is an animation, and no `page` says which frame. Also a ValueError.
    TooLargeError
        If the image declares more than `max_pixels`. Also a ValueError.

    Examples
    --------
    >>> import numpy as np
    >>> import huepress
    >>> ramp = np.zeros((16, 256, 3), np.uint8)
    >>> ramp[..., 0] = np.arange(256)
    >>> q = huepress.quantize(ramp, k=4, space="rgb", dither="none", rd=0)
    >>> q
    <Quantized 256x16, 4 colours, MSE 341.50>
    >>> sorted(q.codebook.hex())
    ['#200000', '#600000', '#a00000', '#e00000']
    >>> q.labels.shape, q.labels.dtype
    ((16, 256), dtype('uint8'))
    """
    options = Options(
        k=k, effort=effort, rd=rd, dither=dither, dither_strength=dither_strength, space=space,
        palette=palette, keep=keep, importance=importance, alpha=alpha, keep_profile=keep_profile,
        page=page, seeding=seeding, max_iter=max_iter, tol=tol, n_init=n_init, seed=seed,
        threads=threads, max_pixels=max_pixels,
    )  # fmt: skip
    pixels = read_pixels(image, options.max_pixels, options.page, options.keep_profile)
    for notice in pixels.notices:
        warnings.warn(f"{name_of(image)}: {notice}", stacklevel=2)
    prepared = prepare(pixels, options)
    if options.k == "auto":  # the knee is one of bytes and looks, so it takes an encoding
        evaluator = Evaluator(
            name_of(image),
            prepared,
            lambda q: encode(q, "png", options.effort, threads=options.threads),
            StageTimer(),
            original=pixels,
        )
        return search(evaluator, options).quantized
    fitted = fit(prepared.histogram(options), options, prepared.constraints)
    return map_pixels(fitted, prepared.image, options)
