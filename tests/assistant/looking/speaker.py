"""An engine that says one text after another, and the values to have it write with."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from assistant.answers.presets import AnswerOptions
from engines.protocol import Message, Reply, Sampling
from personas.persona import Persona
from tests.scripted_engine import ScriptedEngine

PERSONA = Persona(id="001-reader", name="Reader", summary="", prompt="You read.", folder=Path("/p"))
OPTIONS = AnswerOptions(Sampling(max_tokens=99), 3000)


class Speaker(ScriptedEngine):
    """Says one text after another; the last again and again."""

    def __init__(self, *texts: str, read_seconds: float = 0.0) -> None:
        super().__init__(None, read_seconds=read_seconds)
        self._texts = list(texts)

    def reply(self, messages: Sequence[Message], sampling: Sampling, *, keep: bool = True) -> Reply:
        if not sampling.grammar:
            self.script = self._texts.pop(0) if len(self._texts) > 1 else self._texts[0]
        return super().reply(messages, sampling, keep=keep)
