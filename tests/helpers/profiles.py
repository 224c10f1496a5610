"""ICC profiles."""

from __future__ import annotations

import random
import struct


def profile(space: bytes = b"RGB ", size: int = 200) -> bytes:
    """Return as much of an ICC profile as anyone looks at who doesn't convert colours."""
    header = bytearray(random.Random(size).randbytes(size))
    header[:4] = size.to_bytes(4, "big")
    header[16:20], header[36:40] = space, b"acsp"
    return bytes(header)


# Display P3's red, green and blue in XYZ under D50.
P3 = ((0.51512, 0.24120, -0.00105), (0.29198, 0.69225, 0.04189), (0.15710, 0.06657, 0.78407))


def matrix_profile(
    gamma: float = 2.2,
    columns: tuple[tuple[float, float, float], ...] = P3,
    name: str = "Wide",
    curve: bytes | None = None,
) -> bytes:
    """Return an ICC profile of RGB colours that colour management can use."""

    def fixed(*numbers: float) -> bytes:
        return struct.pack(f">{len(numbers)}i", *(round(number * 65_536) for number in numbers))

    curve = curve or b"para" + bytes(8) + fixed(gamma)
    text = name.encode("utf-16-be")
    contents = {
        b"desc": b"mluc" + struct.pack(">IIIHHII", 0, 1, 12, 0x656E, 0x5553, len(text), 28) + text,
        b"wtpt": b"XYZ " + bytes(4) + fixed(0.9642, 1, 0.8249),
        **{tag: b"XYZ " + bytes(4) + fixed(*columns[i])
           for i, tag in enumerate((b"rXYZ", b"gXYZ", b"bXYZ"))},
        **dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve),
    }  # fmt: skip
    table, body, start = b"", b"", 128 + 4 + 12 * len(contents)
    for tag, content in contents.items():
        table += struct.pack(">4sII", tag, start + len(body), len(content))
        body += content + bytes(-len(content) % 4)
    header = bytearray(128)
    header[8:12] = b"\x04\x30\0\0"
    header[12:24], header[36:40] = b"mntrRGB XYZ ", b"acsp"
    header[68:80] = fixed(0.9642, 1, 0.8249)
    header[:4] = struct.pack(">I", start + len(body))
    return bytes(header) + struct.pack(">I", len(contents)) + table + body
