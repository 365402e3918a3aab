"""Which engine reads a model. Decided from facts alone: nothing is loaded, imported or asked here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from engines.engine_settings import EngineSettings, RemoteSettings
from engines.protocol import Engine, Message
from network.connections import Connections

EngineName = Literal["llama.cpp", "vLLM", "transformers"]

_ROOM = 1.2  # weights alone are no chat: its keys and values, and what is computed, take a fifth more at least


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineConditions:
    """`is_folder`: of safetensors, not a GGUF file. `gpu_free_bytes`: on each processor that may be used."""

    is_folder: bool
    weights_bytes: int = 0
    gpu_free_bytes: tuple[int, ...] = ()
    vllm_installed: bool = False
    gpus_shared: int = 1
    quantize: bool = False


def choose_engine(here: EngineConditions) -> EngineName:
    """llama.cpp for GGUF; vLLM where it is installed and its GPUs have room for the weights; otherwise transformers.

    `gpus_shared`: processors that vLLM may spread a model over. `quantize`: bitsandbytes is wanted, which transformers
    applies while it loads.
    """
    if not here.is_folder:
        return "llama.cpp"
    used = sorted(here.gpu_free_bytes[: here.gpus_shared])
    fits = len(used) == here.gpus_shared and len(used) * used[0] >= here.weights_bytes * _ROOM
    return "vLLM" if here.vllm_installed and fits and not here.quantize else "transformers"


_DEFAULTS = EngineSettings()


def open_engine(
    model: Path, settings: EngineSettings = _DEFAULTS, on_progress: Callable[[float], None] = lambda share: None
) -> Engine:
    """An engine for `model`, a GGUF file or a folder of safetensors. Blocks for seconds; call it from a worker.

    `on_progress`: told the share that is loaded, where the engine knows. Raises ModelUnreadable with a hint,
    EngineMissing when the library that would read it is not installed.
    """
    name = settings.engine or choose_engine(_circumstances(model, settings))
    if name == "vLLM":
        from engines.vllm.engine import VllmEngine

        return VllmEngine(model, settings.vllm)
    if name == "transformers":
        from engines.transformers.engine import TransformersEngine

        return TransformersEngine(model, settings.transformers)
    from engines.llama.engine import LlamaEngine

    return LlamaEngine(model, settings.llama, on_progress)


def open_remote(settings: RemoteSettings, connections: Connections) -> Engine:
    """An engine for a model on a server, with the key that is kept for it. Blocks until the server has answered.

    Raises AddressRefused, KeyUnusable, ServerUnreachable, ServerRefused, Offline.
    """
    from engines.remote.engine import RemoteEngine
    from engines.remote.server import find_key, parse_address

    return RemoteEngine(settings, connections, find_key(parse_address(settings.url)))


def delete_snapshots(snapshots: Path, messages: Sequence[Message]) -> None:
    """Delete the chats in a folder of snapshots in which one of these messages was read; no model need be open."""
    from engines.llama.kv.prefix import DeletedTexts
    from engines.llama.kv.snapshots import SnapshotFolder

    SnapshotFolder(snapshots, budget_bytes=0).delete_containing(DeletedTexts(message.text for message in messages))


def _circumstances(model: Path, settings: EngineSettings) -> EngineConditions:
    if not model.is_dir():
        return EngineConditions(is_folder=False)
    from engines.models.machine import gpu_memory
    from engines.models.safetensors import safetensors_card

    return EngineConditions(
        is_folder=True,
        weights_bytes=safetensors_card(model).weights_bytes,
        gpu_free_bytes=tuple(gpu.free for gpu in gpu_memory()),
        vllm_installed=getattr(find_spec("vllm"), "origin", None) is not None,  # a mere folder has none
        gpus_shared=settings.vllm.tensor_parallel_size * settings.vllm.pipeline_parallel_size,
        quantize=settings.transformers.quantization != "none",
    )
