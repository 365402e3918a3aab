"""Chooses the engine for a model and opens it. What computes is in a process of its own."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from engines.engine_settings import EngineName, EngineSettings, RemoteSettings
from engines.models.machine import gpu_memory
from engines.models.safetensors import safetensors_card
from engines.process.engine_process import EngineProcess
from engines.process.wire import Open
from engines.protocol import Engine
from network import Connections

_ROOM = 1.2  # times the weights: the KV cache and compute buffers take at least a fifth more


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineConditions:
    """The facts that decide. `is_folder`: of safetensors, not a GGUF file. `gpu_free_bytes`: on each usable GPU.

    `gpus_shared`: the GPUs that vLLM may spread a model over. `quantize`: with bitsandbytes, which transformers applies
    while it loads.
    """

    is_folder: bool
    weights_bytes: int = 0
    gpu_free_bytes: tuple[int, ...] = ()
    vllm_installed: bool = False
    gpus_shared: int = 1
    quantize: bool = False


def choose_engine(conditions: EngineConditions) -> EngineName:
    """llama.cpp for GGUF; vLLM where it is installed and its GPUs have room for the weights; otherwise transformers."""
    if not conditions.is_folder:
        return "llama.cpp"
    used = sorted(conditions.gpu_free_bytes[: conditions.gpus_shared])
    fits = len(used) == conditions.gpus_shared and len(used) * used[0] >= conditions.weights_bytes * _ROOM
    return "vLLM" if conditions.vllm_installed and fits and not conditions.quantize else "transformers"


_DEFAULTS = EngineSettings()


def open_engine(
    model: Path, settings: EngineSettings = _DEFAULTS, on_progress: Callable[[float | None], None] = lambda share: None
) -> Engine:
    """An engine for `model`, a GGUF file or a folder of safetensors. Blocks for seconds; call it from a worker.

    `on_progress`: told the share that is loaded, where the engine knows, and None while it is tuned.
    Raises ModelUnreadable with a hint, OpeningCrashed, EngineMissing when the library for it is not installed.
    """
    name = settings.engine or choose_engine(_conditions(model, settings))
    if name == "vLLM":
        from engines.vllm.engine import VllmEngine  # takes some 80 ms to import

        return VllmEngine(model, settings.vllm)
    debug = logging.getLogger("carrel").isEnabledFor(logging.DEBUG)
    return EngineProcess(Open(name, model, settings, debug), on_progress)


def open_remote(servers: Sequence[RemoteSettings], connections: Connections) -> Engine:
    """An engine for a model on a server, or on several that share the questions, with the keys stored for them.

    Blocks until one has answered. Raises AddressRefused, KeyUnusable, ServerUnreachable, ServerRefused, Offline, where
    none can be used.
    """
    from engines.remote.grouped_engine import GroupedEngine, open_server

    return open_server(servers[0], connections) if len(servers) == 1 else GroupedEngine(servers, connections)


def _conditions(model: Path, settings: EngineSettings) -> EngineConditions:
    if not model.is_dir():
        return EngineConditions(is_folder=False)
    return EngineConditions(
        is_folder=True,
        weights_bytes=safetensors_card(model).weights_bytes,
        gpu_free_bytes=tuple(gpu.free for gpu in gpu_memory()),
        vllm_installed=getattr(find_spec("vllm"), "origin", None) is not None,  # a namespace package has none
        gpus_shared=settings.vllm.tensor_parallel_size * settings.vllm.pipeline_parallel_size,
        quantize=settings.transformers.quantization != "none",
    )
