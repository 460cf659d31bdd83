"""Deletion vectors of Delta tables: which rows of a Parquet file are deleted, in the form that the protocol wants."""

from __future__ import annotations

import base64
import struct
import uuid
from pathlib import Path
from zlib import crc32

import numpy as np

MAGIC = 1681511377  # a RoaringBitmapArray in the portable form
COOKIE = 12346  # a Roaring bitmap without runs
LONGEST_ARRAY = 4096  # a container with more positions is a bitmap
INLINE_LIMIT = 4096  # longer vectors would bloat the log
# The protocol's base 85 is Z85: Python's own with other letters.
_Z85 = bytes.maketrans(
    b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~",
    b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#",
)


def z85(content: bytes) -> str:
    """Return `content` in Z85, padded with zeros to whole words of four bytes."""
    return base64.b85encode(content + bytes(-len(content) % 4)).translate(_Z85).decode()


def vector(positions: np.ndarray) -> bytes:
    """Return the vector of these row numbers: ascending, each once, below 2 ** 32."""
    keys, starts = np.unique(positions >> 16, return_index=True)
    groups = np.split(positions & 0xFFFF, starts[1:])
    containers = [_container(group) for group in groups]
    header = 8 + 8 * len(keys)  # the cookie and the count; then a key, a size and an offset for each container
    offsets = header + np.cumsum([0, *map(len, containers[:-1])])
    return b"".join([
        struct.pack("<IQIII", MAGIC, 1, 0, COOKIE, len(keys)),
        *(struct.pack("<HH", key, len(group) - 1) for key, group in zip(keys, groups, strict=True)),
        offsets.astype("<u4").tobytes(),
        *containers,
    ])  # fmt: skip


def _container(positions: np.ndarray) -> bytes:
    if len(positions) <= LONGEST_ARRAY:
        return positions.astype("<u2").tobytes()
    bits = np.zeros(1 << 16, dtype=bool)
    bits[positions] = True
    return np.packbits(bits, bitorder="little").tobytes()


def descriptor(folder: Path, positions: np.ndarray, name: uuid.UUID) -> dict:
    """Return what the log says about a vector.

    It stands in the log itself or, where it is long or its `name` is odd, in a file of that name in the table's folder.
    """
    content = vector(positions)
    if len(content) <= INLINE_LIMIT and name.int % 2 == 0:
        place = {"storageType": "i", "pathOrInlineDv": z85(content)}
    else:
        framed = struct.pack(">BI", 1, len(content)) + content + struct.pack(">I", crc32(content))
        (folder / f"deletion_vector_{name}.bin").write_bytes(framed)
        place = {"storageType": "u", "pathOrInlineDv": z85(name.bytes), "offset": 1}
    return place | {"sizeInBytes": len(content), "cardinality": len(positions)}
