"""Opens whatever engine reads a model, here or on a server."""

from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path

from engines.choose import Circumstances, chosen_engine
from engines.protocol import Engine, Message
from engines.settings import EngineSettings, RemoteSettings
from network.connections import Connections

_DEFAULTS = EngineSettings()


def open_engine(
    model: Path, settings: EngineSettings = _DEFAULTS, on_progress: Callable[[float], None] = lambda share: None
) -> Engine:
    """An engine for `model`, a GGUF file or a folder of safetensors. Blocks for seconds; call it from a worker.

    `on_progress`: told the share that is loaded, where the engine knows. Raises ModelUnreadable with a hint,
    EngineMissing when the library that would read it is not installed.
    """
    name = settings.engine or chosen_engine(_circumstances(model, settings))
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
    from engines.remote.address import parse_address
    from engines.remote.engine import RemoteEngine
    from engines.remote.key import find_key

    return RemoteEngine(settings, connections, find_key(parse_address(settings.url)))


def forget_on_disk(snapshots: Path, messages: Sequence[Message]) -> None:
    """Delete the chats in a folder of snapshots in which one of these messages was read; no model need be open."""
    from engines.llama.kv.forgotten import Forgotten
    from engines.llama.kv.snapshot_folder import SnapshotFolder

    SnapshotFolder(snapshots, budget_bytes=0).drop_holding(Forgotten(message.text for message in messages))


def _circumstances(model: Path, settings: EngineSettings) -> Circumstances:
    if not model.is_dir():
        return Circumstances(is_folder=False)
    from engines.gpu import gpu_memory
    from engines.models.safetensors_card import safetensors_card

    return Circumstances(
        is_folder=True,
        weights_bytes=safetensors_card(model).weights_bytes,
        gpu_free_bytes=tuple(gpu.free for gpu in gpu_memory()),
        vllm_installed=getattr(find_spec("vllm"), "origin", None) is not None,  # a mere folder has none
        gpus_shared=settings.vllm.tensor_parallel_size * settings.vllm.pipeline_parallel_size,
        quantize=settings.transformers.quantization != "none",
    )
