"""The shape of a model on disk: the numbers by which its memory and speed are computed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engines.errors import ModelUnreadable
from engines.models.card import KvCache, ModelCard
from engines.models.gguf_card import gguf_card, gguf_files
from engines.models.gguf_header import GgufHeader, read_gguf
from engines.models.safetensors import check_config, safetensors_card


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelShape:
    """A decoder's shape. `experts`, `active_experts`: 1 where there are none. `weight_bits`: the mean of all weights.

    `window`: tokens that `windowed_layers` of the layers look back.
    """

    name: str
    layers: int
    hidden: int
    heads: int
    kv_heads: int
    head_size: int
    intermediate: int
    vocabulary: int
    tied: bool
    experts: int
    active_experts: int
    window: int
    windowed_layers: int
    weight_bits: float


def read_shape(path: Path) -> ModelShape:
    """The shape of the model in a GGUF file or a folder of safetensors. Raises ModelUnreadable."""
    shape = _of_folder(path) if path.is_dir() else _of_gguf(path)
    if not (shape.layers and shape.hidden and shape.heads and shape.intermediate and shape.vocabulary):
        raise ModelUnreadable(
            path, "Its header does not tell its whole shape. Give layers, hidden and the rest yourself."
        )
    return shape


def _of_gguf(path: Path) -> ModelShape:
    card = gguf_card(path)
    headers = [read_gguf(file) for file in gguf_files(path)]
    first = headers[0]
    heads = _number(first, "attention.head_count")
    experts = _number(first, "expert_count") or 1
    width = _number(first, "expert_feed_forward_length") if experts > 1 else 0
    return ModelShape(
        name=card.name,
        layers=_number(first, "block_count"),
        hidden=card.width,
        heads=heads,
        kv_heads=_number(first, "attention.head_count_kv") or heads,
        head_size=_number(first, "attention.key_length") or (card.width // heads if heads else 0),
        intermediate=width or _number(first, "feed_forward_length"),
        vocabulary=card.vocabulary,
        tied=all(tensor.name != "output.weight" for header in headers for tensor in header.tensors),
        experts=experts,
        active_experts=_number(first, "expert_used_count") or experts,
        **_windows(card.cache),
        weight_bits=_bits(card),
    )


def _of_folder(folder: Path) -> ModelShape:
    card, config = safetensors_card(folder), check_config(folder)
    nested = config.get("text_config")
    text: Mapping[str, Any] = nested if isinstance(nested, dict) else config
    experts = _first(text, "num_local_experts", "num_experts", "n_routed_experts") or 1
    width = _first(text, "moe_intermediate_size") if experts > 1 else 0
    return ModelShape(
        name=card.name,
        layers=_first(text, "num_hidden_layers"),
        hidden=card.width,
        heads=card.heads,
        kv_heads=_first(text, "num_key_value_heads") or card.heads,
        head_size=_first(text, "head_dim") or (card.width // card.heads if card.heads else 0),
        intermediate=width or card.feed_forward,
        vocabulary=card.vocabulary,
        tied=bool(text.get("tie_word_embeddings", False)),
        experts=experts,
        active_experts=_first(text, "num_experts_per_tok") or experts,
        **_windows(card.cache),
        weight_bits=_bits(card),
    )


def _windows(cache: KvCache) -> dict[str, int]:
    windows = [layer.window_tokens for layer in cache.layers if layer.window_tokens]
    return {"window": max(windows, default=0), "windowed_layers": len(windows)}


def _bits(card: ModelCard) -> float:
    return round(8 * card.weights_bytes / card.parameters, 2) if card.parameters else 16.0


def _number(header: GgufHeader, key: str) -> int:
    """The number of the header, or the largest of all layers."""
    value = header.metadata.get(f"{header.text('general.architecture')}.{key}")
    values: Sequence[object] = value if isinstance(value, tuple) else (value,)
    return max((one for one in values if isinstance(one, int) and one > 0), default=0)


def _first(config: Mapping[str, Any], *keys: str) -> int:
    """The number under the first of the keys that has one."""
    values = (config.get(key) for key in keys)
    return next((value for value in values if type(value) is int and 0 < value < 1 << 40), 0)
