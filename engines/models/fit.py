"""Estimates the memory and speed of a model on a machine, and judges them. Pure functions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engines.models.card import CacheType, ModelCard, cells_of
from engines.models.machine import Machine

Verdict = Literal["fits", "tight", "too large"]
Device = Literal["cpu", "gpu"]

WANTED_TOKENS_PER_SECOND = 20.0  # fluent reading speed
MEMORY_SHARE, GPU_SHARE = 0.70, 0.80  # of the whole memory, for models; the rest is other programs'
MOST_SHARE = 0.90  # above this the machine swaps, or the driver refuses
# Share of the measured bandwidth at which llama.cpp reads weights while decoding. Measured: Qwen2.5-0.5B shape in
# Q4_0, two cores of an AMD EPYC: 64 tokens/s of 346 MB, where memory was read at 34.5 GB/s.
BANDWIDTH_EFFICIENCY = 0.65
_FLOAT_BYTES = 4
_FEED_FORWARD_WIDTHS, _SCORES_WIDTHS = 4.0, 7.5  # embeddings held beside a step's own results; measured as below
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFit:
    """The fit of a model. `context_tokens`: of the config, or the model's own if shorter.

    `total_bytes`: weights, cache and compute buffer. `kv_bytes_per_1k_tokens`: until a sliding window is full.
    `expected_tokens_per_second`: at the beginning of a chat; None where bandwidth was not measured.
    """

    device: Device
    context_tokens: int
    weights_bytes: int
    kv_bytes_per_1k_tokens: int
    kv_bytes: int
    compute_bytes: int
    total_bytes: int
    expected_tokens_per_second: float | None
    verdict: Verdict
    advice: str


def fit_model(card: ModelCard, machine: Machine, config: RunConfig) -> ModelFit:
    """Fit a model on the GPU, if it has room there, else in the machine's memory."""
    context = min(config.context_tokens, card.context_tokens or config.context_tokens)
    kv_bytes, compute = _kv_bytes(card, context, config), compute_bytes(card, context, config)
    total = card.weights_bytes + kv_bytes + compute
    device: Device = "gpu" if machine.gpus and total <= GPU_SHARE * machine.gpus[0].memory_bytes else "cpu"
    speed = tokens_per_second(card, machine, device)
    verdict = memory_verdict(total, machine, device, config.memory_share)
    return ModelFit(
        device=device,
        context_tokens=context,
        weights_bytes=card.weights_bytes,
        kv_bytes_per_1k_tokens=card.cache.growth(1000, config.cache_type),
        kv_bytes=kv_bytes,
        compute_bytes=compute,
        total_bytes=total,
        expected_tokens_per_second=speed,
        verdict=verdict,
        advice=_advice(card, machine, config, verdict, speed),
    )


def compute_bytes(card: ModelCard, context_tokens: int, config: RunConfig) -> int:
    """Bytes that llama.cpp reserves to compute a batch: the logits, and the largest of three steps.

    These are the output, the feed-forward part, and without flash attention the scores. Within 10 % of llama.cpp's
    own figures, in llama-cpp-python 0.3.36, for windows of 512 to 16,384 tokens and batches of 64 to 512.
    """
    batch, cells = config.batch_tokens + config.parallel_chats, context_tokens + HELPER_TOKENS
    sequences, token = _sequences(card, config), card.vocabulary * _FLOAT_BYTES
    predicted = sequences * token
    windows = {layer.window_tokens for layer in card.cache.layers}
    masked = sum(cells_of(window, cells, batch, sequences) for window in windows)
    mask = masked * (_FLOAT_BYTES // 2 if config.flash_attention else _FLOAT_BYTES)
    output = max(sequences, VERIFIED_TOKENS) * token + batch * _FLOAT_BYTES * card.width
    feed_forward = batch * (mask + _FLOAT_BYTES * (3 * card.feed_forward + _FEED_FORWARD_WIDTHS * card.width))
    scores = batch * (mask + _FLOAT_BYTES * (cells * card.heads + _SCORES_WIDTHS * card.width))
    return round(predicted + max(output, feed_forward, 0 if config.flash_attention else scores))


def tokens_per_second(card: ModelCard, machine: Machine, device: Device) -> float | None:
    """Decoding speed: the bytes read from memory in a second, by those of a token; None without a bandwidth."""
    bandwidth = machine.gpu_bandwidth if device == "gpu" else machine.cpu_bandwidth
    return None if bandwidth is None else BANDWIDTH_EFFICIENCY * bandwidth / max(1, card.active_bytes)


def memory_verdict(total_bytes: int, machine: Machine, device: Device, memory_share: float = MEMORY_SHARE) -> Verdict:
    """`fits` beside the programs that run now; `tight` where they have to make room; else `too large`."""
    if device == "gpu":
        whole, free, share = machine.gpus[0].memory_bytes, machine.gpus[0].free_bytes, GPU_SHARE
    else:
        whole, free, share = machine.memory_bytes, machine.available_bytes, memory_share
    if total_bytes <= min(share * whole, free):
        return "fits"
    return "tight" if total_bytes <= MOST_SHARE * whole else "too large"


def longest_window(card: ModelCard, machine: Machine, config: RunConfig) -> int:
    """The longest window with which a model fits in the machine's memory, in steps of 1,024 tokens; 0: none."""
    room = min(config.memory_share * machine.memory_bytes, machine.available_bytes) - card.weights_bytes
    low, high = 0, (card.context_tokens or config.context_tokens) // 1024
    while low < high:
        middle = (low + high + 1) // 2
        tokens = middle * 1024
        needed = _kv_bytes(card, tokens, config) + compute_bytes(card, tokens, config)
        low, high = (middle, high) if needed <= room else (low, middle - 1)
    return low * 1024


def _kv_bytes(card: ModelCard, context_tokens: int, config: RunConfig) -> int:
    batch, sequences = config.batch_tokens + config.parallel_chats, _sequences(card, config)
    return card.cache.size(context_tokens + HELPER_TOKENS, batch, config.cache_type, sequences=sequences)


def _sequences(card: ModelCard, config: RunConfig) -> int:
    """The sequences of the llama.cpp engine: idle ones only where they take no memory, one more to roll back to."""
    return (2 if card.cache.rolls_back else 1) * config.parallel_chats + 2 + bool(card.cache.state_bytes)


def _advice(card: ModelCard, machine: Machine, config: RunConfig, verdict: Verdict, speed: float | None) -> str:
    if verdict == "fits":
        if speed is None or speed >= WANTED_TOKENS_PER_SECOND:
            return "Use it as it is."
        return f"It would be slow here; a smaller model writes at least {WANTED_TOKENS_PER_SECOND:.0f} tokens/s."
    window = longest_window(card, machine, config)
    if window:
        return f"Set a context window of {window:,} tokens, or close other programs."
    if verdict == "tight":
        return "Close other programs before you load it, or choose a smaller model."
    return "Choose a smaller quantisation or a smaller model: `carrel models list` shows which ones fit."
