"""Chat models to begin with, by the memory of a machine: open licences, official or llama.cpp's own conversions.

No hub could be asked when this was written. Repositories, licences and contexts are as published elsewhere; sizes are
rounded where no source gives the file's. What a download brings is checked against what the hub states then.
"""

from dataclasses import dataclass
from difflib import get_close_matches

from engines.models.machine import Machine


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueModel:
    """One model. `memory_gb`: of the smallest machine that it suits. `size`: bytes of the file, about."""

    name: str
    repository: str
    quantization: str
    memory_gb: int
    size: int
    parameters: float
    context_tokens: int
    licence: str


CATALOGUE = (
    CatalogueModel(
        name="qwen2.5-1.5b",
        repository="Qwen/Qwen2.5-1.5B-Instruct-GGUF",
        quantization="Q4_K_M",
        memory_gb=4,
        size=1_117_320_736,
        parameters=1.54e9,
        context_tokens=32_768,
        licence="Apache-2.0",
    ),
    CatalogueModel(
        name="qwen3-1.7b",
        repository="Qwen/Qwen3-1.7B-GGUF",
        quantization="Q8_0",
        memory_gb=4,
        size=1_834_426_016,
        parameters=1.7e9,
        context_tokens=32_768,
        licence="Apache-2.0",
    ),
    CatalogueModel(
        name="qwen3-4b",
        repository="Qwen/Qwen3-4B-GGUF",
        quantization="Q4_K_M",
        memory_gb=8,
        size=2_500_000_000,
        parameters=4.0e9,
        context_tokens=32_768,
        licence="Apache-2.0",
    ),
    CatalogueModel(
        name="qwen3-8b",
        repository="Qwen/Qwen3-8B-GGUF",
        quantization="Q4_K_M",
        memory_gb=16,
        size=5_000_000_000,
        parameters=8.2e9,
        context_tokens=32_768,
        licence="Apache-2.0",
    ),
    CatalogueModel(
        name="phi-4",
        repository="microsoft/phi-4-gguf",
        quantization="Q4_K_S",
        memory_gb=16,
        size=8_400_000_000,
        parameters=14.7e9,
        context_tokens=16_384,
        licence="MIT",
    ),
    CatalogueModel(
        name="gpt-oss-20b",
        repository="ggml-org/gpt-oss-20b-GGUF",
        quantization="MXFP4",
        memory_gb=24,
        size=12_100_000_000,
        parameters=20.9e9,
        context_tokens=131_072,
        licence="Apache-2.0",
    ),
    CatalogueModel(
        name="qwen3-30b-a3b",
        repository="Qwen/Qwen3-30B-A3B-GGUF",
        quantization="Q4_K_M",
        memory_gb=48,
        size=18_600_000_000,
        parameters=30.5e9,
        context_tokens=32_768,
        licence="Apache-2.0",
    ),
    CatalogueModel(
        name="qwen3-32b",
        repository="Qwen/Qwen3-32B-GGUF",
        quantization="Q4_K_M",
        memory_gb=48,
        size=19_762_149_024,
        parameters=32.8e9,
        context_tokens=32_768,
        licence="Apache-2.0",
    ),
    CatalogueModel(
        name="gpt-oss-120b",
        repository="ggml-org/gpt-oss-120b-GGUF",
        quantization="MXFP4",
        memory_gb=80,
        size=63_387_346_208,
        parameters=116.8e9,
        context_tokens=131_072,
        licence="Apache-2.0",
    ),
)


def suited(machine: Machine) -> tuple[CatalogueModel, ...]:
    """The models for a machine with this much memory, or a GPU with it; the largest first."""
    memory = max([machine.memory_bytes, *(gpu.memory_bytes for gpu in machine.gpus)])
    fitting = [
        model for model in CATALOGUE if model.memory_gb * 1e9 <= 1.08 * memory
    ]  # machines keep some to themselves
    return tuple(sorted(fitting, key=lambda model: -model.memory_gb))


def catalogued(name: str) -> CatalogueModel | None:
    """The model of that name."""
    return next((model for model in CATALOGUE if model.name == name.lower()), None)


def nearest(name: str) -> str | None:
    """The name in the list that is most like this one."""
    return next(iter(get_close_matches(name.lower(), [model.name for model in CATALOGUE], n=1, cutoff=0.5)), None)
