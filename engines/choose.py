"""Which engine reads a model. Decided from facts alone: nothing is loaded, imported or asked here."""

from dataclasses import dataclass
from typing import Literal

EngineName = Literal["llama.cpp", "vLLM", "transformers"]

_ROOM = 1.2  # weights alone are no chat: its keys and values, and what is computed, take a fifth more at least


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """`is_folder`: of safetensors, not a GGUF file. `gpu_free_bytes`: on each processor that may be used."""

    is_folder: bool
    weights_bytes: int = 0
    gpu_free_bytes: tuple[int, ...] = ()
    vllm_installed: bool = False
    gpus_shared: int = 1
    quantize: bool = False


def chosen_engine(here: Circumstances) -> EngineName:
    """llama.cpp for GGUF; vLLM where it is installed and its GPUs have room for the weights; otherwise transformers.

    `gpus_shared`: processors that vLLM may spread a model over. `quantize`: bitsandbytes is wanted, which transformers
    applies while it loads.
    """
    if not here.is_folder:
        return "llama.cpp"
    used = sorted(here.gpu_free_bytes[: here.gpus_shared])
    fits = len(used) == here.gpus_shared and len(used) * used[0] >= here.weights_bytes * _ROOM
    return "vLLM" if here.vllm_installed and fits and not here.quantize else "transformers"
