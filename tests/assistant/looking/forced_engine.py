"""A real engine that is made to ask for a step: where a small model would not think of it, a grammar does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from engines.protocol import Engine, Message, Reply, Sampling
from engines.sampling_choice import SamplingChoice


class ForcedEngine:
    """Has the model begin its first messages with these lines; else it is the engine that it is given."""

    def __init__(self, engine: Engine, *lines: str) -> None:
        self._engine, self.lines = engine, list(lines)
        self.name, self.model, self.context_tokens = engine.name, engine.model, engine.context_tokens
        self.keeps_thoughts = engine.keeps_thoughts
        self.count_tokens, self.count_prompt_tokens = engine.count_tokens, engine.count_prompt_tokens
        self.prefill, self.forget, self.memory, self.close = engine.prefill, engine.forget, engine.memory, engine.close
        self.replies: list[Reply] = []

    @property
    def recommended(self) -> SamplingChoice:
        return self._engine.recommended

    def reply(self, messages: Sequence[Message], sampling: Sampling, *, keep: bool = True) -> Reply:
        if self.lines and keep and not sampling.grammar:
            sampling = replace(sampling, grammar=f'root ::= "{self.lines.pop(0)}\\n" [^\\n]*')
        self.replies.append(self._engine.reply(messages, sampling, keep=keep))
        return self.replies[-1]
