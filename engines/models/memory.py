"""Estimates the memory of a model, on the processor and on graphics processors. Pure functions."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Protocol

from engines.models.card import CacheType, KvCache, ModelCard, cells_of

MEMORY_SHARE, GPU_SHARE = 0.70, 0.80  # of the whole memory, for models; the rest is other programs'
_FLOAT_BYTES = 4
_FEED_FORWARD_WIDTHS, _SCORES_WIDTHS = 4.0, 7.5  # embeddings held beside a step's own results; measured as below
_GPU_RESERVE_BYTES = 1 << 30  # left free on each, as llama.cpp's own fitting does (common, fit_params_target)
_GUEST_WIDTHS = 6  # embeddings that a layer of the processor's takes along; measured as below
VERIFIED_TOKENS = 16  # that the llama.cpp engine predicts at once where it verifies a draft
HELPER_TOKENS = 512  # that the llama.cpp engine keeps beside the window


@dataclass(frozen=True, slots=True, kw_only=True)
class RunConfig:
    """The settings that a model would run with. `memory_share`: of the machine's memory, for models.

    `parallel_chats`: answers at once. The defaults are the llama.cpp engine's.
    """

    context_tokens: int = 8192
    batch_tokens: int = 64
    parallel_chats: int = 4
    cache_type: CacheType = "f16"
    flash_attention: bool = False
    memory_share: float = MEMORY_SHARE


def compute_bytes(card: ModelCard, context_tokens: int, config: RunConfig) -> int:
    """Bytes that llama.cpp reserves to compute a batch: the logits, and the largest of three steps.

    These are the output, the feed-forward part, and without flash attention the scores. Within 10 % of llama.cpp's
    own figures, in llama-cpp-python 0.3.36, for windows of 512 to 16,384 tokens and batches of 64 to 512.
    """
    batch, cells = config.batch_tokens + config.parallel_chats, context_tokens + HELPER_TOKENS
    sequences, token = _sequences(card, config), card.vocabulary * _FLOAT_BYTES
    predicted = _predicted_bytes(card, config)
    windows = {layer.window_tokens for layer in card.cache.layers}
    masked = sum(cells_of(window, cells, batch, sequences) for window in windows)
    mask = masked * (_FLOAT_BYTES // 2 if config.flash_attention else _FLOAT_BYTES)
    output = max(sequences, VERIFIED_TOKENS) * token + batch * _FLOAT_BYTES * card.width
    feed_forward = batch * (mask + _FLOAT_BYTES * (3 * card.feed_forward + _FEED_FORWARD_WIDTHS * card.width))
    scores = batch * (mask + _FLOAT_BYTES * (cells * card.heads + _SCORES_WIDTHS * card.width))
    return round(predicted + max(output, feed_forward, 0 if config.flash_attention else scores))


def kv_bytes(card: ModelCard, context_tokens: int, config: RunConfig) -> int:
    """Bytes of the KV cache of the llama.cpp engine, for all its sequences."""
    batch, sequences = config.batch_tokens + config.parallel_chats, _sequences(card, config)
    return card.cache.size(context_tokens + HELPER_TOKENS, batch, config.cache_type, sequences=sequences)


def _sequences(card: ModelCard, config: RunConfig) -> int:
    """The sequences of the llama.cpp engine: idle ones only where they take no memory, one more to roll back to."""
    return (2 if card.cache.rolls_back else 1) * config.parallel_chats + 2 + bool(card.cache.state_bytes)


class HasFreeBytes(Protocol):
    """A graphics processor: the bytes of its memory that nobody uses."""

    @property
    def free_bytes(self) -> int:
        """Free now."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Offload:
    """The part of a model on graphics processors. `layers`: of `of_layers`, the output counted as the last.

    `gpu_bytes`: of each graphics processor, `cpu_bytes`: of the processor's memory; weights, cache and computing.
    """

    layers: int
    of_layers: int
    gpu_bytes: tuple[int, ...]
    cpu_bytes: int

    @property
    def total_bytes(self) -> int:
        """Bytes on all devices together."""
        return sum(self.gpu_bytes) + self.cpu_bytes


def gpu_rooms(gpus: Sequence[HasFreeBytes]) -> tuple[int, ...]:
    """Bytes of each graphics processor that a model may take now."""
    return tuple(max(0, gpu.free_bytes - _GPU_RESERVE_BYTES) for gpu in gpus)


def plan_offload(
    card: ModelCard, context_tokens: int, config: RunConfig, rooms: Sequence[int], *, split: Sequence[float] = ()
) -> Offload:
    """The most layers that fit in the `rooms`, the bytes free on each graphics processor.

    `split`: the share of the layers for each; none: in proportion to the rooms, as llama.cpp has it.
    """
    shares = split or rooms
    low, high = 0, len(_layer_kv(card, context_tokens, config)) + 1 if sum(rooms) else 0
    while low < high:
        middle = (low + high + 1) // 2
        used = offload_bytes(card, context_tokens, config, middle, shares).gpu_bytes
        has_room = all(one <= room for one, room in zip(used, rooms, strict=True))
        low, high = (middle, high) if has_room else (low, middle - 1)
    return offload_bytes(card, context_tokens, config, low, shares)


def offload_bytes(
    card: ModelCard, context_tokens: int, config: RunConfig, layers: int, shares: Sequence[float]
) -> Offload:
    """The memory of each device with the last `layers` on graphics processors; llama.cpp, src/llama-model.cpp."""
    caches = _layer_kv(card, context_tokens, config)
    if not layers:
        held = card.weights_bytes + sum(caches) + compute_bytes(card, context_tokens, config)
        return Offload(layers=0, of_layers=len(caches) + 1, gpu_bytes=(0,) * len(shares), cpu_bytes=held)
    weights = card.layer_bytes or _evenly(card.weights_bytes - card.output_bytes + card.copied_bytes, len(caches))
    gpus, first = [0] * len(shares), len(caches) + 1 - layers
    for layer in range(first, len(caches) + 1):
        at = _device_of(layer - first, layers, shares)
        gpus[at] += card.output_bytes if layer == len(caches) else weights[layer] + caches[layer]
    flash = replace(config, flash_attention=True)
    predicted = _predicted_bytes(card, config)
    computing = compute_bytes(card, context_tokens, flash) - predicted
    if first:
        computing = max(computing, _guest_bytes(card, context_tokens, config, caches, first))
    on_gpus = sum(weights[first:]) + card.output_bytes - card.copied_bytes
    host = predicted + _host_bytes(card, context_tokens, flash)
    return Offload(
        layers=layers,
        of_layers=len(caches) + 1,
        gpu_bytes=tuple(used + computing if used else 0 for used in gpus),
        cpu_bytes=card.weights_bytes - on_gpus + sum(caches[:first]) + host,
    )


def _device_of(place: int, layers: int, shares: Sequence[float]) -> int:
    """The graphics processor of the layer at `place` among the `layers` that are offloaded."""
    bounds = [share / sum(shares) for share in accumulate(shares)]
    return min(bisect_right(bounds, place / layers), len(shares) - 1)


def _predicted_bytes(card: ModelCard, config: RunConfig) -> int:
    """Bytes of the logits that are read, which are in the processor's memory."""
    return _sequences(card, config) * card.vocabulary * _FLOAT_BYTES


def _guest_bytes(card: ModelCard, context_tokens: int, config: RunConfig, caches: Sequence[int], held: int) -> int:
    """Bytes for the first `held` layers, which the processor holds and a graphics processor computes in turn.

    These are a layer's cache, half of the next one's, the mask of a batch, and its embeddings. `caches`: of all layers.
    Measured with the Vulkan backend of llama-cpp-python 0.3.36.
    """
    largest, second = sorted((0, *caches[:held]), reverse=True)[:2]
    batch, cells = config.batch_tokens + config.parallel_chats, context_tokens + HELPER_TOKENS
    mask = batch * cells * _FLOAT_BYTES // 2 * largest / max(1, *caches)
    return round(largest + second / 2 + mask + _GUEST_WIDTHS * _FLOAT_BYTES * card.width * batch)


def _host_bytes(card: ModelCard, context_tokens: int, config: RunConfig) -> int:
    """Bytes that the processor holds for a model that is on graphics processors: embeddings and masks of a batch."""
    batch, sequences = config.batch_tokens + config.parallel_chats, _sequences(card, config)
    windows = {layer.window_tokens for layer in card.cache.layers}
    masked = sum(cells_of(window, context_tokens + HELPER_TOKENS, batch, sequences) for window in windows)
    return batch * (card.width * _FLOAT_BYTES + masked * _FLOAT_BYTES // 2)


def _layer_kv(card: ModelCard, context_tokens: int, config: RunConfig) -> tuple[int, ...]:
    """Bytes of the cache of each layer; in equal parts where not every layer has one."""
    count = max(1, len(card.layer_bytes) or len(card.cache.layers))
    if len(card.cache.layers) != count or card.cache.state_bytes:
        return _evenly(kv_bytes(card, context_tokens, config), count)
    batch, sequences = config.batch_tokens + config.parallel_chats, _sequences(card, config)
    return tuple(
        KvCache((layer,)).size(context_tokens + HELPER_TOKENS, batch, config.cache_type, sequences=sequences)
        for layer in card.cache.layers
    )


def _evenly(total: int, count: int) -> tuple[int, ...]:
    return (total // count + total % count, *[total // count] * (count - 1))
