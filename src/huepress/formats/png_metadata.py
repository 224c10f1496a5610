"""Metadata in PNG chunks, both ways (PNG specification, third edition, section 11.3)."""

from __future__ import annotations

import struct
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING, BinaryIO

from huepress.color import code_points_in_profile
from huepress.formats.metadata import MAX_BYTES, Metadata, Text, fitting
from huepress.reading import chunk_headers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["chunks_of", "read_chunks"]

# Texts that are no texts: XMP, and how ImageMagick wrote EXIF before there was a chunk for it.
_XMP, _RAW_EXIF = "XML:com.adobe.xmp", "Raw profile type exif"
# What colours mean, with the size of each: it can only be kept as it is.
_COLOR_CHUNKS = {b"cICP": 4, b"sRGB": 1, b"gAMA": 4, b"cHRM": 32}
_TEXT_CHUNKS = (b"tEXt", b"zTXt", b"iTXt")
_WANTED = {*_COLOR_CHUNKS, *_TEXT_CHUNKS, b"eXIf", b"iCCP", b"pHYs"}


def chunks_of(metadata: Metadata) -> list[tuple[bytes, bytes]]:
    """Return the chunks to write, each of which may stand before the palette.

    Parameters
    ----------
    metadata : Metadata
        Any.

    Returns
    -------
    list of (bytes, bytes)
        Names and contents. Texts are compressed where that makes them smaller.
    """
    chunks = list(metadata.color_chunks)
    if metadata.icc:  # only code points say more than it does
        codes = dict(chunks).get(b"cICP") or code_points_in_profile(metadata.icc)
        chunks = [(b"cICP", codes)] if codes else []
        chunks.append((b"iCCP", b"ICC profile\0\0" + _deflated(metadata.icc)))
    if metadata.density:
        chunks.append((b"pHYs", struct.pack(">IIB", *metadata.density)))
    if metadata.exif:
        chunks.append((b"eXIf", metadata.exif))
    if metadata.xmp:
        chunks.append(_international(_XMP.encode(), metadata.xmp))
    for text in metadata.texts:
        with suppress(ValueError):  # a keyword that is none; one can come from Pillow only
            chunks.append(_text_chunk(text))
    return chunks


def read_chunks(file: BinaryIO) -> Metadata:
    """Read the metadata of a PNG.

    Parameters
    ----------
    file : binary file object
        Seekable, standing behind the signature.

    Returns
    -------
    Metadata
        Of what occurs twice the first, except for texts. The rest of a damaged file is ignored.
    """
    found: dict[bytes, bytes] = {}
    written: list[tuple[bytes, bytes]] = []
    for name, content in _chunks(file):
        if name in _TEXT_CHUNKS:
            written.append((name, content))
        else:
            found.setdefault(name, content)
    texts = fitting(_decoded(written))
    special = {text.keyword: text.text for text in reversed(texts)}
    return Metadata(
        found.get(b"eXIf") or _raw_profile(special.get(_RAW_EXIF, "")),
        special.get(_XMP, "").encode(),
        _profile(found.get(b"iCCP", b"")),
        _density(found.get(b"pHYs", b"")),
        tuple(text for text in texts if text.keyword not in (_XMP, _RAW_EXIF)),
        tuple(
            (name, found[name])
            for name, size in _COLOR_CHUNKS.items()
            if len(found.get(name, b"")) == size
        ),
    )


def _chunks(file: BinaryIO) -> Iterator[tuple[bytes, bytes]]:
    """Yield the chunks that are wanted, undamaged and not too large."""
    room = MAX_BYTES
    for name, size in chunk_headers(file):
        if name == b"IEND":
            return
        if name not in _WANTED or size > (room if name in _TEXT_CHUNKS else MAX_BYTES):
            continue
        content, check = file.read(size), file.read(4)
        if zlib.crc32(content, zlib.crc32(name)).to_bytes(4, "big") == check:
            if name in _TEXT_CHUNKS:
                room -= size
            yield name, content


def _decoded(chunks: Iterable[tuple[bytes, bytes]]) -> Iterator[Text]:
    """Yield what text chunks say, one by one: each may be a thousand times as long as it is."""
    for name, content in chunks:
        try:
            text = _text(name, content)
        except (ValueError, zlib.error):
            continue
        yield text


def _text(name: bytes, content: bytes) -> Text:
    """Decode a text chunk; ValueError or zlib.error if it is damaged."""
    key, rest = content.split(b"\0", 1)
    keyword = key.decode("latin-1")
    if name == b"tEXt":
        return Text(keyword, rest.decode("latin-1"))
    if name == b"zTXt":
        return Text(keyword, _inflated(rest[1:]).decode("latin-1"))
    compressed = rest[:1] == b"\1"
    language, translated, text = rest[2:].split(b"\0", 2)
    text = _inflated(text) if compressed else text
    return Text(keyword, text.decode(), language.decode("latin-1"), translated.decode())


def _text_chunk(text: Text) -> tuple[bytes, bytes]:
    """Encode a text as the smallest chunk that holds it; ValueError if none does."""
    keyword = text.keyword.encode("latin-1")
    if not 0 < len(keyword) < 80 or "\0" in "".join(text):
        raise ValueError("not a text that a PNG can hold")
    if not text.language and not text.translated:
        with suppress(UnicodeEncodeError):
            content = text.text.encode("latin-1")
            packed = b"\0" + _deflated(content)
            if len(packed) < len(content):
                return b"zTXt", keyword + b"\0" + packed
            return b"tEXt", keyword + b"\0" + content
    return _international(keyword, text.text.encode(), text.language, text.translated)


def _international(
    keyword: bytes, text: bytes, language: str = "", translated: str = ""
) -> tuple[bytes, bytes]:
    packed = _deflated(text)
    flag, text = (b"\1", packed) if len(packed) < len(text) else (b"\0", text)
    words = [keyword, flag + b"\0" + language.encode("latin-1"), translated.encode(), text]
    return b"iTXt", b"\0".join(words)


def _deflated(data: bytes) -> bytes:
    from deflate import zlib_compress

    return bytes(zlib_compress(data, 12))


def _inflated(data: bytes) -> bytes:
    """Decompress what isn't too large; ValueError if it is, or ends early."""
    decoder = zlib.decompressobj()
    result = decoder.decompress(data, MAX_BYTES)
    if not decoder.eof:
        raise ValueError("too large, or cut short")
    return result


def _profile(content: bytes) -> bytes:
    """Return the ICC profile of an iCCP chunk: a name, the method 0, and the profile."""
    with suppress(ValueError, zlib.error):
        _, profile = content.split(b"\0", 1)
        return _inflated(profile[1:])
    return b""


def _density(content: bytes) -> tuple[int, int, int] | None:
    if len(content) != 9 or content[8] > 1:
        return None
    x, y, unit = struct.unpack(">IIB", content)
    return x, y, unit


def _raw_profile(text: str) -> bytes:
    """Return what ImageMagick wrote as: an empty line, a name, a size, and lines of digits."""
    with suppress(ValueError):
        return bytes.fromhex("".join(text.split("\n")[3:]))
    return b""
