"""Reads the header of a GGUF file: enough to refuse what is not one before native code sees it.

Format: github.com/ggml-org/ggml, docs/gguf.md, versions 2 and 3.
"""

import mmap
import struct
from pathlib import Path

from engines.failures import ModelUnreadable

_INCOMPLETE = "The file is damaged or was not downloaded completely. Download it again."
_NOT_GGUF = "It is not a GGUF file. Choose a file that ends in .gguf, as llama.cpp uses."
_STRING, _ARRAY = 8, 9
_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_MAX_DIMENSIONS = 4
_DEFAULT_ALIGNMENT = 32


def check_gguf(path: Path) -> None:
    """Raises ModelUnreadable when the file at `path` is no GGUF file, or ends before its last tensor begins."""
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            _check(path, data)
    except FileNotFoundError as error:
        raise ModelUnreadable(path, "There is no such file.") from error
    except IsADirectoryError as error:
        raise ModelUnreadable(path, "It is a folder. Choose a .gguf file.") from error
    except OSError as error:
        raise ModelUnreadable(path, f"The file cannot be read: {error.strerror}.") from error
    except ValueError as error:  # mmap refuses an empty file
        raise ModelUnreadable(path, "The file is empty. Download it again.") from error


def _check(path: Path, data: mmap.mmap) -> None:
    if data[:4] != b"GGUF":
        raise ModelUnreadable(path, _NOT_GGUF)
    try:
        last_tensor = _Header(data, 4).last_tensor()
    except _UnsupportedError as error:
        raise ModelUnreadable(path, str(error)) from error
    except (struct.error, UnicodeDecodeError, OverflowError, KeyError, IndexError) as error:
        raise ModelUnreadable(path, _INCOMPLETE) from error
    if last_tensor >= len(data):
        raise ModelUnreadable(path, _INCOMPLETE)


class _UnsupportedError(Exception):
    """A well-formed file of a kind that llama.cpp does not read."""


class _Header:
    def __init__(self, data: mmap.mmap, position: int) -> None:
        self._data = data
        self._position = position

    def last_tensor(self) -> int:
        """The byte at which the last tensor begins; 0 when there is none."""
        version = self._integer("I")
        if version not in (2, 3):
            raise _UnsupportedError(f"Its GGUF version, {version}, is neither 2 nor 3. Look for a newer conversion.")
        tensors, pairs = self._count(), self._count()
        alignment = _DEFAULT_ALIGNMENT
        for _ in range(pairs):
            key, value = self._pair()
            alignment = int(value) if key == "general.alignment" else alignment
        last = max((self._tensor_offset() for _ in range(tensors)), default=None)
        return 0 if last is None else self._aligned(alignment) + last

    def _aligned(self, alignment: int) -> int:
        if alignment <= 0 or alignment & (alignment - 1):
            raise IndexError("the alignment is not a power of two")
        return -(-self._position // alignment) * alignment

    def _scalar(self, code: str) -> float:
        value: float = struct.unpack_from("<" + code, self._data, self._position)[0]
        self._position += struct.calcsize("<" + code)
        return value

    def _integer(self, code: str) -> int:
        return int(self._scalar(code))

    def _count(self) -> int:
        """A number of things that each take at least one byte of the rest of the file."""
        return self._within(self._integer("Q"))

    def _within(self, size: int) -> int:
        if size > len(self._data) - self._position:
            raise IndexError("longer than the file")
        return size

    def _string(self) -> str:
        size = self._within(self._integer("Q"))
        self._position += size
        return self._data[self._position - size : self._position].decode()

    def _pair(self) -> tuple[str, float]:
        """A key and its value; 0 for values that are not numbers."""
        key, kind = self._string(), self._integer("I")
        if kind in _SCALARS:
            return key, self._scalar(_SCALARS[kind])
        if kind == _STRING:
            self._string()
        elif kind == _ARRAY:
            self._array(unique=key == "tokenizer.ggml.tokens")
        else:
            raise KeyError(kind)
        return key, 0

    def _array(self, *, unique: bool) -> None:
        kind, count = self._integer("I"), self._count()
        if kind == _STRING:
            self._strings(count, unique)
        else:
            self._position += self._within(count * struct.calcsize(_SCALARS[kind]))

    def _strings(self, count: int, unique: bool) -> None:
        """Passes over an array of strings, hundreds of thousands in a vocabulary.

        llama.cpp ends the process when two tokens of a vocabulary are equal, so they must be `unique`.
        """
        read, data, position = struct.Struct("<Q").unpack_from, self._data, self._position
        seen: set[bytes] = set()
        for _ in range(count):
            start, position = position + 8, position + 8 + read(data, position)[0]
            if unique:
                seen.add(data[start:position])
        if unique and len(seen) < count:
            raise IndexError("two tokens of the vocabulary are equal")
        self._position = position

    def _tensor_offset(self) -> int:
        self._string()
        dimensions = self._integer("I")
        if dimensions > _MAX_DIMENSIONS:
            raise IndexError("too many dimensions")
        self._position += 8 * dimensions + 4
        return self._integer("Q")
