"""Masks of thresholds for pattern dithering: of Bayer, and of blue noise.

A mask says for each place which of `THRESHOLD_LEVELS` shades stands there, the darkest being 0. It
is repeated over the image.
"""

from __future__ import annotations

from huepress._kernels.gate import THRESHOLD_LEVELS

__all__ = ["bayer", "blue_noise"]

# 64 x 64 ranks, two to a byte, by tools/blue_noise.py.
_BLUE_NOISE = """
bVlsQNdR52+TaK0T2uHcTC4wK1/CO6B8bikKR79lzzjawOem8b6CoMHgxX8khSsKdqjWGG1RhNkKtTH5AbKgmwJ0sTySo8XT
haQpxaazjpXxxH7CSfxuI/SObF1M431FP5bY9U5mH5a/l+GC4N8XYj1ROuCLA5tX1gw4ooaVsui14jCbcMqAcuA9a9R5KUzr
mL+WR9Vy8MGLJ/DhvgjxbICstXHV8tS6RYowaxXHoxoOLAsq8dqGrU+UuUVzpGqR03FO0pOBfj8c0fWf1uBdhGN0jlw2jCTn
El0Wyv0s0vXm+Yo/prpcaJZLjDGDuC98+cGdF5BPHDaetz4oFJcIRylLBkxw5Asg3icOSn4qZLIKX2O066V5sMSArIBrblsc
UNLxhR6df5WjG6YrUEzglestdI8n0Oj1ot9U/a4y/IrXhazrNiUbTnxfSPnfl1yDdIC6DBY7MWPWkZJzSAlGP0sdNwmNqG0T
ktk8AxtjGvHObi1YpelNoPc0vGrRx6EJLqdfJM8MOva4YL56WC7TbZFTlvTOC3yLK86OGVf9W+fGMMimFyWwdQ9KUWw+yXgk
e6xBsxhi8UWRUGI74kg/Yxr5LT7Un4yd4sPon3FUDroC99jCetOm7W+kivCWsFGbhMZbCKs+QjpIl8FCvZ+xX9ZCBun0xwk4
DTzVfIHqyOUHLk91FaYddbFg1eoGMnyDaem4NWCV/LFLcgtjTVezLeO4GcL9CMnwvfSjjEjaRpHBtS8b0uJ0Xnpvnh+5L0lq
SfBqTpN+VHOFkr9ynxvg30jn1KcYutCfLRWCfQOhgPwVrNgmDKEq4NLmGFPAWFs1ojBpzk9kN8FJPLSKZ9xuJ741E+t147hs
pzrA2+c9KH25/LAnWQj6arfqDSxfBKtY0mf6XBlvfRQvhOliSab6FAZadfOsLB0lgCZ/Uek3LTGMSbBz9MgD9rwVsYrRwxx+
2BJOixfltOP85DmkKL9sn1rh1J2hK1nXkNcj9Qj1S2Na+9oU+WOHkHWbHcfrUJMEcCaPJYbU4aJT+K58aS6Q+ixHCG0E0Pwd
pB6FCmHU5749yzbAv6cotOtkkLQ714K3kGksN6izpktpPGL4Qvlhpij1GuNhPcbxisHlGeBBrUHfjlr7JcLoHy33rTvHo89J
tHkNebgpBT1wI31sim815lOx4JLecG2TVwSQYeUHKA1Ra+QtX+puqV+MovJefICcpypGdBlKUuqOsu2nOevVfi/TWGCyVLJw
S9ZZsxkCt/IObYzaY8+bBhw1hUnNQfk6tJGvw5fBjTzhcfBnvU5aNZxA8S74FiR8SW+y4GKGMMcMc7B+GOCfVqOTxM5ZbRx0
2CejhQrNjq8tChnI87rF5Gn40lttPFOwjVrYoCo4Yb4a+1bLR1JLBYR8NhpdDnL40gRqngSmcc4r8GI/TPO591MZ0fkb8Zxj
+17X5JfCWbFazixz+C75pHFH5beRcNQgpuQoTjbqPhnBKTSw0WjRY/eWtBXIsFMY1pvAnW6l5o23yMYH2QhddIxqD6KPOk+M
BBOP2haU2/POMlTyFLKhxC8BnqK1TBay5T6HbFvnDCqb7QlpPeF8aAWfuKXnjDj1lKXTXxji+Q+g20HTkCleVuJaRy4HUpdB
rWF9CMMNVgrTjxeLY6e3SVN5LG9NbDix2Hwr1KyvwO8rjjJtqfeusXxrTJDeBdHcex9aCoX6HzdAOfYLYYQrWnQErrMkFSg0
8CkeJUySs1Hm2E6CsShtCvvRhI9T1pY41vyXBvnLPZfqXabKgXbpjCQJwn1utMWWFnXD0ZzwrsAcol64Xnbwi1OPRw87+kD3
qdYbTzlw4sPqL6fqJ0jRX5Y4BDHSMaXiDRsy2E0DjVMeP3oFoY86i41JFAbbGTR7Q+xv2aec1kz6aOm2FZ5hucdYPsjU1acF
FwbbhMP1udKtcbl2BPOwg3kcBU7KO/ouYLKxYrBsL9Ofyz+eGHDsYeBaQj7OWC6dU+R9IIcgRXP4rVn1nilBbFKFEqY85aE4
ey/QuBoLV2H6Jr+l/NmMoJQvc8CnXXnrFOp9UKkoJ/XJSMb1OX0/wLjpE4oTZfHk3GHUjjsfoyj8kEx/5F252xOhYYxNYZpH
MUwG50uAsngrWKC2LoDF1zFv6Btwz0BCb9fkrgv0wI/ZXfgsH55Maj4M8tecYk4K17I00jphluqJBdknWCfmUrpzpZ02pynx
15Y7WRTXm1gsWKaVjjx7PFTCtjscpbKcUOJLCOIMXUpS5BfgP6XxbkCdHPHaUucPF/gI/U4x3jgW6V9ntNg6CLPKjqyLIIwq
5q5Ae0CfSjnaY+UZafZwr9TIHRObYf4m8JYCVMbj1JfzcsWT6GsNhbBNnEsgg8SFKnO6xPDHlrjUXP2SFJtXwLHbf6bB1Cxi
5ypw52ytnytw8mWOUqNBxRqBO3/pcK8lqBUw0jpfh+GcXSWM8lE2Dp1M4NF7jtBz326CWmLNQYY8+JxIfrc6tGP4vzBL59uE
Whlymj1SuvmQO0CMBPJb7XTjYb+QJB4PuQQaapc6ZM8Wg79G8IY1YsdcrtPot4OQoCrnwk2slYUdbJfh1Q0Slzz9UcgtrOjh
SOKWF5Vh7SbLXUBaFo9j2ifk01wvi/rg2iCcF7QUCT2/A6T1wfuUfxl4ufbOMMLnsJKA6Es1Y3W0Z0bk1ve8FqXIYrDaIwxa
QvE+KDqUuRTVvza5YMeR+Bnr+ToJjiX4MX3eg3Sdhh4=
"""


def bayer() -> tuple[bytes, int]:
    """Return Bayer's mask (1973), which makes regular patterns, and its side.

    Examples
    --------
    >>> mask, side = bayer()
    >>> [list(mask[at : at + side]) for at in range(0, side * side, side)]
    [[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]]
    """
    mask, side = [0], 1
    while side * side < THRESHOLD_LEVELS:
        rows = [mask[at : at + side] for at in range(0, side * side, side)]
        top = [[4 * v + more for more in (0, 2) for v in row] for row in rows]
        bottom = [[4 * v + more for more in (3, 1) for v in row] for row in rows]
        mask, side = [v for row in top + bottom for v in row], 2 * side
    return bytes(mask), side


def blue_noise() -> tuple[bytes, int]:
    """Return a mask without patterns or low frequencies, and its side."""
    from base64 import b64decode

    packed = b64decode(_BLUE_NOISE)
    return bytes(rank for byte in packed for rank in (byte >> 4, byte & 15)), 64
