"""From the error norms of all scales to one SSIMULACRA 2 score.

Weights and polynomial are those of SSIMULACRA 2, version 2.1 (Jon Sneyers,
https://github.com/cloudinary/ssimulacra2), fitted there to some 22,000 subjective scores.
"""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["channels_of_structure", "score"]

# For each channel (X, Y, B), scale and norm (1, 4) one weight for each map of errors: structure
# lost, edges added, edges removed. An image of fewer scales uses the first weights, without gaps.
# fmt: off
_WEIGHTS = (
    0, 0.0007376606707406586, 0, 0, 0.0007793481682867309, 0,
    0, 0.0004371155730107379, 0, 1.1041726426657346, 0.00066284834129271, 0.00015231632783718752,
    0, 0.0016406437456599754, 0, 1.8422455520539298, 11.441172603757666, 0,
    0.0007989109436015163, 0.000176816438078653, 0, 1.8787594979546387, 10.94906990605142, 0,
    0.0007289346991508072, 0.9677937080626833, 0,
    0.00014003424285435884, 0.9981766977854967, 0.00031949755934435053,
    0.0004550992113792063, 0, 0, 0.0013648766163243398, 0, 0,
    0, 0, 0, 7.466890328078848, 0, 17.445833984131262,
    0.0006235601634041466, 0, 0, 6.683678146179332, 0.00037724407979611296, 1.027889937768264,
    225.20515300849274, 0, 0, 19.213238186143016, 0.0011401524586618361, 0.001237755635509985,
    176.39317598450694, 0, 0, 24.43300999870476, 0.28520802612117757, 0.0004485436923833408,
    0, 0, 0, 34.77906344483772, 44.835625328877896, 0,
    0, 0, 0, 0, 0, 0,
    0, 0.0008680556573291698, 0, 0, 0, 0,
    0, 0.0005313191874358747, 0, 0.00016533814161379112, 0, 0,
    0, 0, 0, 0.0004179171803251336, 0.0017290828234722833, 0,
    0.0020827005846636437, 0, 0, 8.826982764996862, 23.19243343998926, 0,
    95.1080498811086, 0.9863978034400682, 0.9834382792465353,
    0.0012286405048278493, 171.2667255897307, 0.9807858872435379,
    0, 0, 0, 0.0005130064588990679, 0, 0.00010854057858411537,
)
# fmt: on


def channels_of_structure(scales: int) -> list[int]:
    """Return for each scale the channels in which the loss of structure has any weight.

    One bit for each: 1 for X, 2 for Y, 4 for B. Others are left out: it takes the most time.
    """
    return [
        sum(1 << c for c in range(3) if any(_weights(c, scale, scales)[::3]))
        for scale in range(scales)
    ]


def score(norms: Sequence[Sequence[float]]) -> float:
    """Return the score for the error norms that `Scales.norms` returns.

    Examples
    --------
    >>> score([[0.0] * 18] * 6)
    100.0
    """
    error = 0.0
    for scale, means in enumerate(norms):
        for c in range(3):
            one, four = means[6 * c : 6 * c + 6 : 2], means[6 * c + 1 : 6 * c + 6 : 2]
            values = [*one, *(mean**0.25 for mean in four)]
            weights = _weights(c, scale, len(norms))
            error += sum(w * value for w, value in zip(weights, values, strict=True))
    error *= 0.9562382616834844
    error = (6.248496625763138e-05 * error - 0.020884521182843837) * error**2 + (
        2.326765642916932 * error
    )
    return 100.0 - 10.0 * error**0.6276336467831387 if error > 0 else 100.0


def _weights(channel: int, scale: int, scales: int) -> tuple[float, ...]:
    first = 6 * (channel * scales + scale)
    return _WEIGHTS[first : first + 6]
