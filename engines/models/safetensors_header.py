"""Reads the header of a safetensors file: which tensors it holds, and whether it is whole.

Format: github.com/huggingface/safetensors: 8 bytes of length, that many of JSON, then the tensors without gaps.
"""

import json
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

from engines.failures import ModelUnreadable
from engines.models.tensor_types import SAFETENSORS_BITS

_INCOMPLETE = "{} is damaged or was not downloaded completely. Download it again."
_LENGTH_BYTES = 8
_MAX_HEADER_BYTES = 4 << 20  # the format allows 100 MB; files of twenty thousand tensors have 2.5 MB
_MAX_DIMENSIONS = 16


@dataclass(frozen=True, slots=True)
class StoredTensor:
    """One tensor: its numbers, their type by the format's name, and its bytes."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    size: int

    @property
    def weights(self) -> int:
        """How many numbers it holds."""
        return prod(self.shape)


def read_safetensors(path: Path) -> tuple[StoredTensor, ...]:
    """The tensors of the file at `path`. Raises ModelUnreadable when it is damaged or was cut short."""
    if not path.is_file():  # opening a pipe would wait for ever
        raise ModelUnreadable(path, "There is no such file.")
    try:
        with path.open("rb") as file:
            size = path.stat().st_size
            length = int.from_bytes(file.read(_LENGTH_BYTES), "little")
            if not 2 <= length <= min(_MAX_HEADER_BYTES, size - _LENGTH_BYTES):
                raise _DamagedError
            header = json.loads(file.read(length).decode("utf-8"))
            return _tensors(header, size - _LENGTH_BYTES - length)
    except OSError as error:
        raise ModelUnreadable(path, f"The file cannot be read: {error.strerror}.") from error
    except (_DamagedError, ValueError, RecursionError) as error:
        raise ModelUnreadable(path, _INCOMPLETE.format(path.name)) from error


class _DamagedError(Exception):
    """What the header says cannot be."""


def _tensors(header: Any, data_bytes: int) -> tuple[StoredTensor, ...]:
    if not isinstance(header, dict):
        raise _DamagedError
    header.pop("__metadata__", None)
    placed = sorted((_tensor(name, entry) for name, entry in header.items()), key=lambda pair: (pair[0], pair[1].size))
    end = 0
    for begin, tensor in placed:
        if begin != end:  # a gap, or two that overlap
            raise _DamagedError
        end = begin + tensor.size
    if end != data_bytes:
        raise _DamagedError
    return tuple(tensor for _, tensor in placed)


def _tensor(name: str, entry: Any) -> tuple[int, StoredTensor]:
    """Where a tensor begins, and the tensor."""
    if not isinstance(entry, dict):
        raise _DamagedError
    dtype, shape, offsets = str(entry.get("dtype")), _counts(entry.get("shape")), _counts(entry.get("data_offsets"))
    if dtype not in SAFETENSORS_BITS or len(shape) > _MAX_DIMENSIONS or len(offsets) != 2:
        raise _DamagedError
    begin, end = offsets
    if 8 * (end - begin) != prod(shape) * SAFETENSORS_BITS[dtype]:
        raise _DamagedError
    return begin, StoredTensor(name, dtype, shape, end - begin)


def _counts(value: Any) -> tuple[int, ...]:
    if not isinstance(value, list) or not all(type(item) is int and 0 <= item < 1 << 63 for item in value):
        raise _DamagedError
    return tuple(value)
