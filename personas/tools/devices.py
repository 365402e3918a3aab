"""Accelerators and models by name: figures of their makers' data sheets and of public model cards."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Device:
    """A processor. `bytes_per_second`: of its memory. `flops`: dense, at 16 bits with tensor cores."""

    memory_bytes: float
    bytes_per_second: float
    flops: float


@dataclass(frozen=True, slots=True)
class Shape:
    """A decoder as its `config.json` has it. `experts`, `active_experts`: 1 and 1 where there are none."""

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

    @property
    def head(self) -> int:
        """Elements of a head: as given, else hidden ÷ heads."""
        return self.head_size or self.hidden // self.heads


# Data sheets of NVIDIA, the SXM forms of A100, H100 and H200; arithmetic dense, without sparsity.
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
}

# `config.json` of the models' public repositories.
SHAPES = {
    "llama-2-7b": Shape(32, 4096, 32, 32, 11008, 32000),
    "llama-2-70b": Shape(80, 8192, 64, 8, 28672, 32000),
    "llama-3.1-8b": Shape(32, 4096, 32, 8, 14336, 128256),
    "llama-3.1-70b": Shape(80, 8192, 64, 8, 28672, 128256),
    "mistral-7b": Shape(32, 4096, 32, 8, 14336, 32000),
    "mixtral-8x7b": Shape(32, 4096, 32, 8, 14336, 32000, experts=8, active_experts=2),
    "qwen2.5-7b": Shape(28, 3584, 28, 4, 18944, 152064),
    "qwen2.5-0.5b": Shape(24, 896, 14, 2, 4864, 151936, tied=True),
    "smollm2-135m": Shape(30, 576, 9, 3, 1536, 49152, tied=True),
}
