"""The files of one encoder: configuration, tokenizer, and the header of its safetensors weights."""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from errors import AppError

if TYPE_CHECKING:
    from tokenizers import Tokenizer


_MAX_HEADER_BYTES = 100_000_000  # the limit of the safetensors format


class WeightsUnreadable(AppError):
    """The file is not a complete safetensors file."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path.name} cannot be read: {why}.", f"Download it again. It is in {path.parent}.")


@dataclass(frozen=True, slots=True)
class Tensor:
    """`dtype` in the format's own words, as `F32`; `span`: first byte in the file, and the one after the last."""

    dtype: str
    shape: tuple[int, ...]
    span: tuple[int, int]


def read_header(path: Path) -> dict[str, Tensor]:
    """Every tensor's place by name. Raises WeightsUnreadable when the header or the file's length is wrong."""
    try:
        with path.open("rb") as file:
            (size,) = struct.unpack("<Q", file.read(8))
            if size > _MAX_HEADER_BYTES:
                raise ValueError(f"a header of {size} bytes")
            header = json.loads(file.read(size))
        base = 8 + size
        tensors: dict[str, Tensor] = {}
        for name, entry in header.items():
            if name != "__metadata__":
                start, end = entry["data_offsets"]
                tensors[name] = Tensor(str(entry["dtype"]), tuple(entry["shape"]), (base + start, base + end))
    except OSError as error:
        raise WeightsUnreadable(path, error.strerror or "the file cannot be opened") from error
    except (ValueError, KeyError, TypeError, AttributeError, struct.error) as error:
        raise WeightsUnreadable(path, "its header is damaged") from error
    if max((tensor.span[1] for tensor in tensors.values()), default=base) > path.stat().st_size:
        raise WeightsUnreadable(path, "it is cut short")
    return tensors


_NUMBER_BYTES = {"F16": 2, "BF16": 2, "F32": 4, "I64": 8}


def safetensors_header(tensors: Mapping[str, tuple[str, Sequence[int]]]) -> bytes:
    """Return a safetensors file up to its numbers. `tensors`: dtype and shape by name, in the order of the numbers."""
    header: dict[str, object] = {"__metadata__": {"format": "pt"}}
    offset = 0
    for name, (dtype, shape) in tensors.items():
        end = offset + math.prod(shape) * _NUMBER_BYTES[dtype]
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [offset, end]}
        offset = end
    head = json.dumps(header).encode()
    head += b" " * (-len(head) % 8)  # numbers then begin where processors like them to
    return len(head).to_bytes(8, "little") + head


WEIGHTS_FILE = "model.safetensors"
AGREEMENT, PROVENANCE_FILE = "int8.json", "origin.json"


class EncoderDamaged(AppError):
    """The model's files are there but cannot be used."""

    def __init__(self, folder: Path, why: object) -> None:
        hint = f"Delete {folder}, then download it again: `carrel models pull {folder.name}`."
        super().__init__(f"The model {folder.name} cannot be used: {why}.", hint)


Pooling = Literal["mean", "cls"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EncoderShape:
    """The encoder's shape, from `config.json`. `epsilon` is layer normalisation's.

    `first_position`: the row of the position table that a text's first token gets; `positions`: tokens that have one.
    """

    layers: int
    heads: int
    hidden: int
    epsilon: float
    positions: int
    first_position: int = 0

    @classmethod
    def from_config(cls, config: Mapping[str, object]) -> EncoderShape:
        """Read a parsed `config.json`. Raises ValueError when these graphs do not compute it."""
        kind, activation = config.get("model_type"), config.get("hidden_act")
        if kind not in ("bert", "xlm-roberta") or activation != "gelu":
            raise ValueError(f"neither a BERT nor an XLM-RoBERTa with exact GELU: {kind}, {activation}")
        if config.get("position_embedding_type", "absolute") != "absolute":
            raise ValueError("its position embeddings are not absolute")
        first = _positive_int(config, "pad_token_id") + 1 if kind == "xlm-roberta" else 0
        return cls(
            layers=_positive_int(config, "num_hidden_layers"),
            heads=_positive_int(config, "num_attention_heads"),
            hidden=_positive_int(config, "hidden_size"),
            epsilon=float(str(config.get("layer_norm_eps", 1e-12))),
            positions=_positive_int(config, "max_position_embeddings") - first,
            first_position=first,
        )


@dataclass(frozen=True, slots=True)
class EncoderFolder:
    """Reads the files of one model; every method raises EncoderDamaged when they are missing or invalid.

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
        return self.path / WEIGHTS_FILE

    def shape(self) -> EncoderShape:
        """The encoder's shape."""
        config = self._json("config.json")
        try:
            return EncoderShape.from_config(config)
        except ValueError as error:
            raise EncoderDamaged(self.path, error) from error

    def pooling(self) -> Pooling:
        """The way in which the tokens of a text become one vector."""
        config = self._json("1_Pooling/config.json")
        for pooling, key in (("mean", "pooling_mode_mean_tokens"), ("cls", "pooling_mode_cls_token")):
            if config.get(key) is True:
                return pooling  # type: ignore[return-value]
        raise EncoderDamaged(self.path, "it pools neither by the mean of its tokens nor by the first")

    def max_sequence(self) -> int:
        """Tokens of a text that the model was trained to read."""
        length = self._json("sentence_bert_config.json").get("max_seq_length")
        if not isinstance(length, int) or length < 1:
            raise EncoderDamaged(self.path, f"max_seq_length is {length!r}")
        return length

    @property
    def tokenizer_file(self) -> Path:
        """The file of the tokenizer."""
        return self.path / "tokenizer.json"

    def tokenizer(self) -> Tokenizer:
        """Open the tokenizer, which neither truncates nor pads."""
        try:
            return tokenizer_of(self.tokenizer_file.read_bytes())
        except Exception as error:  # tokenizers raises no narrower class
            raise EncoderDamaged(self.path, error) from error

    def _json(self, name: str) -> Mapping[str, Any]:
        try:
            value = json.loads((self.path / name).read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise EncoderDamaged(self.path, error) from error
        if not isinstance(value, dict):
            raise EncoderDamaged(self.path, f"{name} is no table")
        return value


def tokenizer_of(data: bytes) -> Tokenizer:
    """The tokenizer of a `tokenizer.json`, which neither truncates nor pads. Raises Exception where it is not one."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_buffer(data)
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def token_counts(tokenizer: Tokenizer, texts: Sequence[str]) -> list[int]:
    """Tokens of each whole text, the model's own marks included."""
    return [len(encoding.ids) for encoding in tokenizer.encode_batch_fast(list(texts))]


# Of a text or a pair: chunks are made to fit, a longer one is too coarse to cite, and FlagReranker cuts here too.
MAX_TOKENS = 512
MAX_CHARACTERS = 20_000  # what follows is not tokenised, of which a chunk with its headings never has so many
_CHARACTER_RANK = 1024  # the alphabets of a BERT vocabulary hold some 1,000 to 2,000 characters


class TextTokens:
    """An embedder's view of texts."""

    def __init__(self, model: EncoderFolder) -> None:
        """Raises EncoderDamaged."""
        self.max_tokens = min(model.shape().positions, model.max_sequence(), MAX_TOKENS)
        self._tokenizer = model.tokenizer()

    def ids(self, texts: Sequence[str]) -> list[list[int]]:
        """The ids of each text between the model's marks, of which there are `max_tokens` at most."""
        read = [text[:MAX_CHARACTERS] for text in texts]
        ids = (encoding.ids for encoding in self._tokenizer.encode_batch_fast(read))
        return [i if len(i) <= self.max_tokens else [*i[: self.max_tokens - 1], i[-1]] for i in ids]

    def piece_ranks(self, words: Sequence[str]) -> list[list[int]] | None:
        """See `Embedder.piece_ranks`.

        A BERT vocabulary holds its marks, then single characters, then from `the` on whatever is frequent, in that
        order; a single character counts as the middle of its alphabet. None for other vocabularies: XLM-RoBERTa's
        was made of a hundred languages and reads them all.
        """
        first, unknown = self._tokenizer.token_to_id("the"), self._tokenizer.token_to_id("[UNK]")
        if first is None or unknown is None:
            return None
        spelled = self._tokenizer.encode_batch_fast(list(words), add_special_tokens=False)
        ranks = ([p - first + 1 if p >= first else _CHARACTER_RANK for p in e.ids] for e in spelled)
        return [[] if unknown in e.ids else row for e, row in zip(spelled, ranks, strict=True)]


class PairTokens:
    """A reranker's view of a question and texts, cut as FlagReranker does: the question gets three quarters at most."""

    def __init__(self, model: EncoderFolder) -> None:
        """Raises EncoderDamaged."""
        self._max_tokens = min(model.shape().positions, MAX_TOKENS)
        self._tokenizer = model.tokenizer()
        self._marks = self._tokenizer.num_special_tokens_to_add(True)

    def ids(self, question: str, texts: Sequence[str]) -> list[list[int]]:
        """The ids of each pair, between the marks that the tokenizer's own template puts around them."""
        asked, *read = self._tokenizer.encode_batch_fast([question, *texts], add_special_tokens=False)
        asked.truncate(self._max_tokens * 3 // 4)
        for text in read:
            text.truncate(self._max_tokens - self._marks - len(asked.ids))
        return [self._tokenizer.post_process(asked, text).ids for text in read]


def _positive_int(config: Mapping[str, object], key: str) -> int:
    value = config.get(key)
    if not isinstance(value, int) or value < 1:
        raise ValueError(f"{key} is {value!r}, not a whole number above 0")
    return value
