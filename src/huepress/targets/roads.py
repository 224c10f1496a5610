"""Without a target: rate-distortion and dithering where they pay, plain labels where they don't.

On photographs, labels chosen for few bytes take a third fewer than plain ones. On art, tiles and
screenshots they may take several times as many: DEFLATE copies exact repeats from far away, which
labels that vary by error diffusion are not; and rows that filters predict well are spoilt. So where
an image looks like art, both roads are walked, and the smaller file is taken.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from huepress.engine import IndexedImage
    from huepress.options import Options
    from huepress.targets.evaluator import Candidate, Evaluator

__all__ = ["compares_roads", "default_candidate", "looks_like_art"]

# Measured on 26 pictures that people complained about, 32 photographs and 26 screenshots. Of
# photographs 0.01 to 0.21 of the pixels equal the one to their left (0.43 on a white ground), and
# up to 0.06 repeat others; of art 0.3 and more, or 0.13 and more.
_EQUAL, _REPEATED = 0.3, 0.1
# Greys, sepias and heat maps lie along a line of colours: filters predict them, if labels let them.
_FEW_COLORS = 2048


def compares_roads(image: IndexedImage, options: Options) -> bool:
    """Tell whether `default_candidate` has to look at several candidates."""
    is_open = options.rd is None and options.strength > 0
    return is_open and len(image.histogram) > options.max_k and looks_like_art(image)


def looks_like_art(image: IndexedImage) -> bool:
    """Tell whether an image has flat areas, repeats or few colours, as photographs don't."""
    if len(image.histogram) <= _FEW_COLORS:
        return True
    equal, repeated = image.pixel_index.regularity(image.width)
    return equal >= _EQUAL or repeated >= _REPEATED


def default_candidate(evaluator: Evaluator, options: Options) -> Candidate:
    """Return the candidate for options without a target, encoded.

    Where rate-distortion wasn't asked for it is left away if that takes fewer bytes, and dithering
    with it if it takes fewer still and looks as good. That is where the evaluator can score, as
    `compares_roads` told it; elsewhere there is one candidate.
    """
    best = evaluator.encoded(evaluator.candidate(options))
    if not evaluator.can_score or not best.quantized.mse:
        return best
    best = min(best, evaluator.encoded(best.searched()), key=_size)
    nearest = evaluator.encoded(evaluator.candidate(options.replace(rd=0.0)))
    if nearest.size <= best.size:
        best = nearest
    if options.dither != "auto":
        return best
    plain = evaluator.encoded(evaluator.candidate(options.replace(rd=0.0, dither="none")))
    if plain.size < best.size and _looks_as_good(evaluator, plain, best):
        return plain
    return best


def _size(candidate: Candidate) -> int:
    return candidate.size


def _looks_as_good(evaluator: Evaluator, one: Candidate, other: Candidate) -> bool:
    first, second = evaluator.scored(one).score, evaluator.scored(other).score
    assert first is not None
    assert second is not None
    return first >= second
