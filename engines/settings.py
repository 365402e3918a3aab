"""How a model is loaded and run."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LlamaSettings:
    """Settings of a llama.cpp engine.

    `context_tokens`: the window wanted; the model's own training length caps it. `threads`: None takes every physical
    core that the process may use. `batch_tokens`: tokens computed at once while a prompt is read; larger batches are no
    faster on a CPU and take more memory. `flash_attention`: None takes it on a graphics processor only; on a CPU it
    makes writing slower and reading hardly faster.
    """

    context_tokens: int = 8192
    threads: int | None = None
    batch_tokens: int = 128
    flash_attention: bool | None = None
