"""Estimates the memory and speed of a model on a machine, and judges them. Pure functions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engines.models.card import ModelCard
from engines.models.machine import Gpu, Machine
from engines.models.memory import MEMORY_SHARE, Offload, RunConfig, compute_bytes, gpu_rooms, kv_bytes, plan_offload

Verdict = Literal["fits", "tight", "too large"]
Device = Literal["cpu", "gpu", "gpu and cpu"]

WANTED_TOKENS_PER_SECOND = 20.0  # fluent reading speed
MOST_SHARE = 0.90  # above this the machine swaps, or the driver refuses
# Share of the measured bandwidth at which llama.cpp reads weights while decoding. Measured: Qwen2.5-0.5B shape in
# Q4_0, two cores of an AMD EPYC: 64 tokens/s of 346 MB, where memory was read at 34.5 GB/s.
BANDWIDTH_EFFICIENCY = 0.65


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFit:
    """The fit of a model. `context_tokens`: of the config, or the model's own if shorter.

    `total_bytes`: weights, cache and compute buffer. `kv_bytes_per_1k_tokens`: until a sliding window is full.
    `expected_tokens_per_second`: at the beginning of a chat; None where bandwidth was not measured. `offload`: the part
    on GPUs; None where nobody asked.
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
    offload: Offload | None = None


def fit_model(card: ModelCard, machine: Machine, config: RunConfig) -> ModelFit:
    """Fit a model on the GPUs, if it has room there, else in part, else in the machine's memory.

    A GGUF file: on the GPUs that llama.cpp can use here.
    """
    context = min(config.context_tokens, card.context_tokens or config.context_tokens)
    offload = _offload(card, machine, context, config)
    kv, computing = kv_bytes(card, context, config), compute_bytes(card, context, config)
    device: Device = "cpu"
    if offload.layers:
        device = "gpu" if offload.layers == offload.of_layers else "gpu and cpu"
    total = offload.total_bytes if offload.layers else card.weights_bytes + kv + computing
    speed = tokens_per_second(card, machine, offload)
    verdict = "fits" if device == "gpu" else memory_verdict(offload.cpu_bytes, machine, config.memory_share)
    return ModelFit(
        device=device,
        context_tokens=context,
        weights_bytes=card.weights_bytes,
        kv_bytes_per_1k_tokens=card.cache.growth(1000, config.cache_type),
        kv_bytes=kv,
        compute_bytes=total - card.weights_bytes - kv,
        total_bytes=total,
        expected_tokens_per_second=speed,
        verdict=verdict,
        advice=_advice(card, machine, config, verdict, speed),
        offload=offload,
    )


def usable_gpus(card: ModelCard, machine: Machine) -> tuple[Gpu, ...]:
    """The GPUs of the machine that an engine for this model can use."""
    return machine.llama_gpus if card.format == "gguf" else machine.gpus


def _offload(card: ModelCard, machine: Machine, context: int, config: RunConfig) -> Offload:
    """The part on GPUs: of a GGUF file so many layers as fit, of a folder all or nothing."""
    rooms = gpu_rooms(usable_gpus(card, machine))
    found = plan_offload(card, context, config, rooms)
    if card.format == "gguf" or found.layers == found.of_layers:
        return found
    return plan_offload(card, context, config, ())


def tokens_per_second(card: ModelCard, machine: Machine, offload: Offload) -> float | None:
    """Decoding speed: the bytes read from memory in a second, by those of a token; None without a bandwidth."""
    share, seconds = offload.layers / offload.of_layers, 0.0
    for part, bandwidth in ((share, machine.gpu_bandwidth), (1 - share, machine.cpu_bandwidth)):
        if part:
            if bandwidth is None:
                return None
            seconds += part * max(1, card.active_bytes) / (BANDWIDTH_EFFICIENCY * bandwidth)
    return 1 / seconds


def memory_verdict(total_bytes: int, machine: Machine, memory_share: float = MEMORY_SHARE) -> Verdict:
    """`fits` in memory beside the programs that run now; `tight` where they have to make room; else `too large`."""
    if total_bytes <= min(memory_share * machine.memory_bytes, machine.available_bytes):
        return "fits"
    return "tight" if total_bytes <= MOST_SHARE * machine.memory_bytes else "too large"


def longest_window(card: ModelCard, machine: Machine, config: RunConfig) -> int:
    """The longest window with which a model fits in the machine's memory, in steps of 1,024 tokens; 0: none."""
    room = min(config.memory_share * machine.memory_bytes, machine.available_bytes) - card.weights_bytes
    low, high = 0, (card.context_tokens or config.context_tokens) // 1024
    while low < high:
        middle = (low + high + 1) // 2
        tokens = middle * 1024
        needed = kv_bytes(card, tokens, config) + compute_bytes(card, tokens, config)
        low, high = (middle, high) if needed <= room else (low, middle - 1)
    return low * 1024


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
