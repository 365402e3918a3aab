"""Vectors that come with a folder of texts, in one file, so that they need not be embedded where they are read.

A line of JSON, `{"embedder": …, "dimensions": …}`, then of each text the hash (`Chunk.hash`) and the vector as float16,
little-endian: its 11 bits round each number by a part in 2,048 at most, and so a cosine.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from pathlib import Path

HASH_BYTES = 16


def write_vectors(file: Path, embedder: str, vectors: Mapping[bytes, bytes]) -> None:
    """Write vectors, bytes of float32, by the hash of their text: at least one. The same bytes for the same vectors."""
    dimensions = len(next(iter(vectors.values()))) // 4
    halves, singles = _forms(dimensions)
    head = json.dumps({"embedder": embedder, "dimensions": dimensions}).encode()
    rows = (key + halves.pack(*singles.unpack(vectors[key])) for key in sorted(vectors))
    file.write_bytes(head + b"\n" + b"".join(rows))


def read_vectors(file: Path, embedder: str) -> dict[bytes, bytes]:
    """The vectors that this embedder made, bytes of float32 by the hash of their text; none of another.

    A file that is missing or damaged has none: the texts are embedded then.
    """
    try:
        head, _, rows = file.read_bytes().partition(b"\n")
        known = json.loads(head)
        if known["embedder"] != embedder:
            return {}
        halves, singles = _forms(known["dimensions"])
        records = struct.iter_unpack(f"{HASH_BYTES}s{halves.size}s", rows)
        return {key: singles.pack(*halves.unpack(row)) for key, row in records}
    except (OSError, ValueError, KeyError, TypeError, struct.error):
        return {}


def _forms(dimensions: int) -> tuple[struct.Struct, struct.Struct]:
    return struct.Struct(f"<{dimensions}e"), struct.Struct(f"<{dimensions}f")
