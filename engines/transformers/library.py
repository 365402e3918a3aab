"""torch and transformers, brought up once: nothing of them is imported before a model is opened for them."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from engines.failures import EngineMissing
from engines.offline import offline


@dataclass(frozen=True, slots=True)
class TransformersLibrary:
    """The modules that Carrel calls."""

    torch: Any
    transformers: Any


@cache
def transformers_library() -> TransformersLibrary:
    """Both, imported silent and offline, which takes seconds. Raises EngineMissing."""
    try:
        with offline():
            import torch
            import transformers
    except ImportError as error:
        hint = "It comes with `pip install 'carrel[workstation]'`. Or choose a GGUF model, which llama.cpp runs."
        raise EngineMissing("transformers is not installed", hint) from error
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    return TransformersLibrary(torch, transformers)
