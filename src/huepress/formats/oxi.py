"""The PNG encoder: oxipng, told to write what it is given and to change nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import oxipng

__all__ = ["write_png"]


def write_png(
    data: bytes | bytearray,
    width: int,
    height: int,
    color_type: oxipng.ColorType,
    bit_depth: int,
    effort: int,
) -> bytes:
    """Encode rows of packed samples as a PNG.

    Parameters
    ----------
    data : bytes or bytearray
        The rows, each starting at a whole byte; 16-bit samples have their high byte first.
    width, height : int
        Size in pixels.
    color_type : oxipng.ColorType
        What the samples mean.
    bit_depth : int
        1, 2, 4, 8 or 16 bits per sample.
    effort : int
        1 (fastest) to 10 (smallest).

    Returns
    -------
    bytes
        The PNG file; the same for the same input.
    """
    import oxipng

    # Labels hardly gain by filters, which predict numbers: neighbouring labels are not alike as
    # numbers. On photographs they cost 7 to 12 %, so only the highest effort tries them.
    filters = [oxipng.RowFilter.NoOp]
    if effort == 10:
        filters += [oxipng.RowFilter.Sub, oxipng.RowFilter.Up, oxipng.RowFilter.Bigrams]
    raw = oxipng.RawImage(data, width, height, color_type=color_type, bit_depth=bit_depth)
    return raw.create_optimized_png(
        level=0,
        filter=filters,
        deflate=oxipng.Deflaters.libdeflater(_deflate_level(effort)),
        # Palette and depth are chosen already, and a label map must stay one.
        bit_depth_reduction=False,
        color_type_reduction=False,
        palette_reduction=False,
        grayscale_reduction=False,
    )


def _deflate_level(effort: int) -> int:
    """Choose libdeflate's level: 6 takes a quarter of the time of 10, 12 twice it for 0.1 %."""
    if effort <= 2:
        return 6
    return 10 if effort <= 6 else 12
