"""Accelerators and models by name: figures of their makers' data sheets and of public model cards."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Device:
    """A processor. `bytes_per_second`: of its memory. `flops`: dense, at 16 bits with tensor cores."""

    memory_bytes: float
    bytes_per_second: float
    flops: float


@dataclass(frozen=True, slots=True)
class Shape:
    """A decoder as its `config.json` has it. `experts`, `active_experts`: 1 and 1 where there are none.

    `window`: tokens that `windowed_layers` of the layers look back; the others look back to the beginning.
    """

    layers: int
    hidden: int
    heads: int
    kv_heads: int
    intermediate: int
    vocabulary: int
    head_size: int = 0
    tied: bool = False
    experts: int = 1
    active_experts: int = 1
    window: int = 0
    windowed_layers: int = 0

    @property
    def head(self) -> int:
        """Elements of a head: as given, else hidden ÷ heads."""
        return self.head_size or self.hidden // self.heads


# Data sheets of NVIDIA and AMD, the SXM forms of A100, H100 and H200; arithmetic dense, without sparsity.
DEVICES = {
    "A100-80": Device(80e9, 2.039e12, 312e12),
    "A100-40": Device(40e9, 1.555e12, 312e12),
    "H100": Device(80e9, 3.35e12, 989e12),
    "H200": Device(141e9, 4.8e12, 989e12),
    "L4": Device(24e9, 0.300e12, 121e12),
    "L40S": Device(48e9, 0.864e12, 362e12),
    "A10": Device(24e9, 0.600e12, 125e12),
    "RTX-4090": Device(24e9, 1.008e12, 165e12),
    "RTX-3090": Device(24e9, 0.936e12, 71e12),
    "RTX-5090": Device(32e9, 1.792e12, 209e12),
    "RTX-A6000": Device(48e9, 0.768e12, 155e12),
    "V100-32": Device(32e9, 0.900e12, 125e12),
    "T4": Device(16e9, 0.320e12, 65e12),
    "MI300X": Device(192e9, 5.3e12, 1307e12),
}

# `config.json` of the models' public repositories.
SHAPES = {
    "llama-2-7b": Shape(32, 4096, 32, 32, 11008, 32000),
    "llama-2-13b": Shape(40, 5120, 40, 40, 13824, 32000),
    "llama-2-70b": Shape(80, 8192, 64, 8, 28672, 32000),
    "llama-3-8b": Shape(32, 4096, 32, 8, 14336, 128256),
    "llama-3-70b": Shape(80, 8192, 64, 8, 28672, 128256),
    "llama-3.1-8b": Shape(32, 4096, 32, 8, 14336, 128256),
    "llama-3.1-70b": Shape(80, 8192, 64, 8, 28672, 128256),
    "llama-3.1-405b": Shape(126, 16384, 128, 8, 53248, 128256),
    "llama-3.2-1b": Shape(16, 2048, 32, 8, 8192, 128256, tied=True),
    "llama-3.2-3b": Shape(28, 3072, 24, 8, 8192, 128256, tied=True),
    "llama-3.3-70b": Shape(80, 8192, 64, 8, 28672, 128256),
    "mistral-7b": Shape(32, 4096, 32, 8, 14336, 32000),
    "mistral-nemo-12b": Shape(40, 5120, 32, 8, 14336, 131072, head_size=128),
    "mistral-small-24b": Shape(40, 5120, 32, 8, 32768, 131072, head_size=128),
    "mixtral-8x7b": Shape(32, 4096, 32, 8, 14336, 32000, experts=8, active_experts=2),
    "mixtral-8x22b": Shape(56, 6144, 48, 8, 16384, 32768, experts=8, active_experts=2),
    "gemma-2-2b": Shape(26, 2304, 8, 4, 9216, 256000, head_size=256, tied=True, window=4096, windowed_layers=13),
    "gemma-2-9b": Shape(42, 3584, 16, 8, 14336, 256000, head_size=256, tied=True, window=4096, windowed_layers=21),
    "gemma-2-27b": Shape(46, 4608, 32, 16, 36864, 256000, head_size=128, tied=True, window=4096, windowed_layers=23),
    "qwen2.5-0.5b": Shape(24, 896, 14, 2, 4864, 151936, tied=True),
    "qwen2.5-1.5b": Shape(28, 1536, 12, 2, 8960, 151936, tied=True),
    "qwen2.5-3b": Shape(36, 2048, 16, 2, 11008, 151936, tied=True),
    "qwen2.5-7b": Shape(28, 3584, 28, 4, 18944, 152064),
    "qwen2.5-14b": Shape(48, 5120, 40, 8, 13824, 152064),
    "qwen2.5-32b": Shape(64, 5120, 40, 8, 27648, 152064),
    "qwen2.5-72b": Shape(80, 8192, 64, 8, 29568, 152064),
    "qwen3-4b": Shape(36, 2560, 32, 8, 9728, 151936, head_size=128, tied=True),
    "qwen3-8b": Shape(36, 4096, 32, 8, 12288, 151936, head_size=128),
    "qwen3-32b": Shape(64, 5120, 64, 8, 25600, 151936, head_size=128),
    "qwen3-30b-a3b": Shape(48, 2048, 32, 4, 768, 151936, head_size=128, experts=128, active_experts=8),
    "phi-3-mini": Shape(32, 3072, 32, 32, 8192, 32064),
    "phi-4": Shape(40, 5120, 40, 10, 17920, 100352),
    "smollm2-135m": Shape(30, 576, 9, 3, 1536, 49152, tied=True),
}


def known_models() -> tuple[str, ...]:
    """The names of the models whose shapes are known."""
    return tuple(SHAPES)


def known_devices() -> tuple[str, ...]:
    """The names of the devices whose figures are known."""
    return tuple(DEVICES)


def device_of(product: str) -> tuple[str, Device] | None:
    """The known device that a product's name means, as `NVIDIA A100-SXM4-80GB`; None where none does."""
    words = set(re.findall(r"[a-z]+\d+[a-z]*|\d+", product.lower().replace("gb", " ")))
    matching = [name for name in DEVICES if {part.lower() for part in name.split("-") if part != "RTX"} <= words]
    best = max(matching, key=len, default="")
    return (best, DEVICES[best]) if best else None
