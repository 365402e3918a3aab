"""Makes the card of a GGUF model from the headers of its files."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypedDict

from engines.errors import ModelUnreadable
from engines.models.card import FILE_TYPES, GGML_TYPES, KvCache, LayerCache, ModelCard
from engines.models.gguf_header import GgufHeader, GgufTensor, read_gguf
from engines.models.gguf_limits import check_limits

# Every how many layers one attends to the whole text, where the header does not say; llama.cpp, load_swa_pattern.
_PATTERNS = {
    "afmoe": 4,
    "cohere2": 4,
    "exaone-moe": 4,
    "exaone4": 4,
    "gemma2": 2,
    "gemma3": 6,
    "gemma3n": 5,
    "gpt-oss": 2,
    "llama4": 4,
    "olmo2": 4,
    "plamo3": 8,
}
_FIRST_IS_FULL = {"cohere2moe": 4, "smallthinker": 4}
_LLAMA4_CHUNK = 8192  # llama.cpp sets it for llama4, whose header has none
_FULL_ATTENTION_EVERY = 4  # Qwen's hybrid models, where the header does not say
_MAX_LAYERS = 4096
_STATE_VALUE_BYTES = 4


def gguf_cache(header: GgufHeader) -> KvCache:
    """The KV cache of the model with this header; empty where the header does not say enough."""
    return _CacheLayout(header).cache()


class _CacheLayout:
    def __init__(self, header: GgufHeader) -> None:
        self._header = header
        self._architecture = header.text("general.architecture") or ""
        blocks = min(self._number("block_count"), _MAX_LAYERS)
        self._layers = max(0, blocks - self._number("nextn_predict_layers"))
        self._is_both = self._architecture == "falcon-h1"  # each of its layers has attention and a recurrent state
        self._sliding = self._sliding_layers()

    def cache(self) -> KvCache:
        layers: list[LayerCache] = []
        for layer in range(self._layers - min(self._layers, self._number("attention.shared_kv_layers"))):
            if self._is_recurrent(layer) and not self._is_both:
                continue
            sliding = self._sliding(layer)
            heads = self._at("attention.head_count_kv", layer, self._at("attention.head_count", layer, 0))
            keys, values = self._head("key_length", sliding), self._head("value_length", sliding)
            if self._number("attention.key_length_mla"):  # compressed keys, from which the values are computed
                values = 0
            if heads * (keys + values):
                layers.append(LayerCache(heads * (keys + values), self._window() if sliding else None))
        recurrent = sum(map(self._is_recurrent, range(self._layers)))
        return KvCache(tuple(layers), recurrent * self._state_values() * _STATE_VALUE_BYTES)

    def _head(self, key: str, sliding: bool) -> int:
        heads = self._at("attention.head_count", 0, 0)
        usual = self._number("embedding_length") // heads if heads else 0
        whole = self._number(f"attention.{key}") or usual
        return (self._number(f"attention.{key}_swa") or whole) if sliding else whole

    def _window(self) -> int:
        return self._number("attention.sliding_window") or (_LLAMA4_CHUNK if self._architecture == "llama4" else 0)

    def _sliding_layers(self) -> Callable[[int], bool]:
        """A function that tells the sliding-window layers."""
        pattern = self._header.metadata.get(f"{self._architecture}.attention.sliding_window_pattern")
        if not self._window():
            return lambda layer: False
        if isinstance(pattern, tuple):
            return lambda layer: layer < len(pattern) and bool(pattern[layer])
        if every := _FIRST_IS_FULL.get(self._architecture):
            return lambda layer: layer % every != 0
        if not (last := self._number("attention.sliding_window_pattern") or _PATTERNS.get(self._architecture, 0)):
            return lambda layer: False
        return lambda layer: layer % last < last - 1

    def _is_recurrent(self, layer: int) -> bool:
        if self._architecture.startswith(("qwen3next", "qwen35")):
            every = self._number("full_attention_interval") or _FULL_ATTENTION_EVERY
            return (layer + 1) % every != 0
        if self._architecture.startswith("nemotron_h") and self._at("feed_forward_length", layer, 0):
            return False
        return bool(self._state_values()) and (self._is_both or self._at("attention.head_count_kv", layer, 0) == 0)

    def _state_values(self) -> int:
        """Values in the state of a recurrent layer, which does not grow with the text."""
        if length := self._number("shortconv.l_cache"):
            return self._number("embedding_length") * (length - 1)
        inner, state = self._number("ssm.inner_size"), self._number("ssm.state_size")
        kernel = max(0, self._number("ssm.conv_kernel") - 1)
        return kernel * (inner + 2 * self._number("ssm.group_count") * state) + state * inner

    def _number(self, key: str) -> int:
        return self._header.number(f"{self._architecture}.{key}") or 0

    def _at(self, key: str, layer: int, default: int) -> int:
        """The number of one layer, from an array of them or one for all."""
        value = self._header.metadata.get(f"{self._architecture}.{key}")
        if isinstance(value, tuple):
            value = value[layer] if layer < len(value) else None
        return value if isinstance(value, int) and value >= 0 else default


# Embedders, encoders and speech models, which do not write; names as in llama.cpp, src/llama-arch.cpp.
_NO_WRITERS = frozenset(
    "bert clip eurobert gemma-embedding jina-bert-v2 jina-bert-v3 modern-bert neo-bert nomic-bert nomic-bert-moe "
    "t5 t5encoder wavtokenizer-dec whisper".split()
)
_LOOKED_UP = frozenset({"token_embd.weight", "per_layer_token_embd.weight"})  # embeddings: one row is read for a token
_PART = re.compile(r"-(\d{5})-of-(\d{5})\.gguf$")  # as llama.cpp's gguf-split names them
_MAX_PARTS = 1000
_LAYER = re.compile(r"blk\.(\d{1,4})\.")


class _Places(TypedDict):
    layer_bytes: tuple[int, ...]
    output_bytes: int
    copied_bytes: int


def gguf_card(path: Path, read: Callable[[Path], GgufHeader] = read_gguf) -> ModelCard:
    """The card of the model in the file at `path`, or in it and the parts beside it. `read`: the header of a file.

    Raises ModelUnreadable, which says why: it does not write, is damaged, was cut short, or a part is missing.
    """
    files = gguf_files(path)
    headers = [read(file) for file in files]
    first, architecture = headers[0], headers[0].text("general.architecture") or ""
    check_limits(path, first)
    kind = first.text("general.type") or "model"
    if not architecture:
        raise ModelUnreadable(path, "It does not name its architecture. It is damaged, or not a chat model.")
    if kind != "model":
        raise ModelUnreadable(path, f"It is an addition to a model ({kind}). Choose the model itself.")
    if architecture in _NO_WRITERS or first.number(f"{architecture}.pooling_type"):
        raise ModelUnreadable(path, f"It does not write text ({architecture}). Choose a chat model.")
    tensors = [tensor for header in headers for tensor in header.tensors]
    if not tensors:
        raise ModelUnreadable(path, "It has no weights, only a vocabulary. Choose a chat model.")
    used = first.number(f"{architecture}.expert_used_count")
    expert_width = first.number(f"{architecture}.expert_feed_forward_length")
    return ModelCard(
        path=files[0],
        files=files,
        format="gguf",
        name=first.text("general.name") or _PART.sub("", path.name).removesuffix(".gguf"),
        architecture=architecture,
        weights_bytes=sum(tensor.size for tensor in tensors),
        active_bytes=_active_bytes(tensors, first, architecture),
        parameters=sum(tensor.weights for tensor in tensors),
        quantization=_quantization(tensors, first),
        context_tokens=first.number(f"{architecture}.context_length"),
        cache=gguf_cache(first),
        vocabulary=first.vocabulary,
        width=first.number(f"{architecture}.embedding_length") or 0,
        heads=_largest(first, f"{architecture}.attention.head_count"),
        feed_forward=max(_largest(first, f"{architecture}.feed_forward_length"), (used or 0) * (expert_width or 0)),
        has_template=first.text("tokenizer.chat_template") is not None,
        licence=first.text("general.license"),
        **_places(tensors),
    )


def gguf_files(path: Path) -> tuple[Path, ...]:
    """Every file of the model, in order. Raises ModelUnreadable when a part is missing."""
    found = _PART.search(path.name)
    if not found:
        return (path,)
    count = int(found[2])
    if not 0 < int(found[1]) <= count <= _MAX_PARTS:
        raise ModelUnreadable(path, "Its name does not fit a model in parts. Download it again.")
    stem = path.name[: found.start()]
    parts = tuple(path.with_name(f"{stem}-{number:05}-of-{count:05}.gguf") for number in range(1, count + 1))
    missing = [part.name for part in parts if not part.exists()]
    if missing:
        raise ModelUnreadable(path, f"{len(missing)} of its {count} parts are missing, first {missing[0]}.")
    return parts


def is_later_part(path: Path) -> bool:
    """True if the file is the second or a later part of a model, which its first part stands for."""
    found = _PART.search(path.name)
    return found is not None and int(found[1]) > 1


def _largest(header: GgufHeader, key: str) -> int:
    """The number under `key`, or the largest of all layers."""
    value = header.metadata.get(key)
    counts = value if isinstance(value, tuple) else (value,)
    return max((count for count in counts if isinstance(count, int)), default=0)


def _active_bytes(tensors: Sequence[GgufTensor], header: GgufHeader, architecture: str) -> int:
    """Bytes read for a token: only the experts in use, and no embeddings, unless they are the output too."""
    experts, used = header.number(f"{architecture}.expert_count"), header.number(f"{architecture}.expert_used_count")
    share = min(1.0, used / experts) if experts and used else 1.0
    tied = all(tensor.name != "output.weight" for tensor in tensors)
    total = 0.0
    for tensor in tensors:
        looked_up = tensor.name in _LOOKED_UP and not (tied and tensor.name == "token_embd.weight")
        if not looked_up:
            total += tensor.size * (share if "_exps." in tensor.name else 1.0)
    return round(total)


def _places(tensors: Sequence[GgufTensor]) -> _Places:
    """Bytes by the place that llama.cpp gives them: each layer, and the output with its norm."""
    layers, output = Counter[int](), 0
    for tensor in tensors:
        if found := _LAYER.match(tensor.name):
            layers[int(found[1])] += tensor.size
        elif tensor.name.startswith("output"):
            output += tensor.size
    named = {tensor.name: tensor.size for tensor in tensors}
    copied = 0 if "output.weight" in named else named.get("token_embd.weight", 0)
    in_order = tuple(layers[layer] for layer in range(max(layers, default=-1) + 1))
    return {"layer_bytes": in_order, "output_bytes": output + copied, "copied_bytes": copied}


def _quantization(tensors: Sequence[GgufTensor], header: GgufHeader) -> str:
    """The type that takes most bytes, or the file's own name for its mixture where that agrees."""
    by_type = Counter[int]()
    for tensor in tensors:
        by_type[tensor.type_id] += tensor.size
    main = GGML_TYPES.get(by_type.most_common(1)[0][0])
    if main is None:
        return "unknown"
    mixture = FILE_TYPES.get(header.number("general.file_type") or -1, "")
    return mixture if mixture.startswith(main.name) else main.name
