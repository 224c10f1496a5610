"""Draw the scene that the examples compress, and write it to ``scene.png`` beside this script.

The picture has what makes quantization hard: a sky whose gradient shows every band, the texture of
grass, foliage, stone and water, details as thin as a twig, and a few saturated colours that cover
only some hundred pixels. Run it without arguments; every run draws the same picture.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image
from scenery import fence, jetty, lake, land, meadow, oak, paint, shore, sky, village

OUTPUT = Path(__file__).with_name("scene.png")
SIGN = (764.0, 712.0)
NEAREST = 660.0  # the row from which things grow in front of the oak


def draw() -> Image.Image:
    """Paint the scene from back to front."""
    canvas = far_away()
    canvas = on_the_lake(canvas)
    canvas = near_bank(canvas)
    canvas = sky.evening_light(canvas)
    return paint.to_image(canvas, np.random.default_rng(7))


def far_away() -> paint.Floats:
    """Paint the sky and everything up to the far shore."""
    canvas = sky.open_sky()
    canvas = sky.clouds(canvas)
    canvas = sky.sun(canvas)
    canvas = sky.balloon(canvas, (968, 104), 58, haze=0.06)
    canvas = sky.balloon(canvas, (744, 196), 19, haze=0.35)
    canvas = sky.birds(canvas)
    canvas = land.mountains(canvas)
    canvas = land.woods(canvas)
    return village.village(canvas)


def on_the_lake(canvas: paint.Floats) -> paint.Floats:
    """Paint the lake, which mirrors what is there already, and what floats or stands in it."""
    canvas = lake.lake(canvas)
    canvas = lake.sailing_boat(canvas, (722, 446), 62)
    canvas = lake.sailing_boat(canvas, (388, 424), 26)
    canvas = jetty.jetty(canvas)
    canvas = jetty.rowing_boat(canvas, (585, 560), 118)
    canvas = shore.reeds(canvas)
    return shore.boulders(canvas)


def near_bank(canvas: paint.Floats) -> paint.Floats:
    """Paint the meadow and what stands on it."""
    feet = [(foot, height, height * 0.11) for foot, height in fence.posts()]
    feet += [(oak.FOOT, 100, 46), (SIGN, 60, 8)]
    ground = meadow.shade(meadow.bank(canvas), feet)
    canvas = meadow.pebbles(ground)
    canvas = meadow.grass(canvas, ground, 0, NEAREST)
    canvas = meadow.flowers(canvas, ground, 0, NEAREST)
    canvas = oak.oak(canvas, ground)
    canvas = meadow.grass(canvas, ground, NEAREST, np.inf)
    canvas = meadow.flowers(canvas, ground, NEAREST, np.inf)
    canvas = fence.signpost(canvas, ground, SIGN, "HUEPRESS")
    return fence.fence(canvas, ground)


def main() -> None:
    """Draw the scene and write it."""
    draw().save(OUTPUT, optimize=True)
    print(f"{OUTPUT.name}: {OUTPUT.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
