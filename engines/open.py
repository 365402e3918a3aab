"""Opens whatever engine reads a model."""

from pathlib import Path

from engines.protocol import Engine
from engines.settings import LlamaSettings

_DEFAULTS = LlamaSettings()


def open_engine(model: Path, settings: LlamaSettings = _DEFAULTS) -> Engine:
    """An engine for the GGUF file `model`. Blocks for seconds; call it from a worker.

    Raises ModelUnreadable with a hint, EngineMissing when llama.cpp is not installed.
    """
    from engines.llama.engine import LlamaEngine

    return LlamaEngine(model, settings)
