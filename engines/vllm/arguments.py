"""What vLLM is told when it starts, from the settings, the model and what else uses the graphics processors."""

from collections.abc import Sequence
from typing import Any

from engines.failures import ModelUnreadable
from engines.gpu import GpuMemory
from engines.model_folder import ModelFolder
from engines.settings import VllmSettings

_GIB = 1 << 30
_RESERVE_BYTES = _GIB  # for the desktop and what else begins to use the GPU while a model is loaded
_LARGEST_SHARE = 0.92  # vLLM's own default, which leaves room for what it does not count
_CPU_KV_BYTES = _GIB
_CPU_BLOCK_TOKENS = 32  # the smallest for which its attention on a CPU is fast; its default there is 128


def engine_arguments(folder: ModelFolder, settings: VllmSettings, gpus: Sequence[GpuMemory]) -> dict[str, Any]:
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
        "worker_extension_cls": "engines.vllm.worker.CarrelWorker",
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


def _memory(folder: ModelFolder, settings: VllmSettings, gpus: Sequence[GpuMemory]) -> dict[str, Any]:
    if not gpus:
        return {"kv_cache_memory_bytes": settings.kv_cache_bytes or _CPU_KV_BYTES, "block_size": _CPU_BLOCK_TOKENS}
    share = settings.gpu_memory_utilization or _share_for(folder, settings, gpus)
    return {"kv_cache_memory_bytes": settings.kv_cache_bytes, "gpu_memory_utilization": share}


def _share_for(folder: ModelFolder, settings: VllmSettings, gpus: Sequence[GpuMemory]) -> float:
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
