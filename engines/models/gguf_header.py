"""Reads the header of a GGUF file, and checks that the file is complete, without native code.

Nothing is allocated for a size that the file claims before the bytes for it were seen, and the whole header has a
limit: no file can make this take more than some 64 MB, or more than a few seconds.

Format: github.com/ggml-org/ggml, docs/gguf.md, versions 2 and 3.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path

from engines.errors import ModelUnreadable
from engines.models.card import GGML_TYPES

Value = int | float | bool | str | tuple[int | float | bool, ...]

_INCOMPLETE = "The file is damaged or was not downloaded completely. Download it again."
_NOT_GGUF = "It is not a GGUF file. Choose a file that ends in .gguf."
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
    """One tensor. `weights`: their number; `type_id`: ggml's; `offset`: from the end of the header, in bytes."""

    name: str
    weights: int
    type_id: int
    offset: int

    @property
    def size(self) -> int:
        """Its bytes; 0 for an unknown type."""
        known = GGML_TYPES.get(self.type_id)
        return known.size(self.weights) if known else 0


@dataclass(frozen=True, slots=True)
class GgufHeader:
    """`metadata`: without texts over 1 MB and arrays over 4,096 numbers. `vocabulary`: its number of tokens."""

    metadata: Mapping[str, Value]
    tensors: tuple[GgufTensor, ...]
    vocabulary: int
    file_bytes: int

    def number(self, key: str) -> int | None:
        """The integer under `key`, if there is one that is not negative."""
        value = self.metadata.get(key)
        return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None

    def text(self, key: str) -> str | None:
        """The text under `key`, if there is one."""
        value = self.metadata.get(key)
        return value if isinstance(value, str) and value else None


def read_gguf(path: Path) -> GgufHeader:
    """The header of the file at `path`. Raises ModelUnreadable when it is not GGUF, is damaged or was cut short."""
    try:
        if path.is_dir():
            raise ModelUnreadable(path, "It is a folder. Choose a .gguf file.")
        if path.exists() and not path.is_file():  # opening a pipe would wait for ever
            raise ModelUnreadable(path, _NOT_GGUF)
        with path.open("rb") as file:
            return read_gguf_header(path, file.read, path.stat().st_size)
    except FileNotFoundError as error:
        raise ModelUnreadable(path, "There is no such file.") from error
    except OSError as error:
        raise ModelUnreadable(path, f"The file cannot be read: {error.strerror}.") from error


def read_gguf_header(
    path: Path, read: Callable[[int], bytes], file_bytes: int, prefixes: Sequence[int] = _PREFIX_BYTES
) -> GgufHeader:
    """The header of a file of so many bytes. `path`: its name in errors.

    `read`: its next bytes, at most so many. `prefixes`: how many to have read in turn, until the header is within.
    Raises ModelUnreadable.
    """
    if not file_bytes:
        raise ModelUnreadable(path, "The file is empty. Download it again.")
    data = b""
    for limit in prefixes:
        data += read(limit - len(data))
        if data[:4] != b"GGUF":
            raise ModelUnreadable(path, _NOT_GGUF)
        try:
            return _GgufParser(data, file_bytes).header()
        except _UnsupportedGguf as error:
            raise ModelUnreadable(path, str(error)) from error
        except _NeedMoreBytes as error:
            if len(data) < limit:
                raise ModelUnreadable(path, _INCOMPLETE) from error
        except (_BadGguf, UnicodeDecodeError) as error:
            raise ModelUnreadable(path, _INCOMPLETE) from error
    raise ModelUnreadable(path, "Its header is larger than that of any known model. The file is damaged.")


class _UnsupportedGguf(Exception):
    """A well-formed file of a version that llama.cpp does not read."""


class _BadGguf(Exception):
    """The header contradicts itself or the file."""


class _NeedMoreBytes(Exception):
    """The header is longer than the bytes read so far."""


class _GgufParser:
    def __init__(self, data: bytes, file_bytes: int) -> None:
        self._data, self._file_bytes = data, file_bytes
        self._position = 4
        self._vocabulary = 0

    def header(self) -> GgufHeader:
        version = self._integer("I")
        if version not in (2, 3):
            raise _UnsupportedGguf(
                f"Its GGUF version is {version}, and only 2 and 3 are supported. Look for a newer file."
            )
        tensor_count, pair_count = self._count(_MAX_TENSORS), self._count(_MAX_PAIRS)
        metadata = {key: value for key, value in (self._pair() for _ in range(pair_count)) if value is not None}
        tensors = tuple(self._tensor() for _ in range(tensor_count))
        self._check_offsets(tensors, metadata.get("general.alignment", _DEFAULT_ALIGNMENT))
        return GgufHeader(metadata, tensors, self._vocabulary, self._file_bytes)

    def _check_offsets(self, tensors: tuple[GgufTensor, ...], alignment: Value) -> None:
        """Check that every tensor lies in the file, and that no two share a byte."""
        if not isinstance(alignment, int) or alignment <= 0 or alignment & (alignment - 1):
            raise _BadGguf("the alignment is not a power of two")
        if len({tensor.name for tensor in tensors}) < len(tensors):
            raise _BadGguf("two tensors have one name")
        free = begin = -(-self._position // alignment) * alignment
        for tensor in sorted(tensors, key=lambda tensor: tensor.offset):
            if begin + tensor.offset < free or tensor.offset % alignment:
                raise _BadGguf("two tensors overlap")
            free = begin + tensor.offset + tensor.size
        if free > self._file_bytes or (tensors and begin >= self._file_bytes):
            raise _BadGguf("the file ends before its last tensor")

    def _scalar(self, code: str) -> int | float | bool:
        number = struct.Struct("<" + code)
        value: int | float | bool = number.unpack_from(self._data, self._skip(number.size))[0]
        return value

    def _integer(self, code: str) -> int:
        return int(self._scalar(code))

    def _skip(self, size: int) -> int:
        """Move past the next `size` bytes. Returns their position."""
        begin = self._position
        if size > self._file_bytes - begin:
            raise _BadGguf("longer than the file")
        if size > len(self._data) - begin:
            raise _NeedMoreBytes
        self._position += size
        return begin

    def _count(self, most: int) -> int:
        count = self._integer("Q")
        if count > most:
            raise _BadGguf("more than any model has")
        return count

    def _string(self) -> str:
        size = self._integer("Q")
        begin = self._skip(size)
        return self._data[begin : begin + size].decode()

    def _pair(self) -> tuple[str, Value | None]:
        """A key and its value; None for a value that is not kept."""
        key, kind = self._string(), self._integer("I")
        if kind in _SCALARS:
            return key, self._scalar(_SCALARS[kind])
        if kind == _STRING:
            begin = self._position
            text = self._string()
            return key, text if self._position - begin <= _MAX_KEPT_BYTES else None
        if kind == _ARRAY:
            return key, self._array(key)
        raise _BadGguf("a value of an unknown type")

    def _array(self, key: str) -> Value | None:
        kind, count = self._integer("I"), self._integer("Q")
        if kind == _STRING:
            self._strings(count, unique=key == _TOKENS)
            return None
        if kind not in _SCALARS:
            raise _BadGguf("an array of an unknown type")
        begin = self._skip(count * struct.calcsize("<" + _SCALARS[kind]))
        return (
            struct.unpack_from(f"<{count}{_SCALARS[kind]}", self._data, begin) if count <= _MAX_KEPT_NUMBERS else None
        )

    def _strings(self, count: int, *, unique: bool) -> None:
        """Skip an array of strings, hundreds of thousands in a vocabulary.

        llama.cpp ends the process when two tokens of a vocabulary are equal, so they must be `unique`.
        """
        if count > _MAX_TOKENS:
            raise _BadGguf("more than any vocabulary has")
        read, data, position, end = struct.Struct("<Q").unpack_from, self._data, self._position, len(self._data) - 8
        seen: set[bytes] = set()
        for _ in range(count):
            if position > end:
                self._skip(position + 8 - self._position)
            start, position = position + 8, position + 8 + read(data, position)[0]
            if unique:
                seen.add(data[start:position])
        self._skip(position - self._position)
        if unique and len(seen) < count:
            raise _BadGguf("two tokens of the vocabulary are equal")
        self._vocabulary = count if unique else self._vocabulary

    def _tensor(self) -> GgufTensor:
        name, dimensions = self._string(), self._integer("I")
        if dimensions > _MAX_DIMENSIONS:
            raise _BadGguf("too many dimensions")
        shape = [self._integer("Q") for _ in range(dimensions)]
        type_id, offset = self._integer("I"), self._integer("Q")
        known = GGML_TYPES.get(type_id)
        if known and shape and shape[0] % known.block:
            raise _BadGguf("a row is not a whole number of blocks")
        return GgufTensor(name, prod(shape), type_id, offset)
