"""The vLLM engine: models in safetensors, many chats in one batch, prefixes read once."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any
from weakref import WeakSet

from engines.engine_settings import VllmSettings
from engines.errors import GrammarInvalid, ModelUnreadable
from engines.models.machine import GpuMemory, gpu_memory
from engines.protocol import Message, Sampling
from engines.safetensors_folder import SafetensorsEngine, SafetensorsFolder
from engines.streaming import QueuedReply
from engines.vllm.core import VllmCore, VllmRequest, refusal
from engines.vllm.runtime import keep_to_this_machine, vllm_library

_GIB = 1 << 30
_RESERVE_BYTES = _GIB  # for the desktop and what else begins to use the GPU while a model is loaded
_LARGEST_SHARE = 0.92  # vLLM's own default, which leaves room for what it does not count
_CPU_KV_BYTES = _GIB
_CPU_BLOCK_TOKENS = 32  # the smallest for which its attention on a CPU is fast; its default there is 128


def engine_arguments(folder: SafetensorsFolder, settings: VllmSettings, gpus: Sequence[GpuMemory]) -> dict[str, Any]:
    """Arguments of vLLM's AsyncEngineArgs. `gpus`: all that may be used; empty: the CPU computes.

    Raises ModelUnreadable where the GPU has no memory free for the weights.
    """
    eager = not gpus if settings.enforce_eager is None else settings.enforce_eager
    return {
        "model": str(folder.path),
        "trust_remote_code": False,
        "load_format": "safetensors",
        "enable_prefix_caching": True,
        "enable_chunked_prefill": True,
        "scheduling_policy": "priority",
        "worker_extension_cls": "engines.vllm.worker_extension.CarrelWorker",
        "disable_log_stats": True,
        "use_tqdm_on_load": False,
        "max_model_len": folder.context_tokens(settings.context_tokens),
        "max_num_seqs": settings.max_num_seqs,
        "max_num_batched_tokens": settings.max_num_batched_tokens,
        "tensor_parallel_size": settings.tensor_parallel_size,
        "pipeline_parallel_size": settings.pipeline_parallel_size,
        "distributed_executor_backend": settings.distributed_executor_backend,
        "dtype": settings.dtype,
        "quantization": settings.quantization,
        "kv_cache_dtype": settings.kv_cache_dtype,
        "enforce_eager": eager,
        "cpu_offload_gb": settings.cpu_offload_bytes / _GIB,
        "kv_offloading_size": settings.kv_offload_bytes / _GIB or None,
        **_memory(folder, settings, gpus),
    }


def free_share(gpu: GpuMemory) -> float:
    """The share of the processor's whole memory, between 0 and 1, that an engine may take now."""
    return min(_LARGEST_SHARE, max(0.0, (gpu.free - _RESERVE_BYTES) / gpu.total))


def _memory(folder: SafetensorsFolder, settings: VllmSettings, gpus: Sequence[GpuMemory]) -> dict[str, Any]:
    if not gpus:
        return {"kv_cache_memory_bytes": settings.kv_cache_bytes or _CPU_KV_BYTES, "block_size": _CPU_BLOCK_TOKENS}
    share = settings.gpu_memory_utilization or _share_for(folder, settings, gpus)
    return {"kv_cache_memory_bytes": settings.kv_cache_bytes, "gpu_memory_utilization": share}


def _share_for(folder: SafetensorsFolder, settings: VllmSettings, gpus: Sequence[GpuMemory]) -> float:
    """What is free on the fullest of the GPUs that the model will be spread over."""
    count = settings.tensor_parallel_size * settings.pipeline_parallel_size
    tightest = min(gpus[:count], key=free_share)
    share = free_share(tightest)
    wanted = (folder.card.weights_bytes - settings.cpu_offload_bytes) / count
    if share * tightest.total <= wanted:
        hint = (
            f"Its weights take {wanted / _GIB:.1f} GiB of the graphics processor, and "
            f"{max(0.0, share * tightest.total) / _GIB:.1f} GiB are free. Close what else uses it, or choose a smaller "
            "or more quantised model."
        )
        raise ModelUnreadable(folder.path, hint)
    return share


class VllmEngine(SafetensorsEngine):
    """A model that vLLM runs; see `Engine`. Its blocks of read text are shared by all chats, the oldest given up first.

    It computes in a child process, so that neither its work nor its death is the window's.
    """

    def __init__(self, path: Path, settings: VllmSettings) -> None:
        """Load the folder at `path`, which takes tens of seconds. Raises ModelUnreadable, EngineMissing."""
        super().__init__(path, settings.context_tokens)
        self._library = vllm_library()
        if settings.distributed_executor_backend != "ray":
            keep_to_this_machine()
        self._gpus = gpu_memory()
        self._core = VllmCore(self._library, self._folder, engine_arguments(self._folder, settings, self._gpus))
        self._ahead = WeakSet[QueuedReply]()
        self._lock = Lock()

    @property
    def name(self) -> str:
        """`vLLM`."""
        return "vLLM"

    def reply(self, messages: Sequence[Message], sampling: Sampling, *, keep: bool = True) -> QueuedReply:
        """Stream the next assistant message; what is being read ahead stops.

        Raises PromptEmpty, PromptTooLong, GrammarInvalid, SamplingInvalid, TemplateRefused.
        """
        prompt = self._prompt(messages, ahead=False)
        parameters = self._parameters(sampling, self._context_tokens - len(prompt[1]))
        with self._lock:
            for ahead in self._ahead:
                ahead.stop()
            self._ahead.clear()
        return self._queued(prompt, VllmRequest(prompt=prompt[1], sampling=parameters), keep=keep)

    def prefill(self, messages: Sequence[Message]) -> QueuedReply:
        """Read a prompt ahead; see `Engine.prefill`. It is computed where no reply needs the room."""
        prompt = self._prompt(messages, ahead=True)
        parameters = self._parameters(Sampling(temperature=0, max_tokens=1), 1)
        reply = self._queued(prompt, VllmRequest(prompt=prompt[1], sampling=parameters, reads_only=True), keep=False)
        with self._lock:
            self._ahead.add(reply)
        return reply

    def forget(self, messages: Sequence[Message]) -> None:
        """Nothing is on disk; in memory, other chats displace what was read."""

    def memory(self) -> Mapping[str, int]:
        """Bytes by owner, in its workers' own numbers: weights, kv, compute.

        Without a GPU compute is not known: 0; and as vLLM packs weights there into memory that it does not count, they
        are told as large as in their files.
        """
        told = dict(self._core.memory)
        if not self._gpus:
            told["weights"] = max(told["weights"], self._folder.card.weights_bytes)
        return told

    def close(self) -> None:
        """Stop what runs and end its processes. Any number of times; the engine cannot be used after."""
        self._core.close()

    @property
    def _closed(self) -> bool:
        return self._core.closed

    def _queued(self, prompt: tuple[str, list[int]], request: VllmRequest, *, keep: bool) -> QueuedReply:
        return QueuedReply(prompt, partial(self._core.begin, request), self._folder.remember if keep else None)

    def _parameters(self, sampling: Sampling, room: int) -> Any:
        """vLLM's own form of `sampling`, for an answer of at most `room` tokens."""
        try:
            return self._library.SamplingParams(
                temperature=sampling.temperature,
                top_k=max(0, sampling.top_k),
                top_p=sampling.top_p,
                min_p=sampling.min_p,
                repetition_penalty=sampling.repeat_penalty,
                seed=sampling.seed,
                max_tokens=max(1, min(sampling.max_tokens, room)),
                stop=[stop for stop in sampling.stop if stop],
                stop_token_ids=sorted(self._folder.end_tokens),
                structured_outputs=self._form(sampling),
                output_kind=self._library.DELTA,
            )
        except (self._library.VLLMClientError, ValueError) as error:
            raise refusal(error, formed=bool(sampling.json_schema or sampling.grammar)) from error

    def _form(self, sampling: Sampling) -> Any:
        """What the answer is held to; None: to nothing."""
        if sampling.json_schema and sampling.grammar:
            raise GrammarInvalid("It was given both a schema and a grammar. Give one of them.")
        if not sampling.json_schema and not sampling.grammar:
            return None
        return self._library.StructuredOutputsParams(
            json=sampling.json_schema or None, grammar=sampling.grammar or None
        )
