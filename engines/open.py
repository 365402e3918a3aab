"""Opens whatever engine reads a model, here or on a server."""

from collections.abc import Callable
from pathlib import Path

from connections import Connections
from engines.protocol import Engine
from engines.settings import LlamaSettings, RemoteSettings

_DEFAULTS = LlamaSettings()


def open_engine(
    model: Path, settings: LlamaSettings = _DEFAULTS, on_progress: Callable[[float], None] = lambda share: None
) -> Engine:
    """An engine for the GGUF file `model`. Blocks for seconds; call it from a worker.

    `on_progress`: told the share that is loaded, where the engine knows. Raises ModelUnreadable with a hint,
    EngineMissing when llama.cpp is not installed.
    """
    from engines.llama.engine import LlamaEngine

    return LlamaEngine(model, settings, on_progress)


def open_remote(settings: RemoteSettings, connections: Connections) -> Engine:
    """An engine for a model on a server, with the key that is kept for it. Blocks until the server has answered.

    Raises AddressRefused, KeyUnusable, ServerUnreachable, ServerRefused, Offline.
    """
    from engines.remote.address import parse_address
    from engines.remote.engine import RemoteEngine
    from engines.remote.key import find_key

    return RemoteEngine(settings, connections, find_key(parse_address(settings.url)))
