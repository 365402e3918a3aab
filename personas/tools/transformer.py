"""`analyze_transformer`: parameters, memory and time of a decoder, from its shape and a device.

Counts as in Kaplan et al. 2020 (arXiv:2001.08361), section 2.1: a token takes two operations for each parameter that it
meets, and attention's on top; the time of a step is the longer of reading memory and computing (roofline).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from difflib import get_close_matches

from personas.tools.devices import DEVICES, SHAPES, Device, Shape
from personas.tools.tool import Figure, Tool, ToolArgumentInvalid, ToolResult, given_inputs, parameter

_DEVICE = "A100-80"  # where none is named
_HELD_BESIDES = 1.1  # activations, buffers and the CUDA context; vLLM takes 0.9 of the memory unless told otherwise
_OWN_SHAPE = ("layers", "hidden", "heads", "intermediate", "vocabulary")
_OWN_DEVICE = ("memory_gb", "bandwidth_gb_s", "tflops")


@dataclass(frozen=True, slots=True, kw_only=True)
class TransformerInputs:
    """Either `model` by name, or a shape of one's own; either `device` by name, or figures of one's own.

    Without `device` and `devices` there are as many A100 with 80 GB as hold it.
    """

    model: str | None = parameter("A model by name, or the name of the shape that is given.", None, examples=SHAPES)
    layers: int | None = parameter("Layers (num_hidden_layers).", None, low=1, high=1000)
    hidden: int | None = parameter("Width (hidden_size).", None, low=1, high=1_000_000)
    heads: int | None = parameter("Attention heads (num_attention_heads).", None, low=1, high=10_000)
    kv_heads: int | None = parameter("Heads of keys and values; as heads if left out.", None, low=1, high=10_000)
    head_size: int | None = parameter(
        "Elements of a head (head_dim); width ÷ heads if left out.", None, low=1, high=100_000
    )
    intermediate: int | None = parameter("Width of the gated MLP (intermediate_size).", None, low=1, high=10_000_000)
    vocabulary: int | None = parameter("Tokens of the vocabulary (vocab_size).", None, low=1, high=10_000_000)
    tied: bool | None = parameter("The output shares the weights of the embeddings.", None)
    experts: int | None = parameter("Experts of a layer, in a mixture.", None, low=1, high=10_000)
    active_experts: int | None = parameter("Experts that a token meets, in a mixture.", None, low=1, high=10_000)
    window: int | None = parameter(
        "Tokens that the layers with a sliding window look back.", None, low=1, high=10_000_000
    )
    windowed_layers: int | None = parameter("Layers with a sliding window.", None, low=0, high=1000)
    weight_bits: float = parameter("Bits of a weight: 16, 8, 4.85 for Q4_K_M …", 16, low=1, high=32)
    kv_bits: float = parameter("Bits of an element of the KV cache.", 16, low=1, high=32)
    prompt_tokens: int = parameter("Tokens of the prompt.", 2000, low=1, high=10_000_000)
    answer_tokens: int = parameter("Tokens of the answer.", 256, low=1, high=1_000_000)
    batch: int = parameter("Answers at once.", 1, low=1, high=100_000)
    device: str | None = parameter("The accelerator by name, or a name for the figures.", None, examples=DEVICES)
    memory_gb: float | None = parameter("Memory of a device of one's own, in GB.", None, low=0.1, high=1e6)
    bandwidth_gb_s: float | None = parameter("Bandwidth of its memory, in GB/s.", None, low=0.1, high=1e7)
    tflops: float | None = parameter("Its arithmetic at 16 bits, in TFLOPS.", None, low=0.001, high=1e6)
    devices: int | None = parameter("How many share each layer; 0: as many as hold it.", None, low=0, high=1024)
    efficiency: float = parameter("Share of the device's peaks that is reached.", 0.7, low=0.01, high=1)


def analyze(inputs: TransformerInputs) -> ToolResult:
    """The figures of one model on one kind of device. Raises ToolArgumentInvalid for a shape with parts missing."""
    shape, device = _shape(inputs), _device(inputs)
    total, active = parameters(shape)
    weights, read = total * inputs.weight_bits / 8, active * inputs.weight_bits / 8
    kv_layer = 2 * shape.kv_heads * shape.head * inputs.kv_bits / 8
    kv_token, length = kv_layer * shape.layers, inputs.prompt_tokens + inputs.answer_tokens
    held = (shape.layers - shape.windowed_layers) * length + shape.windowed_layers * min(length, shape.window)
    kv = kv_layer * held * inputs.batch
    is_one = inputs.devices is None and inputs.device is not None
    devices = 1 if is_one else inputs.devices or _least_devices(weights + kv, device)
    inputs = replace(inputs, device=inputs.device or _DEVICE, devices=devices)
    room = device.memory_bytes * devices
    prefill = _prefill_seconds(inputs, shape, active, device.flops * devices)
    memory_s = (read + kv) / (device.bytes_per_second * devices * inputs.efficiency)
    compute_s = 2 * active * inputs.batch / (device.flops * devices * inputs.efficiency)
    step = max(memory_s, compute_s)
    figures = (
        Figure(name="parameters", value=total / 1e9, unit="billion", note="embeddings, attention, MLP, norms"),
        Figure(name="parameters of a token", value=active / 1e9, unit="billion", note="of the experts that it meets"),
        Figure(name="weights", value=weights / 1e9, unit="GB", note=f"at {inputs.weight_bits:g} bits"),
        Figure(
            name="KV cache of a token", value=kv_token / 1e3, unit="kB", note="2 × layers × KV heads × head × bytes"
        ),
        Figure(name="KV cache", value=kv / 1e9, unit="GB", note="of all tokens of all answers"),
        Figure(name="devices", value=devices, note=f"{inputs.device}, sharing each layer"),
        Figure(name="memory", value=(weights + kv) / room * 100, unit="%", note=f"of {devices} × {inputs.device}"),
        Figure(name="first token", value=prefill, unit="s", note="reading the prompt"),
        Figure(name="token time", value=step * 1e3, unit="ms", note="the longer of memory and computing"),
        Figure(name="tokens/s", value=inputs.batch / step, note="of all answers"),
        Figure(name="answer", value=prefill + step * inputs.answer_tokens, unit="s", note="one answer, start to end"),
    )
    return ToolResult(
        tool="analyze_transformer",
        inputs=given_inputs(inputs),
        figures=figures,
        says=_advice(weights + kv, room, memory_s, compute_s),
    )


def parameters(shape: Shape) -> tuple[int, int]:
    """Parameters in all, and those that one token meets. Without biases, which are under one in a thousand."""
    attention = shape.hidden * shape.head * (2 * shape.heads + 2 * shape.kv_heads)
    expert = 3 * shape.hidden * shape.intermediate
    router = shape.hidden * shape.experts if shape.experts > 1 else 0
    layer = attention + router + 2 * shape.hidden
    embedding = shape.vocabulary * shape.hidden
    around = embedding * (1 if shape.tied else 2) + shape.hidden
    total = shape.layers * (layer + shape.experts * expert) + around
    return total, shape.layers * (layer + shape.active_experts * expert) + around


def _shape(inputs: TransformerInputs) -> Shape:
    own = [name for name in _OWN_SHAPE if getattr(inputs, name) is not None]
    if inputs.model is not None and not own:
        return SHAPES[_known("model", inputs.model, SHAPES)]
    missing = [name for name in _OWN_SHAPE if name not in own]
    if missing:
        hint = f"Give {', '.join(missing)} too, or model alone, one of {', '.join(SHAPES)}."
        raise ToolArgumentInvalid("The shape is not complete", hint)
    values = [getattr(inputs, name) or 0 for name in _OWN_SHAPE]
    layers, hidden, heads, intermediate, vocabulary = values
    if hidden % heads and not inputs.head_size:
        raise ToolArgumentInvalid("hidden must be a multiple of heads", f"{hidden:,} is none of {heads}.")
    experts = inputs.experts or 1
    return Shape(
        layers,
        hidden,
        heads,
        inputs.kv_heads or heads,
        intermediate,
        vocabulary,
        head_size=inputs.head_size or 0,
        tied=bool(inputs.tied),
        experts=experts,
        active_experts=min(inputs.active_experts or experts, experts),
        window=inputs.window or 0,
        windowed_layers=min(inputs.windowed_layers or 0, layers) if inputs.window else 0,
    )


def _device(inputs: TransformerInputs) -> Device:
    own = [getattr(inputs, name) for name in _OWN_DEVICE]
    memory, bandwidth, tflops = own
    if memory is not None and bandwidth is not None and tflops is not None:
        return Device(memory * 1e9, bandwidth * 1e9, tflops * 1e12)
    if any(one is not None for one in own):
        raise ToolArgumentInvalid("The device is not complete", f"Give {', '.join(_OWN_DEVICE)} together.")
    return DEVICES[_known("device", inputs.device or _DEVICE, DEVICES)]


def _least_devices(need: float, device: Device) -> int:
    """The number of devices, a power of two, that hold so many bytes and a tenth more for what else they hold."""
    return 1 << max(0, math.ceil(math.log2(need * _HELD_BESIDES / device.memory_bytes)))


def _known(name: str, given: str, known: Iterable[str]) -> str:
    """The name as it is known, in any case. Raises ToolArgumentInvalid with the nearest."""
    names = {each.casefold(): each for each in known}
    if (key := given.casefold()) in names:
        return names[key]
    near = get_close_matches(key, names, n=3, cutoff=0.5) or list(names)
    raise ToolArgumentInvalid(f"{name} cannot be {given}", f"One of: {', '.join(names[each] for each in near)}.")


def _prefill_seconds(inputs: TransformerInputs, shape: Shape, active: int, flops: float) -> float:
    """Time to read the prompts: two operations a parameter and token, and attention over half of its square."""
    attention = 2 * shape.layers * shape.heads * shape.head * inputs.prompt_tokens**2
    operations = inputs.batch * (2 * active * inputs.prompt_tokens + attention)
    return operations / (flops * inputs.efficiency)


def _advice(need: float, room: float, memory_s: float, compute_s: float) -> str:
    if need > room:
        return (
            f"It does not fit: {need / 1e9:,.0f} of {room / 1e9:,.0f} GB. Take fewer bits, more devices, fewer answers"
            " at once, or a shorter prompt."
        )
    if memory_s > compute_s:
        return (
            f"Writing is limited by memory bandwidth ({memory_s / compute_s:,.0f} times the computing): fewer bits and"
            " more answers at once raise the throughput, faster arithmetic does not."
        )
    return "Writing is limited by computing: fewer answers at once shorten each, more do not raise the throughput."


ANALYZE_TRANSFORMER = Tool(
    "analyze_transformer",
    "Parameters, memory, first token and tokens/s of a decoder, from its name or shape and a device.",
    TransformerInputs,
    analyze,
)
