"""Chooses the quantisation of a model by memory and processor."""

from collections.abc import Collection
from dataclasses import dataclass

from engines.models.fit import BANDWIDTH_EFFICIENCY, WANTED_TOKENS_PER_SECOND
from engines.models.machine import Machine


@dataclass(frozen=True, slots=True)
class Quantization:
    """`bits`: a weight takes on average, embeddings included. `family`: the type of most of its tensors."""

    name: str
    bits: float
    family: str


# The best first. Bits: llama.cpp, tools/quantize/README.md, measured there on Llama-3.1-8B. It has none for Q4_0: 4.5
# bits, and 6.56 for the output.
QUANTIZATIONS = (
    Quantization("F16", 16.0005, "F16"),
    Quantization("Q8_0", 8.5008, "Q8_0"),
    Quantization("Q6_K", 6.5633, "Q6_K"),
    Quantization("Q5_K_M", 5.7036, "Q5_K"),
    Quantization("Q5_K_S", 5.5704, "Q5_K"),
    Quantization("Q4_K_M", 4.8944, "Q4_K"),
    Quantization("Q4_K_S", 4.6672, "Q4_K"),
    Quantization("IQ4_NL", 4.6818, "IQ4_NL"),
    Quantization("Q4_0", 4.635, "Q4_0"),
    Quantization("IQ4_XS", 4.4597, "IQ4_XS"),
    Quantization("Q3_K_M", 3.9960, "Q3_K"),
    Quantization("Q2_K", 3.1593, "Q2_K"),
)
_SENSIBLE_BITS = 4.4  # below, answers suffer visibly: better a smaller model
_BEST_SENSIBLE = 6.0  # above, answers hardly improve and writing slows


def repacked(machine: Machine) -> frozenset[str]:
    """Families that llama.cpp lays out anew for this processor, and then reads prompts 1.3 times as fast or more.

    Source: llama.cpp, ggml/src/ggml-cpu/repack.cpp; the gain: ik_llama.cpp#129, llama.cpp #16739 and #18096.
    """
    if machine.instructions & {"i8mm", "asimddp"}:
        return frozenset({"Q4_0", "Q4_K", "Q5_K", "Q6_K", "IQ4_NL", "Q8_0"})
    if "avx512f" in machine.instructions:
        return frozenset({"Q4_0", "Q4_K", "IQ4_NL", "Q2_K"})
    return frozenset({"Q4_0", "Q4_K", "IQ4_NL"}) if "avx2" in machine.instructions else frozenset()


def best_quantization(parameters: int, machine: Machine, room_bytes: int, offered: Collection[str]) -> str | None:
    """The one of the `offered` to take of a model of so many weights that may take `room_bytes`; None: none fits.

    On a processor: the best that writes 20 tokens/s, of those from 4.4 bits; where none does, of about 4 bits the one
    that is repacked. On a graphics processor: the best up to 6.6 bits. Below 4.4 bits only where nothing else fits.
    """
    known = [one for one in QUANTIZATIONS if one.name in offered and parameters * one.bits / 8 <= room_bytes]
    sensible = [one for one in known if one.bits >= _SENSIBLE_BITS]
    if not sensible:
        return known[0].name if known else None
    modest = [one for one in sensible if one.bits <= _BEST_SENSIBLE + 1] or sensible[-1:]
    fluent = [one for one in modest if machine.gpus or _is_fluent(parameters, one, machine)]
    if fluent:
        return fluent[0].name
    quick = [one for one in modest if one.family in repacked(machine)] or modest
    return min(quick, key=lambda one: one.bits).name


def _is_fluent(parameters: int, one: Quantization, machine: Machine) -> bool:
    if machine.cpu_bandwidth is None:
        return one.family in repacked(machine)
    return BANDWIDTH_EFFICIENCY * machine.cpu_bandwidth / (parameters * one.bits / 8) >= WANTED_TOKENS_PER_SECOND
