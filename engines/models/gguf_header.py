"""Reads the header of a GGUF file: what a model says of itself, and whether the file is whole, with no native code.

Nothing is reserved for a number that the file states before the bytes for it were seen, and the whole header has a
limit: no file can make this take more than some 64 MB, or more than a few seconds.

Format: github.com/ggml-org/ggml, docs/gguf.md, versions 2 and 3.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import BinaryIO

from engines.errors import ModelUnreadable
from engines.models.card import GGML_TYPES

Value = int | float | bool | str | tuple[int | float | bool, ...]

_INCOMPLETE = "The file is damaged or was not downloaded completely. Download it again."
_NOT_GGUF = "It is not a GGUF file. Choose a file that ends in .gguf, as llama.cpp uses."
_STRING, _ARRAY = 8, 9
_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_MAX_DIMENSIONS = 4
_DEFAULT_ALIGNMENT = 32
_PREFIX_BYTES = (1 << 20, 16 << 20, 64 << 20)  # read in turn, until the header is within
_MAX_PAIRS, _MAX_TENSORS, _MAX_TOKENS = 4096, 65_536, 1 << 22  # several times what the largest models have
_MAX_KEPT_BYTES = 1 << 20  # of a text; the longest chat templates have some 30 KB
_MAX_KEPT_NUMBERS = 4096  # of an array: one for each layer, not one for each token
_TOKENS = "tokenizer.ggml.tokens"


@dataclass(frozen=True, slots=True)
class GgufTensor:
    """One tensor: its weights, the id of their type in ggml, and where it begins after the header, in bytes."""

    name: str
    weights: int
    type_id: int
    offset: int

    @property
    def size(self) -> int:
        """Bytes it takes; 0 for a type that is not known."""
        known = GGML_TYPES.get(self.type_id)
        return known.size(self.weights) if known else 0


@dataclass(frozen=True, slots=True)
class GgufHeader:
    """`metadata`: without texts over 1 MB and arrays over 4,096 numbers. `vocabulary`: tokens in it."""

    metadata: Mapping[str, Value]
    tensors: tuple[GgufTensor, ...]
    vocabulary: int
    file_bytes: int

    def number(self, key: str) -> int | None:
        """The whole number under `key`, if there is one that is not negative."""
        value = self.metadata.get(key)
        return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None

    def text(self, key: str) -> str | None:
        """The text under `key`, if there is one."""
        value = self.metadata.get(key)
        return value if isinstance(value, str) and value else None


def check_gguf(path: Path) -> None:
    """Raises ModelUnreadable when the file at `path` is no GGUF file, is damaged or was cut short."""
    read_gguf(path)


def read_gguf(path: Path) -> GgufHeader:
    """The header of the file at `path`. Raises ModelUnreadable when it is no GGUF file, is damaged or was cut short."""
    try:
        _require_file(path)
        with path.open("rb") as file:
            return _read(path, file, path.stat().st_size)
    except FileNotFoundError as error:
        raise ModelUnreadable(path, "There is no such file.") from error
    except OSError as error:
        raise ModelUnreadable(path, f"The file cannot be read: {error.strerror}.") from error


def _require_file(path: Path) -> None:
    if path.is_dir():
        raise ModelUnreadable(path, "It is a folder. Choose a .gguf file.")
    if path.exists() and not path.is_file():  # opening a pipe would wait for ever
        raise ModelUnreadable(path, _NOT_GGUF)


def _read(path: Path, file: BinaryIO, file_bytes: int) -> GgufHeader:
    if not file_bytes:
        raise ModelUnreadable(path, "The file is empty. Download it again.")
    data = b""
    for limit in _PREFIX_BYTES:
        data += file.read(limit - len(data))
        if data[:4] != b"GGUF":
            raise ModelUnreadable(path, _NOT_GGUF)
        try:
            return _Parser(data, file_bytes).header()
        except _UnsupportedError as error:
            raise ModelUnreadable(path, str(error)) from error
        except _BeyondError as error:
            if len(data) < limit:
                raise ModelUnreadable(path, _INCOMPLETE) from error
        except (_DamagedError, UnicodeDecodeError) as error:
            raise ModelUnreadable(path, _INCOMPLETE) from error
    raise ModelUnreadable(path, "Its header is larger than that of any model known. The file is damaged.")


class _UnsupportedError(Exception):
    """A well-formed file of a kind that llama.cpp does not read."""


class _DamagedError(Exception):
    """What the file says cannot be."""


class _BeyondError(Exception):
    """The header goes on after the bytes at hand."""


class _Parser:
    def __init__(self, data: bytes, file_bytes: int) -> None:
        self._data, self._file_bytes = data, file_bytes
        self._position = 4
        self._vocabulary = 0

    def header(self) -> GgufHeader:
        version = self._integer("I")
        if version not in (2, 3):
            raise _UnsupportedError(f"Its GGUF version, {version}, is neither 2 nor 3. Look for a newer conversion.")
        tensor_count, pair_count = self._count(_MAX_TENSORS), self._count(_MAX_PAIRS)
        metadata = {key: value for key, value in (self._pair() for _ in range(pair_count)) if value is not None}
        tensors = tuple(self._tensor() for _ in range(tensor_count))
        self._check_places(tensors, metadata.get("general.alignment", _DEFAULT_ALIGNMENT))
        return GgufHeader(metadata, tensors, self._vocabulary, self._file_bytes)

    def _check_places(self, tensors: tuple[GgufTensor, ...], alignment: Value) -> None:
        """Every tensor lies in the file, and no two share a byte."""
        if not isinstance(alignment, int) or alignment <= 0 or alignment & (alignment - 1):
            raise _DamagedError("the alignment is not a power of two")
        if len({tensor.name for tensor in tensors}) < len(tensors):
            raise _DamagedError("two tensors have one name")
        free = begin = -(-self._position // alignment) * alignment
        for tensor in sorted(tensors, key=lambda tensor: tensor.offset):
            if begin + tensor.offset < free or tensor.offset % alignment:
                raise _DamagedError("two tensors overlap")
            free = begin + tensor.offset + tensor.size
        if free > self._file_bytes or (tensors and begin >= self._file_bytes):
            raise _DamagedError("the file ends before its last tensor")

    def _scalar(self, code: str) -> int | float | bool:
        value: int | float | bool = struct.unpack_from("<" + code, self._data, self._take(struct.calcsize("<" + code)))[
            0
        ]
        return value

    def _integer(self, code: str) -> int:
        return int(self._scalar(code))

    def _take(self, size: int) -> int:
        """Where the next `size` bytes begin, which are then passed."""
        begin = self._position
        if size > self._file_bytes - begin:
            raise _DamagedError("longer than the file")
        if size > len(self._data) - begin:
            raise _BeyondError
        self._position += size
        return begin

    def _count(self, most: int) -> int:
        count = self._integer("Q")
        if count > most:
            raise _DamagedError("more than any model has")
        return count

    def _string(self) -> str:
        size = self._integer("Q")
        begin = self._take(size)
        return self._data[begin : begin + size].decode()

    def _pair(self) -> tuple[str, Value | None]:
        """A key and its value; None for what is not kept."""
        key, kind = self._string(), self._integer("I")
        if kind in _SCALARS:
            return key, self._scalar(_SCALARS[kind])
        if kind == _STRING:
            begin = self._position
            text = self._string()
            return key, text if self._position - begin <= _MAX_KEPT_BYTES else None
        if kind == _ARRAY:
            return key, self._array(key)
        raise _DamagedError("a value of no known kind")

    def _array(self, key: str) -> Value | None:
        kind, count = self._integer("I"), self._integer("Q")
        if kind == _STRING:
            self._strings(count, unique=key == _TOKENS)
            return None
        if kind not in _SCALARS:
            raise _DamagedError("an array of no known kind")
        begin = self._take(count * struct.calcsize("<" + _SCALARS[kind]))
        return (
            struct.unpack_from(f"<{count}{_SCALARS[kind]}", self._data, begin) if count <= _MAX_KEPT_NUMBERS else None
        )

    def _strings(self, count: int, *, unique: bool) -> None:
        """Passes over an array of strings, hundreds of thousands in a vocabulary.

        llama.cpp ends the process when two tokens of a vocabulary are equal, so they must be `unique`.
        """
        if count > _MAX_TOKENS:
            raise _DamagedError("more than any vocabulary has")
        read, data, position, end = struct.Struct("<Q").unpack_from, self._data, self._position, len(self._data) - 8
        seen: set[bytes] = set()
        for _ in range(count):
            if position > end:
                self._take(position + 8 - self._position)
            start, position = position + 8, position + 8 + read(data, position)[0]
            if unique:
                seen.add(data[start:position])
        self._take(position - self._position)
        if unique and len(seen) < count:
            raise _DamagedError("two tokens of the vocabulary are equal")
        self._vocabulary = count if unique else self._vocabulary

    def _tensor(self) -> GgufTensor:
        name, dimensions = self._string(), self._integer("I")
        if dimensions > _MAX_DIMENSIONS:
            raise _DamagedError("too many dimensions")
        shape = [self._integer("Q") for _ in range(dimensions)]
        type_id, offset = self._integer("I"), self._integer("Q")
        known = GGML_TYPES.get(type_id)
        if known and shape and shape[0] % known.block:
            raise _DamagedError("a row is no whole number of blocks")
        return GgufTensor(name, prod(shape), type_id, offset)
