"""Settings of the engines: how a model is loaded and run, here or on a server."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Literal, TypeVar

KvType = Literal["f16", "q8_0"]

EngineName = Literal["llama.cpp", "vLLM", "transformers"]

T = TypeVar("T")


def ranged(default: T, low: float, high: float | None = None) -> T:
    """A dataclass field for a number from `low` to `high`; None: there is no upper limit."""
    made: T = field(default=default, metadata={"range": (low, high)})
    return made


def range_of(part: Any, name: str) -> tuple[float, float | None] | None:
    """The limits that `ranged` gave to a field of a dataclass or its instance; None where it has none."""
    return next(one.metadata.get("range") for one in fields(part) if one.name == name)


Favour = Literal["latency", "throughput"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LlamaSettings:
    """Settings of a llama.cpp engine.

    `context_tokens`: the window wanted, at most the length that the model was trained for. `parallel_chats`: answers
    at once; they share the memory of one window, and those without room wait. `parked_bytes`: RAM for parked chats,
    which can continue without a prefill; a token takes as much there as in the window. `snapshot_folder`: where parked
    chats go that RAM has no room for, and all of them at the end, so that they outlive a restart; None: nowhere. They
    contain questions and answers. `snapshot_bytes`: their limit. `snapshot_key`: encrypts them: 32 bytes as hexadecimal
    digits; "": they are not encrypted. `drafting`: prompt-lookup decoding, where an answer
    repeats its sources. `kv_reuse`: compute only what is not cached of a prompt; False: all of it, for comparison.

    Values that are None are chosen: see `Tuning`. `calibration_file`: caches measurements; None: nothing is measured,
    and the defaults are taken. `library`: the file of llama.cpp; None: the best that is installed. `gpu_layers`: on
    graphics processors, the output as one; None: as many as their free memory holds.
    """

    context_tokens: int = 8192
    threads: int | None = None
    batch_tokens: int | None = None
    flash_attention: bool | None = None
    kv_type: KvType | None = None
    parallel_chats: int = 4
    parked_bytes: int = 1 << 30
    snapshot_folder: Path | None = None
    snapshot_bytes: int = 4 << 30
    snapshot_key: str = field(default="", repr=False)
    drafting: bool = True
    kv_reuse: bool = True
    calibration_file: Path | None = None
    library: Path | None = None
    gpu_layers: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """The parameters that decide how fast a model runs on a machine.

    `threads`: of one computation. `batch_tokens`: computed at once in prefill; larger batches take more memory and
    delay the other answers. `flash_attention`: on a CPU it may be faster or slower. `kv_type`: of the KV cache; q8_0
    takes 0.53 of f16's memory, is less exact, needs flash attention, and is slower on most CPUs.
    """

    threads: int
    batch_tokens: int = 64
    flash_attention: bool = False
    kv_type: KvType = "f16"


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteSettings:
    """Settings of an engine on another machine: any server that speaks OpenAI's chat completions.

    `url`: its address, with or without the `/v1`. `model`: the server's name for it; "": the first that it lists.
    `context_tokens`: the window; None: the server's, or 8,192 where it does not tell. `connect_seconds`: the timeout of
    the connection. `silence_seconds`: the longest silence, prefill included. `answer_seconds`: the longest answer,
    however slowly it comes. `plain_http`: send unencrypted even to a machine outside the private network.
    """

    url: str
    model: str = ""
    context_tokens: int | None = None
    connect_seconds: float = 10.0
    silence_seconds: float = 120.0
    answer_seconds: float = 3600.0
    plain_http: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class VllmSettings:
    """Settings of a vLLM engine. Names and values are vLLM's where it has the same knob.

    `context_tokens`: the window wanted; the model's own caps it. `gpu_memory_utilization`: share of each GPU's memory
    for weights, compute and chats; None takes what is free when the model is loaded, less a reserve. `kv_cache_bytes`:
    for chats on each GPU; None takes what the share leaves; without a GPU None means 1 GiB. `max_num_seqs`: chats
    computed at once; more of them wait. `max_num_batched_tokens`: computed in one step, which Stop cannot interrupt.
    `tensor_parallel_size`, `pipeline_parallel_size`: GPUs that share each layer, groups of GPUs that share the layers.
    `distributed_executor_backend`: `mp`, `uni`, or `ray` for several machines; None lets vLLM choose. `quantization`:
    None reads it from the model. `enforce_eager`: no compilation, which starts faster and decodes slower; None
    compiles on a GPU only. `cpu_offload_bytes`: of the weights, kept in RAM. `kv_offload_bytes`: RAM for chats that do
    not fit on the GPU.

    `quantization`: awq, gptq and compressed-tensors are what a folder says of itself; fp8 quantises 16 bits while they
    are loaded. `attention_backend`: as FLASH_ATTN or FLASHINFER; None: vLLM's choice for the GPU, Flash Attention 3 on
    Hopper and 2 on Ampere and Ada. `speculative_method`: tokens are drafted and verified in one step, by `ngram` from
    what was read, or by a smaller model, `speculative_model`; None: they are not, as it slows many answers at once.
    `num_speculative_tokens`: drafted at once. `prompt_lookup_max`: of the text that ngram looks for.
    """

    context_tokens: int = 8192
    gpu_memory_utilization: float | None = ranged(None, 0, 1)
    kv_cache_bytes: int | None = ranged(None, 1)
    max_num_seqs: int = ranged(16, 1)
    max_num_batched_tokens: int = ranged(2048, 1)
    tensor_parallel_size: int = ranged(1, 1)
    pipeline_parallel_size: int = ranged(1, 1)
    distributed_executor_backend: Literal["mp", "uni", "ray"] | None = None
    dtype: str = "auto"
    quantization: str | None = None
    kv_cache_dtype: str = "auto"
    enforce_eager: bool | None = None
    cpu_offload_bytes: int = ranged(0, 0)
    kv_offload_bytes: int = ranged(0, 0)
    attention_backend: str | None = None
    speculative_method: Literal["ngram", "draft_model", "eagle", "eagle3", "medusa", "mtp"] | None = None
    speculative_model: str | None = None
    num_speculative_tokens: int = ranged(4, 1)
    prompt_lookup_max: int = ranged(4, 1)


# Answers that llama.cpp writes together for throughput: the most that share its window of 8,192 tokens with room for
# passages of 500 tokens each.
_LLAMA_CHATS = 16
# vLLM's own defaults for serving (`vllm serve`, max_num_seqs), and the least that its guide to optimisation names for
# throughput (max_num_batched_tokens over 8,000).
_VLLM_SEQUENCES, _VLLM_BATCHED_TOKENS = 256, 8192


def favouring(favour: Favour, llama: LlamaSettings, vllm: VllmSettings) -> tuple[LlamaSettings, VllmSettings]:
    """The settings for one answer that is soon there, as they are, or for many at once.

    What the person has set otherwise than the default stays. Drafts are left out where many answer: what they compute
    in vain is missing to the others.
    """
    if favour == "latency":
        return llama, vllm
    default = VllmSettings()
    wanted = {"max_num_seqs": _VLLM_SEQUENCES, "max_num_batched_tokens": _VLLM_BATCHED_TOKENS}
    unset: dict[str, Any] = {
        name: value for name, value in wanted.items() if getattr(vllm, name) == getattr(default, name)
    }
    return replace(llama, parallel_chats=_LLAMA_CHATS, drafting=False), replace(vllm, **unset)


@dataclass(frozen=True, slots=True, kw_only=True)
class TransformersSettings:
    """Settings of a transformers engine.

    `context_tokens`: the window wanted; the model's own caps it. `quantization`, by bitsandbytes while the model is
    loaded: `nf4` takes a quarter of the memory of 16 bits, `int8` half of it. `device`: as `cuda:1`; None takes the
    first graphics processor, or the CPU.

    `double_quantization`: nf4's scales are quantised too, which saves 0.37 bits a weight and costs no measured quality
    (Dettmers et al., arXiv 2305.14314). `nf4_compute`: float16, which every GPU since 2016 computes twice as fast as
    float32; bfloat16 where numbers overflow. A CPU computes in float32. The following are for GPUs. `tf32`: products of
    float32 with 10 bits of mantissa, several times as fast since Ampere; models of 16 bits are not concerned.
    `cudnn_autotune`: tries every way of a convolution; off, as each length of a prompt would be tried anew.
    `attention`: None: Flash Attention 3 on Hopper and 2 elsewhere where they are installed, else torch's own.
    `allocator`: as PYTORCH_ALLOC_CONF; segments that grow leave less memory unused between chats of different lengths.
    """

    context_tokens: int = 8192
    quantization: Literal["none", "nf4", "int8"] = "none"
    device: str | None = None
    double_quantization: bool = True
    nf4_compute: Literal["float16", "bfloat16", "float32"] = "float16"
    tf32: bool = True
    cudnn_autotune: bool = False
    attention: Literal["flash_attention_3", "flash_attention_2", "sdpa", "eager"] | None = None
    allocator: str = "expandable_segments:True"


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineSettings:
    """Settings of every engine. `engine`: the one that opens a model; None chooses by model and machine."""

    engine: EngineName | None = None
    llama: LlamaSettings = LlamaSettings()
    vllm: VllmSettings = VllmSettings()
    transformers: TransformersSettings = TransformersSettings()
