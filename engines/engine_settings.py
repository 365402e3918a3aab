"""How a model is loaded and run, or asked for elsewhere."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

KvType = Literal["f16", "q8_0"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LlamaSettings:
    """Settings of a llama.cpp engine.

    `context_tokens`: the window wanted; the model's own training length caps it. `parallel_chats`: answers written at
    once; they share the window's memory, and those that find no room wait. `parked_bytes`: RAM for chats that were
    left, so that to come back to one reads nothing again; a token takes as much there as in the window.
    `snapshot_folder`: where chats go that RAM has no room for, and all of them at the end, so that a restart reads
    nothing again; None: nowhere. They hold what was asked and answered. `snapshot_bytes`: the most they take there.
    `drafting`: where an answer repeats what was read, several tokens are guessed and verified at once.

    What is None is chosen: see `Tuning`. `calibration_file`: where measurements of this machine are kept; None: nothing
    is measured, and the defaults are taken.
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
    drafting: bool = True
    calibration_file: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """What decides how fast a model runs on a machine.

    `threads`: of one computation. `batch_tokens`: computed at once while a prompt is read; larger batches take more
    memory and delay the other answers that are being written. `flash_attention`: on a CPU its gain has no fixed sign.
    `kv_type`: of the numbers that are remembered for each token; q8_0 takes 0.53 of f16's memory, is less exact, needs
    flash attention, and is slower on most CPUs.
    """

    threads: int
    batch_tokens: int = 64
    flash_attention: bool = False
    kv_type: KvType = "f16"


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteSettings:
    """Settings of an engine on another machine: any server that speaks OpenAI's chat completions.

    `url`: where it answers, with or without the `/v1`. `model`: as the server calls it; "": the first that it lists.
    `context_tokens`: the window; None: what the server says, or 8,192 where it says nothing. `connect_seconds`: it must
    have taken the connection by then. `silence_seconds`: how long it may say nothing, reading a prompt included.
    `plain_http`: send unencrypted even to a machine outside the private network.
    """

    url: str
    model: str = ""
    context_tokens: int | None = None
    connect_seconds: float = 10.0
    silence_seconds: float = 120.0
    plain_http: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class VllmSettings:
    """Settings of a vLLM engine. Names and values are vLLM's where it has the same knob.

    `context_tokens`: the window wanted; the model's own caps it. `gpu_memory_utilization`: share of each GPU's memory
    for weights, compute and chats; None takes what is free when the model is loaded, less a reserve. `kv_cache_bytes`:
    for chats on each GPU; None takes what the share leaves; without a GPU None means 1 GiB. `max_num_seqs`: chats
    computed at once; more of them wait. `max_num_batched_tokens`: read in one step, which Stop cannot interrupt.
    `tensor_parallel_size`, `pipeline_parallel_size`: GPUs that share each layer, groups of GPUs that share the layers.
    `distributed_executor_backend`: `mp`, `uni`, or `ray` for several machines; None lets vLLM choose. `quantization`:
    None reads it from the model. `enforce_eager`: without compiling, which starts faster and writes slower; None
    compiles on a GPU only. `cpu_offload_bytes`: of the weights, kept in RAM. `kv_offload_bytes`: RAM for chats that do
    not fit on the GPU.
    """

    context_tokens: int = 8192
    gpu_memory_utilization: float | None = None
    kv_cache_bytes: int | None = None
    max_num_seqs: int = 16
    max_num_batched_tokens: int = 2048
    tensor_parallel_size: int = 1
    pipeline_parallel_size: int = 1
    distributed_executor_backend: Literal["mp", "uni", "ray"] | None = None
    dtype: str = "auto"
    quantization: str | None = None
    kv_cache_dtype: str = "auto"
    enforce_eager: bool | None = None
    cpu_offload_bytes: int = 0
    kv_offload_bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TransformersSettings:
    """Settings of a transformers engine.

    `context_tokens`: the window wanted; the model's own caps it. `quantization`, by bitsandbytes while the model is
    loaded: `nf4` takes a quarter of the memory of 16 bits and computes in float16, `int8` half of it. `device`: as
    `cuda:1`; None takes the first graphics processor, or the CPU.
    """

    context_tokens: int = 8192
    quantization: Literal["none", "nf4", "int8"] = "none"
    device: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineSettings:
    """Settings of every engine. `engine`: the one that opens a model; None chooses by model and machine."""

    engine: Literal["llama.cpp", "vLLM", "transformers"] | None = None
    llama: LlamaSettings = LlamaSettings()
    vllm: VllmSettings = VllmSettings()
    transformers: TransformersSettings = TransformersSettings()
