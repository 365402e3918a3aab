"""How a model is loaded and run."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LlamaSettings:
    """Settings of a llama.cpp engine.

    `context_tokens`: the window wanted; the model's own training length caps it. `threads`: None takes every physical
    core that the process may use. `batch_tokens`: tokens computed at once while a prompt is read; larger batches are no
    faster on a CPU, take more memory, and delay the other answers that are being written. `flash_attention`: None takes
    it on a graphics processor only; on a CPU it makes writing slower and reading hardly faster. `parallel_chats`:
    answers written at once; they share the window's memory, and those that find no room wait. `parked_bytes`: RAM for
    chats that were left, so that to come back to one reads nothing again; a token takes as much there as in the window.
    """

    context_tokens: int = 8192
    threads: int | None = None
    batch_tokens: int = 64
    flash_attention: bool | None = None
    parallel_chats: int = 4
    parked_bytes: int = 1 << 30
