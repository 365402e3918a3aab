"""An answer in JSON is checked against its schema and asked for once more; the second attempt counts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from assistant.answers.formatted import FormattedWriter
from assistant.answers.presets import AnswerOptions
from assistant.answers.writer import ModelWriter
from assistant.guards import AnswerFormat, SchemaInvalid
from assistant.values import PromptContext
from engines.protocol import Message, Reply, Sampling
from personas.persona import Persona
from tests.scripted_engine import ScriptedEngine

SCHEMA = {"type": "object", "required": ["wood"], "properties": {"wood": {"type": "string"}}}
PERSONA = Persona(id="001-reader", name="Reader", summary="", prompt="You read.", folder=Path("/p"))
RIGHT = '{"wood": "oak"}'


class Attempts(ScriptedEngine):
    """Says one text after another."""

    def __init__(self, *texts: str) -> None:
        super().__init__(None)
        self._texts = list(texts)

    def reply(self, messages: Sequence[Message], sampling: Sampling, *, keep: bool = True) -> Reply:
        self.script = [self._texts.pop(0).encode()]
        return super().reply(messages, sampling, keep=keep)


def written(*texts: str) -> tuple[str, list[str], int]:
    engine = Attempts(*texts)
    writer = FormattedWriter(ModelWriter(engine, PERSONA, (), AnswerOptions(Sampling(), 100)), AnswerFormat(SCHEMA))
    answer = "".join(written.text for written in writer.write("What is it made of?", PromptContext()))
    return answer, [note.says for note in writer.notes], len(engine.prompts)


def test_right_answer_is_asked_for_once_and_loses_its_fence() -> None:
    assert written(f"```json\n{RIGHT}\n```") == (RIGHT, [], 1)


@pytest.mark.parametrize(("wrong", "reason"), [("Oak.", "it is not JSON"), ('{"wood": 3}', "at $.wood: 3 is not")])
def test_wrong_answer_is_asked_for_once_more(wrong: str, reason: str) -> None:
    answer, notes, prompts = written(wrong, RIGHT)
    assert (answer, prompts) == (RIGHT, 2)
    assert reason in notes[0]


def test_second_wrong_answer_stays_and_the_note_says_so() -> None:
    answer, notes, prompts = written("Oak.", "Elm.")
    assert (answer, len(notes), prompts) == ("Elm.", 2, 2)


def test_deep_nesting_and_foreign_references_are_problems_not_crashes() -> None:
    assert "it is not JSON" in AnswerFormat(SCHEMA).problem("[" * 100_000)
    assert AnswerFormat({"$ref": "https://evil.example/schema"}).problem("{}")


def test_schema_that_is_none_is_refused() -> None:
    with pytest.raises(SchemaInvalid):
        AnswerFormat({"type": "nothing"})
