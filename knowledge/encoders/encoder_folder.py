"""Where each tensor of a safetensors file lies, read from its header alone."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from errors import AppError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from knowledge.encoders.bert import EncoderShape, Pooling

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


WEIGHTS = "model.safetensors"
AGREEMENT, PROVENANCE = "int8.json", "origin.json"


class ModelDamaged(AppError):
    """The model's files are there but cannot be used."""

    def __init__(self, folder: Path, why: object) -> None:
        hint = f"Delete {folder} and bring it again: `make` the default embedder, `carrel models pull` any other."
        super().__init__(f"The model {folder.name} cannot be used: {why}.", hint)


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """Reads the files of one model; every method raises ModelDamaged when they are absent or not what they should be.

    The path has no symbolic links, as ONNX Runtime refuses weights behind one.
    """

    path: Path

    @property
    def name(self) -> str:
        """The folder's name, which is the model's."""
        return self.path.name

    @property
    def weights(self) -> Path:
        """The file of the weights."""
        return self.path / WEIGHTS

    def shape(self) -> EncoderShape:
        """The encoder's shape."""
        from knowledge.encoders.bert import EncoderShape

        config = self._json("config.json")
        try:
            return EncoderShape.from_config(config)
        except ValueError as error:
            raise ModelDamaged(self.path, error) from error

    def pooling(self) -> Pooling:
        """How the tokens of a text become one vector."""
        config = self._json("1_Pooling/config.json")
        for pooling, key in (("mean", "pooling_mode_mean_tokens"), ("cls", "pooling_mode_cls_token")):
            if config.get(key) is True:
                return pooling  # type: ignore[return-value]
        raise ModelDamaged(self.path, "it pools neither by the mean of its tokens nor by the first")

    def max_sequence(self) -> int:
        """Tokens of a text that the model was made to read."""
        length = self._json("sentence_bert_config.json").get("max_seq_length")
        if not isinstance(length, int) or length < 1:
            raise ModelDamaged(self.path, f"max_seq_length is {length!r}")
        return length

    def tokenizer(self) -> Tokenizer:
        """The tokenizer, neither cutting nor padding."""
        from tokenizers import Tokenizer

        try:
            tokenizer = Tokenizer.from_file(str(self.path / "tokenizer.json"))
        except Exception as error:  # tokenizers raises no narrower class
            raise ModelDamaged(self.path, error) from error
        tokenizer.no_padding()
        tokenizer.no_truncation()
        return tokenizer

    def _json(self, name: str) -> Mapping[str, Any]:
        try:
            value = json.loads((self.path / name).read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise ModelDamaged(self.path, error) from error
        if not isinstance(value, dict):
            raise ModelDamaged(self.path, f"{name} is no table")
        return value
