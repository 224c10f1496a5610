"""What quantizing gives: a codebook and a label map."""

from __future__ import annotations

import math
from array import array
from typing import TYPE_CHECKING, Any, NamedTuple

from huepress.codebook import Codebook
from huepress.errors import PairError
from huepress.reading import to_pillow

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

__all__ = ["Copies", "Quantized", "label_size"]


def label_size(colors: int) -> int:
    """Return the bytes that one label takes: 1 up to 256 colours, 2 above."""
    return 1 if colors <= 256 else 2


class Copies(NamedTuple):
    """Where labels were copied from, when they were chosen: for those who store them.

    Attributes
    ----------
    hints : bytes
        For each pixel the index of a distance, or 0; each row has one byte before its first pixel.
    distances : array of int
        256 of them, in bytes of rows that have one byte before their first pixel.
    """

    hints: bytes
    distances: array[int]


class Quantized:
    """An image as a codebook and a label map: for each pixel the colour that stands for it.

    Parameters
    ----------
    width, height : int
        Size in pixels.
    label_bytes : bytes or bytearray
        The labels, row after row: one byte each if the codebook has up to 256 colours, else two
        in the machine's byte order. Every label must be below the codebook's length; that isn't
        checked here, but wherever label maps are read from files.
    codebook : Codebook
        The colours that the labels count.
    mse : float, optional
        Mean squared error per pixel, summed over red, green and blue.
    copies : Copies, optional
        Where the labels were copied from; hints that may be wrong.

    Attributes
    ----------
    width, height, label_bytes, codebook, mse, copies
        As above; `mse` is None if the image was read from a file.

    Raises
    ------
    PairError
        If there are fewer or more labels than pixels.

    Examples
    --------
    >>> q = Quantized(2, 2, bytes([0, 1, 1, 1]), Codebook([(0, 0, 0), (255, 255, 255)]), mse=0.0)
    >>> q
    <Quantized 2x2, 2 colours, MSE 0.00>
    >>> q.labels
    array([[0, 1],
           [1, 1]], dtype=uint8)
    >>> q.pixels()[0]
    array([[  0,   0,   0],
           [255, 255, 255]], dtype=uint8)
    """

    __slots__ = ("codebook", "copies", "height", "label_bytes", "mse", "width")

    codebook: Codebook
    copies: Copies | None
    height: int
    label_bytes: bytes | bytearray
    mse: float | None
    width: int

    def __init__(
        self,
        width: int,
        height: int,
        label_bytes: bytes | bytearray,
        codebook: Codebook,
        mse: float | None = None,
        copies: Copies | None = None,
    ) -> None:
        needed = width * height * label_size(len(codebook))
        if width < 1 or height < 1 or len(label_bytes) != needed:
            raise PairError(
                f"label map: {len(label_bytes):,} bytes for {width}x{height} pixels and "
                f"{len(codebook):,} colours; {needed:,} are needed"
            )
        for name, value in (
            ("width", width), ("height", height), ("label_bytes", label_bytes),
            ("codebook", codebook), ("mse", mse), ("copies", copies),
        ):  # fmt: skip
            object.__setattr__(self, name, value)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a Quantized doesn't change; make another")

    def __reduce__(self) -> tuple[type[Quantized], tuple[Any, ...]]:
        labels = bytes(self.label_bytes)
        return Quantized, (self.width, self.height, labels, self.codebook, self.mse, self.copies)

    @property
    def labels(self) -> NDArray[np.uint8] | NDArray[np.uint16]:
        """The label map: read-only, shape (H, W), uint8 up to 256 colours, else uint16."""
        import numpy as np

        dtype: type[Any] = np.uint8 if label_size(len(self.codebook)) == 1 else np.uint16
        labels = np.frombuffer(self.label_bytes, dtype).reshape(self.height, self.width)
        labels.setflags(write=False)
        return labels

    @property
    def psnr(self) -> float | None:
        """Peak signal-to-noise ratio in dB over R, G and B; infinite if nothing was lost."""
        if self.mse is None:
            return None
        return 10 * math.log10(255**2 * 3 / self.mse) if self.mse > 0 else math.inf

    def pixels(self) -> NDArray[np.uint8]:
        """Return the image that the labels stand for.

        Returns
        -------
        ndarray of uint8, shape (H, W, 3) or (H, W, 4)
            sRGB, with alpha if the codebook has it.
        """
        return self.codebook.colors[self.labels]

    def image(self) -> Image.Image:
        """Return the same image as a PIL image of mode RGB or RGBA."""
        return to_pillow(self.width, self.height, self.codebook.channels, self.pixel_bytes())

    def pixel_bytes(self) -> bytes:
        """Return the pixels as bytes, row after row; up to 256 colours this needs no NumPy."""
        if label_size(len(self.codebook)) == 2:
            return self.pixels().tobytes()
        channels = self.codebook.channels
        pixels = bytearray(channels * len(self.label_bytes))
        for channel in range(channels):
            table = self.codebook.data[channel::channels].ljust(256, b"\0")
            pixels[channel::channels] = self.label_bytes.translate(table)
        return bytes(pixels)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        """Return the `pixels`, so that ``np.asarray(q)`` is the image."""
        pixels = self.pixels()
        return pixels if dtype is None else pixels.astype(dtype)

    def __repr__(self) -> str:
        error = "" if self.mse is None else f", MSE {self.mse:.2f}"
        return f"<Quantized {self.width}x{self.height}, {len(self.codebook)} colours{error}>"
