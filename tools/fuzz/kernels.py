"""The kernels with any arguments that their gate lets through.

ValueError and its like are the gate doing its work. What the kernels then do wrong shows under
sanitizers (see `tools/sanitize.sh`), or in results that are checked here.
"""

from __future__ import annotations

import array
import random
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress

from huepress._kernels import gate
from tools.fuzz.draw import Draw

__all__ = ["RUNS", "seeds"]

# Bytes asked for in vain, too: a gate may be asked for terabytes.
REFUSALS = (ValueError, OverflowError, TypeError, MemoryError)
_STEPS = 12


def seeds() -> Iterator[bytes]:
    """Yield inputs of any bytes, of several lengths."""
    rng = random.Random(1)
    for size in (16, 100, 400, 1500, 4000):
        yield rng.randbytes(size)
        yield bytes(rng.choice((0, 1, 255)) for _ in range(size))


def _some(draw: Draw, count: int) -> bytes:
    """Return so many bytes, of few values or many."""
    if draw.number(0, 1):
        return draw.bytes(count)
    few = draw.bytes(draw.number(1, 4))
    return (few * (count // len(few) + 1))[:count]


def _clusters(draw: Draw) -> None:
    """Cluster the colours of a picture, and map its pixels."""
    channels, width, height = draw.choice((3, 4)), draw.number(1, 40), draw.number(1, 12)
    fine = draw.number(0, 3) == 0
    off = draw.choice((0,) * 15 + (1,))
    pixels = _some(draw, width * height * (4 if fine else channels) - off)
    index = gate.PixelIndex(pixels, 3 if fine else channels, fine)
    if fine and draw.number(0, 1):
        index.colors.rounded()
        gate.round_to_8_bits(pixels)
        colors = draw.bytes(3 * draw.number(1, 300))
        with suppress(*REFUSALS):
            index.tally(_some(draw, width * height), colors, 0, draw.odd(1, 3))
    unique = _merged(draw, index.colors)
    if draw.number(0, 3) == 0:
        unique = unique.weighted(index.weights_by(_some(draw, width * height)))
    points = unique.points(bool(draw.number(0, 1)), bool(draw.number(0, 1)))
    if draw.number(0, 3) == 0:
        points = draw.choice((points.coarsen, points.coarsen_within))(draw.odd(-3, 2000))
    made = [gate.Clusters(points, draw.odd(1, 300), draw.odd(1, 4)) for _ in range(2)]
    for _ in range(_STEPS):
        with suppress(*REFUSALS):
            _step(draw, *draw.choice((made, made[::-1])))
    with suppress(*REFUSALS):
        index.spread(made[0], array.array("i", range(made[0].k)), made[0].k)
    _map(draw, index, made[0], width)


def _merged(draw: Draw, colors: gate.ColorCounts) -> gate.ColorCounts:
    """Return colours, or, one time in four, their counts multiplied and merged with others."""
    if draw.number(0, 3) or colors.fine:
        return colors
    data, counts = colors.colors_and_counts()
    factor = draw.choice((1, 2, 1 << 20, 1 << 33, 1 << 61))
    many = gate.ColorCounts.of_colors(data, array.array("Q", [factor * n for n in counts]))
    other = gate.PixelIndex(_some(draw, colors.channels * draw.number(1, 40)), colors.channels)
    merged = many.merge(draw.choice((colors, many, other.colors)))
    assert sum(merged.counts()) == merged.total
    weights = [weight for _, weight in merged.points().coordinates()]
    assert sum(weights) < 1 << 32
    assert min(weights) > 0
    return merged


def _step(draw: Draw, one: gate.Clusters, other: gate.Clusters) -> None:
    """Do something with clusters."""
    what = draw.number(0, 13)
    if what < 4:
        _assign(draw, one)
    elif what < 6:
        one.update(draw.odd(0, 2))
    else:
        colors = array.array("I", [draw.number(0, 2**32 - 1) for _ in range(draw.number(0, 3))])
        draw.choice(
            (
                lambda: one.seed_by_variance(),
                lambda: one.seed_by_plusplus(draw.odd(1, 4), draw.odd(0, 99)),
                lambda: one.split_into(other, draw.odd(0, 99)),
                lambda: one.merge_from(other),
                lambda: one.copy_centroids(other),
                lambda: one.copy_centroids(other, [draw.odd(0, 9) for _ in range(one.k)]),
                lambda: one.place(draw.odd(0, 3), *(draw.odd(0, 16_320) for _ in range(4))),
                lambda: one.place_color(draw.odd(0, 3), draw.odd(0, 2**32 - 1)),
                lambda: one.snap_alpha(draw.odd(0, 3)),
                lambda: one.constrained_labels(colors),
                lambda: one.clear_labels(),
                lambda: one.colors(),
                lambda: one.distortion(),
            )
        )()


def _assign(draw: Draw, clusters: gate.Clusters) -> None:
    """Label all points; or, one time in eight, not all."""
    parts = clusters.parts
    if draw.number(0, 7):
        clusters.prepare_assign()
        for part in range(parts):
            clusters.assign(part, parts)
    else:
        clusters.assign(draw.odd(0, parts), draw.odd(1, parts))
    clusters.finish_assign()


def _map(draw: Draw, index: gate.PixelIndex, clusters: gate.Clusters, width: int) -> None:
    """Map pixels to labels in every way."""
    canvas = gate.Canvas(index, clusters, draw.odd(width, width))
    for _ in range(draw.number(0, 2)):
        canvas.measure_tolerance(draw.odd(0, 1), draw.odd(1, 2))
    for _ in range(3):
        with suppress(*REFUSALS):
            what = draw.number(0, 4)
            if what == 0:
                labels = canvas.dither_diffusion(draw.odd(0, 65_536), draw.odd(0, 16_320))
            elif what == 1:
                side, ranks = draw.choice((1, 2, 3, 4, 8, 16)), draw.number(1, 17)
                mask = bytes(rank % ranks for rank in draw.bytes(side * side))
                labels = canvas.dither_ordered(mask, side, draw.odd(0, 65_536), draw.odd(0, 16_320))
            elif what < 4:
                labels = _mapped_cheaply(draw, canvas, clusters.k)
            else:
                labels = canvas.enforce_constraints(
                    _some(draw, index.size), array.array("I", draw.bytes(4))
                )
            assert len(labels) == index.size
            assert max(labels) < clusters.k, "a label beyond the codebook"
            index.tally(labels, _some(draw, clusters.k * index.colors.channels))


def _mapped_cheaply(draw: Draw, canvas: gate.Canvas, k: int) -> bytes:
    rows, span = draw.odd(1, 4), 16 * draw.odd(1, 4)
    if not 0 < rows * span < 10_000:
        raise ValueError("no room")

    def costs(count: int) -> array.array[int]:
        some = [draw.odd(0, gate.MAX_COST) for _ in range(5)]
        return array.array("i", [some[i * i % 5] for i in range(count)])

    literal, match = costs(k), costs(rows * span + gate.MAX_RUN_DISTANCE)
    if draw.number(0, 1):
        match = array.array("i", [gate.FORBIDDEN if cost % 2 else cost for cost in match])
    strength = draw.choice((1.0, 0.01, 1e-30, 999_999.0, float("nan"), -1.0))
    shares = (draw.odd(0, 32_767), draw.odd(0, 32_767))
    step, cap, workers = draw.odd(0, 65_535), draw.odd(0, 4096), draw.odd(1, 3)
    trellis = gate.Trellis(canvas, literal, match, rows, span, strength, step, shares, cap, workers)
    trellis.run()
    trellis.run()
    assert trellis.copies is None or len(trellis.copies) > len(trellis.labels)
    return trellis.labels


def _room(draw: Draw) -> int:
    """Return a number of bytes; of what there is gigabytes of, not as much."""
    room = draw.odd(0, 8000)
    return 8000 if 8000 < room < 1 << 40 else room


def _blocks(draw: Draw) -> None:
    """Cut streams that are damaged, or that stand for other bytes, into blocks."""
    blocks = gate.BlockSplitter(_room(draw))
    raw = _some(draw, draw.number(1, 3000))
    packer = zlib.compressobj(draw.number(0, 9), wbits=-15, strategy=draw.choice((0, 2, 3, 4)))
    stream = bytearray(packer.compress(raw) + packer.flush())
    for _ in range(draw.choice((0, 0, 1, 2, 5))):
        stream[draw.number(0, len(stream) - 1)] ^= draw.number(0, 255)
    if draw.number(0, 7) == 0:
        stream = bytearray(draw.rest())
    intact = _stands_for(raw, bytes(stream))
    skip = draw.odd(0, len(raw))
    blocks.add_stream(bytes(stream), raw, skip)
    assert sum(blocks.symbol_counts()) >= 0
    names = bytes((i + draw.number(0, 255)) & 255 for i in range(256))
    with suppress(*REFUSALS):
        blocks.permuted_bits([names, bytes(range(256))])
    out = blocks.finish()
    blocks.finish()
    if intact and out is not None:
        reader = zlib.decompressobj(-15, zdict=raw[:skip])
        assert reader.decompress(out) == raw[skip:], "another stream"


def _stands_for(raw: bytes, stream: bytes) -> bool:
    """Tell whether a stream is one of these bytes, whole and alone."""
    reader = zlib.decompressobj(-15)
    try:
        found = reader.decompress(stream)
    except zlib.error:
        return False
    return found == raw and reader.eof and not reader.unused_data


def _parse(draw: Draw) -> None:
    """Make blocks of bytes with hints of what they are copies of, right or wrong."""
    blocks = gate.BlockSplitter(_room(draw))
    raw = _some(draw, draw.number(1, 3000))
    hints = _some(draw, len(raw) - draw.choice((0,) * 15 + (1,)))
    few = [draw.odd(1, 300) for _ in range(3)] + [32_768]
    distances = array.array("i", [few[i % 4] for i in range(256)])
    start, end = draw.odd(0, len(raw)), draw.odd(len(raw), len(raw))
    blocks.add_bytes(raw, hints, distances, start, end)
    is_last = bool(draw.number(0, 3))
    out = blocks.finish(is_last)
    if out is not None:
        reader = zlib.decompressobj(-15, zdict=raw[:start])
        assert reader.decompress(out) == raw[start:end], "another stream"
        assert reader.eof == is_last


def _rows(draw: Draw) -> None:
    """Filter pixels, order their labels, and put them on a background."""
    stride, count = draw.number(1, 300), draw.number(1, 12)
    data = _some(draw, stride * count)
    what = draw.number(0, 3)
    if what < 2:
        stride = draw.odd(stride, stride)
        filtered = gate.filter_rows(data, stride, draw.odd(1, 8), draw.odd(0, 8))
        assert len(filtered) == len(data) + len(data) // stride
    elif what == 2:
        k = draw.odd(max(data) + 1, 256)
        order = gate.reorder_palette(data, draw.odd(stride, stride), k, draw.odd(0, 3))
        assert sorted(order) == list(range(k))
    else:
        assert len(gate.composite_on_grey(data, draw.odd(0, 255))) == len(data) // 4 * 3
        assert len(gate.clear_hidden_colors(data)) == len(data)


def _scales(draw: Draw) -> None:
    """Compare two pictures as SSIMULACRA 2 does."""
    width, height, parts = draw.number(8, 70), draw.number(8, 40), draw.odd(1, 3)
    pictures = [
        gate.Scales(
            _some(draw, 3 * width * height), draw.odd(width, width), height, original, parts
        )
        for original in (True, False)
    ]
    for picture in pictures:
        for part in range(parts):
            picture.downscale(part, parts)
    for part in range(parts):
        pictures[0].prepare_reference(part, parts)
    structure = [draw.odd(0, 7) for _ in range(pictures[1].count)]
    for part in range(parts):
        pictures[1].compare(pictures[0], structure, part, parts)
    assert len(pictures[1].norms()) == pictures[1].count


def _guarded(run: Callable[[Draw], None]) -> Callable[[bytes], None]:
    def guarded(data: bytes) -> None:
        with suppress(*REFUSALS):
            run(Draw(data))

    return guarded


RUNS = {
    "clusters": _guarded(_clusters),
    "blocks": _guarded(_blocks),
    "parse": _guarded(_parse),
    "rows": _guarded(_rows),
    "scales": _guarded(_scales),
}
