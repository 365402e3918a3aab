"""Changes one field of the header of a GGUF file at a time, as a damaged disk or a hostile hand would."""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import gguf
import numpy as np
import numpy.typing as npt

_WHOLE = (0, 1, 2, 3, 7, 513, 4097, 2**16, 2**31 - 1, 2**31, 2**32 - 1)
_REAL = (math.nan, math.inf, -math.inf, -1.0, 0.0, 1e-30, 1e30)
_TYPES = (*range(0, 42), 99, 2**31)
_DIMENSIONS = (0, 1, 31, 33, 4097, 2**31, 2**32, 2**62, 2**63 - 1)
_OFFSETS = (32, 2**20, 2**40, 2**63)


@dataclass(frozen=True, slots=True)
class Change:
    """`name`: for people; `data`: what stands `at` this byte instead."""

    name: str
    at: int
    data: bytes

    def apply(self, whole: bytes) -> bytes:
        return whole[: self.at] + self.data + whole[self.at + len(self.data) :]


def changed_files(whole: Path, folder: Path, count: int) -> Iterator[tuple[str, Path]]:
    """`count` copies of `whole`, each with one field changed: all values of the header, and of its tensors a sample.

    The name of each change, and its file, which is overwritten by the next.
    """
    reader, data, path = gguf.GGUFReader(whole), whole.read_bytes(), folder / "changed.gguf"
    values = [
        _change(reader, f"{name} {value}", field.parts[-1], value)
        for name, field in reader.fields.items()
        if not name.startswith("GGUF.") and len(field.types) == 1 and field.types[0] != gguf.GGUFValueType.STRING
        for value in (_REAL if field.types[0] == gguf.GGUFValueType.FLOAT32 else _WHOLE)
    ]
    others = [
        _change(reader, f"{tensor.name} part {part}: {value}", tensor.field.parts[part], value)
        for tensor in reader.tensors
        for part, values_of_part in ((3, _DIMENSIONS), (4, _TYPES), (5, _OFFSETS))
        for value in values_of_part
    ]
    random.Random(1).shuffle(others)
    for change in [*values, *others][:count]:
        path.write_bytes(change.apply(data))
        yield change.name, path


def change_field(path: Path, name: str, value: float) -> None:
    """Change the number under a key of the header."""
    reader = gguf.GGUFReader(path)
    change = _change(reader, name, reader.fields[name].parts[-1], value)
    path.write_bytes(change.apply(path.read_bytes()))


def _change(reader: gguf.GGUFReader, name: str, place: npt.NDArray[np.generic], value: float) -> Change:
    """The change of the first number at a place of the file, as much of the value as fits there."""
    at = place.ctypes.data - reader.data.ctypes.data
    size, kind = place.dtype.itemsize, place.dtype
    data = np.array([value], kind).tobytes() if kind.kind == "f" else int(value).to_bytes(16, "little")[:size]
    return Change(name, at, data)
