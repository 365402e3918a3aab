"""Where each tensor of a safetensors file lies, read from its header alone."""

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from errors import AppError

_MAX_HEADER_BYTES = 100_000_000  # the limit of the safetensors format


class WeightsUnreadable(AppError):
    """The file is not a whole safetensors file."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path.name} cannot be read: {why}.", f"Fetch it again. It lies in {path.parent}.")


@dataclass(frozen=True, slots=True)
class Tensor:
    """`dtype` in the format's own words, as `F32`; `span`: first byte in the file, and the one after the last."""

    dtype: str
    shape: tuple[int, ...]
    span: tuple[int, int]


def read_header(path: Path) -> dict[str, Tensor]:
    """Every tensor's place by name. Raises WeightsUnreadable when the header or the file's length is wrong."""
    try:
        header_bytes, header = _header(path)
        base = 8 + header_bytes
        tensors = {name: _tensor(entry, base) for name, entry in header.items() if name != "__metadata__"}
    except OSError as error:
        raise WeightsUnreadable(path, error.strerror or "the file cannot be opened") from error
    except (ValueError, KeyError, TypeError, AttributeError, struct.error) as error:
        raise WeightsUnreadable(path, "its header is damaged") from error
    if max((tensor.span[1] for tensor in tensors.values()), default=base) > path.stat().st_size:
        raise WeightsUnreadable(path, "it is cut short")
    return tensors


def _header(path: Path) -> tuple[int, Mapping[str, Mapping[str, list[int]]]]:
    with path.open("rb") as file:
        (size,) = struct.unpack("<Q", file.read(8))
        if size > _MAX_HEADER_BYTES:
            raise ValueError(f"a header of {size} bytes")
        return size, json.loads(file.read(size))


def _tensor(entry: Mapping[str, list[int]], base: int) -> Tensor:
    start, end = entry["data_offsets"]
    return Tensor(str(entry["dtype"]), tuple(entry["shape"]), (base + start, base + end))
