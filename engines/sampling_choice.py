"""Sampling that is decided in part: by a preset, a persona, or the files of a model."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from math import isfinite
from pathlib import Path
from typing import Any

from engines.models.gguf_header import GgufHeader
from engines.protocol import Sampling


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplingChoice:
    """Fields of `Sampling` that are decided; None: left to others."""

    temperature: float | None = None
    top_k: int | None = None
    top_p: float | None = None
    min_p: float | None = None
    repeat_penalty: float | None = None
    max_tokens: int | None = None


def decide(*choices: SamplingChoice) -> SamplingChoice:
    """Each field by the first that decides it."""
    found: dict[str, Any] = {}
    for choice in reversed(choices):
        found |= {name: value for name in _NAMES if (value := getattr(choice, name)) is not None}
    return SamplingChoice(**found)


def sampling_of(choice: SamplingChoice, *, stop_repetition: bool = False) -> Sampling:
    """The whole sampling: what is not decided has its default."""
    decided = {name: value for name in _NAMES if (value := getattr(choice, name)) is not None}
    return Sampling(**decided, stop_repetition=stop_repetition)


_NAMES = tuple(field.name for field in fields(SamplingChoice))
# The keys of llama.cpp's gguf-py/gguf/constants.py (Keys.General) and of transformers' GenerationConfig.
_GGUF_KEYS = {
    "temperature": "general.sampling.temp",
    "top_k": "general.sampling.top_k",
    "top_p": "general.sampling.top_p",
    "min_p": "general.sampling.min_p",
    "repeat_penalty": "general.sampling.penalty_repeat",
}
_FOLDER_KEYS = {name: name for name in _GGUF_KEYS} | {"repeat_penalty": "repetition_penalty"}
# What a model's file may ask for; a value beyond is a mistake, and not heeded. Penalties: llama.cpp applies any.
_BOUNDS = {
    "temperature": (0.0, 5.0),
    "top_k": (0, 1_000_000),
    "top_p": (0.01, 1.0),
    "min_p": (0.0, 0.99),
    "repeat_penalty": (0.5, 2.0),
}


def gguf_sampling(header: GgufHeader) -> SamplingChoice:
    """The sampling that a GGUF file recommends."""
    return _choice({name: header.metadata.get(key) for name, key in _GGUF_KEYS.items()})


def folder_sampling(folder: Path) -> SamplingChoice:
    """The sampling that a folder's generation_config.json recommends; none where that is missing or damaged.

    `do_sample` false, when it is written there, means greedy.
    """
    try:
        config = json.loads((folder / "generation_config.json").read_bytes())
    except (OSError, ValueError, RecursionError):
        return SamplingChoice()
    if not isinstance(config, dict):
        return SamplingChoice()
    greedy = {"temperature": 0.0} if config.get("do_sample") is False else {}
    return _choice({name: config.get(key) for name, key in _FOLDER_KEYS.items()} | greedy)


def _choice(values: Mapping[str, object]) -> SamplingChoice:
    right: dict[str, Any] = {}
    for name, value in values.items():
        low, high = _BOUNDS[name]
        if isinstance(value, int | float) and type(value) is not bool and isfinite(value) and low <= value <= high:
            right[name] = int(value) if name == "top_k" else float(value)
    return SamplingChoice(**right)
