"""The vLLM engine: models in safetensors, many chats in one batch, a shared prefix cache."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any
from weakref import WeakSet

from engines.engine_settings import VllmSettings
from engines.errors import ModelUnreadable, ThinkingUnlimited
from engines.models.machine import GpuMemory, gpu_memory
from engines.protocol import Message, Reply, Sampling
from engines.repetition import end_repetition
from engines.safetensors_folder import SafetensorsEngine, SafetensorsFolder
from engines.streaming import QueuedReply
from engines.vllm.core import VllmCore, VllmRequest, refusal
from engines.vllm.runtime import keep_to_this_machine, vllm_library

_GIB = 1 << 30
_RESERVE_BYTES = _GIB  # for the desktop and other programs that use the GPU
_LARGEST_SHARE = 0.92  # vLLM's own default, which leaves room for what it does not count
_CPU_KV_BYTES = _GIB
_CPU_BLOCK_TOKENS = 32  # the smallest for which its attention on a CPU is fast; its default there is 128


def engine_arguments(folder: SafetensorsFolder, settings: VllmSettings, gpus: Sequence[GpuMemory]) -> dict[str, Any]:
    """Arguments of vLLM's AsyncEngineArgs. `gpus`: all that may be used; empty: the CPU computes.

    Raises ModelUnreadable where the GPU has too little free memory for the weights.
    """
    if gpus:
        share = settings.gpu_memory_utilization or _free_share_for(folder, settings, gpus)
        memory = {"kv_cache_memory_bytes": settings.kv_cache_bytes, "gpu_memory_utilization": share}
    else:
        memory = {"kv_cache_memory_bytes": settings.kv_cache_bytes or _CPU_KV_BYTES, "block_size": _CPU_BLOCK_TOKENS}
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
        "speculative_config": _speculative_config(settings),
        **({"attention_backend": settings.attention_backend} if settings.attention_backend else {}),
        **memory,
    }


def _speculative_config(settings: VllmSettings) -> dict[str, Any] | None:
    """vLLM's settings of drafting; None: there is none."""
    method, model = settings.speculative_method, settings.speculative_model
    if method is None and model is None:
        return None
    lookup = {"prompt_lookup_max": settings.prompt_lookup_max} if method == "ngram" else {}
    named = {name: value for name, value in (("method", method), ("model", model)) if value is not None}
    return {**named, "num_speculative_tokens": settings.num_speculative_tokens, **lookup}


def free_share(gpu: GpuMemory) -> float:
    """The share of the GPU's whole memory, between 0 and 1, that an engine may take now."""
    return min(_LARGEST_SHARE, max(0.0, (gpu.free - _RESERVE_BYTES) / gpu.total))


def _free_share_for(folder: SafetensorsFolder, settings: VllmSettings, gpus: Sequence[GpuMemory]) -> float:
    """The free share of the fullest GPU of those that the model will be spread over. Raises ModelUnreadable."""
    count = settings.tensor_parallel_size * settings.pipeline_parallel_size
    tightest = min(gpus[:count], key=free_share)
    share = free_share(tightest)
    wanted = (folder.card.weights_bytes - settings.cpu_offload_bytes) / count
    if share * tightest.total <= wanted:
        hint = (
            f"Its weights need {wanted / _GIB:.1f} GiB on the graphics card, and "
            f"{max(0.0, share * tightest.total) / _GIB:.1f} GiB are free. Close other programs that use it, or choose "
            "a smaller model."
        )
        raise ModelUnreadable(folder.path, hint)
    return share


class VllmEngine(SafetensorsEngine):
    """A model that vLLM runs; see `Engine`. All chats share its cache blocks, the oldest of which are evicted first.

    It computes in a child process, so that neither its load nor its death reaches the window.
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

    def reply(self, messages: Sequence[Message], sampling: Sampling, *, keep: bool = True) -> Reply:
        """Stream the next assistant message; running prefills stop.

        Raises PromptEmpty, PromptTooLong, GrammarInvalid, SamplingInvalid, ThinkingUnlimited, TemplateRefused.
        """
        if sampling.thinking_tokens and self._folder.may_think:
            raise ThinkingUnlimited("vLLM")
        prompt = self._prompt(messages, ahead=False, thinks=sampling.thinks, closed=bool(sampling.grammar))
        parameters = self._parameters(
            replace(sampling, max_tokens=sampling.max_tokens + self._thought_tokens(prompt, sampling)),
            self._context_tokens - len(prompt[1]),
        )
        with self._lock:
            for ahead in self._ahead:
                ahead.stop()
            self._ahead.clear()
        answer_tokens = None if sampling.grammar else sampling.max_tokens
        request = VllmRequest(prompt=prompt[1], sampling=parameters)
        return end_repetition(self._queued(prompt, request, answer_tokens, keep=keep), sampling)

    def prefill(self, messages: Sequence[Message], *, thinks: bool = False) -> QueuedReply:
        """Compute a prompt ahead; see `Engine.prefill`. Replies have priority over it."""
        prompt = self._prompt(messages, ahead=True, thinks=thinks)
        parameters = self._parameters(Sampling(temperature=0, max_tokens=1), 1)
        request = VllmRequest(prompt=prompt[1], sampling=parameters, prefill_only=True)
        reply = self._queued(prompt, request, None, keep=False)
        with self._lock:
            self._ahead.add(reply)
        return reply

    def memory(self) -> Mapping[str, int]:
        """Bytes by owner, in its workers' own numbers: weights, kv, compute.

        Without a GPU compute is unknown, 0; and weights have at least the size of their files, as vLLM packs them there
        into memory that it does not count.
        """
        memory = dict(self._core.memory)
        if not self._gpus:
            memory["weights"] = max(memory["weights"], self._folder.card.weights_bytes)
        return memory

    def close(self) -> None:
        """Stop what runs and end its processes. Any number of times; the engine cannot be used after."""
        self._core.close()

    @property
    def _closed(self) -> bool:
        return self._core.closed

    def _queued(
        self, prompt: tuple[str, list[int]], request: VllmRequest, answer_tokens: int | None, *, keep: bool
    ) -> QueuedReply:
        remember = self._folder.remember if keep else None
        return QueuedReply(prompt, partial(self._core.begin, request), remember, answer_tokens)

    def _parameters(self, sampling: Sampling, room: int) -> Any:
        """vLLM's own form of `sampling`, for an answer of at most `room` tokens."""
        structured = None
        try:
            if sampling.grammar:
                structured = self._library.StructuredOutputsParams(grammar=sampling.grammar)
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
                structured_outputs=structured,
                skip_special_tokens=not self._folder.may_think,  # they mark thoughts
                spaces_between_special_tokens=False,
                output_kind=self._library.DELTA,
            )
        except (self._library.VLLMClientError, ValueError) as error:
            raise refusal(error, formed=bool(sampling.grammar)) from error
