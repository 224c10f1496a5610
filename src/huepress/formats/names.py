"""Where output goes: which names are chosen, and which are refused."""

from __future__ import annotations

import os

from huepress.errors import OptionError
from huepress.files import is_device, is_folder_error
from huepress.formats import FORMATS
from huepress.formats.detect import is_indexed, is_label_map

__all__ = [
    "can_be_result", "check_stream", "check_suffix", "files_of", "original_stem", "output_names",
    "restored_name",
]  # fmt: skip

# Formats that change values slightly; an indexed or label image must keep every one. WebP has a
# lossless kind, but other programs are apt to write the lossy one again.
_LOSSY = {
    ".jpg": "JPEG", ".jpeg": "JPEG", ".jpe": "JPEG", ".jfif": "JPEG", ".jp2": "JPEG 2000",
    ".jxl": "JPEG XL", ".webp": "WebP", ".avif": "AVIF", ".heic": "HEIC", ".heif": "HEIF",
}  # fmt: skip


def output_names(
    name: str, kind: str, folder: str | None = None, with_suffix: bool = False
) -> tuple[str, ...]:
    """Return where the output goes by default.

    Parameters
    ----------
    name : str
        The input's path.
    kind : str
        One of `huepress.formats.FORMATS`.
    folder : str, optional
        Put it there instead of beside the input.
    with_suffix : bool, optional
        Keep the input's suffix within the name; by default not.

    Returns
    -------
    tuple of str
        One path, or two for the pair.

    Examples
    --------
    >>> output_names("photo.jpg", "png")
    ('photo-hp.png',)
    >>> output_names("photo.jpg", "webp")
    ('photo-hp.webp',)
    >>> output_names("photo.jpg", "png", with_suffix=True)
    ('photo.jpg-hp.png',)
    >>> output_names("photo.jpg", "pair")
    ('compressed_photo.png', 'codebook_photo.npy')
    """
    beside, base = os.path.split(name)
    stem = base if with_suffix else os.path.splitext(base)[0]
    suffix = FORMATS[kind].suffix
    target = f"compressed_{stem}{suffix}" if kind == "pair" else f"{stem}-hp{suffix}"
    return files_of(os.path.join(beside if folder is None else folder, target), kind)


def files_of(target: str, kind: str) -> tuple[str, ...]:
    """Return the target, and for the pair the codebook that belongs beside it."""
    if kind != "pair":
        return (target,)
    folder, base = os.path.split(target)
    stem = os.path.splitext(base)[0].removeprefix("compressed_")
    return (target, os.path.join(folder, f"codebook_{stem}.npy"))


def restored_name(name: str) -> str:
    """Return where a decompressed image goes by default.

    Examples
    --------
    >>> restored_name("photo-hp.png"), restored_name("compressed_photo.png")
    ('photo-restored.png', 'photo-restored.png')
    """
    folder, base = os.path.split(name)
    return os.path.join(folder, f"{original_stem(base)}-restored.png")


def original_stem(base: str) -> str:
    """Return how the name of an image starts whose result has this name by default."""
    return os.path.splitext(base)[0].removesuffix("-hp").removeprefix("compressed_")


def can_be_result(name: str) -> bool:
    """Tell whether a file that is named like a result by default can be one."""
    if os.path.splitext(name)[0].endswith("-hp"):
        return is_indexed(name)
    return is_label_map(*files_of(name, "pair"))


def check_stream(kind: str) -> None:
    """Refuse to write a pair to a stream: OptionError."""
    if kind == "pair":
        raise OptionError(
            "a pair is two files, which can't go to one stream; name a file", "format"
        )


def check_suffix(name: str, kind: str) -> None:
    """Refuse output names that promise another format than the one to be written.

    A device such as ``/dev/null`` may stand for a single file, not for a pair.

    Parameters
    ----------
    name : str
        The output's path.
    kind : str
        One of `huepress.formats.FORMATS`.

    Raises
    ------
    OptionError
        Saying why, where the format would be lossy.
    UnwritableError
        If it is a directory.
    """
    if os.path.isdir(name):
        raise is_folder_error(name)
    suffix = os.path.splitext(name)[1].lower()
    expected = FORMATS[kind].suffix
    if suffix == expected or (kind != "pair" and is_device(name)):
        return
    remedy = f"give a name that ends in {expected}"
    if suffix in _LOSSY and (kind == "pair" or suffix != ".webp"):
        raise OptionError(
            f"{name}: {_LOSSY[suffix]} may change the values it stores, and a changed label is "
            f"a wrong colour; {remedy}"
        )
    raise OptionError(f"{name}: a {expected} file is written here; {remedy}")
