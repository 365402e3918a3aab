"""Converts `pytorch_model.bin` to `model.safetensors`, without torch and without running its pickle.

torch's file is a zip: `NAME/data.pkl` describes the tensors, `NAME/data/KEY` holds the numbers of each storage. A
pickle can name any function to be called, so this one may name only those that rebuild tensors, which are replaced by
inert values of ours; anything else is refused, and nothing of it runs.
"""

from __future__ import annotations

import math
import os
import pickle
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, NamedTuple

from knowledge.encoders.encoder_folder import WeightsUnreadable, safetensors_header

_COPY_BYTES = 1 << 20
_MAX_GROWTH = 2  # tensors that share a storage are each written; weights do not compress
_MAX_PICKLE_BYTES = 50_000_000  # a model of a thousand tensors needs 100,000


# Errors of reading a damaged or hostile archive or pickle.
_MALFORMED = (
    zipfile.BadZipFile,
    pickle.UnpicklingError,
    AttributeError,
    EOFError,
    IndexError,
    KeyError,
    NotImplementedError,
    TypeError,
    ValueError,
    zlib.error,
)


class _Kind(NamedTuple):
    dtype: str  # in the words of safetensors
    size: int  # bytes of a number


_STORAGES = {
    "FloatStorage": _Kind("F32", 4),
    "HalfStorage": _Kind("F16", 2),
    "BFloat16Storage": _Kind("BF16", 2),
    "LongStorage": _Kind("I64", 8),
}


class _Storage(NamedTuple):
    kind: _Kind
    key: str


class _Tensor(NamedTuple):
    kind: _Kind
    key: str
    start: int  # bytes into the storage
    shape: tuple[int, ...]

    @property
    def length(self) -> int:
        return math.prod(self.shape) * self.kind.size


class _Dict(dict[str, Any]):
    """An OrderedDict as torch writes it; attributes pickled beside its items are dropped."""

    def __setstate__(self, state: object) -> None:
        pass


class _Rebuild:
    """Stands for torch's function that makes a tensor of a storage; notes only its position."""

    __slots__ = ()

    def __call__(
        self, storage: _Storage, offset: int, shape: tuple[int, ...], stride: tuple[int, ...], *_: object
    ) -> _Tensor:
        is_valid = all(isinstance(size, int) and size >= 0 for size in (offset, *shape))
        if not isinstance(storage, _Storage) or not is_valid or not _is_contiguous(shape, stride):
            raise pickle.UnpicklingError("a tensor is not laid out row by row")
        return _Tensor(storage.kind, storage.key, offset * storage.kind.size, tuple(shape))


def write_safetensors(torch_file: Path, target: Path) -> None:
    """Write the tensors of `torch_file` to `target`, completely or not at all.

    Raises WeightsUnreadable when it is not a file of plain tensors: then nothing in it was run.
    """
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with zipfile.ZipFile(torch_file) as archive:
            root, tensors = _read_tensors(archive)
            if sum(tensor.length for tensor in tensors.values()) > _MAX_GROWTH * torch_file.stat().st_size:
                raise ValueError("it would grow without bound")
            with draft.open("wb") as file:
                _write(file, archive, root, tensors)
                file.flush()
                os.fsync(file.fileno())
        draft.replace(target)
    except _MALFORMED as error:
        raise WeightsUnreadable(torch_file, f"it is not a file of plain tensors ({error})") from error
    finally:
        draft.unlink(missing_ok=True)


class _TensorUnpickler(pickle.Unpickler):
    """Resolves only the names that a file of tensors needs, each to a harmless value."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _Rebuild()
        if (module, name) == ("collections", "OrderedDict"):
            return _Dict
        if module == "torch" and name in _STORAGES:
            return _STORAGES[name]
        raise pickle.UnpicklingError(f"it names {module}.{name}")

    def persistent_load(self, pid: Any) -> _Storage:
        label, kind, key, *_ = pid
        if label != "storage" or not isinstance(kind, _Kind) or not isinstance(key, str):
            raise pickle.UnpicklingError("a storage is not described as torch does")
        return _Storage(kind, key)


def _is_contiguous(shape: Sequence[int], stride: Sequence[int]) -> bool:
    expected = 1
    for size, step in zip(reversed(shape), reversed(stride), strict=True):
        if size != 1 and step != expected:
            return False
        expected *= size
    return True


def _read_tensors(archive: zipfile.ZipFile) -> tuple[PurePosixPath, dict[str, _Tensor]]:
    entries = [entry for entry in archive.infolist() if PurePosixPath(entry.filename).name == "data.pkl"]
    if len(entries) != 1 or entries[0].file_size > _MAX_PICKLE_BYTES:
        raise ValueError("it does not describe its tensors exactly once")
    with archive.open(entries[0]) as description:
        state = _TensorUnpickler(description).load()
    if not isinstance(state, dict) or not all(isinstance(name, str) for name in state):
        raise ValueError("it has values other than named tensors")
    tensors = {name: tensor for name, tensor in state.items() if isinstance(tensor, _Tensor)}
    if len(tensors) != len(state):
        raise ValueError("it has values other than named tensors")
    return PurePosixPath(entries[0].filename).parent, tensors


def _write(file: BinaryIO, archive: zipfile.ZipFile, root: PurePosixPath, tensors: Mapping[str, _Tensor]) -> None:
    file.write(safetensors_header({name: (tensor.kind.dtype, tensor.shape) for name, tensor in tensors.items()}))
    for tensor in tensors.values():
        for part in _numbers(archive, root, tensor):
            file.write(part)


def _numbers(archive: zipfile.ZipFile, root: PurePosixPath, tensor: _Tensor) -> Iterator[bytes]:
    with archive.open(str(root / "data" / tensor.key)) as storage:
        storage.seek(tensor.start)
        left = tensor.length
        while left:
            part = storage.read(min(left, _COPY_BYTES))
            if not part:
                raise ValueError(f"storage {tensor.key} is cut short")
            left -= len(part)
            yield part
