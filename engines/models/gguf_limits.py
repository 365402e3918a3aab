"""Refuses GGUF headers whose numbers no model can have: llama.cpp ends its process at some of them."""

from __future__ import annotations

from math import inf, isfinite
from pathlib import Path

from engines.errors import ModelUnreadable
from engines.models.gguf_header import GgufHeader, Value

_INT32 = 2**31 - 1  # llama.cpp keeps these as signed numbers
# By key, without the architecture: the smallest and the largest value. src/llama-hparams.h of llama.cpp has
# LLAMA_MAX_LAYERS 512 and LLAMA_MAX_EXPERTS 512; a head count may be 0 for layers without attention.
_LIMITS: dict[str, tuple[float, float]] = {
    "block_count": (1, 512),
    "context_length": (0, _INT32),
    "embedding_length": (1, 1 << 20),
    "feed_forward_length": (0, 1 << 24),
    "vocab_size": (1, 1 << 22),
    "expert_count": (0, 512),
    "expert_used_count": (0, 512),
    "expert_feed_forward_length": (0, 1 << 24),
    "attention.head_count": (0, 1 << 16),
    "attention.head_count_kv": (0, 1 << 16),
    "attention.key_length": (0, 1 << 16),
    "attention.value_length": (0, 1 << 16),
    "attention.sliding_window": (0, _INT32),
    "attention.layer_norm_rms_epsilon": (0.0, 1.0),
    "attention.layer_norm_epsilon": (0.0, 1.0),
    "rope.dimension_count": (0, 1 << 16),
    "rope.freq_base": (0.0, inf),
    "rope.scaling.factor": (0.0, inf),
    "ssm.conv_kernel": (0, 1 << 16),
    "ssm.inner_size": (0, 1 << 24),
    "ssm.state_size": (0, 1 << 16),
}
_DAMAGED = "Its header is damaged: {} is {}. Download it again."


def check_limits(path: Path, header: GgufHeader) -> None:
    """Raise ModelUnreadable with the first number of the header that no model can have; `path` is the model's."""
    architecture = header.text("general.architecture") or ""
    for name, (least, most) in _LIMITS.items():
        value = header.metadata.get(f"{architecture}.{name}")
        for number in value if isinstance(value, tuple) else (value,):
            if not _is_within(number, least, most):
                raise ModelUnreadable(path, _DAMAGED.format(name, number))
    for tensor in header.tensors:
        if not tensor.weights:
            raise ModelUnreadable(path, _DAMAGED.format(tensor.name, "empty"))
    _check_heads(path, header, architecture)


def _is_within(value: Value | None, least: float, most: float) -> bool:
    """True also where there is no such number: llama.cpp says what is missing."""
    if not isinstance(value, int | float):
        return True
    return isfinite(value) and least <= value <= most


def _check_heads(path: Path, header: GgufHeader, architecture: str) -> None:
    """Heads divide the width where the header gives no length for them, and key heads divide all heads."""
    heads, width = (header.number(f"{architecture}.{name}") for name in ("attention.head_count", "embedding_length"))
    if heads and width and header.number(f"{architecture}.attention.key_length") is None and width % heads:
        raise ModelUnreadable(path, _DAMAGED.format("attention.head_count", heads))
    shared = header.number(f"{architecture}.attention.head_count_kv")
    if heads and shared and heads % shared:
        raise ModelUnreadable(path, _DAMAGED.format("attention.head_count_kv", shared))
